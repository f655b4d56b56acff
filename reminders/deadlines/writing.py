"""Deadlines are set, changed, moved, handed to others and put off; every change leaves its trace.

Each function locks the deadline first and looks at what it is then: a button may be older than the state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from directory import audit
from directory.audit import Actor
from reminders.deadlines import reading, requests
from reminders.deadlines.records import Deadline, Happened, Owner, State, code
from reminders.deadlines.tables import DeadlineRow, OwnerRow, SnoozeRow
from reminders.nudging import watch
from reminders.vague import VagueDate

#: What the trail calls it.
KIND: Final = "deadline"
_PLAIN: Final = {"synchronize_session": False}


class Ended(ValueError):
    """The deadline is not open (or, for reopening, is), so this cannot be done. ``deadline`` is as it is."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(f"{deadline.code} is {deadline.state}")
        self.deadline = deadline


class Circular(ValueError):
    """A deadline would wait for itself."""


async def create(session: AsyncSession, actor: Actor, now: datetime, new: Deadline) -> Deadline:
    """Store a new deadline; returns it as it is stored, with its number.

    Raises:
        LookupError: ``after`` is the number of no deadline.
        ValueError: it has no title, or days before or after that are none.
    """
    if not new.titles:
        raise ValueError("a deadline needs a title")
    if new.after is not None and await reading.get(session, new.after) is None:
        raise LookupError(code(new.after))
    given = {
        **_values(new),
        "planned": new.due.code,
        "state": State.OPEN,
        "series": new.series,
        "occurrence": new.occurrence,
        "created_by": actor.person_key or "",
        "created_at": now,
        "done_by": "",
    }
    made = await session.execute(sa.insert(DeadlineRow).values(given).returning(DeadlineRow.id))
    number = made.scalar_one()
    await _put_owners(session, number, new.owners)
    stored = await found(session, number)
    await _trace(session, actor, now, Happened.CREATED, None, stored)
    return stored


async def change(
    session: AsyncSession, actor: Actor, now: datetime, wanted: Deadline, note: str = ""
) -> Deadline:
    """Store other titles, descriptions, source, days before and after, or another ``after``; nothing else.

    Raises:
        LookupError: there is no such deadline, or none with the number ``after``.
        Circular: it would wait for itself.
    """
    before = await locked(session, wanted.number)
    await _check_after(session, wanted)
    kept = replace(wanted, due=before.due)
    await put(session, before.number, _values(kept))
    return await changed(session, actor, now, Happened.CHANGED, before, note)


async def move(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    number: int,
    due: VagueDate,
    reason: str = "",
    what: Happened = Happened.MOVED,
) -> Deadline:
    """Make an open deadline due at another time; what was asked about its time is settled by that.

    Raises:
        LookupError: there is no such deadline.
        Ended: it is not open.
    """
    before = await opened(session, number)
    await put(session, number, {"due": due.code, "due_first": due.first, "due_last": due.last})
    await requests.withdraw_time(session, number, now)
    # Whoever put off being reminded did so for the old day.
    await session.execute(sa.delete(SnoozeRow).where(SnoozeRow.deadline == number), execution_options=_PLAIN)
    return await changed(session, actor, now, what, before, reason)


async def assign(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    number: int,
    owners: Sequence[Owner],
    note: str = "",
    what: Happened = Happened.ASSIGNED,
) -> Deadline:
    """Give an open deadline other owners; none: not yet designated.

    Raises:
        LookupError: there is no such deadline.
        Ended: it is not open.
    """
    before = await opened(session, number)
    await session.execute(sa.delete(OwnerRow).where(OwnerRow.deadline == number), execution_options=_PLAIN)
    await _put_owners(session, number, owners)
    return await changed(session, actor, now, what, before, note)


async def snooze(
    session: AsyncSession, actor: Actor, now: datetime, number: int, person: str, until: date
) -> Deadline:
    """One person is not reminded of an open deadline before a day. Nobody else is bound by it.

    Raises:
        LookupError: there is no such deadline.
        Ended: it is not open.
    """
    before = await opened(session, number)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    await session.execute(
        insert(SnoozeRow)
        .values(deadline=number, person=person, until=until)
        .on_conflict_do_update(index_elements=[SnoozeRow.deadline, SnoozeRow.person], set_={"until": until})
    )
    await audit.changed(
        session, actor, now, Happened.SNOOZED, KIND, code(number), None, {"until": until.isoformat()},
        before.network, about=person,
    )  # fmt: skip
    await _watch(session, now, number)
    return before


async def found(session: AsyncSession, number: int) -> Deadline:
    """The deadline with this number.

    Raises:
        LookupError: there is none.
    """
    deadline = await reading.get(session, number)
    if deadline is None:
        raise LookupError(code(number))
    return deadline


async def locked(session: AsyncSession, number: int) -> Deadline:
    """The deadline as it is once nobody else can change it until the transaction ends.

    Raises:
        LookupError: there is none.
    """
    await session.execute(sa.select(DeadlineRow.id).where(DeadlineRow.id == number).with_for_update())
    return await found(session, number)


async def opened(session: AsyncSession, number: int) -> Deadline:
    """The same of one that must be open.

    Raises:
        LookupError: there is none.
        Ended: it is not open.
    """
    deadline = await locked(session, number)
    if not deadline.is_open:
        raise Ended(deadline)
    return deadline


async def _check_after(session: AsyncSession, wanted: Deadline) -> None:
    step, seen = wanted.after, {wanted.number}
    while step is not None:
        if step in seen:
            raise Circular(code(step))
        seen.add(step)
        step = (await found(session, step)).after


async def put(session: AsyncSession, number: int, values: Mapping[str, Any]) -> None:
    """Store values of a deadline's row."""
    await session.execute(
        sa.update(DeadlineRow).where(DeadlineRow.id == number).values(**values), execution_options=_PLAIN
    )


async def _put_owners(session: AsyncSession, number: int, owners: Sequence[Owner]) -> None:
    rows = [
        {"deadline": number, "kind": owner.kind, "key": owner.key, "position": position}
        for position, owner in enumerate(dict.fromkeys(owners))
    ]
    if rows:
        await session.execute(sa.insert(OwnerRow), rows)


def _values(item: Deadline) -> dict[str, Any]:
    if any(not isinstance(days, int) or days < 0 for days in (*item.lead, *item.overdue)):
        raise ValueError("days before and after are counted from 0 on")
    return {
        "network": item.network,
        "titles": dict(item.titles.by_language),
        "descriptions": dict(item.descriptions.by_language),
        "due": item.due.code,
        "due_first": item.due.first,
        "due_last": item.due.last,
        "source_kind": item.source.kind,
        "source_key": item.source.key,
        "source_text": dict(item.source.text.by_language),
        "lead": sorted(set(item.lead), reverse=True),
        "overdue": sorted(set(item.overdue) - {0}),
        "after": item.after,
    }


async def changed(
    session: AsyncSession, actor: Actor, now: datetime, what: Happened, before: Deadline, note: str
) -> Deadline:
    """Leave the trace of what was done to a deadline, which was as ``before``; returns it as it is now."""
    after = await found(session, before.number)
    await _trace(session, actor, now, what, before, after, note)
    return after


async def _trace(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    what: Happened,
    before: Deadline | None,
    after: Deadline,
    note: str = "",
) -> None:
    await audit.changed(
        session,
        actor,
        now,
        what,
        KIND,
        after.code,
        traced(before) if before is not None else None,
        traced(after),
        after.network,
        note=note,
    )
    await _watch(session, now, after.number)


async def _watch(session: AsyncSession, now: datetime, number: int) -> None:
    """Whoever is reminded of it, and of what waits for it, may have changed."""
    touched = [number, *await reading.depending(session, number)]
    await watch.touch(session, KIND, map(str, touched), now)


def traced(item: Deadline) -> dict[str, object]:
    """What the trail keeps of a deadline: never who. That it is done or cancelled is what the entry says."""
    return {
        "titles": dict(item.titles.by_language),
        "descriptions": dict(item.descriptions.by_language),
        "due": item.due.code,
        "owners": named(item.owners),
        "source": [item.source.kind, item.source.key, dict(item.source.text.by_language)],
        "lead": list(item.lead),
        "overdue": list(item.overdue),
        "after": code(item.after) if item.after is not None else None,
    }


def named(owners: Sequence[Owner]) -> list[str]:
    """Owners as the trail keeps them."""
    return [f"{owner.kind}:{owner.key}" for owner in owners]
