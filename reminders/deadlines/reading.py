"""Deadlines are read: one, several, lists that are narrowed; whole, with owners and evidence."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.texts import LocalText
from reminders.deadlines.records import Deadline, Evidence, File, Owner, Source, SourceKind, State
from reminders.deadlines.tables import DeadlineRow, EvidenceRow, OwnerRow, SnoozeRow
from reminders.vague import VagueDate

#: How many numbers one statement takes.
_BATCH = 500
_COLUMNS = (
    DeadlineRow.id,
    DeadlineRow.network,
    DeadlineRow.titles,
    DeadlineRow.descriptions,
    DeadlineRow.due,
    DeadlineRow.planned,
    DeadlineRow.state,
    DeadlineRow.source_kind,
    DeadlineRow.source_key,
    DeadlineRow.source_text,
    DeadlineRow.lead,
    DeadlineRow.overdue,
    DeadlineRow.after,
    DeadlineRow.series,
    DeadlineRow.occurrence,
    DeadlineRow.created_by,
    DeadlineRow.created_at,
    DeadlineRow.done_on,
    DeadlineRow.done_by,
    DeadlineRow.ended_at,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of deadlines is narrowed to; ``None`` is no narrowing, nothing fits an empty collection.

    ``owners``: owned by one of these (:func:`reminders.deadlines.owners_for` says as what a person owes).
    ``first`` and ``last``: the last day of it lies between these days. ``ended_since``: done or cancelled at
    that moment or later. ``designated``: whether it has an owner. ``from_meeting``: that
    were decided at the meeting with this code.
    """

    networks: Collection[str] | None = None
    owners: Collection[Owner] | None = None
    states: Collection[State] | None = None
    first: date | None = None
    last: date | None = None
    ended_since: datetime | None = None
    designated: bool | None = None
    from_meeting: str | None = None


async def get(session: AsyncSession, number: int) -> Deadline | None:
    """The deadline with this number."""
    return (await several(session, [number])).get(number)


async def several(session: AsyncSession, numbers: Collection[int]) -> dict[int, Deadline]:
    """The deadlines with these numbers, by number."""
    found: dict[int, Deadline] = {}
    wanted = sorted(set(numbers))
    for start in range(0, len(wanted), _BATCH):
        some = DeadlineRow.id.in_(wanted[start : start + _BATCH])
        found |= {item.number: item for item in await _where(session, sa.select(*_COLUMNS).where(some))}
    return found


async def listing(
    session: AsyncSession, filters: Filters, *, offset: int = 0, limit: int | None = None
) -> list[Deadline]:
    """The deadlines that fit, the earliest last day first."""
    wanted = sa.select(*_COLUMNS).where(*_conditions(filters))
    wanted = wanted.order_by(DeadlineRow.due_last, DeadlineRow.id).offset(offset)
    return await _where(session, wanted if limit is None else wanted.limit(limit))


async def count(session: AsyncSession, filters: Filters) -> int:
    """How many deadlines fit."""
    counted = sa.select(sa.func.count()).select_from(DeadlineRow).where(*_conditions(filters))
    return (await session.execute(counted)).scalar_one()


async def file_of(session: AsyncSession, number: int, evidence: int) -> File | None:
    """The file of one piece of a deadline's evidence; ``None`` where there is none."""
    row = (
        await session.execute(
            sa.select(EvidenceRow.file_name, EvidenceRow.media_type, EvidenceRow.content).where(
                EvidenceRow.id == evidence, EvidenceRow.deadline == number
            )
        )
    ).one_or_none()
    if row is None or row.content is None:
        return None
    return File(row.file_name, row.media_type, row.content)


async def snoozes(session: AsyncSession, numbers: Collection[int], day: date) -> dict[int, dict[str, date]]:
    """Who is not reminded of these deadlines on ``day``, each with the first day on which they are again."""
    found: dict[int, dict[str, date]] = {}
    wanted = sorted(set(numbers))
    for start in range(0, len(wanted), _BATCH):
        for number, person, until in await session.execute(
            sa.select(SnoozeRow.deadline, SnoozeRow.person, SnoozeRow.until).where(
                SnoozeRow.deadline.in_(wanted[start : start + _BATCH]), SnoozeRow.until > day
            )
        ):
            found.setdefault(number, {})[person] = until
    return found


async def depending(session: AsyncSession, number: int) -> list[int]:
    """The numbers of the deadlines that wait for this one."""
    rows = await session.execute(
        sa.select(DeadlineRow.id).where(DeadlineRow.after == number).order_by(DeadlineRow.id)
    )
    return list(rows.scalars())


async def waiting(session: AsyncSession, deadlines: Collection[Deadline]) -> frozenset[int]:
    """The numbers of those that wait for another one which is still open."""
    before = {item.number: item.after for item in deadlines if item.after is not None}
    known = await several(session, set(before.values()))
    return frozenset(number for number, after in before.items() if after in known and known[after].is_open)


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    wanted: list[sa.ColumnElement[bool]] = []
    if filters.networks is not None:
        wanted.append(DeadlineRow.network.in_(list(filters.networks)))
    if filters.states is not None:
        wanted.append(DeadlineRow.state.in_(list(filters.states)))
    if filters.first is not None:
        wanted.append(DeadlineRow.due_last >= filters.first)
    if filters.last is not None:
        wanted.append(DeadlineRow.due_last <= filters.last)
    if filters.ended_since is not None:
        wanted.append(DeadlineRow.ended_at >= filters.ended_since)
    if filters.designated is not None:
        owned = sa.exists().where(OwnerRow.deadline == DeadlineRow.id)
        wanted.append(owned if filters.designated else ~owned)
    if filters.from_meeting is not None:
        wanted.append(DeadlineRow.source_kind.in_((SourceKind.MEETING, SourceKind.DECISION)))
        wanted.append(DeadlineRow.source_key == filters.from_meeting)
    if filters.owners is not None:
        wanted.append(_owned_by(filters.owners))
    return wanted


def _owned_by(owners: Collection[Owner]) -> sa.ColumnElement[bool]:
    keys: dict[str, list[str]] = {}
    for owner in owners:
        keys.setdefault(owner.kind, []).append(owner.key)
    same = [sa.and_(OwnerRow.kind == kind, OwnerRow.key.in_(some)) for kind, some in keys.items()]
    return DeadlineRow.id.in_(sa.select(OwnerRow.deadline).where(sa.or_(*same, sa.false())))


async def _where(session: AsyncSession, wanted: sa.Select[*tuple[Any, ...]]) -> list[Deadline]:
    rows = (await session.execute(wanted)).all()
    numbers = [row.id for row in rows]
    owners = await _owners(session, numbers)
    evidence = await _evidence(session, [row.id for row in rows if row.state is State.DONE])
    return [_read(row, owners.get(row.id, ()), evidence.get(row.id, ())) for row in rows]


async def _owners(session: AsyncSession, numbers: Sequence[int]) -> dict[int, tuple[Owner, ...]]:
    found: dict[int, tuple[Owner, ...]] = {}
    for start in range(0, len(numbers), _BATCH):
        for number, kind, key in await session.execute(
            sa.select(OwnerRow.deadline, OwnerRow.kind, OwnerRow.key)
            .where(OwnerRow.deadline.in_(numbers[start : start + _BATCH]))
            .order_by(OwnerRow.deadline, OwnerRow.position)
        ):
            found[number] = (*found.get(number, ()), Owner(kind, key))
    return found


async def _evidence(session: AsyncSession, numbers: Sequence[int]) -> dict[int, tuple[Evidence, ...]]:
    found: dict[int, tuple[Evidence, ...]] = {}
    for start in range(0, len(numbers), _BATCH):
        for row in await session.execute(
            sa.select(
                EvidenceRow.deadline,
                EvidenceRow.id,
                EvidenceRow.note,
                EvidenceRow.link,
                EvidenceRow.file_name,
                EvidenceRow.media_type,
                EvidenceRow.size,
                EvidenceRow.by,
                EvidenceRow.at,
            )
            .where(EvidenceRow.deadline.in_(numbers[start : start + _BATCH]))
            .order_by(EvidenceRow.id)
        ):
            number, *values = tuple[Any, ...](row)
            found[number] = (*found.get(number, ()), Evidence(*values))
    return found


def _read(row: sa.Row[Any], owners: tuple[Owner, ...], evidence: tuple[Evidence, ...]) -> Deadline:
    return Deadline(
        number=row.id,
        network=row.network,
        titles=LocalText(row.titles),
        due=VagueDate.of_code(row.due),
        descriptions=LocalText(row.descriptions),
        owners=owners,
        source=Source(row.source_kind, row.source_key, LocalText(row.source_text)),
        state=row.state,
        lead=tuple(row.lead),
        overdue=tuple(row.overdue),
        after=row.after,
        series=row.series,
        occurrence=row.occurrence,
        planned=VagueDate.of_code(row.planned),
        created_by=row.created_by,
        created_at=row.created_at,
        done_on=row.done_on,
        done_by=row.done_by,
        ended_at=row.ended_at,
        evidence=evidence,
    )
