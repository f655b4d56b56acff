"""Tells open pages that something changed in a room, whichever process wrote it."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Final

import structlog

from bot.web import transcript
from directory.database import Database
from reminders.signal import Bell

#: How often another process's changes are looked for, in seconds.
POLL_SECONDS: Final = 1.0
#: At most this many pages are open at once.
MAX_LISTENERS: Final = 500


class TooManyListenersError(Exception):
    """No more pages can be served now."""


class Watch:
    """Bells of open pages by room. Changes made in this process ring at once, others once it hears of them.

    What it does not hear of it finds within a second.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._bells: defaultdict[str, set[Bell]] = defaultdict(set)
        self._seen: dict[str, int] = {}
        self._count = 0
        self._news = Bell()
        self.closed = False

    @contextlib.asynccontextmanager
    async def listening(self, rooms: Sequence[str]) -> AsyncIterator[Bell]:
        """A bell that rings on every change in ``rooms``, and when everything ends.

        Raises:
            TooManyListenersError: too many pages are open.
        """
        if self._count >= MAX_LISTENERS:
            raise TooManyListenersError
        bell = Bell()
        self._count += 1
        for room in rooms:
            self._bells[room].add(bell)
        try:
            yield bell
        finally:
            self._count -= 1
            for room in rooms:
                self._bells[room].discard(bell)
                if not self._bells[room]:
                    del self._bells[room]
                    self._seen.pop(room, None)

    def ring(self, rooms: Iterable[str]) -> None:
        """Something changed in ``rooms``."""
        for room in rooms:
            for bell in self._bells.get(room, ()):
                bell.ring()

    def look(self) -> None:
        """Another process may have changed something: look now."""
        self._news.ring()

    def close(self) -> None:
        """End every open stream."""
        self.closed = True
        self.ring(tuple(self._bells))

    async def run(self) -> None:
        """Look for other processes' changes until cancelled."""
        while True:
            await self._news.wait(POLL_SECONDS)
            if not self._bells:
                continue
            try:
                async with self._database.reading() as session:
                    last = await transcript.last_changes(session, tuple(self._bells))
            except Exception:
                # A database that is away for a while must not end the pages' only source of news.
                structlog.get_logger("bot.web").warning("watch_failed", exc_info=True)
                continue
            self.ring([room for room, number in last.items() if self._seen.get(room) != number])
            self._seen.update({room: last[room] for room in last if room in self._bells})
