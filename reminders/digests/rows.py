"""The rows of digests: which rooms are to be told today, and who has it in hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import rooms
from directory.networks import NetworkRow
from directory.rooms import Receives, Room, RoomRow
from reminders.digests.tables import DigestRow, Kind
from reminders.nudging.schedule import Hours

#: Rows are kept so long: they tell whether a room was told anything of late.
KEEP: Final = timedelta(days=60)
_PLAIN: Final = {"synchronize_session": False}
_MONDAY: Final = 0


@dataclass(frozen=True, slots=True)
class Due:
    """That a room is to be told, on which of its own days and what."""

    room: Room
    day: date
    kind: Kind
    after_outage: bool


def zone_of(room: Room) -> ZoneInfo:
    """A room's zone; UTC where none was chosen."""
    try:
        return ZoneInfo(room.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def due(room: Room, last: date | None, now: datetime, is_free: Callable[[date], bool]) -> Due | None:
    """What a room is to be told at an instant; ``last`` is the last of its days before now that has a row.

    Days on which it could not be told make the next message a catch-up; on Mondays the weekly one is that.
    """
    hours = Hours(zone_of(room), is_free)
    if not hours.is_open(now):
        return None
    day = now.astimezone(hours.zone).date()
    if last is not None and last >= day:
        return None
    begun = room.bound_at.astimezone(hours.zone).date() if room.bound_at is not None else None
    missed = (
        last is not None
        and (begun is None or begun <= last)
        and any(not is_free(last + timedelta(days=ahead)) for ahead in range(1, (day - last).days))
    )
    if day.weekday() == _MONDAY:
        return Due(room, day, Kind.WEEKLY, missed)
    return Due(room, day, Kind.CATCH_UP if missed else Kind.DAILY, missed)


async def receiving(session: AsyncSession, now: datetime) -> list[tuple[Room, date | None]]:
    """The rooms that are told everything, each with its last day that has a row.

    Rows of days that are to come, left by a clock that was wrong, do not count.
    """
    told = (
        sa.select(DigestRow.room, sa.func.max(DigestRow.day).label("day"))
        .where(DigestRow.day <= (now.astimezone(UTC) + timedelta(hours=14)).date())
        .group_by(DigestRow.room)
        .subquery()
    )
    rows: sa.Result[int, date | None] = await session.execute(
        sa.select(RoomRow.id, told.c.day)
        .join(NetworkRow, NetworkRow.code == RoomRow.network)
        .outerjoin(told, told.c.room == RoomRow.id)
        .where(
            RoomRow.active,
            RoomRow.broadcast.is_(False),
            RoomRow.receives == Receives.EVERYTHING,
            NetworkRow.retired_on.is_(None),
        )
        .order_by(RoomRow.id)
    )
    days = dict(rows.all())
    networks = sa.select(NetworkRow.code)
    codes = list((await session.execute(networks)).scalars())
    known = await rooms.bound_to(session, codes) if days else []
    return sorted(((room, days[room.id]) for room in known if room.id in days), key=lambda item: item[0].id)


async def take(session: AsyncSession, wanted: Sequence[Due]) -> list[Due]:
    """Those of them that nobody else has in hand or has told, and of whose room all still holds.

    Their rooms are locked until the caller's transaction ends.
    """
    ids = [item.room.id for item in wanted]
    locked = await session.execute(
        sa.select(RoomRow.id)
        .where(RoomRow.id.in_(ids))
        .order_by(RoomRow.id)
        .with_for_update(skip_locked=True)
    )
    free = set(locked.scalars())
    told: sa.Result[int, date] = await session.execute(
        sa.select(DigestRow.room, DigestRow.day).where(DigestRow.room.in_(ids))
    )
    done = {(room, day) for room, day in told}
    present = await rooms.several(session, free)
    return [
        item
        for item in wanted
        if present.get(item.room.id) == item.room and (item.room.id, item.day) not in done
    ]


@dataclass(frozen=True, slots=True)
class Note:
    """That a room was told on a day: of what, in how many messages."""

    due: Due
    subjects: Sequence[str]
    messages: int


async def note(session: AsyncSession, notes: Sequence[Note], now: datetime) -> None:
    """Keep what rooms were told."""
    if not notes:
        return
    rows = [
        {
            "room": item.due.room.id,
            "day": item.due.day,
            "kind": item.due.kind,
            "network": item.due.room.network,
            "subjects": list(item.subjects),
            "messages": item.messages,
            "made_at": now,
        }
        for item in notes
    ]
    await session.execute(sa.insert(DigestRow), rows)


async def noted(session: AsyncSession, room: int, day: date) -> tuple[str, ...] | None:
    """The subjects of what a room was told on a day; ``None`` where it was not."""
    found = await session.execute(
        sa.select(DigestRow.subjects).where(DigestRow.room == room, DigestRow.day == day).with_for_update()
    )
    subjects = found.scalar_one_or_none()
    return tuple(subjects) if subjects is not None else None


async def take_out(session: AsyncSession, room: int, day: date) -> None:
    """A room was not told on a day after all."""
    await session.execute(
        sa.delete(DigestRow).where(DigestRow.room == room, DigestRow.day == day), execution_options=_PLAIN
    )


async def prune(session: AsyncSession, now: datetime) -> None:
    """Forget what rooms were told long ago, but for the last time."""
    newer = sa.orm.aliased(DigestRow)
    later = sa.exists().where(newer.room == DigestRow.room, newer.day > DigestRow.day)
    await session.execute(
        sa.delete(DigestRow).where(DigestRow.made_at < now - KEEP, later), execution_options=_PLAIN
    )
