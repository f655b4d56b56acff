"""Commits the steps of many deliveries together: a commit waits for the disk.

Whether what is said may still be said is asked in the transaction that begins the request.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import stamina
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from directory.database import Database
from reminders import outbox
from reminders.delivery.courier import Courier, Point
from reminders.outbox import Delivery, State

#: For how long a step is tried again while the database cannot be reached, in seconds. What was sent and
#: cannot be recorded is in doubt, so this is worth some patience; the lease of a request is longer.
PATIENCE: Final = 60.0
#: The longest pause between two tries, in seconds.
LONGEST_PAUSE: Final = 3.0
#: When a message is tried again whose guard could not be asked.
GUARD_PAUSE: Final = timedelta(seconds=30)


class Begun(enum.Enum):
    """What came of beginning a delivery."""

    SENDING = "sending"
    LOST = "lost"
    """The row, or the account, is another worker's now."""
    DROPPED = "dropped"
    """It is no longer to be said."""


class Writer:
    """Writes the steps of one worker's deliveries."""

    def __init__(
        self,
        database: Database,
        courier: Courier,
        *,
        worker: str,
        fenced: Callable[[], bool],
        now: Callable[[], datetime],
        point: Point,
    ) -> None:
        self._database = database
        self._courier = courier
        self._worker = worker
        self._fenced = fenced
        self._now = now
        self._point = point
        self._begins: dict[int, tuple[Delivery, asyncio.Future[Begun]]] = {}
        self._marks: dict[int, tuple[Mapping[str, Any], asyncio.Future[None]]] = {}
        self._writing: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("reminders.delivery")

    async def begin(self, delivery: Delivery) -> Begun:
        """Commit that it is being sent, where the row is still ours and it is still to be said."""
        done: asyncio.Future[Begun] = asyncio.get_running_loop().create_future()
        self._begins[delivery.id] = delivery, done
        self._write_soon()
        return await done

    async def mark(self, delivery: Delivery, values: Mapping[str, Any]) -> None:
        """Commit a state change, if the row is still ours."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._marks[delivery.id] = values, done
        self._write_soon()
        await done

    def _write_soon(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._work())

    async def _work(self) -> None:
        while self._begins or self._marks:
            begins, self._begins = self._begins, {}
            marks, self._marks = self._marks, {}
            waiting: list[asyncio.Future[Any]] = [done for _, done in begins.values()]
            waiting += [done for _, done in marks.values()]
            try:
                begun = await self._write(
                    [delivery for delivery, _ in begins.values()],
                    {row_id: values for row_id, (values, _) in marks.items()},
                )
            except Exception as error:  # every waiter is told, none is left hanging
                for one in waiting:
                    if not one.done():
                        one.set_exception(error)
            else:
                for row_id, (_, begin) in begins.items():
                    if not begin.done():
                        begin.set_result(begun[row_id])
                for _, mark in marks.values():
                    if not mark.done():
                        mark.set_result(None)

    async def _write(
        self, begins: Sequence[Delivery], marks: Mapping[int, Mapping[str, Any]]
    ) -> Mapping[int, Begun]:
        # Both may be done again where it is not known whether the first time was committed: a row that is
        # ``sending`` already is not begun a second time, and an outcome is written over itself.
        async for attempt in stamina.retry_context(
            on=_is_away, attempts=None, timeout=PATIENCE, wait_max=LONGEST_PAUSE
        ):
            with attempt:
                async with self._database.transaction() as connection:
                    begun = await self._begin(connection, begins)
                    await outbox.record(connection, self._worker, marks)
                    await self._point("in_mark")
        return begun

    async def _begin(self, connection: AsyncConnection, begins: Sequence[Delivery]) -> Mapping[int, Begun]:
        now = self._now()
        stopped: dict[int, dict[str, Any]] = {}
        if guarded := [delivery for delivery in begins if delivery.guard]:
            stopped = await self._stopped(connection, guarded, now)
            await outbox.record(connection, self._worker, stopped)
        ids = [delivery.id for delivery in begins if delivery.id not in stopped]
        ours = await outbox.begin(connection, self._worker, ids, now, fenced=self._fenced())
        return {
            delivery.id: Begun.SENDING if delivery.id in ours
            else Begun.DROPPED if stopped.get(delivery.id, {}).get("state") is State.DROPPED
            else Begun.LOST
            for delivery in begins
        }  # fmt: skip

    async def _stopped(
        self, connection: AsyncConnection, guarded: Sequence[Delivery], now: datetime
    ) -> dict[int, dict[str, Any]]:
        """What becomes of those that are not to be sent now: most are no longer to be said."""
        stopped: dict[int, dict[str, Any]] = {}
        async with AsyncSession(
            connection, expire_on_commit=False, join_transaction_mode="rollback_only"
        ) as session:
            for delivery in guarded:
                try:
                    async with session.begin_nested():
                        if await self._courier.permitted(session, delivery):
                            continue
                except DBAPIError as error:
                    if _is_away(error):
                        raise
                    stopped[delivery.id] = self._later(delivery, error, now)
                except Exception as error:
                    stopped[delivery.id] = self._later(delivery, error, now)
                else:
                    stopped[delivery.id] = {
                        "state": State.DROPPED,
                        "reason": "no_longer_true",
                        "finished_at": now,
                        "body": "",
                    }
        return stopped

    def _later(self, delivery: Delivery, error: Exception, now: datetime) -> dict[str, Any]:
        # Neither sent unasked nor lost: whoever mends the guard finds it in the queue.
        self._log.error("guard_failed", delivery=delivery.id, error=type(error).__name__, exc_info=error)
        return {
            "state": State.QUEUED,
            "not_before": now + GUARD_PAUSE,
            "reason": "guard_failed",
            "worker": "",
            "lease_until": None,
        }


def _is_away(error: Exception) -> bool:
    """Whether the database could not be reached, or broke off: worth another try."""
    if isinstance(error, NoConnection | OSError):
        return True
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated or type(error).__name__ in ("OperationalError", "InterfaceError")
    )
