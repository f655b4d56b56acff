"""Puts nudges into words, in each reader's language, and into the outbox as letters."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import deadline_owners as owners
from bot.cards import nudge, words
from bot.contract import Card
from bot.i18n import Translator
from bot.letters import LetterPost
from directory import networks
from reminders.deadlines import reading
from reminders.deadlines.reading import Filters
from reminders.deadlines.records import State
from reminders.nudging.deadlines import UNDESIGNATED
from reminders.nudging.records import Told


class LetterHerald:
    """Implements ``reminders.nudging.records.Herald``."""

    def __init__(self, letters: LetterPost) -> None:
        self._letters = letters

    async def zones(self, session: AsyncSession, people: Collection[str]) -> dict[str, ZoneInfo]:
        """See ``Herald``."""
        return await self._letters.zones(session, people)

    async def tell(
        self, session: AsyncSession, person: str, told: Sequence[Told], guard: str, now: datetime
    ) -> bool:
        """See ``Herald``. What nobody is designated for has a letter of its own, once a month."""
        monthly = [item for item in told if item.matter.kind == UNDESIGNATED]
        owed = [item for item in told if item.matter.kind != UNDESIGNATED]
        makers = [functools.partial(_monthly, session, item.matter.network) for item in monthly]
        if owed:
            makers.insert(0, functools.partial(_reminder, session, owed, now))
        # One account is written to: where the first letter goes, the others go too.
        reached = [await self._letters.ask(session, person, make, now, guard) for make in makers]
        return all(reached)


async def _reminder(session: AsyncSession, told: Sequence[Told], now: datetime, t: Translator) -> Card:
    whys = {int(item.matter.key): item.why for item in told}
    found = (await reading.several(session, whys)).values()
    items: list[nudge.Item] = []
    for deadline in sorted(found, key=lambda item: (item.due.last, item.number)):
        why = whys[deadline.number]
        needed = why not in nudge.OWN and len(items) < nudge.LISTED
        items.append(
            nudge.Item(deadline, why, await owners.listed(session, t, deadline.owners) if needed else "")
        )
    return nudge.card(t, items, now.astimezone(t.zone).date())


async def _monthly(session: AsyncSession, network: str, t: Translator) -> Card:
    open_ones = Filters(networks=(network,), states=(State.OPEN,), designated=False)
    found = await reading.listing(session, open_ones, limit=nudge.LISTED)
    body = await networks.get(session, network)
    name = words.full_name(t, body) if body is not None else network
    return nudge.undesignated(t, name, found, await reading.count(session, open_ones))
