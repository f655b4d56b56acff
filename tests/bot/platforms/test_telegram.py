"""Telegram's platform against the local server: what comes in, what goes out, and how failures end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.contract import (
    Attachment,
    Button,
    Card,
    Field,
    Incoming,
    Menu,
    MenuEntry,
    Operation,
    Outgoing,
    Place,
    PlaceKind,
    Pressed,
    Said,
    Section,
)
from bot.platforms.telegram import Telegram
from tests.support.telegram import TelegramServer, TelegramTalk

ENTRIES = (MenuEntry("project", "The sheet of a project"), MenuEntry("código", "x" * 300))
MENU = Menu(
    private=dict.fromkeys(("en", "es", "fr", "pt"), ENTRIES),
    group=dict.fromkeys(("en", "es", "fr", "pt"), ENTRIES[:1]),
)


class Inbox:
    """Takes events as the program does; ``trouble`` makes it fail."""

    def __init__(self) -> None:
        self.events: list[Incoming] = []
        self.batches = 0
        self.trouble: Exception | None = None
        self.changed = asyncio.Condition()

    async def __call__(self, events: Sequence[Incoming]) -> None:
        """See ``Receive``."""
        self.batches += 1
        if self.trouble is not None:
            raise self.trouble
        async with self.changed:
            known = {event.event_id for event in self.events}
            self.events += [event for event in events if event.event_id not in known]
            self.changed.notify_all()

    async def until(self, count: int) -> list[Incoming]:
        """Wait for ``count`` events."""
        async with asyncio.timeout(5), self.changed:
            await self.changed.wait_for(lambda: len(self.events) >= count)
        return self.events


def telegram(server: TelegramServer, **more: object) -> Telegram:
    """The platform, pointed at the local server."""
    return Telegram(
        token=server.token,
        api_url=server.url,
        menu=MENU,
        say=lambda language, key: key,
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as running:
        yield running


@contextlib.asynccontextmanager
async def listening(platform: Telegram, inbox: Inbox) -> AsyncIterator[Telegram]:
    """The platform, started and polling."""
    await platform.start(inbox)
    task = asyncio.create_task(platform.listen())
    try:
        yield platform
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await platform.stop()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def platform(server: TelegramServer, inbox: Inbox) -> AsyncIterator[Telegram]:
    async with listening(telegram(server), inbox) as running:
        yield running


def outgoing(
    event: Incoming, card: Card, operation: Operation = Operation.POST, target: str = ""
) -> Outgoing:
    """An answer to ``event``."""
    return Outgoing(
        "1",
        operation,
        event.place,
        (card,),
        "en",
        target=target,
        user=event.sender.user,
        reply_to=event.message_id,
    )


async def test_a_question_is_answered_and_the_answer_turns_its_page(
    server: TelegramServer, platform: Telegram, inbox: Inbox
) -> None:
    ana = server.people.user("Ana", language="es")
    talk = TelegramTalk(server, ana)
    await talk.says("/project@enlace_test_bot ACS-SF-001")
    (event,) = await inbox.until(1)
    assert event.event == Said("/project ACS-SF-001")
    assert event.place == Place("telegram", platform.account, PlaceKind.DIRECT, str(ana.id))
    assert (event.sender.user, event.sender.language) == (str(ana.id), "es")
    card = Card(
        title="A <b>& title",
        fields=(Field("Donor", "Türkiye"), Field("End", "not recorded", missing=True)),
        sections=(Section("Goals", "One\nTwo"),),
        buttons=((Button("Parties", "page:parties"), Button("Site", url="https://example.org/")),),
    )
    sent = await platform.send(outgoing(event, card))
    heard = await talk.hears("A <b>& title", "Donor: Türkiye", "End: not recorded", "Goals\nOne\nTwo")
    assert heard.buttons == ("Parties", "Site")
    await talk.presses("Parties")
    _, press = await inbox.until(2)
    assert press.event == Pressed("page:parties", sent)
    await server.until(1, "answerCallbackQuery")
    edit = outgoing(press, Card(text="The parties"), Operation.EDIT, sent)
    assert await platform.send(edit) == sent
    assert await platform.send(edit) == sent
    assert (await talk.hears("The parties")).edited
    await talk.hears_nothing()


async def test_attachments_follow_and_the_id_is_that_of_the_message_with_the_buttons(
    server: TelegramServer, platform: Telegram, inbox: Inbox
) -> None:
    talk = TelegramTalk(server, server.people.user())
    await talk.says("hello")
    (event,) = await inbox.until(1)
    card = Card(
        title="Ana",
        attachments=(Attachment("ana.vcf", "text/vcard", b"BEGIN:VCARD"),),
        buttons=((Button("More", "more"),),),
    )
    sent = await platform.send(outgoing(event, card))
    await talk.hears("Ana")
    assert (await talk.next()).files == ("ana.vcf",)
    await talk.presses("More")
    _, press = await inbox.until(2)
    assert press.event == Pressed("more", sent)
