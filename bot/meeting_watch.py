"""What becomes of meetings by itself: seats offered in vain go to the next, instants follow their zones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import meeting_answers, meeting_letters
from bot.command import Tell
from bot.i18n import message
from directory import meetings
from directory.database import Database
from directory.letters import Letter
from directory.meetings import Answer, notices, standing, turning
from directory.meetings.notices import Notice

#: How far back beginnings and ends are looked for at first, after a standstill too.
FIRST: Final = timedelta(days=1)
#: What those who answered read where their zone's rules have moved a meeting.
_MOVED: Final = message("meeting.told_zone")


class MeetingWatch:
    """Does it; called by the clock. ``post`` sends a letter in the caller's transaction."""

    def __init__(self, database: Database, post: Tell, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._post = post
        self._now = now
        self._turned: datetime | None = None
        self._log = structlog.get_logger("bot.meeting_watch")

    async def expire(self) -> None:
        """Seats that were offered and not taken go to the next on the list; both are told."""
        now = self._now()
        async with self._database.reading() as session:
            if not await meetings.offers_over(session, now):
                return
        async with self._database.writing() as session:
            for done in await meetings.expire_offers(session, now):
                there = await standing.speakers(session, done.after.unit, done.meeting.network, now.date())
                letters = await meeting_letters.letters(
                    session,
                    now,
                    [speaker.person for speaker in there],
                    message("meeting.told_offer_over"),
                    done.meeting,
                    unit=done.after.unit,
                )
                for offer in done.offers:
                    letters += await meeting_answers.offer_letters(session, now, done.meeting, offer)
                await self._send(session, letters)

    async def turn(self) -> None:
        """Cards of meetings that have begun or ended since the last call have other buttons from now on."""
        now = self._now()
        since, self._turned = self._turned or now - FIRST, now
        async with self._database.reading() as session:
            numbers = await turning.turned(session, since, now)
        if numbers:
            async with self._database.writing() as session:
                for number in numbers:
                    await meetings.touch(session, number)

    async def recompute(self) -> None:
        """Where a zone has new rules the wall time stays, and everybody learns the new instant."""
        now = self._now()
        async with self._database.writing() as session:
            for meeting, before in await meetings.recompute(session, now):
                self._log.info("meeting_instant_moved", meeting=meeting.code, before=before.isoformat())
                if meeting.announced_at is None:
                    continue
                answered = (await meetings.replies(session, meeting.number)).values()
                coming = {reply.by for reply in answered if reply.answer is not Answer.CANNOT and reply.by}
                await self._send(
                    session, await meeting_letters.letters(session, now, coming, _MOVED, meeting)
                )
                await notices.put(session, meeting.number, Notice.CHANGED, now, None)

    async def _send(self, session: AsyncSession, letters: list[Letter]) -> None:
        for letter in letters:
            await self._post(session, letter)
