"""Four workers share a long queue on PostgreSQL while they are killed and paused: one sends at a time.

A worker that stood still while another took over must not send when it goes on; what a dead one had on its
way is in doubt and not sent again. Messages to one place arrive in their order.
"""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from bot.contract import Card, Place
from bot.outgoing import letter_draft
from reminders import outbox
from reminders.outbox import OutboxRow, State
from reminders.senders import SenderRow
from tests.crash.nursery import Child
from tests.crash.site import KINDS, Ground, Site
from tests.crash.table import Row

WORKERS: Final = 4
#: How many messages go to each place, one behind the other.
A_PLACE: Final = 10
CHUNK: Final = 2_000
#: A standby sends no later than so many seconds after the sender went silent; and what a busy machine adds.
TAKEOVER: Final = 15.0
BUSY: Final = 5.0
#: How long the whole may take for each message, in seconds, beside what the silences take.
EACH: Final = 0.05


@dataclass(frozen=True, slots=True)
class Size:
    """How many messages there are, and how often a worker is paused or killed meanwhile."""

    messages: int
    pauses: int
    kills: int


FULL: Final = Size(100_000, 20, 50)
TENTH: Final = Size(10_000, 2, 5)


@dataclass
class Shift:
    """The workers at a site."""

    site: Site
    size: Size
    row: Row
    workers: list[Child] = field(default_factory=list)
    #: How long it took until somebody sent again, each time that the sender went silent, in seconds.
    silences: list[float] = field(default_factory=list)

    async def run(self) -> None:
        """Work until nothing waits any more."""
        await self._fill()
        self.workers = [await self.site.start() for _ in range(WORKERS)]
        strokes = ["pause"] * self.size.pauses + ["kill"] * self.size.kills
        random.shuffle(strokes)
        for number, stroke in enumerate(strokes):
            # Spread over the whole: the next one comes when its share of the messages is out.
            await self._until(self.size.messages * (number + 1) // (len(strokes) + 2))
            await (self._pause() if stroke == "pause" else self._kill())
        async with asyncio.timeout(60 + self.size.messages * EACH):
            while await self._left():  # noqa: ASYNC110 - others write it
                await asyncio.sleep(0.5)
        for worker in self.workers:
            await worker.stop()
        await self._judge()

    async def _fill(self) -> None:
        site, now = self.site, datetime.now(UTC)
        places = await site.server.post("places", {"count": self.size.messages // A_PLACE})
        drafts = [
            letter_draft(
                Place(site.platform, site.account, KINDS[site.platform], place),
                Card(text=f"No. {turn}"),
                "en",
            )
            for turn in range(A_PLACE)
            for place in places
        ]
        for start in range(0, len(drafts), CHUNK):
            async with site.database.writing() as session:
                await outbox.enqueue(session, drafts[start : start + CHUNK], now)
        self.row.messages = len(drafts)

    async def _applied(self) -> int:
        count: int = (await self.site.server.get("state"))["applied"]
        return count

    async def _until(self, count: int) -> None:
        async with asyncio.timeout(60 + count * EACH):
            while await self._applied() < count and await self._left():  # noqa: ASYNC110 - others count it
                await asyncio.sleep(0.1)

    async def _left(self) -> int:
        async with self.site.database.reading() as session:
            return await outbox.unsettled(session, [(self.site.platform, self.site.account)])

    async def _sender(self) -> Child | None:
        """The worker that sends, by the number of its process in its name."""
        async with self.site.database.reading() as session:
            name = await session.scalar(sa.select(SenderRow.holder))
        pid = int(name.split(":")[1]) if name else 0
        return next((worker for worker in self.workers if worker.pid == pid), None)

    # Strokes

    async def _pause(self) -> None:
        """Let a worker stand still until another one sends, then go on."""
        sender = await self._sender()
        victim = sender or random.choice(self.workers)
        victim.signal(signal.SIGSTOP)
        self.row.kills += 1
        try:
            if victim is sender:
                await self._silence(victim)
        finally:
            victim.signal(signal.SIGCONT)

    async def _kill(self) -> None:
        """End a worker, mostly the one that sends, and start another in its place."""
        sender = await self._sender()
        victim = sender if sender is not None and random.random() < 0.7 else random.choice(self.workers)
        await victim.kill()
        self.row.kills += 1
        self.workers.remove(victim)
        self.workers.append(await self.site.start())
        if victim is sender:
            await self._silence(victim)

    async def _silence(self, silent: Child) -> None:
        began = time.monotonic()
        async with asyncio.timeout(60):
            while (sender := await self._sender()) is None or sender is silent:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        self.silences.append(time.monotonic() - began)

    # Judgement

    async def _judge(self) -> None:
        row = self.row
        said: dict[str, list[int]] = defaultdict(list)
        for _, place, text in await self.site.server.get("said"):
            said[place].append(int(text.rpartition(" ")[2]))
        states: dict[str, list[State]] = defaultdict(list)
        async with self.site.database.reading() as session:
            rows = sa.select(OutboxRow.destination, OutboxRow.state).order_by(OutboxRow.id)
            for found in await session.execute(rows):
                states[found.destination].append(found.state)
        for place, known in states.items():
            times = Counter(said[place])
            row.repeated += sum(count > 1 for count in times.values())
            row.unlisted += sum(
                not times[turn] and state is not State.IN_DOUBT for turn, state in enumerate(known)
            )
            row.doubtful += known.count(State.IN_DOUBT)
            if said[place] != sorted(said[place]):
                row.faults.append(f"out of order: {said[place]}")
        if self.silences and max(self.silences) > TAKEOVER + BUSY:
            row.faults.append(f"nobody sent for {max(self.silences):.1f} s")


async def worker_rows(ground: Ground, size: Size) -> list[Row]:
    """Kill and pause workers while they send."""
    row = Row(f"postgresql telegram: four workers, {size.pauses} pauses and {size.kills} kills")
    async with ground.site("postgresql", "telegram") as site:
        shift = Shift(site, size, row)
        try:
            await shift.run()
        except (AssertionError, TimeoutError) as problem:
            row.faults.append(f"{type(problem).__name__}: {str(problem)[-600:]}")
        finally:
            for worker in shift.workers:
                worker.signal(signal.SIGCONT)
                await worker.kill()
        if shift.silences:
            longest, usual = max(shift.silences), sorted(shift.silences)[len(shift.silences) // 2]
            print(f"{row.name}: silent for {usual:.1f} s (median), {longest:.1f} s at most", flush=True)
    return [row]
