"""What becomes of polls by itself: after the last day they close, and the coordination hears of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.cards import poll_letters
from bot.command import Tell
from bot.i18n import message
from directory import reviews
from directory.database import Database
from directory.meetings import polls
from directory.meetings.polls.reading import closing


class PollWatch:
    """Does it; called by the clock. ``post`` sends a letter in the caller's transaction."""

    def __init__(self, database: Database, post: Tell, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._post = post
        self._now = now

    async def close(self) -> None:
        """Close the polls whose last day is over; whoever called them, else the coordination, is told."""
        now = self._now()
        async with self._database.reading() as session:
            if not await closing(session, now):
                return
        async with self._database.writing() as session:
            for poll in await polls.close_due(session, now):
                coordinators = (await reviews.coordinators(session)).get(poll.network, ())
                whom = [poll.created_by] if poll.created_by else list(coordinators)
                told = message("poll.told_closed")
                for letter in await poll_letters.letters(session, now, whom, told, poll):
                    await self._post(session, letter)
