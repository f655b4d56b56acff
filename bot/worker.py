"""Works through the inbox: one event at a time in a conversation, many conversations at once."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

import structlog

from bot import inbox
from bot.dispatch import Dispatcher
from bot.inbox import MAX_TRIES, Pending, Stored
from directory.database import Database
from directory.troubles import trouble
from reminders.signal import Bell

#: How many conversations are answered at once.
CONCURRENCY: Final = 32
#: The table is looked at again when no more than so many are left in hand: one look then brings many events.
FEW: Final = 16
#: How long to wait for a bell before looking at the table anyway, in seconds.
POLL_SECONDS: Final = 1.0
#: The pause before another try of an event, in seconds, by the number of tries so far.
PAUSES: Final = (0.1, 0.5)


class InboxWorker:
    """One process's loop over the inbox."""

    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        bell: Bell,
        *,
        accounts: Callable[[], Collection[tuple[str, str]]],
        now: Callable[[], datetime],
        observe: Callable[[str, float], None] = lambda _outcome, _seconds: None,
    ) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._bell = bell
        self._accounts = accounts
        self._now = now
        self._observe = observe
        self._started = now()
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        #: Conversations in hand behind whose event there are others that :meth:`offer` brought.
        self._behind: set[str] = set()
        #: Whether the table may hold events that can be begun.
        self._more = False
        self._running = False
        self._stopping = False
        self._log = structlog.get_logger("bot.worker")

    async def run(self) -> None:
        """Answer until :meth:`stop`; events in hand are finished first."""
        self._running = True
        while not self._stopping:
            try:
                took = await self._round()
            except Exception:
                # The loop must outlive a database that is away for a while; events wait in the inbox.
                self._log.exception("inbox_round_failed")
                took = 0
                await asyncio.sleep(POLL_SECONDS)
            if not took:
                await self._bell.wait(POLL_SECONDS)
        if self._in_hand:
            await asyncio.wait(self._in_hand.values())

    def stop(self) -> None:
        """Begin no new event; :meth:`run` returns when those in hand are done."""
        self._stopping = True
        self._bell.ring()

    def offer(self, stored: Stored) -> None:
        """Take events that were stored just now, without looking for them in the table.

        What cannot be begun at once stays where it is and is found there.
        """
        accounts = self._accounts()
        for pending in stored.ready:
            place = pending.incoming.place
            if (
                not self._running
                or self._stopping
                or len(self._in_hand) >= CONCURRENCY
                or (place.platform, place.account) not in accounts
            ):
                self._bell.ring()
            elif pending.conversation in self._in_hand:
                self._behind.add(pending.conversation)
            else:
                self._begin(pending, offered=True)
        for conversation in stored.behind:
            if conversation in self._in_hand:
                self._behind.add(conversation)
            else:
                self._bell.ring()

    def _begin(self, pending: Pending, *, offered: bool) -> None:
        task = asyncio.create_task(self._handle(pending))
        self._in_hand[pending.conversation] = task
        task.add_done_callback(functools.partial(self._finished, pending.conversation, offered))

    async def _round(self) -> int:
        room, accounts = CONCURRENCY - len(self._in_hand), self._accounts()
        if room <= 0 or not accounts:
            return 0
        self._more = False
        async with self._database.reading() as session:
            waiting = await inbox.pending(session, accounts, tuple(self._in_hand), room)
        taken = 0
        for pending in waiting:
            # While the table was read, more may have been offered.
            if pending.conversation not in self._in_hand and len(self._in_hand) < CONCURRENCY:
                self._begin(pending, offered=False)
                taken += 1
        return taken

    def _finished(self, conversation: str, offered: bool, task: asyncio.Task[None]) -> None:
        full = len(self._in_hand) >= CONCURRENCY
        del self._in_hand[conversation]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._log.error("inbox_task_failed", error=type(error).__name__, exc_info=error)
        # Behind an event from the table there may be others, and so where there was no room for more.
        self._more |= not offered or full or conversation in self._behind
        self._behind.discard(conversation)
        if self._more and len(self._in_hand) <= FEW:
            self._bell.ring()

    async def _handle(self, pending: Pending) -> None:
        tries = pending.tries
        # An event that was already here when this process began may be what ended the last one.
        if pending.received_at < self._started:
            async with self._database.writing() as session:
                tries = await inbox.count_try(session, pending.id)
            if tries > MAX_TRIES:
                await self._park(pending, RuntimeError("the program ended while it handled this event"))
                return
        for attempt in range(1, MAX_TRIES + 1):
            try:
                await self._dispatcher.handle(pending)
            except Exception as error:
                if (problem := trouble(error)) is not None:
                    # That is no fault of the event: it waits in the inbox until the database is well again.
                    self._log.error("event_waits", inbox_id=pending.id, database=problem)
                    await asyncio.sleep(POLL_SECONDS)
                    return
                if attempt == MAX_TRIES:
                    await self._park(pending, error)
                    return
                self._log.warning(
                    "event_failed", inbox_id=pending.id, attempt=attempt, error=type(error).__name__
                )
                await asyncio.sleep(PAUSES[attempt - 1])
            else:
                self._done("answered", pending)
                return

    async def _park(self, pending: Pending, error: BaseException) -> None:
        await self._dispatcher.park(pending, error)
        self._done("parked", pending)

    def _done(self, outcome: str, pending: Pending) -> None:
        self._observe(outcome, (self._now() - pending.received_at).total_seconds())
