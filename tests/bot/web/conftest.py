"""A browser chat over an echo, and clients that ask it without a network."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from starlette.applications import Starlette

from bot.platforms.browser import Browser
from directory.database import Database
from tests.support.echo import Echo
from tests.support.web import application

Client = Callable[..., httpx.AsyncClient]
JSON = {"Content-Type": "application/json"}
HERE = "http://127.0.0.1:8080"


def client_of(
    served: Starlette, base: str = HERE, address: str = "127.0.0.1", **headers: str
) -> httpx.AsyncClient:
    """A client on the machine ``address`` that calls the server ``base``."""
    transport = httpx.ASGITransport(served, client=(address, 50000))
    return httpx.AsyncClient(transport=transport, base_url=base, headers=headers)


def saying(text: object = "hello", **values: object) -> str:
    """The body of a message."""
    return json.dumps({"id": str(uuid.uuid4()), "as": "focal", "room": "direct", "text": text, **values})


@pytest.fixture
async def chat(database: Database) -> Browser:
    """A chat whose speakers can be chosen, answered by an echo."""
    return await Browser.open(database, demo_speakers=True)


@pytest.fixture
async def echo(chat: Browser) -> Echo:
    """What answers, and what it has received."""
    receiver = Echo(chat)
    await chat.start(receiver)
    return receiver


@pytest.fixture
async def page(chat: Browser, echo: Echo) -> AsyncIterator[httpx.AsyncClient]:
    """A page on this machine."""
    async with client_of(application(chat)) as client:
        yield client
