"""Answers in the browser chat without the program behind it, with cards that hold everything there is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from bot.contract import (
    Attachment,
    Button,
    Card,
    Field,
    Incoming,
    Operation,
    Outgoing,
    Pressed,
    Said,
    Section,
    action,
)
from bot.platforms.browser import Browser

PAGES = ("Overview", "Objectives", "Funding", "Documents")


def sheet(page: str = "Overview") -> Card:
    """A project's sheet, opened at ``page``."""
    buttons = (
        tuple(Button(name, action("sheet", name), selected=name == page) for name in PAGES),
        (Button("Website", url="https://example.org/"),),
    )
    if page != "Overview":
        part = Section(
            page, f"What is recorded under {page}.\nA second paragraph.", (Field("Cost", "USD 1.00"),)
        )
        return Card("First Meeting", "ACS-SF-001", sections=(part,), footer="2 of 4", buttons=buttons)
    return Card(
        "First Meeting",
        "ACS-SF-001 · International cooperation",
        "The meeting brings together those who direct cooperation.",
        (
            Field("Status", "In progress"),
            Field("Website", "example.org", url="https://example.org/"),
            Field("Justification", "not recorded", missing=True),
        ),
        (Section("Objectives", "To strengthen ties.", (Field("Cost", "USD 18,500.00"),)),),
        "Last update: 13 November 2002",
        attachments=(Attachment("contact ñ.vcf", "text/vcard", b"BEGIN:VCARD"),),
        buttons=buttons,
    )


class Echo:
    """A receiver that answers at once, each event once."""

    def __init__(self, chat: Browser) -> None:
        self._chat = chat
        self._ids = itertools.count(1)
        self.events: list[Incoming] = []

    async def __call__(self, events: Sequence[Incoming]) -> None:
        for event in events:
            if any(event.event_id == known.event_id for known in self.events):
                continue
            self.events.append(event)
            await self._answer(event)

    async def _answer(self, incoming: Incoming) -> None:
        event, operation, target = incoming.event, Operation.POST, ""
        match event:
            case Pressed():
                card, operation, target = (
                    sheet(event.action.partition(":")[2]),
                    Operation.EDIT,
                    event.message_id,
                )
            case Said(addressed=False):
                return
            case Said(text="/project"):
                card = sheet()
            case Said(text="/long"):
                card = Card("A long answer", text="\n".join(f"Paragraph {n}." for n in range(80)))
            case Said():
                card = Card(text=f"You said: {event.text}")
            case _:
                return
        message = Outgoing(
            f"echo-{next(self._ids)}", operation, incoming.place, (card,), incoming.sender.language, target
        )
        await self._chat.send(message)
