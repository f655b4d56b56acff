"""The engine: plans what people are to be told, and tells them when it is time. Ticked by the clock.

All of it is rows. What is due is claimed in the transaction that puts the letter into the outbox, so neither
a restart nor a second worker skips or repeats an occasion, and neither does a clock that jumps.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from directory.database import Database
from reminders.nudging import plans, rows, view, watch
from reminders.nudging.calendars import Calendars
from reminders.nudging.plans import Plan
from reminders.nudging.records import Herald, Matter, Subject, Told
from reminders.nudging.rows import Nudge
from reminders.nudging.view import CHUNK

#: How many subjects are planned in one transaction: on SQLite whoever writes waits for it.
BATCH: Final = 50
#: How many people are told in one round.
ROUND: Final = 500
#: How many of them in one transaction.
GROUP: Final = 10
#: How many of these transactions at once: PostgreSQL is waited for more than it is worked with.
ABREAST: Final = 3
#: How often it is looked for what is owed and not watched: what was imported, restored or opened again.
SWEEP: Final = timedelta(minutes=10)
#: What failed is tried again after so long.
AFTER_FAILURE: Final = timedelta(minutes=5)
#: What was told is remembered so long: no two occasions of a subject lie further apart.
KEEP: Final = timedelta(days=800)
#: What guards of letters begin with.
GUARD: Final = "nudge:"

Point = Callable[[str], Awaitable[None]]


async def _nowhere(_name: str) -> None:
    """Nothing happens at the named points outside crash tests."""


class Nudger:
    """Reminds people of what they owe. ``told`` is called when a letter was put into the outbox."""

    def __init__(
        self,
        database: Database,
        subjects: Iterable[Subject],
        herald: Herald,
        *,
        now: Callable[[], datetime],
        calendars: Calendars | None = None,
        point: Point = _nowhere,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._subjects = {subject.kind: subject for subject in subjects}
        self._herald = herald
        self._now = now
        self._calendars = calendars or Calendars()
        self._point = point
        self._told = told
        self._swept_at: datetime | None = None
        self._log = structlog.get_logger("reminders.nudging")

    async def tick(self) -> None:
        """Plan what is to be looked at, then tell whoever is due.

        Nobody is told before all is planned: whoever has much to be told of gets one letter about it.
        """
        now = self._now()
        if self._swept_at is None or abs(now - self._swept_at) >= SWEEP:
            await self._sweep(now)
            self._swept_at = now
        while await self._plan(now):
            pass
        async with self._database.reading() as session:
            due = [] if await watch.is_waiting(session, now) else await rows.people_due(session, now, ROUND)
        groups = [due[first : first + GROUP] for first in range(0, len(due), GROUP)]
        for first in range(0, len(groups), ABREAST):
            await asyncio.gather(*(self._tell_safely(group) for group in groups[first : first + ABREAST]))

    async def still_holds(
        self, session: AsyncSession, letter: str, is_theirs: Callable[[str], Awaitable[bool]]
    ) -> bool:
        """Whether a letter that waits in the outbox may be sent: all that it tells of is still owed.

        ``is_theirs`` tells whether the place that it goes to is still that person's. Where the letter may not
        be sent, what is still owed is planned again without the rest. In the caller's transaction.
        """
        told = await rows.of_letter(session, letter.removeprefix(GUARD))
        now = self._now()
        matters = await self._matters(session, ((item.kind, item.key) for item in told), now)
        may_know = await view.knowing(session, told[0].person if told else "", now.date())
        owed = [
            item
            for item in told
            if (matter := matters.get((item.kind, item.key))) is not None
            and may_know(matter)
            and plans.is_told_of(matter, item.person, item.occasion, now.date())
        ]
        theirs = bool(told) and await is_theirs(told[0].person)
        if theirs and len(owed) == len(told):
            return True
        await rows.take_out(session, [item.id for item in told if item not in owed])
        await rows.plan_again(session, [item.id for item in owed], now)
        return False

    async def _sweep(self, now: datetime) -> None:
        for subject in self._subjects.values():
            async with self._database.reading() as session:
                found = await subject.unwatched(session, 10 * CHUNK)
            for first in range(0, len(found), CHUNK):
                async with self._database.writing() as session:
                    await watch.touch(session, subject.kind, found[first : first + CHUNK], now)
        async with self._database.writing() as session:
            await rows.prune(session, now - KEEP)

    async def _plan(self, now: datetime) -> bool:
        """Plan one batch; whether there was one."""
        async with self._database.reading() as session:
            if not await watch.is_waiting(session, now):
                return False
        try:
            return await self._plan_batch(now, BATCH)
        except Exception:
            self._log.exception("nudges_not_planned")
        # One of them may be what cannot be planned: it shall not hold up the others.
        try:
            return await self._plan_batch(now, 1)
        except Exception:
            async with self._database.writing() as session:
                failed = await watch.claim(session, now, 1)
                await watch.look_again(session, dict.fromkeys(failed, now + AFTER_FAILURE))
            return True

    async def _plan_batch(self, now: datetime, size: int) -> bool:
        async with self._database.writing() as session:
            claimed = await watch.claim(session, now, size)
            if not claimed:
                return False
            await self._point("in_plan")
            matters = await self._matters(session, claimed, now)
            seen = await view.look(session, self._herald, self._calendars, matters.values(), now)
            found = {}
            for subject, matter in matters.items():
                found[subject] = plans.outlook(matter, seen, now)
                await asyncio.sleep(0)  # whoever waits for an answer goes first
            wanted = [(matters[subject], plan) for subject, ahead in found.items() for plan in ahead.plans]
            await rows.unplan(session, claimed, wanted)
            await rows.plan(session, wanted)
            await watch.look_again(session, {subject: ahead.look_at for subject, ahead in found.items()})
            for kind, key in claimed:
                if (kind, key) not in found:
                    await watch.forget(session, kind, key)
        await self._point("planned")
        return True

    async def _matters(
        self, session: AsyncSession, wanted: Iterable[tuple[str, str]], now: datetime
    ) -> dict[tuple[str, str], Matter]:
        by_kind: dict[str, list[str]] = {}
        for kind, key in dict.fromkeys(wanted):
            by_kind.setdefault(kind, []).append(key)
        found: dict[tuple[str, str], Matter] = {}
        for kind, keys in by_kind.items():
            subject = self._subjects.get(kind)
            if subject is None:
                continue
            for first in range(0, len(keys), CHUNK):
                some = keys[first : first + CHUNK]
                since = await watch.since(session, kind, some)
                for key, matter in (await subject.matters(session, some, now)).items():
                    starts = [at for at in (matter.since, since.get(key)) if at is not None]
                    found[kind, key] = replace(matter, since=max(starts, default=None))
        return found

    async def _tell_safely(self, people: Sequence[str]) -> None:
        now = self._now()
        try:
            await self._point("before_nudge")
            async with self._database.writing() as session:
                await self._tell(session, people, now)
                await self._point("in_nudge")
            self._told()
            await self._point("nudged")
            return
        except Exception:
            self._log.exception("nudge_failed")
        if len(people) > 1:
            # One of them may be who cannot be told: the others shall not wait.
            for person in people:
                await self._tell_safely([person])
            return
        async with self._database.writing() as session:
            for claimed in (await rows.claim(session, people, now)).values():
                await rows.put_off(session, [item.id for item in claimed], now + AFTER_FAILURE)

    async def _tell(self, session: AsyncSession, people: Sequence[str], now: datetime) -> None:
        """Tell each of these people all that is due for them, in one letter, as it stands now."""
        claimed = await rows.claim(session, people, now)
        wanted = ((item.kind, item.key) for items in claimed.values() for item in items)
        matters = await self._matters(session, wanted, now)
        seen = await view.look(session, self._herald, self._calendars, matters.values(), now)
        again: set[tuple[str, str]] = set()
        for person, items in claimed.items():
            chosen: dict[int, Told] = {}
            for item in items:
                matter = matters.get((item.kind, item.key))
                meant = plans.outlook(matter, seen, now, person).now_for(person) if matter else None
                row_id = await self._row_for(session, item, matter, meant)
                await asyncio.sleep(0)
                if meant is None:
                    # Somebody else may be to be told instead.
                    again.add((item.kind, item.key))
                if matter is None or meant is None or row_id is None:
                    continue
                if meant.at > now:
                    await rows.put_off(session, [row_id], meant.at)
                else:
                    chosen[row_id] = Told(matter, meant.occasion, meant.why)
            if chosen:
                await self._send(session, person, chosen, now)
        for kind in sorted({kind for kind, _ in again}):
            await watch.touch(session, kind, (key for of, key in again if of == kind), now)

    async def _send(
        self, session: AsyncSession, person: str, chosen: Mapping[int, Told], now: datetime
    ) -> None:
        letter, ids = str(uuid.uuid4()), list(chosen)
        told = await self._herald.tell(session, person, list(chosen.values()), GUARD + letter, now)
        for first in range(0, len(ids), CHUNK):
            some = ids[first : first + CHUNK]
            if told:
                await rows.mark_sent(session, some, letter, now)
            else:
                await rows.put_off(session, some, now + AFTER_FAILURE)

    async def _row_for(
        self, session: AsyncSession, item: Nudge, matter: Matter | None, meant: Plan | None
    ) -> int | None:
        """The row of what is to be told now; where that is another occasion than was planned, its row."""
        if meant is not None and meant.occasion.key == item.occasion:
            return item.id
        await rows.take_out(session, [item.id])
        return await rows.plan_one(session, matter, meant) if matter and meant else None
