"""What the tests of Telegram's platform share: the local server, a place to receive, the platform itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from bot.contract import Incoming, Menu, MenuEntry
from bot.platforms.telegram import Telegram
from tests.support.telegram import TelegramServer

LANGUAGES = ("en", "es", "fr", "pt")
ENTRIES = (MenuEntry("project", "The sheet of a project"), MenuEntry("código", "x" * 300))
MENU = Menu(private=dict.fromkeys(LANGUAGES, ENTRIES), group=dict.fromkeys(LANGUAGES, ENTRIES[:1]))


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
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(lambda: len(self.events) >= count)
        return self.events

    async def until_called(self, count: int) -> None:
        """Wait for ``count`` attempts to store something."""
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(lambda: self.calls >= count)


async def eventually(condition: Callable[[], object]) -> None:
    """Wait until ``condition`` holds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what it asks announces nothing
            await asyncio.sleep(0.01)


def telegram(server: TelegramServer, **more: object) -> Telegram:
    """The platform, pointed at the local server."""
    given: dict[str, object] = {"token": server.token, "api_url": server.url, **more}
    return Telegram(menu=MENU, say=lambda _language, key: key, **given)  # type: ignore[arg-type]


@contextlib.asynccontextmanager
async def listening(platform: Telegram, inbox: Inbox) -> AsyncIterator[Telegram]:
    """The platform, started and receiving."""
    await platform.start(inbox)
    task = asyncio.create_task(platform.listen())
    try:
        yield platform
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await platform.stop()


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as running:
        yield running


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def platform(server: TelegramServer, inbox: Inbox) -> AsyncIterator[Telegram]:
    async with listening(telegram(server), inbox) as running:
        yield running
