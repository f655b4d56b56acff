"""Sends what is in the outbox, in order within a destination, and records how each delivery ended.

The three durable steps: a claim with a lease, ``sending`` committed before the request, the outcome
committed after it. A crash between the last two leaves a row in doubt, which is never guessed.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from directory import accounts as directory_accounts
from directory.database import Database
from reminders import outbox
from reminders.delivery import endings
from reminders.delivery.courier import Courier, Lost, Point, close, nowhere
from reminders.delivery.recovering import SETTLING, Recovery
from reminders.delivery.writing import Begun, Writer
from reminders.outbox import Accounts, Address, Delivery, Draft, Priority, State, Taker, address
from reminders.outcome import DeliveryError, Gone, InDoubt, Moved, Refused, Retry
from reminders.senders import Senders
from reminders.signal import Bell

#: How long to wait for a bell before looking at the table anyway, in seconds.
POLL_SECONDS: Final = 1.0
#: How many deliveries one worker has under way at once; of these, how many may be of those that nobody
#: waits for: whoever asks something meanwhile finds room.
CONCURRENCY: Final = 64
UNASKED: Final = 48
#: The table is looked at again when no more than so many are left: one look then brings many deliveries.
FEW: Final = 32
#: A worker that stood still for so long after it had begun a delivery does not send it any more.
STANDSTILL: Final = timedelta(seconds=8)


async def _nobody() -> None:
    """There is nobody else to be told of work."""


class Deliverer:
    """One worker's delivery loop."""

    def __init__(
        self,
        database: Database,
        courier: Courier,
        bell: Bell,
        *,
        worker: str,
        now: Callable[[], datetime],
        point: Point = nowhere,
        observe: Callable[[State, float], None] = lambda _state, _seconds: None,
        lost: Lost = close,
        senders: Senders | None = None,
        others: Callable[[], Coroutine[Any, Any, None]] = _nobody,
    ) -> None:
        """``others`` tells the workers elsewhere that there is something to deliver for one of them."""
        self._database = database
        self._courier = courier
        self._bell = bell
        self._worker = worker
        self._now = now
        self._point = point
        self._observe = observe
        self._lost = lost
        self._senders = senders
        self._others = others
        self._writer = Writer(
            database, courier, worker=worker, fenced=lambda: self._fenced, now=now, point=point
        )
        self._recovery = Recovery(database, courier, bell, worker=worker, accounts=self._accounts, now=now)
        self._log = structlog.get_logger("reminders.delivery")
        self._tasks: dict[asyncio.Task[None], Delivery] = {}
        self._telling: set[asyncio.Task[None]] = set()
        #: Places under way behind whose message there are others that :meth:`hand_over` told of.
        self._behind: set[Address] = set()
        self._under_way: dict[Address, int] = {}
        #: Whether the table may hold messages that can be sent.
        self._more = False
        self._running = False
        self._stopping = False
        self.taker: Final = Taker(worker, self._takes)

    @property
    def _fenced(self) -> bool:
        return self._senders is not None and self._senders.fenced

    def _accounts(self) -> Accounts:
        """The accounts that can be sent as and are this worker's to send as."""
        accounts = self._courier.accounts()
        return accounts if self._senders is None else [one for one in accounts if self._senders.holds(*one)]

    async def run(self) -> None:
        """Deliver until :meth:`stop`; what is under way is finished first."""
        self._running = True
        while not self._stopping:
            try:
                took = await self._round()
            except Exception:
                # The loop must outlive a database that is away for a while; rows wait where they are.
                self._log.exception("delivery_round_failed")
                took = 0
                await asyncio.sleep(POLL_SECONDS)
            if not took:
                await self._bell.wait(POLL_SECONDS)
        if self._tasks:
            await asyncio.wait(self._tasks)

    def stop(self) -> None:
        """Begin no new delivery; :meth:`run` returns when those under way have ended."""
        self._stopping = True
        self._bell.ring()

    def _takes(self, draft: Draft) -> bool:
        return (
            self._running
            and not self._stopping
            and len(self._tasks) < (CONCURRENCY if draft.priority == Priority.ANSWER else UNASKED)
            and (draft.platform, draft.account) in self._accounts()
        )

    def hand_over(self, drafts: Sequence[Draft], claimed: Sequence[Delivery]) -> None:
        """These ``drafts`` were put into the outbox; deliver those that are ``claimed`` already.

        The others are found in the table when their turn comes.
        """
        for delivery in claimed:
            self._start(delivery, handed=True)
        if len(drafts) > len(claimed):
            places = {address(draft) for draft in drafts}
            self._behind |= places & self._under_way.keys()
            if not places <= self._under_way.keys():
                self._bell.ring()
            mine = set(self._accounts())
            if any((draft.platform, draft.account) not in mine for draft in drafts):
                telling = asyncio.create_task(self._others())
                self._telling.add(telling)
                telling.add_done_callback(self._telling.discard)

    async def recover(self, *, alone: bool = False) -> None:
        """See :meth:`Recovery.recover`."""
        await self._recovery.recover(alone=alone, fenced=self._fenced)

    async def resolve(self, *, after: timedelta = SETTLING, within: timedelta = timedelta(hours=1)) -> None:
        """See :meth:`Recovery.resolve`."""
        await self._recovery.resolve(after=after, within=within)

    async def _round(self) -> int:
        room = CONCURRENCY - len(self._tasks)
        accounts = self._accounts()
        if room <= 0 or not accounts:
            return 0
        self._more = False
        others = sum(delivery.priority != Priority.ANSWER for delivery in self._tasks.values())
        await self._point("before_claim")
        async with self._database.transaction() as connection:
            taken = await outbox.claim(
                connection, self._worker, accounts, room, self._now(), unasked=max(0, UNASKED - others)
            )
            await self._point("in_claim")
        await self._point("claimed")
        for delivery in taken:
            self._start(delivery, handed=False)
        return len(taken)

    def _start(self, delivery: Delivery, *, handed: bool) -> None:
        place = address(delivery)
        self._under_way[place] = self._under_way.get(place, 0) + 1
        task = asyncio.create_task(self._deliver(delivery))
        self._tasks[task] = delivery
        task.add_done_callback(functools.partial(self._finished, place, handed))

    def _finished(self, place: Address, handed: bool, task: asyncio.Task[None]) -> None:
        full = len(self._tasks) >= UNASKED
        del self._tasks[task]
        self._under_way[place] -= 1
        if not self._under_way[place]:
            del self._under_way[place]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._log.error("delivery_task_failed", error=type(error).__name__, exc_info=error)
        # Behind a message from the table there may be others, and so where there was no room for more.
        self._more |= not handed or full or place in self._behind
        self._behind.discard(place)
        if self._more and len(self._tasks) <= FEW:
            self._bell.ring()

    async def _deliver(self, delivery: Delivery) -> None:
        if wait := await self._courier.turn(delivery):
            await self._writer.mark(delivery, endings.put_off(wait, self._now()))
            asyncio.get_running_loop().call_later(wait, self._bell.ring)
            return
        asked = self._now()
        begun = Begun.LOST
        try:
            begun = await self._writer.begin(delivery)
        finally:
            if begun is not Begun.SENDING:
                self._courier.forgo(delivery)
        if begun is Begun.DROPPED:
            self._log.info("delivery_dropped", delivery=delivery.id)
            self._observe(State.DROPPED, (self._now() - delivery.created_at).total_seconds())
        if begun is not Begun.SENDING:
            return
        await self._point("sending")
        if self._now() - asked > STANDSTILL:
            # Who knows what others made of it meanwhile: the mark is theirs where they did.
            self._courier.forgo(delivery)
            await self._writer.mark(delivery, endings.put_off(0, self._now()))
            return
        try:
            outcome = await self._send(delivery)
        except Moved as problem:
            await self._follow(delivery, problem.new_id)
            return
        await self._point("before_mark")
        await self._writer.mark(delivery, outcome)
        await self._point("recorded")
        state: State = outcome["state"]
        self._observe(state, (self._now() - delivery.created_at).total_seconds())

    async def _send(self, delivery: Delivery) -> dict[str, Any]:
        try:
            receipt = await self._courier.send(delivery)
        except Retry as problem:
            if (later := endings.again(delivery, problem, self._now())) is None:
                return self._failed(delivery, problem)
            values, pause = later
            self._log.info("delivery_retried", delivery=delivery.id, reason=problem.reason, pause=pause)
            asyncio.get_running_loop().call_later(pause, self._bell.ring)
            return values
        except Moved:
            raise
        except Refused as problem:
            if isinstance(problem, Gone):
                async with self._database.writing() as session:
                    await self._lost(session, delivery)
            return self._failed(delivery, problem)
        except InDoubt as problem:
            self._log.warning("delivery_in_doubt", delivery=delivery.id, reason=problem.reason)
            return endings.doubtful(problem.reason, self._now())
        except Exception as problem:
            # Whatever a platform did not classify may have happened after the request began.
            self._log.exception("delivery_unclassified", delivery=delivery.id)
            return endings.doubtful(type(problem).__name__, self._now())
        return endings.sent(receipt, self._now())

    def _failed(self, delivery: Delivery, problem: DeliveryError) -> dict[str, Any]:
        self._log.warning("delivery_failed", delivery=delivery.id, reason=problem.reason)
        return endings.failed(problem, self._now())

    async def _follow(self, delivery: Delivery, new_id: str) -> None:
        """The place has a new id: this message and all behind it follow, in one step to keep their order."""
        platform, account, old = delivery.platform, delivery.account, delivery.destination
        again = {
            "state": State.QUEUED if delivery.attempts + 1 < endings.MAX_ATTEMPTS else State.FAILED,
            "attempts": delivery.attempts + 1,
            "destination": new_id,
            "worker": "",
            "lease_until": None,
        }
        async with self._database.writing() as session:
            await outbox.record(session, self._worker, {delivery.id: again})
            await outbox.move(session, platform, account, old, new_id)
            await directory_accounts.move_room(session, platform, account, old, new_id)
