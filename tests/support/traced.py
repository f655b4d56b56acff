"""Somebody who asks as :class:`Asking` does, and what the answer leaves behind: looks and letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from bot.command import Context, Replies
from bot.contract import Card, Event
from directory import audit
from directory.audit import Entry
from directory.database import Database
from directory.letters import Letter
from directory.lookups import WEEKLY
from tests.support.asking import Asking, here


@dataclass
class Traced(Asking):
    """Runs what an answer leaves behind, in a transaction of its own; letters are kept, not sent."""

    weekly_lookups: int = WEEKLY
    now: datetime | None = None
    letters: list[Letter] = field(default_factory=list)
    #: The people of whom the last answer left a look.
    looked: set[str] = field(default_factory=set)
    _context_used: Context | None = None

    @override
    async def _event(self, event: Event) -> Replies:
        replies = await super()._event(event)
        context = self._context_used
        assert context is not None
        self.looked = set(context.looking.looks)
        async with self.database.writing() as session:
            for effect in context.effects:
                await effect(session)
        return replies

    @override
    async def _context(self, session: object, event: Event) -> Context:
        async def keep(_session: AsyncSession, letter: Letter) -> None:
            self.letters.append(letter)

        context = replace(
            await super()._context(session, event), weekly_lookups=self.weekly_lookups, post=keep
        )
        if self.now is not None:
            context = replace(context, now=self.now)
        self._context_used = context
        return context

    async def card(self, text: str) -> Card:
        """The one card that is answered here."""
        return here(await self.asks(text))


async def trail(database: Database) -> Sequence[Entry]:
    """The whole trail, oldest first; it must be whole."""
    async with database.reading() as session:
        assert await audit.verify(session) is None
        return list(reversed(await audit.by_time(session, limit=500)))
