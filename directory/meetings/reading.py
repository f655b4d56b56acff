"""Reads of meetings: one, many, who is expected, what was answered, and how it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.meetings.records import (
    Answer,
    Document,
    Meeting,
    Quorum,
    Reply,
    Seat,
    State,
    Tally,
    Unit,
    UnitKind,
    unit_of,
)
from directory.meetings.tables import MeetingRow, ReplyRow, UnitRow
from directory.meetings.when import When
from directory.texts import LocalText

_MEETING: Final = MeetingRow.__table__.c
_REPLY: Final = ReplyRow.__table__.c


def meeting_of(row: sa.RowMapping) -> Meeting:
    """The record of a row of the table."""
    return Meeting(
        number=row["id"],
        network=row["network"],
        titles=LocalText(row["titles"]),
        when=When(row["start_local"], row["end_local"], row["zone"], row["fold"], row["end_fold"]),
        state=row["state"],
        places=LocalText(row["places"]),
        link=row["link"],
        host=row["host"],
        languages=tuple(row["languages"]),
        interpretation=row["interpretation"],
        agenda=tuple(LocalText(item) for item in row["agenda"]),
        documents=tuple(Document(LocalText(item["titles"]), item["url"]) for item in row["documents"]),
        quorum=Quorum(row["quorum"], row["quorum_number"]),
        capacity=row["capacity"],
        answer_by=row["answer_by"],
        proxies=row["proxies"],
        project=row["project"],
        series=row["series"],
        minutes=row["minutes"],
        uid=row["uid"],
        sequence=row["sequence"],
        version=row["version"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        announce_at=row["announce_at"],
        announced_at=row["announced_at"],
        changed_at=row["changed_at"],
    )


def reply_of(row: sa.RowMapping) -> Reply:
    """The record of a row of the table."""
    return Reply(
        unit=Unit(row["kind"], row["key"]),
        answer=row["answer"],
        by=row["by"],
        answered_at=row["answered_at"],
        on_behalf=row["on_behalf"],
        late=row["late"],
        seat=row["seat"],
        waiting_from=row["waiting_from"],
        offered_until=row["offered_until"],
        delegate=row["delegate"],
        delegate_name=row["delegate_name"],
        size=row["size"],
        names=tuple(row["names"]),
        note=row["note"],
        proxy=unit_of(row["proxy"]),
        checked_in_at=row["checked_in_at"],
    )


async def get(session: AsyncSession, number: int, *, locked: bool = False) -> Meeting | None:
    """The meeting with this number.

    ``locked``: no other transaction changes it or its answers until this one ends.
    """
    chosen = sa.select(*_MEETING).where(_MEETING.id == number)
    row = (await session.execute(chosen.with_for_update() if locked else chosen)).mappings().one_or_none()
    return meeting_of(row) if row is not None else None


async def with_uid(session: AsyncSession, uid: str) -> Meeting | None:
    """The meeting that a calendar knows by this ``UID``."""
    row = (await session.execute(sa.select(*_MEETING).where(_MEETING.uid == uid))).mappings().one_or_none()
    return meeting_of(row) if row is not None else None


async def several(session: AsyncSession, numbers: Collection[int]) -> dict[int, Meeting]:
    """The meetings with these numbers, by number."""
    rows = await session.execute(sa.select(*_MEETING).where(_MEETING.id.in_(list(numbers))))
    return {row["id"]: meeting_of(row) for row in rows.mappings()}


async def listing(
    session: AsyncSession,
    *,
    networks: Collection[str] | None = None,
    units: Collection[Unit] | None = None,
    begins: datetime | None = None,
    ends: datetime | None = None,
    states: Collection[State] = (State.ANNOUNCED,),
    limit: int = 200,
) -> list[Meeting]:
    """Meetings in the order of their beginning.

    ``networks``: of these alone; ``units``: that expect one of these; ``begins`` and ``ends``: that are not
    over before the one and begin before the other.
    """
    conditions: list[sa.ColumnElement[bool]] = [_MEETING.state.in_(list(states))]
    if networks is not None:
        conditions.append(_MEETING.network.in_(list(networks)))
    if units is not None:
        pairs = [(unit.kind, unit.key) for unit in units]
        expected = sa.select(UnitRow.meeting).where(sa.tuple_(UnitRow.kind, UnitRow.key).in_(pairs))
        conditions.append(_MEETING.id.in_(expected))
    if begins is not None:
        conditions.append(_MEETING.ends_at > begins)
    if ends is not None:
        conditions.append(_MEETING.starts_at < ends)
    rows = await session.execute(
        sa.select(*_MEETING)
        .where(*conditions)
        .order_by(_MEETING.starts_at, _MEETING.id)
        .limit(limit)
    )  # fmt: skip
    return [meeting_of(row) for row in rows.mappings()]


async def of_series(session: AsyncSession, series: str) -> list[Meeting]:
    """The meetings of a series, in order."""
    rows = await session.execute(
        sa.select(*_MEETING).where(_MEETING.series == series).order_by(_MEETING.starts_at, _MEETING.id)
    )
    return [meeting_of(row) for row in rows.mappings()]


async def expected(session: AsyncSession, number: int) -> list[Unit]:
    """Who is expected at a meeting: countries, institutions, people, each by key."""
    rows = await session.execute(
        sa.select(UnitRow.kind, UnitRow.key)
        .where(UnitRow.meeting == number)
        .order_by(UnitRow.kind, UnitRow.key)
    )
    return [Unit(kind, key) for kind, key in rows]


async def replies(session: AsyncSession, number: int) -> dict[Unit, Reply]:
    """What was answered to a meeting, by unit; who is silent is left out."""
    rows = await session.execute(
        sa.select(*_REPLY).where(_REPLY.meeting == number).order_by(_REPLY.kind, _REPLY.key)
    )
    found = [reply_of(row) for row in rows.mappings()]
    return {reply.unit: reply for reply in found}


async def reply(session: AsyncSession, number: int, unit: Unit) -> Reply | None:
    """What one unit has answered."""
    row = (await session.execute(sa.select(*_REPLY).where(is_reply(number, unit)))).mappings().one_or_none()
    return reply_of(row) if row is not None else None


def is_reply(number: int, unit: Unit) -> sa.ColumnElement[bool]:
    """The row of a unit's answer."""
    return sa.and_(_REPLY.meeting == number, _REPLY.kind == unit.kind, _REPLY.key == unit.key)


async def replies_to(session: AsyncSession, numbers: Collection[int]) -> dict[int, dict[Unit, Reply]]:
    """What was answered to each of these meetings, by unit."""
    found: dict[int, dict[Unit, Reply]] = {number: {} for number in numbers}
    rows = await session.execute(
        sa.select(*_REPLY)
        .where(_REPLY.meeting.in_(list(found)))
        .order_by(_REPLY.meeting, _REPLY.kind, _REPLY.key)
    )
    for row in rows.mappings():
        answered = reply_of(row)
        found[row["meeting"]][answered.unit] = answered
    return found


async def expected_at(session: AsyncSession, numbers: Collection[int]) -> dict[int, list[Unit]]:
    """Who is expected at each of these meetings."""
    found: dict[int, list[Unit]] = {number: [] for number in numbers}
    for number, kind, key in await session.execute(
        sa.select(UnitRow.meeting, UnitRow.kind, UnitRow.key)
        .where(UnitRow.meeting.in_(list(found)))
        .order_by(UnitRow.meeting, UnitRow.kind, UnitRow.key)
    ):
        found[number].append(Unit(kind, key))
    return found


async def versions(session: AsyncSession, now: datetime) -> dict[int, int]:
    """The announced meetings that have not begun, by number, with how they stand."""
    rows: sa.Result[int, int] = await session.execute(
        sa.select(MeetingRow.id, MeetingRow.version)
        .where(MeetingRow.state == State.ANNOUNCED, MeetingRow.starts_at > now)
        .order_by(MeetingRow.id)
    )
    return dict(rows.all())


async def silent(session: AsyncSession, number: int) -> list[Unit]:
    """Who is expected and has not answered."""
    answered = await replies(session, number)
    return [unit for unit in await expected(session, number) if unit not in answered]


async def tally(session: AsyncSession, number: int) -> Tally:
    """How a meeting stands."""
    return count(await expected(session, number), (await replies(session, number)).values())


def count(units: Sequence[Unit], answered: Collection[Reply]) -> Tally:
    """The tally of those expected and of what they answered; others are not counted."""
    there = set(units)
    counted = [reply for reply in answered if reply.unit in there]
    by_answer: Counter[Answer] = Counter(reply.answer for reply in counted)
    taken = [reply for reply in counted if reply.seat in (Seat.SEATED, Seat.OFFERED)]
    waits = [reply for reply in counted if reply.seat in (Seat.WAITING, Seat.OFFERED)]
    spoken_for = [
        reply
        for reply in counted
        if reply.proxy is not None and reply.answer in (Answer.CANNOT, Answer.MAYBE)
    ]
    return Tally(
        expected=len(units),
        counts=dict(by_answer),
        waiting=len(waits),
        seats_taken=sum(reply.size for reply in taken),
        by_proxy=len(spoken_for),
    )


async def with_person(session: AsyncSession, person: str) -> list[tuple[int, Reply]]:
    """The answers that a person gave or that name them as the delegate, with the meetings' numbers."""
    rows = await session.execute(
        sa.select(*_REPLY)
        .where(
            sa.or_(
                _REPLY.by == person,
                _REPLY.delegate == person,
                sa.and_(_REPLY.kind == UnitKind.PERSON, _REPLY.key == person),
            )
        )
        .order_by(_REPLY.meeting)
    )
    return [(row["meeting"], reply_of(row)) for row in rows.mappings()]
