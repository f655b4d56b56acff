"""Project cards out of the directory, kept until the directory changes: the most asked question."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import project
from bot.cards.shelf import Shelf
from bot.command import Context
from bot.contract import Card
from directory import projects, revision
from directory.projects import ProjectSheet

#: A card takes some 5 kB, so these shelves stay small beside the program.
_cards: Final[Shelf[Card | None]] = Shelf(512)
_codes: Final[Shelf[str | None]] = Shelf(1024)
_sheets: Final[Shelf[ProjectSheet | None]] = Shelf(64)
#: Longer texts are no codes.
LONGEST_CODE: Final = 40


async def code_of(context: Context, typed: str) -> str | None:
    """The code that ``typed`` writes, however it is written."""
    if not _may_be_code(typed):
        return None
    return await _code(context.session, await revision.current(context.session), typed)


async def card_of(context: Context, code: str, page: str = project.OVERVIEW) -> Card | None:
    """One page of the sheet with exactly this code."""
    return await _card(context, await revision.current(context.session), code, page)


async def card_for(context: Context, typed: str) -> Card | None:
    """The sheet whose code ``typed`` writes; one query where it was asked before."""
    if not _may_be_code(typed):
        return None
    now = await revision.current(context.session)
    code = await _code(context.session, now, typed)
    return await _card(context, now, code, project.OVERVIEW) if code is not None else None


def _may_be_code(typed: str) -> bool:
    return len(typed) <= LONGEST_CODE and projects.looks_like_code(typed)


async def _code(session: AsyncSession, now: int, typed: str) -> str | None:
    return await _codes.get(session, now, projects.squeeze(typed), lambda: projects.code_of(session, typed))


async def _card(context: Context, now: int, code: str, page: str) -> Card | None:
    session, t = context.session, context.t
    page = page if page in project.PAGES else project.OVERVIEW

    async def make() -> Card | None:
        sheet = await _sheets.get(session, now, code, lambda: projects.sheet(session, code))
        return project.card(t, sheet, page) if sheet is not None else None

    return await _cards.get(session, now, (code, page, t.language), make)
