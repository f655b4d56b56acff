"""kill -9 on the way of a message out of the outbox: none lost silently, none repeated that was recorded.

A fan-out goes to many places, one message each. The local server's log says what arrived, the outbox what
the program knows. Right after a kill both are compared, and again at the end when all has been settled.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from bot.app import Enlace
from bot.contract import Card, Menu, Outgoing, Place, Rate
from bot.metrics import Metrics
from bot.outgoing import letter_draft
from bot.platforms.slack import Slack
from bot.registry import Registry
from reminders import outbox
from reminders.delivery import CONCURRENCY
from reminders.delivery.deliverer import UNASKED
from reminders.outbox import OutboxRow, State
from tests.crash.site import KINDS, POSTS, Site
from tests.crash.table import Row
from tests.support.crashing import OUTBOUND

#: Points that the server knows: it has a request in hand that is not, or is, carried out yet.
ON_THE_WIRE: Final = ("on the wire", "carried out")
#: The points of the program and of the server, in the order in which a message passes them.
POINTS: Final = (*OUTBOUND[:4], *ON_THE_WIRE, *OUTBOUND[4:])
#: Points that a whole batch passes at once.
_BATCHES: Final = ("before_claim", "in_claim", "claimed", "in_mark")
POSITIONS: Final = ("first", "batch edge", "middle", "last")
RANDOM: Final = "at any time"
#: How many messages a fan-out has.
SIZE: Final = 1000
#: When a kill at a random time comes, in seconds after the fork.
EARLIEST, LATEST = 0.1, 1.4
#: How long a process may take to its point, in seconds.
PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Kill:
    """Where and at which message a process dies."""

    point: str
    position: str = ""


@dataclass
class Fanout:
    """A fan-out at a site, and what became of it kill by kill."""

    site: Site
    size: int = SIZE
    rows: list[Row] = field(default_factory=list)
    #: What was on its way at each kill.
    _flights: list[set[str]] = field(default_factory=list)
    _kept: list[str] = field(default_factory=list)
    _drained: bool = False

    async def run(self, kills: Sequence[Kill]) -> list[Row]:
        """All ``kills`` in turn; their rows."""
        await self._fill()
        self._kept = await self._enqueue(sum(kill.position == "last" for kill in kills), kept=True)
        for kill in kills:
            await self._kill(kill)
        await self._free(len(self._kept))
        await self._drain()
        await self._judge()
        if self.site.platform == "slack":
            await self._resolve()
        return self.rows

    # Messages

    async def _fill(self) -> None:
        await self._enqueue(self.size)
        self._drained = False

    async def _enqueue(self, count: int, *, kept: bool = False) -> list[str]:
        """Put messages to new places into the outbox; ``kept``: for later."""
        site, now = self.site, datetime.now(UTC)
        if not count:
            return []
        places: list[str] = await site.server.post("places", {"count": count})
        drafts = [
            letter_draft(
                Place(site.platform, site.account, KINDS[site.platform], place),
                Card(text=f"For {place}"),
                "en",
            )
            for place in places
        ]
        async with site.database.writing() as session:
            await outbox.enqueue(session, drafts, now + timedelta(days=kept))
        return places

    async def _due(self) -> None:
        """One of those that were kept is due now, alone, unless the last one still waits."""
        if await self._waiting():
            return
        await self._free(1)

    async def _free(self, count: int) -> None:
        """So many of those that were kept are due now."""
        places, self._kept = self._kept[:count], self._kept[count:]
        async with self.site.database.writing() as session:
            await session.execute(
                sa.update(OutboxRow)
                .where(OutboxRow.destination.in_(places))
                .values(not_before=datetime.now(UTC) - timedelta(seconds=1))
            )

    async def _waiting(self) -> int:
        """How many are still to be begun, without those that are kept."""
        states = await self.site.states()
        return sum(state in (State.QUEUED, State.CLAIMED) for state in states.values()) - len(self._kept)

    async def _drain(self) -> None:
        """Let a process that nobody kills send what waits."""
        self._drained = True
        states = await self.site.states()
        if sum(state in outbox.UNSETTLED for state in states.values()) == len(self._kept):
            return
        child = await self.site.start()
        await child.lives_through(self.site.until_settled(len(self._kept)))
        await child.stop()

    # Kills

    async def _kill(self, kill: Kill) -> None:
        row = Row(f"{self.site.name}: {' / '.join(filter(None, (kill.point, kill.position)))}", kills=1)
        self.rows.append(row)
        if kill.position == "last":
            if not self._drained:
                await self._drain()
            await self._due()
        elif await self._waiting() < self.size // 3:
            await self._fill()
        row.messages = waiting = await self._waiting()
        try:
            await self._die(kill, waiting)
        except (AssertionError, TimeoutError) as problem:
            row.faults.append(f"did not die there: {str(problem)[-600:]}")
        await self._compare(row)

    async def _die(self, kill: Kill, waiting: int) -> None:
        site = self.site
        if kill.point == RANDOM:
            child = await site.start()
            await asyncio.sleep(random.uniform(EARLIEST, LATEST))
            await child.kill()
            return
        passage = _passage(kill, waiting)
        if kill.point not in ON_THE_WIRE:
            child = await site.start(kill.point, passage)
            try:
                await child.dies(PATIENCE)
            finally:
                await child.kill()
            return
        held: int = await site.server.get("held", count=0)
        kind = "hold_before" if kill.point == "on the wire" else "hold_after"
        fault = {"kind": kind, "method": POSTS[site.platform], "skip": passage - 1}
        await site.server.post("faults", fault)
        child = await site.start()
        try:
            count = await child.lives_through(site.server.get("held", count=held + 1, wait=PATIENCE))
            assert count > held, "no request came"
        finally:
            await child.kill()
            # What it asked for is carried out all the same, when nobody waits for the answer any more.
            await site.server.post("release", {})

    # Judgement

    async def _compare(self, row: Row) -> None:
        """What the dead process left: a request is never ahead of its row."""
        states = await self.site.states()
        said = await self.site.tally()
        flight = {place for place, state in states.items() if state is State.SENDING}
        self._flights.append(flight)
        row.flight = len(flight)
        if len(flight) > CONCURRENCY:
            row.faults.append(f"{len(flight)} on their way at once")
        begun = (State.SENDING, State.SENT, State.IN_DOUBT)
        early = [place for place, state in states.items() if state not in begun and said[place]]
        lost = [place for place, state in states.items() if state is State.SENT and not said[place]]
        if early or lost:
            row.faults.append(f"{len(early)} sent before they were begun, {len(lost)} recorded and not sent")

    async def _judge(self) -> None:
        """What came of everything in the end."""
        states, said = await self.site.states(), await self.site.tally()
        async with self.site.database.reading() as session:
            now = datetime.now(UTC)
            accounts = [(self.site.platform, self.site.account)]
            listed = {
                delivery.destination
                for delivery in await outbox.in_doubt(session, accounts, now - timedelta(hours=6), now)
            }
        for place, state in states.items():
            number = next((n for n, flight in enumerate(self._flights) if place in flight), None)
            row = self.rows[-1 if number is None else number]
            row.repeated += said[place] > 1
            row.unlisted += not said[place] and place not in listed
            row.doubtful += state is State.IN_DOUBT
            if state is State.IN_DOUBT and number is None:
                row.faults.append("in doubt though it was not on its way when a process died")
            if state not in (State.SENT, State.IN_DOUBT):
                row.faults.append(f"a message ended as {state}")

    async def _resolve(self) -> None:
        """Slack tells what arrived: in the end everything is there, once."""
        app = Enlace(self.site.database, Registry(()), Metrics(self.site.database))
        printed, menu = self.site.server.printed, Menu(private={}, group={})
        platform = Slack(
            bot_token=printed[1], signing_secret="unused", api_url=printed[0], menu=menu,
            say=lambda _language, key: key, settle=0.0,
        )  # fmt: skip
        platform.rates = _no_rates  # type: ignore[method-assign]
        async with app.running([platform]):
            await app.until_up(platform)
            await app.senders.until(platform.name, platform.account, held=True)
            await app.deliverer.resolve(after=timedelta(0), within=timedelta(hours=6))
            await self.site.until_settled()
        said = await self.site.tally()
        wrong = [
            f"{state} and there {said[place]} times"
            for place, state in (await self.site.states()).items()
            if said[place] != 1
        ]
        if wrong:
            self.rows[-1].faults.append(f"after Slack was asked: {'; '.join(wrong[:5])}")


def _no_rates(message: Outgoing) -> Sequence[tuple[str, Rate]]:
    return ()


def _passage(kill: Kill, waiting: int) -> int:
    """How often the point is passed before the message at which the process is to die."""
    if kill.point in _BATCHES:
        # The first commit says what is being sent, the second one how it ended.
        last = 2 if kill.point == "in_mark" else 1
        return {"first": 1, "batch edge": 2, "middle": max(2, waiting // 100), "last": last}[kill.position]
    return {"first": 1, "batch edge": UNASKED, "middle": waiting // 2, "last": 1}[kill.position]
