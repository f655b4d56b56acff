"""Puts nudges into words, in each reader's language, and into the outbox as letters."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import deadline_owners as owners
from bot.cards import meeting, meeting_nudges, nudge, words
from bot.cards.meeting import View
from bot.contract import Card
from bot.i18n import Translator
from bot.letters import LetterPost
from directory import networks
from reminders.deadlines import reading
from reminders.deadlines.reading import Filters
from reminders.deadlines.records import State
from reminders.nudging.deadlines import DEADLINE, UNDESIGNATED
from reminders.nudging.meetings import INVITATION, MEETING
from reminders.nudging.records import Told

#: A letter about a meeting to a person, as to what is told.
_Letter = Callable[[AsyncSession, Translator, str, Told, View, datetime], Awaitable[Card]]
_MEETINGS: Final[Mapping[str, _Letter]] = {
    INVITATION: meeting_nudges.awaited,
    MEETING: meeting_nudges.near,
}


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
        """See ``Herald``.

        Each meeting has a letter of its own, and so has what nobody is designated for, once a month.
        """
        owed = [item for item in told if item.matter.kind == DEADLINE]
        makers: list[Callable[[Translator], Awaitable[Card]]] = []
        for item in told:
            if item.matter.kind == UNDESIGNATED:
                makers.append(functools.partial(_monthly, session, item.matter.network))
            elif item.matter.kind in _MEETINGS:
                shown = await meeting.view(session, int(item.matter.key))
                if shown is not None:
                    make = functools.partial(
                        _of_meeting, _MEETINGS[item.matter.kind], session, person, item, shown, now
                    )
                    makers.append(make)
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


async def _of_meeting(
    make: _Letter, session: AsyncSession, person: str, told: Told, shown: View, now: datetime, t: Translator
) -> Card:
    return await make(session, t, person, told, shown, now)


async def _monthly(session: AsyncSession, network: str, t: Translator) -> Card:
    open_ones = Filters(networks=(network,), states=(State.OPEN,), designated=False)
    found = await reading.listing(session, open_ones, limit=nudge.LISTED)
    body = await networks.get(session, network)
    name = words.full_name(t, body) if body is not None else network
    return nudge.undesignated(t, name, found, await reading.count(session, open_ones))
