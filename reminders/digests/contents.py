"""What a network's rooms are told on a day: deadlines that fall on an occasion, or how all of them stand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import meetings
from reminders.deadlines import Deadline, State, concerning, number_of, reading
from reminders.deadlines.reading import Filters
from reminders.deadlines.tables import DeadlineRow, OwnerRow
from reminders.digests.records import WEEKS, Digest, Listed
from reminders.digests.tables import Kind
from reminders.nudging.schedule import Hours, occasions, on_weekend, timed

#: So many of each list are named; who wants all of them asks for them.
NAMED: Final = 6
#: A list of what is done, or owed by nobody yet, is shorter.
NAMED_BESIDE: Final = 3
_WEEK: Final = timedelta(days=7)
_ONE: Final = timedelta(days=1)
#: The longest lead time and the longest time after which something overdue is told of, in days; and how many
#: days before it an occasion may be moved by weekends and holidays.
_FURTHEST_LEAD: Final = timedelta(days=366 + 31)
_FURTHEST_OVERDUE: Final = timedelta(days=366)
#: Days are reckoned without a zone: in this one each has its hours.
_NOWHERE: Final = ZoneInfo("UTC")

Free = Callable[[date], bool]


async def digest(
    session: AsyncSession, network: str, day: date, kind: Kind, is_free: Free = on_weekend
) -> Digest:
    """What is told of a network on a day that is not free."""
    if kind is Kind.DAILY:
        found = await _daily(session, network, day, is_free)
    else:
        found = await _standing(session, network, day, kind)
    shown = found.shown
    return replace(
        found,
        concerned=await concerning.concerned_each(session, [item for item in shown if item.is_open], day),
        snoozed=await reading.snoozes(session, [item.number for item in shown], day),
    )


async def _daily(session: AsyncSession, network: str, day: date, is_free: Free) -> Digest:
    """Those of which an occasion falls on the day."""
    fitting: dict[tuple[date, tuple[int, ...], tuple[int, ...]], bool] = {}
    chosen: list[tuple[int, date, bool]] = []
    designated = sa.exists().where(OwnerRow.deadline == DeadlineRow.id)
    for number, last, lead, overdue, owned in await session.execute(
        sa.select(DeadlineRow.id, DeadlineRow.due_last, DeadlineRow.lead, DeadlineRow.overdue, designated)
        .where(
            DeadlineRow.network == network,
            DeadlineRow.state == State.OPEN,
            DeadlineRow.due_last.between(day - _FURTHEST_OVERDUE, day + _FURTHEST_LEAD),
        )
        .order_by(DeadlineRow.due_last, DeadlineRow.id)
    ):
        key = (last, tuple(lead), tuple(overdue))
        if key not in fitting:
            fitting[key] = falls_on(day, *key, is_free)
        if fitting[key]:
            chosen.append((number, last, bool(owned)))
    late = [number for number, last, owned in chosen if owned and last < day]
    soon = [number for number, last, owned in chosen if owned and last >= day]
    nobodys = [number for number, _, owned in chosen if not owned]
    return Digest(
        network,
        day,
        Kind.DAILY,
        due=await _listed(session, soon, NAMED),
        overdue=await _listed(session, late, NAMED),
        undesignated=await _listed(session, nobodys, NAMED_BESIDE),
    )


def falls_on(day: date, last: date, lead: Collection[int], overdue: Collection[int], is_free: Free) -> bool:
    """Whether one of the occasions of something that is due by ``last`` is told of on a day."""
    told = timed(occasions(last, lead, overdue), Hours(_NOWHERE, is_free))
    return any(item.at.date() == day for item in told)


async def _listed(session: AsyncSession, numbers: Sequence[int], most: int) -> Listed:
    """The first of them that do not wait for another one. ``numbers`` are in order."""
    waiting = await _waiting(session, numbers)
    left = [number for number in numbers if number not in waiting]
    known = await reading.several(session, left[:most])
    return Listed(tuple(known[number] for number in left[:most] if number in known), len(left))


async def _waiting(session: AsyncSession, numbers: Sequence[int]) -> frozenset[int]:
    """Those that wait for another one which is still open."""
    found: set[int] = set()
    before = sa.orm.aliased(DeadlineRow)
    for start in range(0, len(numbers), 500):
        rows = await session.execute(
            sa.select(DeadlineRow.id)
            .join(before, before.id == DeadlineRow.after)
            .where(DeadlineRow.id.in_(numbers[start : start + 500]), before.state == State.OPEN)
        )
        found |= set(rows.scalars())
    return frozenset(found)


async def _standing(session: AsyncSession, network: str, day: date, kind: Kind) -> Digest:
    """What is due within the week, late, owed by nobody, and, in a weekly digest, done."""
    still = Filters(networks=(network,), states=(State.OPEN,))
    owed = replace(still, designated=True)
    monday = day - timedelta(days=day.weekday())
    until = monday + timedelta(days=6) if kind is Kind.WEEKLY else day + _WEEK
    done = Listed()
    if kind is Kind.WEEKLY:
        since = datetime.combine(monday - _WEEK, time(), UTC)
        ended = Filters(networks=(network,), states=(State.DONE,), ended_since=since)
        done = await _fitting(session, ended, NAMED_BESIDE)
    return Digest(
        network,
        day,
        kind,
        due=await _fitting(session, replace(owed, first=day, last=until), NAMED),
        overdue=await _fitting(session, replace(owed, last=day - _ONE), NAMED),
        undesignated=await _fitting(session, replace(still, designated=False, last=until), NAMED_BESIDE),
        done=done,
        ahead=await _ahead(session, network, monday, day),
    )


async def _fitting(session: AsyncSession, filters: Filters, most: int) -> Listed:
    shown = await reading.listing(session, filters, limit=most)
    count = len(shown) if len(shown) < most else await reading.count(session, filters)
    waiting = await reading.waiting(session, shown)
    return Listed(tuple(item for item in shown if item.number not in waiting), count - len(waiting))


async def _ahead(session: AsyncSession, network: str, monday: date, today: date) -> tuple[int, ...]:
    """How many open deadlines have their last day on each day of four weeks, today or later."""
    rows: sa.Result[date, int] = await session.execute(
        sa.select(DeadlineRow.due_last, sa.func.count())
        .where(
            DeadlineRow.network == network,
            DeadlineRow.state == State.OPEN,
            DeadlineRow.due_last.between(today, monday + WEEKS * _WEEK - _ONE),
        )
        .group_by(DeadlineRow.due_last)
    )
    counted = dict(rows.all())
    return tuple(counted.get(monday + timedelta(days=number), 0) for number in range(WEEKS * 7))


async def unchanged(session: AsyncSession, known: Digest) -> bool:
    """Whether everything that a digest names is still as it says."""
    now = await reading.several(session, [item.number for item in known.shown])
    return all(now.get(item.number) == item for item in known.shown)


def fingerprints(of: Digest) -> list[str]:
    """What a digest names, and how each stood."""
    return [_fingerprint(item) for item in of.shown]


def _fingerprint(item: Deadline) -> str:
    return f"{item.code}:{item.state}:{item.due.code}"


async def meeting_prints(session: AsyncSession, network: str, now: datetime) -> list[str]:
    """The meetings to come that a digest of a network may name, and when each is."""
    coming = await meetings.listing(session, networks=(network,), begins=now)
    return [_meeting_print(item) for item in coming]


def _meeting_print(item: meetings.Meeting) -> str:
    return f"{item.code}:{item.state}:{item.starts_at:%Y%m%dT%H%MZ}"


async def stand(session: AsyncSession, network: str | None, prints: Collection[str]) -> bool:
    """Whether everything still stands as it did when these were taken, in the same network."""
    told = {text for text in prints if meetings.read_code(text.partition(":")[0]) is not None}
    coming = await meetings.several(
        session, [number for text in told if (number := meetings.read_code(text.partition(":")[0]))]
    )
    if {_meeting_print(item) for item in coming.values() if item.network == network} != told:
        return False
    prints = [text for text in prints if text not in told]
    numbers = [number for text in prints if (number := number_of(text.partition(":")[0])) is not None]
    now = await reading.several(session, numbers)
    return {_fingerprint(item) for item in now.values() if item.network == network} == set(prints)
