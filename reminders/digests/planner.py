"""Tells rooms how things stand: at most once a room and day, in its working hours. Ticked by the clock.

A room's row for the day and its messages are put down in one transaction, so neither a restart nor a second
worker skips or repeats a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from directory import rooms
from directory.database import Database
from directory.rooms import Receives, Room
from reminders import outbox
from reminders.digests import contents, rows
from reminders.digests.drawing import Chart
from reminders.digests.picturing import pictures
from reminders.digests.records import Digest, Telling, Writer
from reminders.digests.rows import Due
from reminders.digests.tables import Kind
from reminders.nudging.schedule import on_weekend
from reminders.outbox import OutboxRow

#: How many rooms are told in one transaction: on SQLite whoever writes waits for it.
BATCH: Final = 20
#: How many rooms' pictures are drawn by one program.
DRAWN: Final = 200
#: The kind of guards of digests, which name the room and the day.
GUARD: Final = "digest"

#: What is told of a network on a day; rooms of one network share it.
_Contents = dict[tuple[str, date, Kind], Digest]


class DigestPlanner:
    """Tells rooms how the deadlines of their network stand. ``told`` is called once messages wait."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        *,
        now: Callable[[], datetime],
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._writer = writer
        self._now = now
        self._told = told
        self._log = structlog.get_logger("reminders.digests")

    async def tick(self) -> None:
        """Tell every room whose time has come."""
        now = self._now()
        async with self._database.reading() as session:
            known = await rows.receiving(session, now)
        wanted = [item for room, last in known if (item := rows.due(room, last, now, on_weekend)) is not None]
        for first in range(0, len(wanted), DRAWN):
            await self._tell(wanted[first : first + DRAWN])

    async def _tell(self, wanted: Sequence[Due]) -> None:
        try:
            async with self._database.reading() as session:
                read = await self._read(session, wanted)
        except Exception:
            self._log.exception("digests_not_read")
            return
        charts = [self._writer.chart(item.room, self._of(read, item)) for item in wanted]
        drawn = await pictures([chart for chart in charts if chart is not None])
        for first in range(0, len(wanted), BATCH):
            batch = wanted[first : first + BATCH]
            try:
                await self._write(batch, read, drawn)
            except Exception:
                self._log.exception("digests_not_written")
                # One of them may be what cannot be written: it shall not hold up the others.
                for item in batch:
                    await self._write_alone(item, read, drawn)

    async def _write_alone(self, item: Due, read: _Contents, drawn: Mapping[Chart, bytes]) -> None:
        try:
            await self._write([item], read, drawn)
        except Exception as error:
            self._log.error("digest_not_written", room=item.room.id, error=type(error).__name__)

    async def _write(self, wanted: Sequence[Due], read: _Contents, drawn: Mapping[Chart, bytes]) -> None:
        now = self._now()
        async with self._database.writing() as session:
            taken = await rows.take(session, wanted)
            present = await self._checked(session, taken, read)
            tellings = [Telling(item.room, self._of(present, item), _guard(item)) for item in taken]
            written = await self._writer.write(session, tellings, drawn)
            networks = {telling.digest.network for telling in tellings}
            coming = {code: await contents.meeting_prints(session, code, now) for code in networks}
            notes = [
                rows.Note(
                    item,
                    [*contents.fingerprints(telling.digest), *coming[telling.digest.network]],
                    len(drafts),
                )
                for item, telling, drafts in zip(taken, tellings, written, strict=True)
            ]
            await rows.note(session, notes, now)
            await outbox.enqueue(session, [draft for drafts in written for draft in drafts], now)
        self._told()

    async def _checked(self, session: AsyncSession, taken: Sequence[Due], read: _Contents) -> _Contents:
        """What is told is as it stands now, not as it stood when the pictures were drawn."""
        found: _Contents = {}
        for item in taken:
            if _key(item) not in found:
                same = await contents.unchanged(session, read[_key(item)])
                found |= {_key(item): read[_key(item)]} if same else await self._read(session, [item])
        return found

    async def _read(self, session: AsyncSession, wanted: Sequence[Due]) -> _Contents:
        found: _Contents = {}
        for item in wanted:
            if _key(item) not in found:
                network, day, kind = _key(item)
                found[_key(item)] = await contents.digest(session, network, day, kind)
        return found

    @staticmethod
    def _of(found: _Contents, item: Due) -> Digest:
        known = found[_key(item)]
        return replace(known, after_outage=True) if item.after_outage else known

    async def still_holds(self, session: AsyncSession, what: str) -> bool:
        """Whether a digest that waits in the outbox may be sent, looked at in the caller's write transaction.

        ``what`` stands in its guard behind the kind. It may not be sent once its day is over, its room wants
        none, or something that it names was done, moved or cancelled. Where no part of it is out, the room is
        told anew.
        """
        number, _, written = what.partition(":")
        day = date.fromisoformat(written)
        subjects = await rows.noted(session, int(number), day)
        if subjects is None:
            return False
        room = await rooms.by_id(session, int(number))
        if room is not None and await self._is_as_told(session, room, day, subjects):
            return True
        begun = await session.execute(
            sa.select(OutboxRow.id)
            .where(
                OutboxRow.guard == f"{GUARD}:{what}",
                OutboxRow.state.in_((outbox.State.SENDING, outbox.State.SENT, outbox.State.IN_DOUBT)),
            )
            .limit(1)
        )
        if begun.first() is None:
            await rows.take_out(session, int(number), day)
        return False

    async def _is_as_told(
        self, session: AsyncSession, room: Room, day: date, subjects: Sequence[str]
    ) -> bool:
        today = self._now().astimezone(UTC).astimezone(rows.zone_of(room)).date()
        if today != day or not room.active or room.receives is not Receives.EVERYTHING:
            return False
        return await contents.stand(session, room.network, subjects)


def _key(item: Due) -> tuple[str, date, Kind]:
    return (item.room.network or "", item.day, item.kind)


def _guard(item: Due) -> str:
    return f"{GUARD}:{item.room.id}:{item.day.isoformat()}"
