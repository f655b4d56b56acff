"""A person at a terminal."""

from __future__ import annotations

import asyncio

from typing_extensions import override

from bot.contract import Card, Operation, Outgoing
from bot.platforms.terminal import Terminal, choices, render
from tests.support.talk import PATIENCE, Heard, Listening


class TerminalTalk(Listening):
    """Types lines, reads what is printed, chooses by number."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._last: tuple[Outgoing, Card] | None = None

    async def says(self, text: str) -> None:
        """See ``Talk``."""
        await self._terminal.say(text)

    async def presses(self, label: str) -> None:
        """See ``Talk``."""
        assert self._last is not None, "no buttons were heard"
        message, card = self._last
        button = next((button for button in choices(card) if label in button.label), None)
        assert button is not None, f"no button {label!r} in {[b.label for b in choices(card)]}"
        target = message.target if message.operation is Operation.EDIT else message.id
        await self._terminal.press(button, target)

    @override
    async def next(self, timeout: float = PATIENCE) -> Heard:
        try:
            message, card = await asyncio.wait_for(self._terminal.heard.get(), timeout)
        except TimeoutError:
            raise AssertionError(f"silence for {timeout} s") from None
        if card.buttons:
            self._last = message, card
        return Heard(
            text=render(card),
            buttons=tuple(button.label for button in choices(card)),
            files=tuple(attachment.name for attachment in card.attachments),
            edited=message.operation is Operation.EDIT,
        )
