"""A platform that keeps what it was asked to send, and can fail in every way that a platform may."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bot.contract import (
    CARDS,
    Event,
    FormStyle,
    Gone,
    Incoming,
    Moved,
    Operation,
    Outgoing,
    Place,
    PlaceKind,
    Pressed,
    Rate,
    Receive,
    Route,
    Said,
    Sender,
    as_json,
)


class Recording:
    """Stricter than a real platform: a message to a busy place, or one repeated, is a failed test."""

    name = "recording"
    account = "bot"
    listens_alone = False
    can_confirm = True

    def __init__(self, *, idempotent: bool = False) -> None:
        self.idempotent = idempotent
        self.forms = FormStyle.STEPS
        self.sent: list[Outgoing] = []
        self.outcomes: list[Exception | float] = []
        #: Places with a new id; a message to the old one ends in ``Moved``, whenever it comes.
        self.moved: dict[str, str] = {}
        #: Places that the bot is out of.
        self.gone: set[str] = set()
        self.confirms: Callable[[Outgoing], str | None] = lambda _message: None
        self.limits: Sequence[tuple[str, Rate]] = ()
        self._busy: set[str] = set()
        self._receive: Receive | None = None
        self._ids = itertools.count(1)

    async def start(self, receive: Receive) -> None:
        self._receive = receive

    async def listen(self) -> None:
        """Events come through :meth:`say`."""

    async def stop(self) -> None:
        """Nothing is held."""

    async def send(self, message: Outgoing) -> str:
        assert message.place.id not in self._busy, "two messages to one place at once"
        assert CARDS.validate_json(as_json(CARDS, message.cards)) == message.cards
        self._busy.add(message.place.id)
        try:
            await asyncio.sleep(0)
            if message.place.id in self.gone:
                raise Gone("bot_was_kicked")
            if message.place.id in self.moved:
                raise Moved("migrated", self.moved[message.place.id])
            if self.outcomes:
                outcome = self.outcomes.pop(0)
                if isinstance(outcome, Exception):
                    raise outcome
                await asyncio.sleep(outcome)
            assert message.id not in {sent.id for sent in self.sent}, "a message was repeated"
            self.sent.append(message)
            return message.target if message.operation is Operation.EDIT else f"m{len(self.sent)}"
        finally:
            self._busy.discard(message.place.id)

    async def confirm(self, message: Outgoing) -> str | None:
        return self.confirms(message)

    def routes(self) -> Sequence[Route]:
        return ()

    def rates(self, message: Outgoing) -> Sequence[tuple[str, Rate]]:
        return self.limits

    def requests(self, message: Outgoing) -> int:
        return 1

    def event(
        self,
        event: Event,
        *,
        place: str = "p1",
        kind: PlaceKind = PlaceKind.DIRECT,
        user: str = "u1",
        language: str = "en",
        event_id: str | None = None,
        relayed: bool = False,
    ) -> Incoming:
        """An event as this platform would make it."""
        return Incoming(
            event_id or f"e{next(self._ids)}",
            Place(self.name, self.account, kind, place),
            Sender(self.name, "", user, language=language),
            event,
            datetime.now(UTC),
            relayed=relayed,
        )

    async def receive(self, *events: Incoming) -> None:
        assert self._receive is not None
        await self._receive(events)

    async def say(self, text: str, *, place: str = "p1", language: str = "en") -> None:
        await self.receive(self.event(Said(text), place=place, user=f"user-{place}", language=language))

    async def press(self, action: str, *, place: str = "p1", message_id: str = "m1") -> None:
        await self.receive(self.event(Pressed(action, message_id), place=place, user=f"user-{place}"))

    def texts(self, place: str | None = None) -> list[str]:
        """The lead texts of what was sent, in order."""
        return [
            card.text
            for message in self.sent
            if place is None or message.place.id == place
            for card in message.cards
        ]

    async def until(self, count: int, seconds: float = 10.0) -> None:
        """Wait until so many messages were sent."""
        async with asyncio.timeout(seconds):
            while len(self.sent) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
