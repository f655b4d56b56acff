"""Puts the cards of meetings into rooms and keeps them as the meetings are.

Which card is out of date is in the rows (``directory.meetings.cards``): a card is posted once, and edited in
place whenever its meeting changed since. An edit that still waits is replaced by a newer one, so that a room
gets the latest state and no more than its limits allow.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import meeting as meeting_card
from bot.contract import Place, PlaceKind
from bot.i18n import Translator, negotiate, zone
from bot.outgoing import letter_draft, update_draft
from directory import rooms
from directory.database import Database
from directory.meetings import cards, writing
from directory.meetings.cards import RoomCard
from directory.rooms import Room
from reminders import outbox
from reminders.outbox import OutboxRow, Priority, State
from reminders.signal import Bell


class Announcer:
    """Does it; called by the clock."""

    def __init__(self, database: Database, bell: Bell, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._bell = bell
        self._now = now
        self._log = structlog.get_logger("bot.announcing")

    async def publish(self) -> None:
        """Announce what is due to be announced, and bring every card up to date."""
        now = self._now()
        async with self._database.reading() as session:
            waiting = await writing.is_due(session, now)
            outdated = await cards.outdated(session, now)
        if waiting:
            async with self._database.writing() as session:
                for meeting in await writing.publish_due(session, now):
                    self._log.info("meeting_announced", meeting=meeting.code)
                outdated = await cards.outdated(session, now)
        by_meeting: dict[int, list[RoomCard]] = {}
        for item in outdated:
            by_meeting.setdefault(item.meeting, []).append(item)
        for number, items in by_meeting.items():
            async with self._database.writing() as session:
                await self._renew(session, number, items, now)
        if by_meeting:
            self._bell.ring()

    async def _renew(self, session: AsyncSession, number: int, items: list[RoomCard], now: datetime) -> None:
        shown = await meeting_card.view(session, number)
        if shown is None:
            return
        present = {item.room: item for item in await cards.of_meeting(session, number)}
        for item in items:
            room = await rooms.by_id(session, item.room)
            known = present.get(item.room)
            if room is None or known is None or known.shown >= shown.meeting.version:
                continue
            if not room.active or room.network != shown.meeting.network:
                # The bot is out of it, or it is another network's now: what stands there stays as it is.
                await cards.save(session, replace(known, shown=shown.meeting.version))
                continue
            known = await _settled(session, known)
            if known is not None:
                await self._send(session, room, shown, known, now)

    async def _send(
        self, session: AsyncSession, room: Room, shown: meeting_card.View, known: RoomCard, now: datetime
    ) -> None:
        t = Translator(negotiate(room.language), zone(room.time_zone, shown.meeting.when.zone))
        content = meeting_card.card(t, shown, now)
        place = Place(room.platform, room.account, PlaceKind.GROUP, room.place)
        draft = (
            update_draft(place, content, t.language, known.message)
            if known.message
            else letter_draft(place, content, t.language)
        )
        key, same = str(uuid.uuid4()), f"meeting:{shown.meeting.number}"
        await outbox.enqueue(
            session, [replace(draft, key=key, coalesce=same, priority=Priority.LETTER)], now
        )  # fmt: skip
        stored = await session.scalar(sa.select(OutboxRow.key).where(OutboxRow.key == key))
        await cards.save(
            session, replace(known, delivery=stored or known.delivery, shown=shown.meeting.version)
        )


async def _settled(session: AsyncSession, known: RoomCard) -> RoomCard | None:
    """The card with the message that it stands in by now; ``None`` while that is not known yet."""
    if not known.delivery:
        return known
    row = (
        await session.execute(
            sa.select(OutboxRow.state, OutboxRow.receipt).where(OutboxRow.key == known.delivery)
        )
    ).one_or_none()
    if row is None:
        return known
    state, receipt = row
    if state is State.SENT and receipt:
        return replace(known, message=receipt)
    if known.message:
        return known
    # Never posted: it is posted now. Of one in doubt nobody knows; a second card would be worse than none.
    return replace(known, delivery="") if state in (State.FAILED, State.DROPPED) else None
