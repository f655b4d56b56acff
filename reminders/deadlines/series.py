"""Deadlines that repeat. Each occurrence is a deadline of its own, made when the one before ended or passed.

An occurrence is known by its day in the series (``Deadline.occurrence``), wherever it was moved to, and the
database holds no two of one day: whoever looks twice, or at the same time, makes none twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import audit
from directory.audit import Actor
from reminders.deadlines import reading, repeating, writing
from reminders.deadlines.records import Deadline, Happened, Series, State
from reminders.deadlines.tables import DeadlineRow, SeriesRow
from reminders.deadlines.writing import KIND
from reminders.vague import VagueDate

#: How many occurrences are made at once of one series that nobody looked at for long.
AT_ONCE: Final = 100
#: Who makes the next occurrence, in the trail.
CLOCK: Final = Actor("clock", "", "", None, "", "clock")
_PLAIN: Final = {"synchronize_session": False}


async def create(session: AsyncSession, actor: Actor, now: datetime, first: Deadline, rule: str) -> Deadline:
    """Store a deadline that repeats by an RFC 5545 rule, reckoned from its first day.

    Raises:
        NotARule: the rule is none of days, or nothing follows the first.
        LookupError: ``first.after`` is the number of no deadline.
    """
    start = first.due.first
    rule = repeating.checked(rule, start)
    if repeating.following(rule, start, start, first.due) is None:
        raise repeating.NotARule("nothing follows")
    made = await session.execute(
        sa.insert(SeriesRow).values(rule=rule, start=start, cancelled=[], ended=False).returning(SeriesRow.id)
    )
    return await writing.create(
        session, actor, now, replace(first, series=made.scalar_one(), occurrence=start)
    )


async def get(session: AsyncSession, number: int) -> Series | None:
    """The series with this number."""
    row = (
        await session.execute(
            sa.select(
                SeriesRow.id, SeriesRow.rule, SeriesRow.start, SeriesRow.cancelled, SeriesRow.ended
            ).where(SeriesRow.id == number)
        )
    ).one_or_none()
    if row is None:
        return None
    cancelled = tuple(date.fromisoformat(day) for day in row.cancelled)
    return Series(row.id, row.rule, row.start, cancelled, row.ended)


async def leave_out(
    session: AsyncSession, actor: Actor, now: datetime, deadline: Deadline, day: date
) -> None:
    """On a day on which the series of ``deadline`` would have an occurrence that is not made yet, none comes.

    Raises:
        LookupError: it belongs to no series.
    """
    known = await _locked(session, deadline)
    days = sorted({*known.cancelled, day})
    await _set(session, known.number, cancelled=[item.isoformat() for item in days])
    await audit.changed(
        session,
        actor,
        now,
        Happened.CHANGED,
        KIND,
        deadline.code,
        {"left_out": [item.isoformat() for item in known.cancelled]},
        {"left_out": [item.isoformat() for item in days]},
        deadline.network,
    )


async def end(session: AsyncSession, actor: Actor, now: datetime, deadline: Deadline) -> None:
    """Nothing follows any more in the series of ``deadline``; what is there stays.

    Raises:
        LookupError: it belongs to no series.
    """
    known = await _locked(session, deadline)
    await _set(session, known.number, ended=True)
    await audit.changed(
        session, actor, now, Happened.CHANGED, KIND, deadline.code, {"repeats": known.rule},
        {"repeats": None}, deadline.network,
    )  # fmt: skip


async def next_day(session: AsyncSession, deadline: Deadline) -> VagueDate | None:
    """When the next occurrence after this one would be; ``None`` where none comes."""
    known = await get(session, deadline.series) if deadline.series is not None else None
    if known is None or known.ended or deadline.occurrence is None:
        return None
    day = _after(known, deadline)
    return VagueDate.holding((deadline.planned or deadline.due).precision, day) if day is not None else None


async def advance(session: AsyncSession, now: datetime, only: int | None = None) -> list[Deadline]:
    """Make what follows in every series, or in ``only`` one, whose newest occurrence ended or has passed.

    What came while nobody looked is made too, up to ``AT_ONCE`` a series; the rest comes with the next look.
    """
    newest = (
        sa.select(DeadlineRow.series, sa.func.max(DeadlineRow.occurrence).label("occurrence"))
        .where(DeadlineRow.series.is_not(None))
        .group_by(DeadlineRow.series)
        .subquery()
    )
    due = (
        sa.select(DeadlineRow.id)
        .join(
            newest,
            sa.and_(newest.c.series == DeadlineRow.series, newest.c.occurrence == DeadlineRow.occurrence),
        )
        .join(SeriesRow, SeriesRow.id == DeadlineRow.series)
        .where(
            SeriesRow.ended.is_(False),
            sa.or_(DeadlineRow.state != State.OPEN, DeadlineRow.occurrence < now.date()),
        )
        .order_by(DeadlineRow.id)
    )
    if only is not None:
        due = due.where(DeadlineRow.series == only)
    made: list[Deadline] = []
    for last in (await reading.several(session, list((await session.execute(due)).scalars()))).values():
        made += await _follow(session, now, last)
    return made


async def _follow(session: AsyncSession, now: datetime, last: Deadline) -> list[Deadline]:
    known = await _locked(session, last)
    made: list[Deadline] = []
    # Somebody else may have made the next one while this waited for the lock.
    newest = await session.scalar(
        sa.select(sa.func.max(DeadlineRow.occurrence)).where(DeadlineRow.series == known.number)
    )
    if newest != last.occurrence or known.ended:
        return made
    while len(made) < AT_ONCE and _is_over(last, now.date()):
        day = _after(known, last)
        if day is None:
            await _set(session, known.number, ended=True)
            break
        due = VagueDate.holding((last.planned or last.due).precision, day)
        last = await writing.create(session, CLOCK, now, replace(last, due=due, occurrence=day, after=None))
        made.append(last)
    return made


def _is_over(deadline: Deadline, today: date) -> bool:
    """Whether it ended, or its day in the series passed, wherever it was moved to."""
    if not deadline.is_open or deadline.occurrence is None:
        return True
    return VagueDate.holding(deadline.due.precision, deadline.occurrence).last < today


def _after(known: Series, deadline: Deadline) -> date | None:
    return repeating.following(
        known.rule,
        known.start,
        deadline.occurrence or known.start,
        deadline.planned or deadline.due,
        frozenset(known.cancelled),
    )


async def _locked(session: AsyncSession, deadline: Deadline) -> Series:
    if deadline.series is not None:
        await session.execute(
            sa.select(SeriesRow.id).where(SeriesRow.id == deadline.series).with_for_update()
        )
        known = await get(session, deadline.series)
        if known is not None:
            return known
    raise LookupError(f"{deadline.code} belongs to no series")


async def _set(session: AsyncSession, number: int, **values: object) -> None:
    await session.execute(
        sa.update(SeriesRow).where(SeriesRow.id == number).values(**values), execution_options=_PLAIN
    )
