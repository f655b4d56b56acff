"""Letters to people: to every account of theirs that can be written to, else kept until there is one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import letter as letter_card
from bot.contract import Card, Place, PlaceKind
from bot.i18n import Translator, negotiate, zone
from bot.outgoing import letter_draft
from directory import accounts, letters, people
from directory.accounts import Reach
from directory.database import Database
from directory.letters import Letter
from directory.people import NAME_LEVEL, Person
from reminders import outbox
from reminders.outbox import Accounts

#: Platforms with a single person at the other end, whoever that is: there an account alone is no address.
OF_ONE: Final = frozenset({"terminal"})


class LetterPost:
    """Puts letters into the outbox. ``bots`` are the bot accounts that are up."""

    def __init__(self, bots: Callable[[], Accounts] = tuple) -> None:
        self._bots = bots

    async def send(self, session: AsyncSession, letter: Letter, guard: str = "") -> None:
        """Send a letter in the caller's write transaction, or keep it where nobody can be reached.

        ``guard``: see ``Draft``; without one, that the account is still the person's.
        """
        if not await self._deliver(session, letter.person, [letter], letter.at, guard):
            await letters.keep(session, letter)

    async def ask(
        self,
        session: AsyncSession,
        person: str,
        make: Callable[[Translator], Awaitable[Card]],
        now: datetime,
        guard: str = "",
    ) -> bool:
        """Send a card to the account of a person that was linked last; false where none can be reached.

        Unlike a letter it does not wait: whoever asks asks again when it is time. ``guard``: see ``Draft``.
        """
        places = await self._places(session, person)
        if not places:
            return False
        reach, place = places[-1]
        t = _voice(reach, await people.get(session, person, NAME_LEVEL))
        await outbox.enqueue(session, [letter_draft(place, await make(t), t.language, guard=guard)], now)
        return True

    async def zones(self, session: AsyncSession, persons: Collection[str]) -> dict[str, ZoneInfo]:
        """Of these people those who can be reached, with the zone that :meth:`ask` would write to them in."""
        last = {
            person: reaches[-1]
            for person, known in (await accounts.of_people(session, persons)).items()
            if (reaches := [reach for reach in known if self._place(reach) is not None])
        }
        found = await people.several(session, list(last), NAME_LEVEL)
        return {person: _voice(reach, found.get(person)).zone for person, reach in last.items()}

    async def deliver_waiting(self, database: Database, now: datetime) -> None:
        """Send what was kept for people who can be reached by now."""
        async with database.reading() as session:
            waiting = await letters.people_waited_for(session)
            ready = [person for person in waiting if await self._places(session, person)]
        for person in ready:
            async with database.writing() as session:
                taken = await letters.take(session, person)
                if not await self._deliver(session, person, taken, now):
                    for letter in taken:
                        await letters.keep(session, letter)

    async def _deliver(
        self, session: AsyncSession, person: str, sent: Sequence[Letter], now: datetime, guard: str = ""
    ) -> bool:
        places = await self._places(session, person)
        if not places:
            return False
        known = await people.get(session, person, NAME_LEVEL)
        drafts = []
        for reach, place in places:
            t = _voice(reach, known)
            # Should the account be no longer theirs when it is sent, it is not for whoever has it then.
            drafts += [
                letter_draft(
                    place, letter_card.card(t, letter), t.language, guard=guard or f"person:{person}"
                )
                for letter in sent
            ]
        await outbox.enqueue(session, drafts, now)
        return True

    async def _places(self, session: AsyncSession, person: str) -> list[tuple[Reach, Place]]:
        found = [(reach, self._place(reach)) for reach in await accounts.of_person(session, person)]
        return [(reach, place) for reach, place in found if place is not None]

    def _place(self, reach: Reach) -> Place | None:
        """The direct chat of an account: where it spoke last, else by its id where one bot alone knows it."""
        account = reach.account
        if reach.bot and reach.chat:
            return Place(account.platform, reach.bot, PlaceKind.DIRECT, reach.chat)
        bots = [
            bot
            for platform, bot in self._bots()
            if platform == account.platform and account.team in ("", bot) and platform not in OF_ONE
        ]
        if len(bots) != 1:
            return None
        return Place(account.platform, bots[0], PlaceKind.DIRECT, account.user)


def _voice(reach: Reach, person: Person | None) -> Translator:
    languages = person.languages if person is not None else ()
    time_zone = person.time_zone if person is not None else ""
    return Translator(negotiate(reach.account.language, *languages), zone(reach.account.time_zone, time_zone))
