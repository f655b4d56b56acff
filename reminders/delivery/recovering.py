"""Settles what was left: by workers that died, and in doubt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from directory.database import Database
from reminders import outbox
from reminders.delivery.courier import Courier
from reminders.outbox import Accounts, State
from reminders.signal import Bell
from reminders.workers import has_died

#: A platform is asked about a delivery in doubt only after it had this long to finish with it.
SETTLING: Final = timedelta(seconds=45)


class Recovery:
    """Looks after what is left of the deliveries of ``accounts``, which are this worker's to send as."""

    def __init__(
        self,
        database: Database,
        courier: Courier,
        bell: Bell,
        *,
        worker: str,
        accounts: Callable[[], Accounts],
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._courier = courier
        self._bell = bell
        self._worker = worker
        self._accounts = accounts
        self._now = now
        self._log = structlog.get_logger("reminders.delivery")

    async def recover(self, *, alone: bool, fenced: bool) -> None:
        """Settle what dead workers left: claims go back to the queue, requests on the wire are in doubt.

        ``alone``: no other process works on this database, so whatever is held was left. ``fenced``: nobody
        else can begin a delivery of these accounts, so whatever another worker claimed goes back as well.
        """
        accounts = self._accounts()
        now = self._now()
        async with self._database.reading() as session:
            holders = await outbox.workers(session, accounts)
        if not holders:
            return
        others = [name for name in holders if name != self._worker]
        dead = [name for name in others if alone or has_died(name)]
        async with self._database.writing() as session:
            await outbox.take_back(session, accounts, now, others if fenced else dead)
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

    async def resolve(self, *, after: timedelta, within: timedelta) -> None:
        """Ask the platform about deliveries in doubt, where it can tell.

        ``after``: how long it is given to finish a request that it may still be working on.
        """
        now = self._now()
        async with self._database.reading() as session:
            doubtful = await outbox.in_doubt(session, self._accounts(), now - within, now - after)
        for delivery in doubtful:
            try:
                receipt = await self._courier.confirm(delivery)
            except Exception as error:
                self._log.warning("delivery_not_confirmed", delivery=delivery.id, error=type(error).__name__)
                continue
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
