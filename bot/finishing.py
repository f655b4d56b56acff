"""Commits the answers of many conversations together: each event's mark with its messages, or neither.

A commit waits for the disk, so events that were answered while the last one waited share the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot import inbox
from bot.command import Effect
from bot.inbox import InboxState
from directory.database import Database
from reminders import outbox
from reminders.delivery import Deliverer, Point, nowhere
from reminders.outbox import Delivery, Draft


@dataclass(frozen=True, slots=True)
class _Answer:
    row_id: int
    drafts: Sequence[Draft]
    effects: Sequence[Effect]
    done: asyncio.Future[None]


class Finisher:
    """Marks answered events as done, as many in one transaction as there are waiting.

    What ``deliverer`` can send at once is claimed for it in the same transaction.
    """

    def __init__(
        self,
        database: Database,
        deliverer: Deliverer,
        *,
        now: Callable[[], datetime],
        point: Point = nowhere,
    ) -> None:
        self._database = database
        self._deliverer = deliverer
        self._now = now
        self._point = point
        self._waiting: list[_Answer] = []
        self._writing: asyncio.Task[None] | None = None

    async def finish(self, row_id: int, drafts: Sequence[Draft], effects: Sequence[Effect] = ()) -> None:
        """Return when the event is marked, its messages are in the outbox and its effects are written.

        Raises:
            Exception: the database refused; of this event nothing is written.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Answer(row_id, drafts, effects, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._work())
        await done

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await self._write(batch)
            except Exception as error:
                if len(batch) == 1:
                    _fail(batch[0], error)
                    continue
                # One of them may be what the database refuses: the others must not suffer for it.
                for answer in batch:
                    try:
                        await self._write([answer])
                    except Exception as own:
                        _fail(answer, own)

    async def _write(self, batch: Sequence[_Answer]) -> None:
        async with self._database.transaction() as connection:
            drafts, claimed = await self._store(connection, batch)
            await self._point("in_answer")
        self._deliverer.hand_over(drafts, claimed)
        for answer in batch:
            if not answer.done.done():
                answer.done.set_result(None)

    async def _store(
        self, connection: AsyncConnection, batch: Sequence[_Answer]
    ) -> tuple[Sequence[Draft], Sequence[Delivery]]:
        now = self._now()
        held = await inbox.settle_all(connection, [answer.row_id for answer in batch], InboxState.DONE, now)
        ours = [answer for answer in batch if answer.row_id in held]
        drafts = [draft for answer in ours for draft in answer.drafts]
        claimed = await outbox.enqueue(connection, drafts, now, self._deliverer.taker)
        effects = [effect for answer in ours for effect in answer.effects]
        if effects:
            async with AsyncSession(connection, expire_on_commit=False) as session:
                for effect in effects:
                    await effect(session)
                await session.flush()
        return drafts, claimed


def _fail(answer: _Answer, error: Exception) -> None:
    if not answer.done.done():
        answer.done.set_exception(error)
