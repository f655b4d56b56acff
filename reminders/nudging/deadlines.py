"""Deadlines as what people are reminded of, and those that nobody is designated for yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import reviews
from directory.audit.tables import EntryRow, PartyRow
from reminders.deadlines import concerning, reading
from reminders.deadlines.records import Concerned, Deadline, Happened, State
from reminders.deadlines.tables import DeadlineRow, OwnerRow, SnoozeRow
from reminders.nudging import watch
from reminders.nudging.meetings import Beginnings, Invitations
from reminders.nudging.records import Matter
from reminders.nudging.schedule import LAPSE, Occasion, occasions
from reminders.nudging.tables import WatchRow

#: The kinds, as rows name them. The key of a deadline is its number, that of what is undesignated a network.
DEADLINE: Final = "deadline"
UNDESIGNATED: Final = "undesignated"
#: After these, occasions count anew: those before them are not told of.
_ANEW: Final = (
    Happened.CREATED,
    Happened.MOVED,
    Happened.ASSIGNED,
    Happened.REOPENED,
    Happened.TIME_GRANTED,
    Happened.OWNER_ACCEPTED,
)
#: How much :func:`begin` can begin with.
_MOST: Final = 10_000
_OWNED: Final = sa.exists().where(OwnerRow.deadline == DeadlineRow.id)


class Deadlines:
    """Implements ``Subject`` for deadlines that somebody owes."""

    kind: Final = DEADLINE

    async def matters(self, session: AsyncSession, keys: Collection[str], now: datetime) -> dict[str, Matter]:
        """The open ones that have owners; while one waits for another it has no occasions."""
        day = now.date()
        found = await reading.several(session, [int(key) for key in keys])
        owed = [item for item in found.values() if item.is_open and item.owners]
        concerned = await concerning.concerned_each(session, owed, day)
        waiting = await reading.waiting(session, owed)
        snoozed = await _snoozed(session, [item.number for item in owed], day)
        heard = await _heard(session, owed)
        since = await _since(session, owed)
        return {
            str(item.number): Matter(
                DEADLINE,
                str(item.number),
                item.network,
                () if item.number in waiting else occasions(item.due.last, item.lead, item.overdue),
                concerned[item.number],
                since.get(item.code) or item.created_at,
                heard.get(item.code, {}),
                snoozed.get(item.number, {}),
            )
            for item in owed
        }

    async def unwatched(self, session: AsyncSession, limit: int) -> list[str]:
        """The open ones with owners that have no row."""
        watched = sa.exists().where(
            WatchRow.kind == DEADLINE, WatchRow.key == sa.cast(DeadlineRow.id, sa.String)
        )
        rows = await session.execute(
            sa.select(DeadlineRow.id)
            .where(DeadlineRow.state == State.OPEN, _OWNED, ~watched)
            .order_by(DeadlineRow.id)
            .limit(limit)
        )
        return [str(number) for number in rows.scalars()]


class Undesignated:
    """Implements ``Subject`` for networks with open deadlines that nobody is designated for.

    Their coordinators are told once a month, on its first working day or the last one before it.
    """

    kind: Final = UNDESIGNATED

    async def matters(self, session: AsyncSession, keys: Collection[str], now: datetime) -> dict[str, Matter]:
        """The networks among the keys that have such deadlines."""
        rows = await session.execute(
            sa.select(DeadlineRow.network)
            .where(DeadlineRow.network.in_(list(keys)), DeadlineRow.state == State.OPEN, ~_OWNED)
            .distinct()
        )
        coordinators = await reviews.coordinators(session)
        first = now.date().replace(day=1)
        months = tuple(
            Occasion(f"{day:%Y-%m}", day) for day in (first, (first + timedelta(31)).replace(day=1))
        )
        return {
            network: Matter(
                UNDESIGNATED,
                network,
                network,
                months,
                Concerned(coordinators=tuple(coordinators.get(network, ()))),
                undesignated=True,
            )
            for network in rows.scalars()
        }

    async def unwatched(self, session: AsyncSession, limit: int) -> list[str]:
        """The networks with such deadlines that have no row."""
        watched = sa.exists().where(WatchRow.kind == UNDESIGNATED, WatchRow.key == DeadlineRow.network)
        rows = await session.execute(
            sa.select(DeadlineRow.network)
            .where(DeadlineRow.state == State.OPEN, ~_OWNED, ~watched)
            .distinct()
            .limit(limit)
        )
        return list(rows.scalars())


async def _snoozed(session: AsyncSession, numbers: Collection[int], day: date) -> dict[int, dict[str, date]]:
    """On which day each person wants to be told again; days that have come count until they lapse."""
    found: dict[int, dict[str, date]] = {}
    for number, person, until in await session.execute(
        sa.select(SnoozeRow.deadline, SnoozeRow.person, SnoozeRow.until).where(
            SnoozeRow.deadline.in_(list(numbers)), SnoozeRow.until > day - LAPSE
        )
    ):
        found.setdefault(number, {})[person] = until
    return found


async def _heard(session: AsyncSession, owed: Collection[Deadline]) -> Mapping[str, dict[str, datetime]]:
    """When each person last did something about a deadline, by its code: the trail knows."""
    found: dict[str, dict[str, datetime]] = {}
    for key, person, at in await session.execute(
        sa.select(PartyRow.key, PartyRow.person, sa.func.max(EntryRow.at))
        .join(EntryRow, EntryRow.number == PartyRow.number)
        .where(
            PartyRow.key.in_([item.code for item in owed]),
            PartyRow.person.is_not(None),
            EntryRow.kind == DEADLINE,
        )
        .group_by(PartyRow.key, PartyRow.person)
    ):
        if key is not None and person is not None:
            found.setdefault(key, {})[person] = at
    return found


async def _since(session: AsyncSession, owed: Collection[Deadline]) -> dict[str, datetime]:
    rows = await session.execute(
        sa.select(PartyRow.key, sa.func.max(EntryRow.at))
        .join(EntryRow, EntryRow.number == PartyRow.number)
        .where(
            PartyRow.key.in_([item.code for item in owed]),
            EntryRow.kind == DEADLINE,
            EntryRow.action.in_([str(action) for action in _ANEW]),
        )
        .group_by(PartyRow.key)
    )
    return {key: at for key, at in rows if key is not None}


async def begin(session: AsyncSession, since: datetime) -> None:
    """Remind of all that is stored by now from an instant on: what came before it is not made up for."""
    subjects = (Deadlines(), Undesignated(), Invitations(lambda: since), Beginnings(lambda: since))
    for subject in subjects:
        await watch.touch(session, subject.kind, await subject.unwatched(session, _MOST), since)
    await watch.begin(session, since)
