"""Writes of meetings: drafted, changed, announced, taken back, moved, cancelled, restored.

Each is one change of one row that is locked first, leaves its trace in the trail, and makes the version
grow; what a calendar must learn of makes the sequence grow too (RFC 5545, 3.8.7.4).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from directory import audit
from directory.audit import Actor
from directory.meetings import reading
from directory.meetings.records import UNDO_SECONDS, Meeting, State, Unit
from directory.meetings.tables import MeetingRow, RequestRow, RoomCardRow, UnitRow
from directory.meetings.when import When

#: What the trail calls a meeting.
MEETING: Final = "meeting"
_PLAIN: Final = {"synchronize_session": False}
#: Fields of which a calendar must learn.
_CALENDAR: Final = ("titles", "when", "places", "link", "state", "documents", "agenda", "languages")
#: Fields of which the trail keeps nothing.
_UNTRACED: Final = ("uid", "sequence", "version", "created_by", "created_at", "changed_at")


class Unchangeable(Exception):
    """What was wanted cannot be done with a meeting in this state (any more). ``meeting`` is how it is."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(meeting.state)
        self.meeting = meeting


async def draft(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    meeting: Meeting,
    units: Collection[Unit],
    rooms: Collection[int] = (),
) -> Meeting:
    """Store a new meeting as a draft, who is expected, and in which rooms it is to be announced."""
    uid = meeting.uid or f"{uuid.uuid4()}@enlace"
    stored = replace(meeting, state=State.DRAFT, uid=uid, created_by=actor.person_key or "", created_at=now)
    number = (
        await session.execute(sa.insert(MeetingRow).values(values(stored)).returning(MeetingRow.id))
    ).scalar_one()
    stored = replace(stored, number=number)
    await add_units(session, number, units)
    await choose_rooms(session, number, rooms)
    await audit.changed(
        session, actor, now, "add", MEETING, stored.code, None, traced(stored), stored.network
    )
    return stored


async def change(session: AsyncSession, actor: Actor, now: datetime, wanted: Meeting) -> Meeting:
    """Store what a meeting is to be from now on; its state stays as it is stored.

    A meeting of which nothing changes is left alone. Raises :class:`Unchangeable` where there is none.
    """
    present = await _locked(session, wanted.number)
    return await _store(session, actor, now, present, replace(wanted, state=present.state), "edit")


async def move(session: AsyncSession, actor: Actor, now: datetime, number: int, when: When) -> Meeting:
    """Another time. Raises :class:`Unchangeable` where the meeting is cancelled or over."""
    present = await _locked(session, number)
    if present.state is State.CANCELLED or present.is_over(now):
        raise Unchangeable(present)
    return await _store(session, actor, now, present, replace(present, when=when), "move")


async def announce(session: AsyncSession, actor: Actor, now: datetime, number: int) -> Meeting:
    """Announce a draft after the time in which that can be taken back."""
    present = await _locked(session, number)
    if present.state is not State.DRAFT or present.is_over(now):
        raise Unchangeable(present)
    due = now + timedelta(seconds=UNDO_SECONDS)
    wanted = replace(present, state=State.ANNOUNCING, announce_at=due)
    return await _store(session, actor, now, present, wanted, "announce")


async def take_back(session: AsyncSession, actor: Actor, now: datetime, number: int) -> Meeting:
    """Not to be announced after all. Raises :class:`Unchangeable` where it has been."""
    present = await _locked(session, number)
    if present.state is not State.ANNOUNCING:
        raise Unchangeable(present)
    wanted = replace(present, state=State.DRAFT, announce_at=None)
    return await _store(session, actor, now, present, wanted, "take_back")


async def is_due(session: AsyncSession, now: datetime) -> bool:
    """Whether there is anything to be announced by now."""
    due = sa.select(MeetingRow.id).where(MeetingRow.state == State.ANNOUNCING, MeetingRow.announce_at <= now)
    return (await session.execute(due.limit(1))).first() is not None


async def publish_due(session: AsyncSession, now: datetime) -> list[Meeting]:
    """The meetings whose time to be taken back is over, announced by this; each is returned once."""
    changed = await session.execute(
        sa.update(MeetingRow)
        .where(MeetingRow.state == State.ANNOUNCING, MeetingRow.announce_at <= now)
        .values(
            state=State.ANNOUNCED,
            announce_at=None,
            announced_at=now,
            changed_at=now,
            version=MeetingRow.version + 1,
            sequence=MeetingRow.sequence + 1,
        )
        .returning(MeetingRow.id),
        execution_options=_PLAIN,
    )
    numbers = sorted(changed.scalars())
    found = await reading.several(session, numbers)
    return [found[number] for number in numbers]


async def cancel(session: AsyncSession, actor: Actor, now: datetime, number: int, reason: str) -> Meeting:
    """Call a meeting off; what was answered stays. A draft is cancelled too."""
    present = await _locked(session, number)
    if present.state is State.CANCELLED or present.is_over(now):
        raise Unchangeable(present)
    wanted = replace(present, state=State.CANCELLED, announce_at=None)
    return await _store(session, actor, now, present, wanted, "cancel", note=reason)


async def restore(session: AsyncSession, actor: Actor, now: datetime, number: int) -> Meeting:
    """Take a cancellation back: announced again where it had been, else a draft."""
    present = await _locked(session, number)
    if present.state is not State.CANCELLED or present.is_over(now):
        raise Unchangeable(present)
    state = State.ANNOUNCED if present.announced_at is not None else State.DRAFT
    return await _store(session, actor, now, present, replace(present, state=state), "restore")


async def add_units(session: AsyncSession, number: int, units: Collection[Unit]) -> list[Unit]:
    """Expect these too; returns those that were not expected yet."""
    known = set(await reading.expected(session, number))
    new = [unit for unit in dict.fromkeys(units) if unit not in known]
    if new:
        rows = [{"meeting": number, "kind": unit.kind, "key": unit.key} for unit in new]
        await session.execute(sa.insert(UnitRow), rows)
        await touch(session, number)
    return new


async def add_unit(session: AsyncSession, actor: Actor, now: datetime, meeting: Meeting, unit: Unit) -> bool:
    """Expect one more; whether it was not expected yet."""
    await _locked(session, meeting.number)
    if not await add_units(session, meeting.number, [unit]):
        return False
    await audit.changed(
        session, actor, now, "expect", MEETING, meeting.code, None, {"expected": unit.short}, meeting.network
    )
    return True


async def note_request(session: AsyncSession, number: int, unit: Unit, now: datetime) -> bool:
    """Note that a unit asked to be expected; false where it had asked before."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    noted = await session.execute(
        insert(RequestRow)
        .values(meeting=number, kind=unit.kind, key=unit.key, at=now)
        .on_conflict_do_nothing()
        .returning(RequestRow.key)
    )
    return noted.scalar_one_or_none() is not None


async def drop_unit(session: AsyncSession, number: int, unit: Unit) -> bool:
    """Expect a unit no longer; what it answered stays but does not count. Whether it was expected."""
    gone = await session.execute(
        sa.delete(UnitRow)
        .where(UnitRow.meeting == number, UnitRow.kind == unit.kind, UnitRow.key == unit.key)
        .returning(UnitRow.key),
        execution_options=_PLAIN,
    )
    found = gone.first() is not None
    if found:
        await touch(session, number)
    return found


async def choose_rooms(session: AsyncSession, number: int, rooms: Collection[int]) -> None:
    """Announce it in these rooms (by number) too."""
    known = set(
        await session.scalars(sa.select(RoomCardRow.room).where(RoomCardRow.meeting == number))
    )  # fmt: skip
    rows = [{"meeting": number, "room": room} for room in dict.fromkeys(rooms) if room not in known]
    if rows:
        await session.execute(sa.insert(RoomCardRow), rows)


async def drop_room(session: AsyncSession, number: int, room: int) -> bool:
    """Do not announce it in a room after all; whether it was to be. One where a card stands stays."""
    gone = await session.execute(
        sa.delete(RoomCardRow)
        .where(RoomCardRow.meeting == number, RoomCardRow.room == room, RoomCardRow.delivery == "")
        .returning(RoomCardRow.room),
        execution_options=_PLAIN,
    )
    return gone.first() is not None


async def touch(session: AsyncSession, number: int) -> None:
    """Something that is shown of the meeting has changed: its cards are to be renewed."""
    await session.execute(
        sa.update(MeetingRow).where(MeetingRow.id == number).values(version=MeetingRow.version + 1),
        execution_options=_PLAIN,
    )


async def recompute(session: AsyncSession, now: datetime) -> list[tuple[Meeting, datetime]]:
    """Derive the instants of coming meetings anew: the rules of a zone may have changed.

    Returns the meetings whose instant moved, with the instant at which each would have begun before.
    """
    rows = await session.execute(
        sa.select(MeetingRow.id, MeetingRow.starts_at, MeetingRow.ends_at).where(MeetingRow.ends_at > now)
    )
    stored = {number: (starts, ends) for number, starts, ends in rows}
    moved: list[tuple[Meeting, datetime]] = []
    for number, meeting in (await reading.several(session, stored)).items():
        starts, ends = stored[number]
        if (meeting.starts_at, meeting.ends_at) == (starts, ends):
            continue
        await session.execute(
            sa.update(MeetingRow)
            .where(MeetingRow.id == number)
            .values(
                starts_at=meeting.starts_at,
                ends_at=meeting.ends_at,
                sequence=MeetingRow.sequence + 1,
                version=MeetingRow.version + 1,
                changed_at=now,
            ),
            execution_options=_PLAIN,
        )
        moved.append((meeting, starts))
    return moved


async def _locked(session: AsyncSession, number: int) -> Meeting:
    found = await reading.get(session, number, locked=True)
    if found is None:
        raise LookupError(f"there is no meeting {number}")
    return found


async def _store(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    before: Meeting,
    wanted: Meeting,
    action: str,
    note: str = "",
) -> Meeting:
    old, new = traced(before), traced(wanted)
    if old == new and before.announce_at == wanted.announce_at:
        return before
    heard = before.announced_at is not None and any(
        getattr(before, name) != getattr(wanted, name) for name in _CALENDAR
    )
    stored = replace(
        wanted,
        version=before.version + 1,
        sequence=before.sequence + (1 if heard else 0),
        uid=before.uid,
        changed_at=now if heard else before.changed_at,
    )
    await session.execute(
        sa.update(MeetingRow).where(MeetingRow.id == before.number).values(values(stored)),
        execution_options=_PLAIN,
    )
    await audit.changed(
        session, actor, now, action, MEETING, before.code, old, new, before.network, note=note
    )
    return stored


def values(meeting: Meeting) -> dict[str, Any]:
    """The columns of a meeting, its number left out."""
    return {
        "uid": meeting.uid,
        "sequence": meeting.sequence,
        "version": meeting.version,
        "network": meeting.network,
        "titles": dict(meeting.titles.by_language),
        "start_local": meeting.when.start,
        "end_local": meeting.when.end,
        "zone": meeting.when.zone,
        "fold": meeting.when.fold,
        "end_fold": meeting.when.end_fold,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "state": meeting.state,
        "places": dict(meeting.places.by_language),
        "link": meeting.link,
        "host": meeting.host,
        "languages": list(meeting.languages),
        "interpretation": meeting.interpretation,
        "agenda": [dict(item.by_language) for item in meeting.agenda],
        "documents": [
            {"titles": dict(item.titles.by_language), "url": item.url} for item in meeting.documents
        ],
        "quorum": meeting.quorum.kind,
        "quorum_number": meeting.quorum.number,
        "capacity": meeting.capacity,
        "answer_by": meeting.answer_by,
        "proxies": meeting.proxies,
        "project": meeting.project,
        "series": meeting.series,
        "minutes": meeting.minutes,
        "created_by": meeting.created_by,
        "created_at": meeting.created_at,
        "announce_at": meeting.announce_at,
        "announced_at": meeting.announced_at,
        "changed_at": meeting.changed_at,
    }


def traced(meeting: Meeting) -> Mapping[str, object]:
    """What the trail keeps of a meeting, in terms of JSON."""
    kept = values(meeting)
    for name in (*_UNTRACED, "announce_at", "announced_at"):
        del kept[name]
    for name in ("start_local", "end_local", "starts_at", "ends_at", "answer_by"):
        kept[name] = kept[name].isoformat() if kept[name] is not None else None
    return kept
