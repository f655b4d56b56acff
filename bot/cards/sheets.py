"""Project cards out of the directory, kept until the directory changes: the most asked question."""

from __future__ import annotations

from typing import Final

from bot.cards import project
from bot.cards.shelf import Shelf
from bot.command import Context
from bot.contract import Card
from directory import projects
from directory.projects import ProjectSheet

#: A card takes some 5 kB, so these shelves stay small beside the program.
_cards: Final[Shelf[Card | None]] = Shelf(512)
_codes: Final[Shelf[str | None]] = Shelf(1024)
_sheets: Final[Shelf[ProjectSheet | None]] = Shelf(64)
#: Longer texts are no codes.
LONGEST_CODE: Final = 40


async def code_of(context: Context, typed: str) -> str | None:
    """The code that ``typed`` writes, however it is written."""
    if len(typed) > LONGEST_CODE or not projects.looks_like_code(typed):
        return None
    session = context.session
    return await _codes.get(session, projects.squeeze(typed), lambda: projects.code_of(session, typed))


async def card_of(context: Context, code: str, page: str = project.OVERVIEW) -> Card | None:
    """One page of the sheet with exactly this code."""
    session, t = context.session, context.t

    async def make() -> Card | None:
        sheet = await _sheets.get(session, code, lambda: projects.sheet(session, code))
        return project.card(t, sheet, page) if sheet is not None else None

    return await _cards.get(session, (code, page, t.language), make)
