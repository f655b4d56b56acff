"""Tells the coordination that a meeting's quorum is reached, in danger, or lost again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from bot.cards import meeting_letters
from bot.command import Tell
from bot.i18n import message
from directory import reviews
from directory.database import Database
from directory.meetings import quorums
from directory.meetings.quorums import Told

_TOLD: Final[Mapping[Told, str]] = {
    Told.REACHED: message("meeting.told_quorum_reached"),
    Told.IN_DANGER: message("meeting.told_quorum_in_danger"),
    Told.LOST: message("meeting.told_quorum_lost"),
}


class QuorumWatch:
    """Does it; called by the clock. ``post`` sends a letter in the caller's transaction."""

    def __init__(self, database: Database, post: Tell, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._post = post
        self._now = now

    async def tick(self) -> None:
        """Tell what is new."""
        now = self._now()
        async with self._database.reading() as session:
            if not await quorums.news(session, now):
                return
        async with self._database.writing() as session:
            coordinators = await reviews.coordinators(session)
            for item in await quorums.take(session, now):
                tally = item.tally
                letters = await meeting_letters.letters(
                    session,
                    now,
                    coordinators.get(item.meeting.network, ()),
                    _TOLD[item.told],
                    item.meeting,
                    coming=str(tally.coming),
                    needed=str(item.meeting.quorum.needed(tally.expected)),
                    silent=str(tally.silent),
                )
                for letter in letters:
                    await self._post(session, letter)
