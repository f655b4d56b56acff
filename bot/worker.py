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
from bot.inbox import MAX_TRIES, Pending
from directory.database import Database
from reminders.signal import Bell

#: How many conversations are answered at once.
CONCURRENCY: Final = 16
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
        outbox_bell: Bell,
        *,
        accounts: Callable[[], Collection[tuple[str, str]]],
        now: Callable[[], datetime],
        observe: Callable[[str, float], None] = lambda _outcome, _seconds: None,
    ) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._bell = bell
        self._outbox_bell = outbox_bell
        self._accounts = accounts
        self._now = now
        self._observe = observe
        self._started = now()
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        self._stopping = False
        self._log = structlog.get_logger("bot.worker")

    async def run(self) -> None:
        """Answer until :meth:`stop`; events in hand are finished first."""
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

    async def _round(self) -> int:
        room, accounts = CONCURRENCY - len(self._in_hand), self._accounts()
        if room <= 0 or not accounts:
            return 0
        async with self._database.reading() as session:
            waiting = await inbox.pending(session, accounts, tuple(self._in_hand), room)
        for pending in waiting:
            task = asyncio.create_task(self._handle(pending))
            self._in_hand[pending.conversation] = task
            task.add_done_callback(functools.partial(self._finished, pending.conversation))
        return len(waiting)

    def _finished(self, conversation: str, task: asyncio.Task[None]) -> None:
        del self._in_hand[conversation]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._log.error("inbox_task_failed", error=type(error).__name__, exc_info=error)
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
        self._outbox_bell.ring()
        self._observe(outcome, (self._now() - pending.received_at).total_seconds())
