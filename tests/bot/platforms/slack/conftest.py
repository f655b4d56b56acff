"""What the tests of Slack's platform share: the local server, a place to receive, the platform itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.contract import (
    Button,
    Card,
    DeliveryError,
    Incoming,
    Menu,
    Operation,
    Outgoing,
    Place,
    PlaceKind,
    Section,
)
from bot.platforms.slack import Slack
from tests.support.slack import SlackServer
from tests.support.slack.serving import served

SPECIFICATIONS = Path(__file__).parents[5] / "shared" / "reference" / "specs"
MENU = Menu(private={}, group={})
ACCOUNT = "T0LOCAL01"
CARD = Card(title="ACS-SF-001", text="First meeting", buttons=((Button("Funding", "p:1"),),))
LONG = Card(
    title="Long", sections=tuple(Section(f"H{n}", "word " * 500) for n in range(12)), buttons=CARD.buttons
)


def specification(name: str) -> Path:
    """A file or folder of Slack's own descriptions; the test is skipped where it is not there."""
    path = SPECIFICATIONS / name
    if not path.exists():
        pytest.skip(f"Slack's own descriptions ({name}) are not beside the project")
    return path


class Inbox:
    """Takes events as the program does; ``trouble`` makes it fail."""

    def __init__(self) -> None:
        self.events: list[Incoming] = []
        self.calls = 0
        self.trouble: Exception | None = None
        self._changed = asyncio.Condition()

    async def __call__(self, events: Sequence[Incoming]) -> None:
        """See ``Receive``."""
        async with self._changed:
            self.calls += 1
            self._changed.notify_all()
            if self.trouble is not None:
                raise self.trouble
            known = {event.event_id for event in self.events}
            self.events += [event for event in events if event.event_id not in known]

    async def until(self, count: int) -> list[Incoming]:
        """Wait for ``count`` events."""
        async with asyncio.timeout(8), self._changed:
            await self._changed.wait_for(lambda: len(self.events) >= count)
        return self.events

    async def until_called(self, count: int) -> None:
        """Wait for ``count`` attempts to store something."""
        async with asyncio.timeout(8), self._changed:
            await self._changed.wait_for(lambda: self.calls >= count)


def slack(server: SlackServer, **more: Any) -> Slack:
    """The platform, pointed at the local server, over HTTP."""
    given: dict[str, Any] = {"bot_token": server.token, "signing_secret": server.secret, "settle": 0.0}
    given |= {"api_url": server.url, "menu": MENU, "say": lambda _language, key: key, **more}
    return Slack(**given)


def post(place: Place, card: Card, **more: Any) -> Outgoing:
    """A message to send."""
    given: dict[str, Any] = {"id": "d1", "operation": Operation.POST, "language": "en", **more}
    return Outgoing(place=place, cards=(card,), **given)


def room(channel: str, topic: str = "") -> Place:
    """A channel as a place."""
    return Place("slack", ACCOUNT, PlaceKind.CHANNEL, channel, topic)


def person(user: str) -> Place:
    """A person's direct conversation as a place."""
    return Place("slack", ACCOUNT, PlaceKind.DIRECT, user)


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with SlackServer() as running:
        yield running


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def platform(server: SlackServer, inbox: Inbox) -> AsyncIterator[Slack]:
    """Started, over HTTP; the local Slack reaches it."""
    made = slack(server)
    await made.start(inbox)
    async with served(made, server):
        yield made
    await made.stop()


async def ended(platform: Slack, message: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await platform.send(message)
    return caught.value
