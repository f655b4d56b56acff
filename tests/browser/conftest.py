"""Chromium, and a browser chat for it to open: answered by an echo, or by the program on the demo network."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser as Chromium

from bot.platforms.browser import Browser
from directory.database import Database
from tests.support.chromium import EXECUTABLE, chromium
from tests.support.echo import Echo
from tests.support.page import Visit, visiting
from tests.support.web import chatting


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark and, where there is no Chromium, skip what is in this folder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not EXECUTABLE.exists():
                item.add_marker(pytest.mark.skip(reason=f"Chromium is not installed ({EXECUTABLE})"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine() -> AsyncIterator[Chromium]:
    """One Chromium for the tests of a file; each opens windows of its own."""
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def chat(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Browser]:
    """A chat on a fresh database. What the page does is the same on every database."""
    database = Database(f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'enlace.db')}")
    yield await Browser.open(database, demo_speakers=True)
    await database.close()


@pytest_asyncio.fixture(loop_scope="module")
async def address(chat: Browser) -> AsyncIterator[str]:
    """Where the chat is served."""
    async with chatting(chat, Echo(chat)) as served:
        yield served


@pytest_asyncio.fixture(loop_scope="module")
async def visit(engine: Chromium, address: str) -> AsyncIterator[Visit]:
    """Opens the chat in a window of its own; anything that the page complains about fails the test."""
    async with visiting(engine, address) as opens:
        yield opens
