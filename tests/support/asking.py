"""Asks handlers directly, as anybody, anywhere, in any language."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot import parsing
from bot.command import Command, Context, Replies
from bot.contract import (
    CARDS,
    Button,
    Card,
    Event,
    Incoming,
    Inline,
    Place,
    PlaceKind,
    Pressed,
    Reply,
    Said,
    Sender,
    Where,
    as_json,
)
from bot.demo import bind_room
from bot.identity import identify
from bot.permission import carry_out, denied
from bot.registry import Registry, find_commands
from directory.database import Database

_ids = itertools.count(1)


@functools.cache
def registry() -> Registry:
    """The real commands."""
    return Registry(find_commands())


def words(card: Card) -> str:
    """Everything that a card says, buttons included."""
    sections = [
        part
        for section in card.sections
        for part in (section.heading, section.text, *(f"{f.label}: {f.value}" for f in section.fields))
    ]
    fields = [f"{item.label}: {item.value}" for item in card.fields]
    labels = [button.label for button in buttons(card)]
    parts = [card.title, card.subtitle, card.text, *fields, *sections, card.footer, card.summary, *labels]
    return "\n".join(part for part in parts if part)


def buttons(card: Card) -> list[Button]:
    """A card's buttons in reading order."""
    return list(itertools.chain.from_iterable(card.buttons))


@dataclass
class Asking:
    """One person in one place. Each question has a transaction of its own, as in the program."""

    database: Database
    who: str = "visitor"
    language: str = "en"
    shared: bool = False
    bound: bool = True
    relayed: bool = False
    time_zone: str = ""
    #: Whether the policy decides on the answers, which handlers alone do not wait for.
    by_policy: bool = False
    room: str = field(default_factory=lambda: f"room-{next(_ids)}")

    async def asks(self, text: str) -> Replies:
        """What is answered to a typed line."""
        return await self._event(Said(text))

    async def presses(self, action: str) -> Replies:
        """What is answered to a press."""
        return await self._event(Pressed(action, "m1"))

    async def types(self, query: str) -> Sequence[Reply]:
        """What is listed while somebody types after the bot's name."""
        replies = await self._event(Inline(query, "q1"))
        return [replies] if isinstance(replies, Reply) else list(replies)

    async def hears(self, text: str) -> Card:
        """The one card that is answered here."""
        return here(await self.asks(text))

    async def may(self, command: Command) -> bool:
        """Whether a command may be given here."""
        async with self.database.reading() as session:
            return denied(command, await self._context(session, Said(""))) is None

    async def _event(self, event: Event) -> Replies:
        name, arguments = _command(event)
        command = registry().named(name) if not isinstance(event, Pressed) else None
        pressed = registry().press(name)
        if isinstance(event, Pressed):
            assert pressed is not None, f"no command has the button {name!r}"
            command = pressed[0]
        assert command is not None, f"no command {name!r}"
        if self.shared and self.bound:
            async with self.database.writing() as session:
                await bind_room(session, "terminal", "bot", self.room)
        opened = self.database.writing() if command.writes else self.database.reading()
        async with opened as session:
            context = await self._context(session, event)
            if isinstance(event, Pressed) and pressed is not None:
                press = pressed[1]
                return await self._carried_out(command, context, lambda place: press(place, arguments))
            run = command.run
            return await self._carried_out(command, context, lambda place: run(place, arguments[0]))

    async def _carried_out(
        self, command: Command, context: Context, run: Callable[[Context], Awaitable[Replies]]
    ) -> Replies:
        """The handler by itself, or what the policy makes of its answer, as the dispatcher has it."""
        return await (carry_out(command, context, run) if self.by_policy else run(context))

    async def _context(self, session: object, event: Event) -> Context:
        kind = PlaceKind.GROUP if self.shared else PlaceKind.DIRECT
        incoming = Incoming(
            f"e{next(_ids)}",
            Place("terminal", "bot", kind, self.room if self.shared else self.who),
            Sender("terminal", "", self.who, language=self.language, time_zone=self.time_zone),
            event,
            datetime.now(UTC),
            relayed=self.relayed,
        )
        known = await identify(session, incoming)  # type: ignore[arg-type]
        return Context(
            session=session,  # type: ignore[arg-type]
            t=known.t,
            asker=known.asker,
            place=incoming.place,
            room=known.room,
            incoming=incoming,
            now=datetime.now(UTC),
            registry=registry(),
        )


def _command(event: Event) -> tuple[str, list[str]]:
    if isinstance(event, Pressed):
        name, *arguments = event.action.split(":")
        return name, arguments
    if isinstance(event, Inline):
        return "find", [event.query]
    assert isinstance(event, Said)
    text = parsing.clean(event.text)
    line = parsing.parse(text)
    if line.word and registry().named(line.word) is not None:
        return line.word, [line.rest]
    if not line.word and (recognising := registry().recognising(text)) is not None:
        return recognising.name, [text]
    return "find", [text]


def here(replies: Replies) -> Card:
    """The one card for the place of the question; whatever was answered must survive the outbox."""
    several = [replies] if isinstance(replies, Reply) else list(replies)
    for reply in several:
        assert CARDS.validate_json(as_json(CARDS, (reply.card,))) == (reply.card,)
        assert words(reply.card), "an empty card"
    cards = [reply.card for reply in several if reply.where is Where.HERE]
    assert len(cards) == 1, f"{len(cards)} cards here"
    return cards[0]


def private(replies: Replies) -> list[Card]:
    """The cards for the asker's direct chat."""
    several = [replies] if isinstance(replies, Reply) else list(replies)
    return [reply.card for reply in several if reply.where is Where.PRIVATE]
