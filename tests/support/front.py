"""Puts events of any platform's shape before the dispatcher, and takes down all that would be sent."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from sqlalchemy.ext.asyncio import AsyncSession

from bot.contract import (
    Card,
    Event,
    FileRef,
    FormStyle,
    Happened,
    Incoming,
    Inline,
    Place,
    PlaceKind,
    Pressed,
    Reply,
    Said,
    Sender,
    Submitted,
    Where,
)
from bot.dispatch import Dispatcher
from bot.fetching import Fetched
from bot.forms.desk import Showing
from bot.inbox import Pending
from bot.message import OpenForm
from bot.registry import Registry
from directory.database import Database
from directory.letters import Letter
from reminders.delivery import Deliverer
from tests.support.asking import registry

_ids: Final = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is answered to one event: cards for the place itself, for the direct chat, and forms there.

    ``letters`` are for others.
    """

    here: tuple[Card, ...]
    private: tuple[Card, ...] = ()
    forms: tuple[OpenForm, ...] = ()
    letters: tuple[Letter, ...] = ()

    @property
    def silent(self) -> bool:
        """Whether nothing at all is answered."""
        return not (self.here or self.private or self.forms)


@dataclass
class Front:
    """The dispatcher with the real commands on one database."""

    database: Database
    commands: Registry = field(default_factory=registry)
    letters: list[Letter] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the dispatcher."""
        self.dispatcher = Dispatcher(
            self.database,
            self.commands,
            cast(Deliverer, None),
            now=lambda: datetime.now(UTC),
            form_style=lambda _: FormStyle.PAGE,
            post=self._post,
        )

    async def _post(self, _session: AsyncSession, letter: Letter) -> None:
        self.letters.append(letter)

    async def put(
        self,
        incoming: Incoming,
        *,
        keep: bool = True,
        late: timedelta = timedelta(),
        files: tuple[Fetched, ...] = (),
    ) -> Answer:
        """The answer to an event that was stored ``late`` after it was sent; ``keep`` its changes."""
        async with self.database.writing() as session:
            answer = await self.answer(session, incoming, late=late, files=files)
            if not keep:
                await session.rollback()
        return answer

    async def answer(
        self,
        session: AsyncSession,
        incoming: Incoming,
        *,
        late: timedelta = timedelta(),
        files: tuple[Fetched, ...] = (),
    ) -> Answer:
        """The answer in a transaction of the caller's."""
        self.letters.clear()
        pending = Pending(0, incoming.place.conversation, 0, incoming.sent_at + late, incoming)
        replies, context = await self.dispatcher.answer(session, pending, files)
        for effect in context.effects:
            await effect(session)
        here: list[Card] = []
        private: list[Card] = []
        forms: list[OpenForm] = []
        for reply in replies:
            if isinstance(reply, Showing):
                assert not reply.place.shared, "a form is for the direct chat"
                forms.append(reply.form)
            elif isinstance(reply, Reply) and not reply.deletes:
                elsewhere = reply.where is Where.PRIVATE and incoming.place.shared
                (private if elsewhere else here).append(reply.card)
        return Answer(tuple(here), tuple(private), tuple(forms), tuple(self.letters))


@dataclass
class Somebody:
    """One account in one place, before the dispatcher."""

    front: Front
    user: str
    place: Place
    platform: str = "terminal"
    team: str = ""
    language: str = "en"

    async def says(self, text: str) -> Answer:
        """A typed line."""
        return await self._event(Said(text))

    async def presses(self, action: str) -> Answer:
        """A press."""
        return await self._event(Pressed(action, "m1"))

    async def types(self, query: str) -> Answer:
        """What is listed while somebody types after the bot's name."""
        return await self._event(Inline(query, "q1"))

    async def sends(self, form: OpenForm, answers: Mapping[str, str]) -> Answer:
        """A form, filled in; what is not in ``answers`` stays as it stood."""
        values = {item.name: answers.get(item.name, item.value) for item in form.form.fields}
        return await self._event(Submitted(form.key, values))

    async def brings(self, name: str, content: bytes) -> Answer:
        """A file."""
        ref = FileRef(name, "application/octet-stream", len(content), "h1")
        event = incoming(self.place, self.sender, Said("", files=(ref,)))
        return await self.front.put(event, files=(Fetched(ref, content),))

    async def sees(self, happened: Happened) -> Answer:
        """Something happened to the place."""
        return await self._event(happened)

    async def _event(self, event: Event) -> Answer:
        return await self.front.put(incoming(self.place, self.sender, event))

    @property
    def sender(self) -> Sender:
        """Who it is."""
        return Sender(self.platform, self.team, self.user, language=self.language)


def incoming(place: Place, sender: Sender, event: Event, *, relayed: bool = False) -> Incoming:
    """An event that was sent just now."""
    return Incoming(f"e{next(_ids)}", place, sender, event, datetime.now(UTC), relayed=relayed)


def direct(user: str, platform: str = "terminal", account: str = "bot") -> Place:
    """Somebody's direct chat."""
    return Place(platform, account, PlaceKind.DIRECT, user)


def group(name: str, platform: str = "terminal", account: str = "bot") -> Place:
    """A group."""
    return Place(platform, account, PlaceKind.GROUP, name)
