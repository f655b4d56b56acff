"""Puts the cards of meetings into rooms and keeps them as the meetings are.

Which card is out of date is in the rows (``directory.meetings.cards``): a card is posted once, and edited in
place whenever its meeting changed since. An edit that still waits is replaced by a newer one, so that a room
gets the latest state and no more than its limits allow.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import meeting as meeting_card
from bot.contract import Card, Place, PlaceKind
from bot.i18n import Translator, message, negotiate, zone
from bot.outgoing import letter_draft, update_draft
from directory import meetings, rooms
from directory.database import Database
from directory.meetings import cards, notices, writing
from directory.meetings.cards import RoomCard
from directory.meetings.notices import Notice, Pending
from directory.rooms import Room
from reminders import outbox
from reminders.outbox import OutboxRow, Priority, State
from reminders.signal import Bell

#: The line that rooms read of what happened to a meeting.
_LINES: Final[Mapping[Notice, str]] = {
    Notice.MOVED: message("meeting.room_moved"),
    Notice.CHANGED: message("meeting.room_changed"),
    Notice.CANCELLED: message("meeting.room_cancelled"),
    Notice.RESTORED: message("meeting.room_restored"),
}


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
            noticed = await notices.waiting(session)
        if noticed:
            async with self._database.writing() as session:
                for notice in await notices.take(session):
                    await self._tell(session, notice, now)
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
        if by_meeting or noticed:
            self._bell.ring()

    async def _tell(self, session: AsyncSession, item: Pending, now: datetime) -> None:
        """One line to every room in which the meeting's card stands."""
        meeting = await meetings.get(session, item.meeting)
        if meeting is None:
            return
        before = replace(meeting, when=item.before) if item.before is not None else meeting
        drafts = []
        for posted in await cards.of_meeting(session, item.meeting):
            room = await rooms.by_id(session, posted.room)
            if room is None or not room.active or not posted.delivery or room.network != meeting.network:
                continue
            t = Translator(negotiate(room.language), zone(room.time_zone, meeting.when.zone))
            text = t(
                _LINES[item.kind],
                title=meeting_card.title(t, meeting),
                code=meeting.code,
                begins=meeting_card.span(t, meeting, t.zone),
                was=meeting_card.span(t, before, t.zone),
            )
            drafts.append(letter_draft(_place(room), Card(text=text), t.language))
        await outbox.enqueue(session, drafts, now)

    async def _renew(self, session: AsyncSession, number: int, items: list[RoomCard], now: datetime) -> None:
        # Another worker may be at it: whoever is second finds the cards renewed.
        await meetings.get(session, number, locked=True)
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
        if room.broadcast:
            # Nobody can be answered there, so nothing is offered.
            content = replace(content, buttons=())
        place = _place(room)
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


def _place(room: Room) -> Place:
    return Place(room.platform, room.account, PlaceKind.GROUP, room.place)


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
