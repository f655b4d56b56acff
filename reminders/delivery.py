"""Sends what is in the outbox, in order within a destination, and records how each delivery ended.

The three durable steps: a claim with a lease, ``sending`` committed before the request, the outcome
committed after it. A crash between the last two leaves a row in doubt, which is never guessed.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from directory import accounts as directory_accounts
from directory.database import Database
from reminders import outbox
from reminders.outbox import Accounts, Address, Delivery, Draft, State, Taker, address
from reminders.outcome import DeliveryError, Gone, InDoubt, Moved, Refused, Retry
from reminders.signal import Bell
from reminders.workers import has_died

#: A delivery that was certainly not made is tried this often before it counts as failed.
MAX_ATTEMPTS: Final = 8
#: A platform is asked about a delivery in doubt only after it had this long to finish with it.
SETTLING: Final = timedelta(seconds=45)
#: How long to wait for a bell before looking at the table anyway, in seconds.
POLL_SECONDS: Final = 1.0
#: How many deliveries one worker has under way at once.
CONCURRENCY: Final = 64
#: The table is looked at again when no more than so many are left: one look then brings many deliveries.
FEW: Final = 32


class Courier(Protocol):
    """What delivery needs from outside: somebody who can send."""

    def accounts(self) -> Accounts:
        """The bot accounts that can be sent as right now."""
        ...

    async def turn(self, delivery: Delivery) -> None:
        """Wait until the platform's limits allow this message."""
        ...

    async def send(self, delivery: Delivery) -> str:
        """Send; the platform's id of the message. Raises the outcomes of ``reminders.outcome``."""
        ...

    async def confirm(self, delivery: Delivery) -> str | None:
        """For a delivery in doubt: its message id, ``""`` if certainly not sent, ``None`` if unknown."""
        ...

    def is_idempotent(self, delivery: Delivery) -> bool:
        """Whether sending it again has the effect of sending it once."""
        ...


Point = Callable[[str], Awaitable[None]]


async def nowhere(_name: str) -> None:
    """Nothing happens at the named points outside crash tests."""


#: What is done where a delivery shows that the bot is out of the place that it was for.
Lost = Callable[[AsyncSession, Delivery], Awaitable[None]]


async def close(session: AsyncSession, delivery: Delivery) -> None:
    """Note that the bot is out of a place, and tell nobody."""
    await directory_accounts.close_room(session, delivery.platform, delivery.account, delivery.destination)


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
    ) -> None:
        self._database = database
        self._courier = courier
        self._bell = bell
        self._worker = worker
        self._now = now
        self._point = point
        self._observe = observe
        self._lost = lost
        self._log = structlog.get_logger("reminders.delivery")
        self._tasks: set[asyncio.Task[None]] = set()
        #: Places under way behind whose message there are others that :meth:`hand_over` told of.
        self._behind: set[Address] = set()
        self._under_way: dict[Address, int] = {}
        #: Whether the table may hold messages that can be sent.
        self._more = False
        self._begins: dict[int, asyncio.Future[bool]] = {}
        self._marks: dict[int, tuple[Mapping[str, Any], asyncio.Future[bool]]] = {}
        self._marking: asyncio.Task[None] | None = None
        self._running = False
        self._stopping = False
        self.taker: Final = Taker(worker, self._takes)

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
            and len(self._tasks) < CONCURRENCY
            and (draft.platform, draft.account) in self._courier.accounts()
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

    async def recover(self, *, alone: bool = False) -> None:
        """Settle what dead workers left: claims go back to the queue, requests on the wire are in doubt.

        ``alone``: no other process works on this database, so whatever is held was left.
        """
        accounts = self._courier.accounts()
        now = self._now()
        async with self._database.reading() as session:
            holders = await outbox.workers(session, accounts)
        if not holders:
            return
        dead = [name for name in holders if name != self._worker and (alone or has_died(name))]
        async with self._database.writing() as session:
            await outbox.take_back(session, accounts, now, dead)
            left = await outbox.left_sending(session, accounts, now, dead)
            again = [delivery.id for delivery in left if self._courier.is_idempotent(delivery)]
            doubtful = [delivery.id for delivery in left if delivery.id not in again]
            await outbox.settle(
                session, again, State.SENDING, state=State.QUEUED, worker="", lease_until=None
            )
            await outbox.settle(
                session, doubtful, State.SENDING, state=State.IN_DOUBT, reason="worker_died", finished_at=now
            )
        for delivery_id in doubtful:
            self._log.warning("delivery_in_doubt", delivery=delivery_id, reason="worker_died")
        self._bell.ring()

    async def resolve(self, *, after: timedelta = SETTLING, within: timedelta = timedelta(hours=1)) -> None:
        """Ask the platform about deliveries in doubt, where it can tell.

        ``after``: how long it is given to finish a request that it may still be working on.
        """
        now = self._now()
        async with self._database.reading() as session:
            doubtful = await outbox.in_doubt(session, self._courier.accounts(), now - within, now - after)
        for delivery in doubtful:
            receipt = await self._courier.confirm(delivery)
            if receipt is None:
                continue
            settled = (
                {"state": State.SENT, "receipt": receipt, "reason": "", "body": ""}
                if receipt
                else {"state": State.QUEUED, "worker": "", "lease_until": None, "finished_at": None}
            )
            async with self._database.writing() as session:
                # Another worker may have asked as well: only the first may queue it again.
                changed = await outbox.settle(session, [delivery.id], State.IN_DOUBT, **settled)
            if changed:
                self._log.info("delivery_resolved", delivery=delivery.id, sent=bool(receipt))
        self._bell.ring()

    async def _round(self) -> int:
        room = CONCURRENCY - len(self._tasks)
        accounts = self._courier.accounts()
        if room <= 0 or not accounts:
            return 0
        self._more = False
        await self._point("before_claim")
        async with self._database.transaction() as connection:
            taken = await outbox.claim(connection, self._worker, accounts, room, self._now())
            await self._point("in_claim")
        await self._point("claimed")
        for delivery in taken:
            self._start(delivery, handed=False)
        return len(taken)

    def _start(self, delivery: Delivery, *, handed: bool) -> None:
        place = address(delivery)
        self._under_way[place] = self._under_way.get(place, 0) + 1
        task = asyncio.create_task(self._deliver(delivery))
        self._tasks.add(task)
        task.add_done_callback(functools.partial(self._finished, place, handed))

    def _finished(self, place: Address, handed: bool, task: asyncio.Task[None]) -> None:
        full = len(self._tasks) >= CONCURRENCY
        self._tasks.discard(task)
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
        async with asyncio.timeout(outbox.CLAIM_LEASE.total_seconds() / 2) as patience:
            with contextlib.suppress(TimeoutError):
                await self._courier.turn(delivery)
        if patience.expired():
            # The limits leave no room within the lease: give the row back rather than lose the claim.
            await self._mark(delivery, state=State.QUEUED, worker="", lease_until=None)
            return
        if not await self._begin(delivery):
            return
        await self._point("sending")
        try:
            outcome = await self._send(delivery)
        except Moved as problem:
            await self._follow(delivery, problem.new_id)
            return
        await self._point("before_mark")
        await self._mark(delivery, **outcome)
        await self._point("recorded")
        state: State = outcome["state"]
        self._observe(state, (self._now() - delivery.created_at).total_seconds())

    async def _send(self, delivery: Delivery) -> dict[str, Any]:
        now = self._now
        try:
            receipt = await self._courier.send(delivery)
        except Retry as problem:
            if delivery.attempts + 1 >= MAX_ATTEMPTS:
                return self._failed(delivery, problem)
            pause = problem.after + random.uniform(0, 0.25 * problem.after)  # noqa: S311 - jitter
            self._log.info("delivery_retried", delivery=delivery.id, reason=problem.reason, pause=pause)
            asyncio.get_running_loop().call_later(pause, self._bell.ring)
            return {
                "state": State.QUEUED,
                "attempts": delivery.attempts + 1,
                "not_before": now() + timedelta(seconds=pause),
                "reason": problem.reason[:120],
                "worker": "",
                "lease_until": None,
            }
        except Moved:
            raise
        except Refused as problem:
            if isinstance(problem, Gone):
                async with self._database.writing() as session:
                    await self._lost(session, delivery)
            return self._failed(delivery, problem)
        except InDoubt as problem:
            return self._doubtful(delivery, problem.reason)
        except Exception as problem:
            # Whatever a platform did not classify may have happened after the request began.
            self._log.exception("delivery_unclassified", delivery=delivery.id)
            return self._doubtful(delivery, type(problem).__name__)
        # The body may hold contact details; once delivered nobody needs it any more.
        return {"state": State.SENT, "receipt": receipt[:120], "finished_at": now(), "body": "", "reason": ""}

    async def _follow(self, delivery: Delivery, new_id: str) -> None:
        """The place has a new id: this message and all behind it follow, in one step to keep their order."""
        platform, account, old = delivery.platform, delivery.account, delivery.destination
        again = {
            "state": State.QUEUED if delivery.attempts + 1 < MAX_ATTEMPTS else State.FAILED,
            "attempts": delivery.attempts + 1,
            "destination": new_id,
            "worker": "",
            "lease_until": None,
        }
        async with self._database.writing() as session:
            await outbox.record(session, self._worker, {delivery.id: again})
            await outbox.move(session, platform, account, old, new_id)
            await directory_accounts.move_room(session, platform, account, old, new_id)

    def _failed(self, delivery: Delivery, problem: DeliveryError) -> dict[str, Any]:
        self._log.warning("delivery_failed", delivery=delivery.id, reason=problem.reason)
        reason = problem.reason[:120]
        return {"state": State.FAILED, "reason": reason, "finished_at": self._now(), "body": ""}

    def _doubtful(self, delivery: Delivery, reason: str) -> dict[str, Any]:
        self._log.warning("delivery_in_doubt", delivery=delivery.id, reason=reason)
        return {"state": State.IN_DOUBT, "reason": reason[:120], "finished_at": self._now()}

    async def _begin(self, delivery: Delivery) -> bool:
        """Commit that it is being sent; whether the row was still ours."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._begins[delivery.id] = done
        self._write_soon()
        return await done

    async def _mark(self, delivery: Delivery, **values: Any) -> None:
        """Commit a state change, if the row is still ours."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._marks[delivery.id] = (values, done)
        self._write_soon()
        await done

    def _write_soon(self) -> None:
        if self._marking is None or self._marking.done():
            self._marking = asyncio.create_task(self._write_marks())

    async def _write_marks(self) -> None:
        """Commit everything that waits together: a commit waits for the disk."""
        while self._begins or self._marks:
            begins, self._begins = self._begins, {}
            marks, self._marks = self._marks, {}
            waiting = {**begins, **{row_id: done for row_id, (_, done) in marks.items()}}
            try:
                async with self._database.transaction() as connection:
                    begun = await outbox.begin(connection, self._worker, list(begins), self._now())
                    changes = {row_id: values for row_id, (values, _) in marks.items()}
                    await outbox.record(connection, self._worker, changes)
                    await self._point("in_mark")
            except Exception as error:  # every waiter is told, none is left hanging
                for done in waiting.values():
                    if not done.done():
                        done.set_exception(error)
            else:
                for row_id, done in waiting.items():
                    if not done.done():
                        done.set_result(row_id in marks or row_id in begun)
