"""Stores a project sheet, whole, and makes it findable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import revision, search
from directory.projects.codes import squeeze
from directory.projects.reading import code_of
from directory.projects.records import Amount, ProjectSheet
from directory.projects.tables import FundingRow, ItemKind, ItemRow, PartyRow, ProjectRow
from directory.search import Entry, Kind, Name
from directory.texts import NO_TEXT, LocalText

#: A code travels in buttons, whose room is short.
LONGEST_CODE: Final = 32
_CODE: Final = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")


async def put(session: AsyncSession, sheet: ProjectSheet) -> None:
    """Store a sheet, replacing the one with the same code.

    Raises ``ValueError`` where the code is not one, or where another project's code would be typed alike.
    """
    if len(sheet.code) > LONGEST_CODE or not _CODE.fullmatch(sheet.code):
        raise ValueError("a project's code is capital letters, digits and hyphens, at most 32 in all")
    alike = await code_of(session, sheet.code)
    if alike not in (None, sheet.code):
        raise ValueError(f"{sheet.code} would be typed like {alike}")
    # The project's own row stays, so that whoever changes it at the same time waits for it.
    known = sa.update(ProjectRow).where(ProjectRow.code == sheet.code).values(_project(sheet))
    if (await session.execute(known.returning(ProjectRow.code))).first() is None:
        await session.execute(sa.insert(ProjectRow).values(_project(sheet)))
    for table in (ItemRow, PartyRow, FundingRow):
        await session.execute(sa.delete(table).where(table.project == sheet.code))
    for table, rows in ((ItemRow, _items(sheet)), (PartyRow, _parties(sheet)), (FundingRow, _funding(sheet))):
        if rows:
            await session.execute(sa.insert(table), rows)
    if sheet.retired_on is None:
        await search.put(session, entry(sheet))
    else:
        await search.remove(session, Kind.PROJECT, sheet.code)
    await revision.bump(session)


async def remove(session: AsyncSession, code: str) -> None:
    """Take a project out as if it had never been added."""
    for table in (ItemRow, PartyRow, FundingRow):
        await session.execute(sa.delete(table).where(table.project == code))
    await session.execute(sa.delete(ProjectRow).where(ProjectRow.code == code))
    await search.remove(session, Kind.PROJECT, code)
    await revision.bump(session)


def _text(text: LocalText) -> dict[str, str]:
    return dict(text.by_language)


def _amount(amount: Amount | None) -> tuple[Any, str | None]:
    return (amount.value, amount.currency) if amount is not None else (None, None)


def _project(sheet: ProjectSheet) -> dict[str, Any]:
    budget, currency = _amount(sheet.budget)
    return {
        "code": sheet.code,
        "squeezed": squeeze(sheet.code),
        "titles": _text(sheet.titles),
        "network": sheet.network,
        "programme": _text(sheet.programme),
        "priority_sector": _text(sheet.priority_sector),
        "status": sheet.status,
        "starts_on": sheet.starts_on,
        "ends_on": sheet.ends_on,
        "country": sheet.country,
        "city": _text(sheet.city),
        "context": _text(sheet.context),
        "general_objective": _text(sheet.general_objective),
        "justification": _text(sheet.justification),
        "budget": budget,
        "budget_currency": currency,
        "updated_on": sheet.updated_on,
        "source": _text(sheet.source),
        "retired_on": sheet.retired_on,
    }


def _items(sheet: ProjectSheet) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []

    def add(kind: ItemKind, text: LocalText, **more: Any) -> None:
        note: LocalText = more.pop("note", NO_TEXT)
        empty = {
            "starts_on": None,
            "ends_on": None,
            "status": None,
            "duration": None,
            "duration_unit": None,
            "cost": None,
            "cost_currency": None,
            "document_kind": None,
            "slug": "",
            "url": "",
        }
        place = {"project": sheet.code, "kind": kind, "position": len(rows)}
        rows.append({**empty, **place, "text": _text(text), "note": _text(note), **more})

    plain: Sequence[tuple[ItemKind, tuple[LocalText, ...]]] = (
        (ItemKind.SPECIFIC_OBJECTIVE, sheet.specific_objectives),
        (ItemKind.TARGET_GROUP, sheet.target_groups),
        (ItemKind.WORKSTREAM, sheet.workstreams),
        (ItemKind.EXPECTED_RESULT, sheet.expected_results),
        (ItemKind.EARLIER_RESULT, sheet.earlier_results),
    )
    for kind, texts in plain:
        for text in texts:
            add(kind, text)
    for part in sheet.components:
        cost, currency = _amount(part.cost)
        add(
            ItemKind.COMPONENT,
            part.title,
            note=part.note,
            duration=part.duration.count if part.duration else None,
            duration_unit=part.duration.unit if part.duration else None,
            cost=cost,
            cost_currency=currency,
        )
    for step in sheet.progress:
        add(ItemKind.PROGRESS, step.text, starts_on=step.on, ends_on=step.until)
    for phase in sheet.phases:
        add(
            ItemKind.PHASE, phase.title, starts_on=phase.starts_on, ends_on=phase.ends_on, status=phase.status
        )
    for theme in sheet.themes:
        add(ItemKind.THEME, theme.name, slug=theme.slug)
    for paper in sheet.documents:
        add(ItemKind.DOCUMENT, paper.title, starts_on=paper.on, document_kind=paper.kind, url=paper.url)
    return rows


def _parties(sheet: ProjectSheet) -> list[dict[str, Any]]:
    return [
        {
            "project": sheet.code,
            "position": position,
            "role": party.role,
            "institution": party.institution,
            "country": party.country,
            # The name of an institution is its own; only a description belongs to the project.
            "name": {} if party.institution else _text(party.name),
        }
        for position, party in enumerate(sheet.parties)
    ]


def _funding(sheet: ProjectSheet) -> list[dict[str, Any]]:
    return [
        {
            "project": sheet.code,
            "position": position,
            "institution": line.donor.institution,
            "country": line.donor.country,
            "name": {} if line.donor.institution else _text(line.donor.name),
            "amount": line.amount.value,
            "currency": line.amount.currency,
            "state": line.state,
            "dated": line.on,
            "note": _text(line.note),
        }
        for position, line in enumerate(sheet.funding)
    ]


def entry(sheet: ProjectSheet) -> Entry:
    """Everything a project is found by."""
    names = [Name(sheet.code)]
    names += [Name(title, language) for language, title in sheet.titles.by_language.items()]
    for theme in sheet.themes:
        names += [Name(name, language, 0.6) for language, name in theme.name.by_language.items()]
    return Entry(Kind.PROJECT, sheet.code, names)
