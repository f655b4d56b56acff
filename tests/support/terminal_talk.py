"""A person at a terminal, in a direct chat and in a group at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from pathlib import Path

from typing_extensions import override

from bot.contract import Card, Operation, Outgoing, Place
from bot.platforms.terminal import Terminal, choices, render
from tests.support.talk import PATIENCE, Heard, Listening


class TerminalPerson:
    """One terminal; sorts what is heard by the place that it was said in."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self._heard: dict[str, deque[tuple[Outgoing, Card]]] = defaultdict(deque)

    async def next(self, place: Place) -> tuple[Outgoing, Card]:
        """The next message in ``place``."""
        while not self._heard[place.id]:
            message, card = await self.terminal.heard.get()
            self._heard[message.place.id].append((message, card))
        return self._heard[place.id].popleft()


class TerminalTalk(Listening):
    """Types lines, reads what is printed, chooses by number."""

    def __init__(self, person: TerminalPerson, place: Place) -> None:
        super().__init__()
        self._person = person
        self._place = place
        self._last: tuple[Outgoing, Card] | None = None

    async def says(self, text: str) -> None:
        """See ``Talk``."""
        await self._person.terminal.say(text, self._place)

    async def brings(self, path: Path, text: str = "") -> None:
        """See ``Talk``."""
        await self._person.terminal.say(text, self._place, [path])

    async def presses(self, label: str) -> None:
        """See ``Talk``."""
        assert self._last is not None, "nothing was heard yet"
        message, card = self._last
        button = next((button for button in choices(card) if label in button.label), None)
        assert button is not None, f"no button {label!r} in {[b.label for b in choices(card)]}"
        target = message.target if message.operation is Operation.EDIT else message.id
        await self._person.terminal.press(button, target, self._place)

    @override
    async def next(self, timeout: float = PATIENCE) -> Heard:
        try:
            message, card = await asyncio.wait_for(self._person.next(self._place), timeout)
        except TimeoutError:
            raise AssertionError(f"silence for {timeout} s") from None
        self._last = message, card
        self.latest = Heard(
            text=render(card),
            buttons=tuple(button.label for button in choices(card)),
            files=tuple(attachment.name for attachment in card.attachments),
            edited=message.operation is Operation.EDIT,
        )
        return self.latest
