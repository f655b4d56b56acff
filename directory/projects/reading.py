"""Reads project sheets and lists of projects."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import institutions
from directory.institutions import Institution
from directory.projects.codes import squeeze
from directory.projects.records import (
    Amount,
    Component,
    Document,
    DocumentKind,
    Duration,
    Funding,
    Party,
    PartyRole,
    Phase,
    Progress,
    ProjectLine,
    ProjectSheet,
    Status,
    Theme,
)
from directory.projects.tables import FundingRow, ItemKind, ItemRow, PartyRow, ProjectRow
from directory.texts import LocalText


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of projects is narrowed to; empty means no narrowing.

    ``codes`` are the hits of a search for words; ``donors`` are institution keys and country codes.
    """

    codes: Collection[str] | None = None
    country: str = ""
    donors: Collection[str] = ()
    theme: str = ""
    status: Status | None = None


async def code_of(session: AsyncSession, typed: str) -> str | None:
    """The code of the project that ``typed`` writes, however it is written."""
    found = await session.execute(
        sa.select(ProjectRow.code).where(ProjectRow.squeezed == squeeze(typed)[:64])
    )
    return found.scalar_one_or_none()


async def codes(session: AsyncSession) -> list[str]:
    """All codes."""
    return list((await session.execute(sa.select(ProjectRow.code).order_by(ProjectRow.code))).scalars())


async def sheet(session: AsyncSession, code: str) -> ProjectSheet | None:
    """The whole sheet of the project with exactly this code."""
    row = (await session.execute(sa.select(ProjectRow).where(ProjectRow.code == code))).scalar_one_or_none()
    if row is None:
        return None
    items = list(
        (
            await session.execute(
                sa.select(ItemRow).where(ItemRow.project == code).order_by(ItemRow.position)
            )
        ).scalars()
    )
    parties = list(
        (
            await session.execute(
                sa.select(PartyRow).where(PartyRow.project == code).order_by(PartyRow.position)
            )
        ).scalars()
    )
    lines = list(
        (
            await session.execute(
                sa.select(FundingRow).where(FundingRow.project == code).order_by(FundingRow.position)
            )
        ).scalars()
    )
    keys = {party.institution for party in parties if party.institution}
    keys |= {line.institution for line in lines if line.institution}
    known = await institutions.several(session, keys) if keys else {}

    def texts(kind: ItemKind) -> tuple[LocalText, ...]:
        return tuple(LocalText(item.text) for item in items if item.kind is kind)

    return ProjectSheet(
        code=row.code,
        titles=LocalText(row.titles),
        network=row.network,
        programme=LocalText(row.programme),
        priority_sector=LocalText(row.priority_sector),
        status=row.status,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        country=row.country,
        city=LocalText(row.city),
        context=LocalText(row.context),
        general_objective=LocalText(row.general_objective),
        specific_objectives=texts(ItemKind.SPECIFIC_OBJECTIVE),
        justification=LocalText(row.justification),
        components=tuple(_component(item) for item in items if item.kind is ItemKind.COMPONENT),
        progress=tuple(
            Progress(LocalText(item.text), item.starts_on, item.ends_on)
            for item in items
            if item.kind is ItemKind.PROGRESS
        ),
        phases=tuple(
            Phase(LocalText(item.text), item.starts_on, item.ends_on, item.status)
            for item in items
            if item.kind is ItemKind.PHASE
        ),
        themes=tuple(Theme(item.slug, LocalText(item.text)) for item in items if item.kind is ItemKind.THEME),
        target_groups=texts(ItemKind.TARGET_GROUP),
        workstreams=texts(ItemKind.WORKSTREAM),
        expected_results=texts(ItemKind.EXPECTED_RESULT),
        earlier_results=texts(ItemKind.EARLIER_RESULT),
        parties=tuple(_party(party, known) for party in parties),
        budget=_amount(row.budget, row.budget_currency),
        funding=tuple(_funding(line, known) for line in lines),
        documents=tuple(
            Document(
                item.document_kind or DocumentKind.DOCUMENT, LocalText(item.text), item.starts_on, item.url
            )
            for item in items
            if item.kind is ItemKind.DOCUMENT
        ),
        updated_on=row.updated_on,
        source=LocalText(row.source),
        retired_on=row.retired_on,
    )


def _amount(value: Decimal | None, currency: str | None) -> Amount | None:
    return Amount(value, currency) if value is not None and currency is not None else None


def _component(item: ItemRow) -> Component:
    duration = (
        Duration(item.duration, item.duration_unit)
        if item.duration is not None and item.duration_unit is not None
        else None
    )
    return Component(
        LocalText(item.text), duration, _amount(item.cost, item.cost_currency), LocalText(item.note)
    )


def _named(
    role: PartyRole,
    institution: str | None,
    country: str | None,
    name: LocalText,
    known: dict[str, Institution],
) -> Party:
    body = known.get(institution or "")
    if body is not None:
        return Party(role, body.key, country, body.names, body.acronyms)
    return Party(role, institution, country, name)


def _party(row: PartyRow, known: dict[str, Institution]) -> Party:
    return _named(row.role, row.institution, row.country, LocalText(row.name), known)


def _funding(row: FundingRow, known: dict[str, Institution]) -> Funding:
    donor = _named(PartyRole.DONOR, row.institution, row.country, LocalText(row.name), known)
    return Funding(donor, Amount(row.amount, row.currency), row.state, row.dated, LocalText(row.note))


_LINE = (
    ProjectRow.code,
    ProjectRow.titles,
    ProjectRow.status,
    ProjectRow.country,
    ProjectRow.starts_on,
    ProjectRow.ends_on,
)


def _lines(rows: Iterable[Any]) -> list[ProjectLine]:
    return [
        ProjectLine(code, LocalText(titles), status, country, starts_on, ends_on)
        for code, titles, status, country, starts_on, ends_on in rows
    ]


async def lines(session: AsyncSession, wanted: Collection[str]) -> list[ProjectLine]:
    """The list lines of these codes, in the order given."""
    rows = await session.execute(sa.select(*_LINE).where(ProjectRow.code.in_(list(wanted))))
    by_code = {line.code: line for line in _lines(rows)}
    return [by_code[code] for code in wanted if code in by_code]


async def listing(
    session: AsyncSession, filters: Filters, offset: int, limit: int
) -> tuple[list[ProjectLine], int]:
    """One page of the projects that pass ``filters``, by code, and how many there are in all."""
    conditions = list(_conditions(filters))
    total = await session.execute(sa.select(sa.func.count()).select_from(ProjectRow).where(*conditions))
    rows = await session.execute(
        sa.select(*_LINE).where(*conditions).order_by(ProjectRow.code).offset(offset).limit(limit)
    )
    return _lines(rows), total.scalar_one()


def _conditions(filters: Filters) -> Iterable[sa.ColumnElement[bool]]:
    yield ProjectRow.retired_on.is_(None)
    if filters.codes is not None:
        yield ProjectRow.code.in_(list(filters.codes))
    if filters.country:
        yield _in_country(filters.country)
    if filters.donors:
        donors = list(filters.donors)
        yield ProjectRow.code.in_(
            sa.select(FundingRow.project)
            .where(sa.or_(FundingRow.institution.in_(donors), FundingRow.country.in_(donors)))
            .union(
                sa.select(PartyRow.project).where(
                    PartyRow.role == PartyRole.DONOR,
                    sa.or_(PartyRow.institution.in_(donors), PartyRow.country.in_(donors)),
                )
            )
        )
    if filters.theme:
        yield ProjectRow.code.in_(
            sa.select(ItemRow.project).where(ItemRow.kind == ItemKind.THEME, ItemRow.slug == filters.theme)
        )
    if filters.status is not None:
        yield ProjectRow.status == filters.status


def _in_country(country: str) -> sa.ColumnElement[bool]:
    parties = sa.select(PartyRow.project).where(PartyRow.country == country)
    return sa.or_(ProjectRow.country == country, ProjectRow.code.in_(parties))


async def of_country(session: AsyncSession, country: str) -> list[ProjectLine]:
    """The projects in a country or with it as a party that are in use, by code."""
    rows = await session.execute(
        sa.select(*_LINE)
        .where(_in_country(country), ProjectRow.retired_on.is_(None))
        .order_by(ProjectRow.code)
    )
    return _lines(rows)


async def of_institution(session: AsyncSession, institution: str) -> list[ProjectLine]:
    """The projects in which an institution has a part and that are in use, by code."""
    parties = sa.select(PartyRow.project).where(PartyRow.institution == institution)
    rows = await session.execute(
        sa.select(*_LINE)
        .where(ProjectRow.code.in_(parties), ProjectRow.retired_on.is_(None))
        .order_by(ProjectRow.code)
    )
    return _lines(rows)


async def themes(session: AsyncSession) -> list[Theme]:
    """Every theme that a project has, each once, by slug."""
    rows = await session.execute(
        sa.select(ItemRow.slug, ItemRow.text)
        .join(ProjectRow, ProjectRow.code == ItemRow.project)
        .where(ItemRow.kind == ItemKind.THEME, ProjectRow.retired_on.is_(None))
        .order_by(ItemRow.slug)
    )
    found: dict[str, Theme] = {}
    for slug, text in rows:
        found.setdefault(slug, Theme(slug, LocalText(text)))
    return list(found.values())
