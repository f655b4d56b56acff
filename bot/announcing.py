"""Announces what is due, keeps the cards of meetings and of polls in rooms as those are.

Which card is out of date is in the rows (``directory.meetings.cards``); ``bot.room_cards`` renews them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import meeting as meeting_card
from bot.cards import poll as poll_card
from bot.contract import Card
from bot.i18n import Translator, message, negotiate, zone
from bot.outgoing import letter_draft
from bot.room_cards import Kind, Shown, place, renew, settled
from directory import meetings, rooms
from directory.database import Database
from directory.meetings import cards, notices, polls, writing
from directory.meetings.notices import Notice, Pending
from reminders import outbox
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
            outdated = await _outdated(session, now)
            noticed = await notices.waiting(session)
        if noticed:
            async with self._database.writing() as session:
                for notice in await notices.take(session):
                    await self._tell(session, notice, now)
        if waiting:
            async with self._database.writing() as session:
                for meeting in await writing.publish_due(session, now):
                    self._log.info("meeting_announced", meeting=meeting.code)
                outdated = await _outdated(session, now)
        for (kind, number), wanted in outdated.items():
            async with self._database.writing() as session:
                await renew(session, kind, number, wanted, now)
        if outdated or noticed:
            self._bell.ring()

    async def _tell(self, session: AsyncSession, item: Pending, now: datetime) -> None:
        """One line to every room in which the meeting's card stands."""
        meeting = await meetings.get(session, item.meeting)
        if meeting is None:
            return
        before = replace(meeting, when=item.before) if item.before is not None else meeting
        drafts = []
        for posted in await cards.MEETINGS.of(session, item.meeting):
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
            drafts.append(letter_draft(place(room), Card(text=text), t.language))
        await outbox.enqueue(session, drafts, now)


async def _meeting(session: AsyncSession, number: int, now: datetime) -> Shown | None:
    await meetings.get(session, number, locked=True)
    view = await meeting_card.view(session, number)
    if view is None:
        return None
    meeting = view.meeting
    return Shown(
        f"meeting:{number}",
        meeting.network,
        meeting.version,
        meeting.when.zone,
        lambda t: meeting_card.card(t, view, now),
    )


async def _poll(session: AsyncSession, number: int, now: datetime) -> Shown | None:
    await polls.get(session, number, locked=True)
    view = await poll_card.view(session, number)
    if view is None:
        return None
    poll = view.poll
    return Shown(
        f"poll:{number}", poll.network, poll.version, poll.zone, lambda t: poll_card.card(t, view, now)
    )


#: What stands in rooms on cards.
_KINDS: Final = (Kind(cards.MEETINGS, _meeting), Kind(cards.POLLS, _poll))


async def _outdated(session: AsyncSession, now: datetime) -> dict[tuple[Kind, int], list[int]]:
    """The rooms whose cards are out of date, by what they show."""
    found: dict[tuple[Kind, int], list[int]] = {}
    for kind in _KINDS:
        for item in await kind.cards.outdated(session, now):
            # While nobody knows whether it was posted there is nothing to be done.
            if await settled(session, item) is None:
                continue
            found.setdefault((kind, item.subject), []).append(item.room)
    return found
