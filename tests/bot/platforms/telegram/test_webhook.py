"""The webhook: who may post to it, what it answers, and when Telegram repeats."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.contract import HttpRequest, Said
from bot.platforms.telegram import Telegram
from bot.platforms.telegram.platform import WEBHOOK_PATH
from bot.platforms.telegram.receiving import MAX_BODY, SECRET_HEADER
from tests.bot.platforms.telegram.conftest import Inbox, eventually, listening, telegram
from tests.support.telegram import Fault, TelegramServer

SECRET = "a-secret_of-the-webhook"
UPDATE: dict[str, Any] = {
    "update_id": 5,
    "message": {
        "message_id": 1,
        "date": 1_790_000_000,
        "chat": {"id": 5001, "type": "private", "first_name": "Ana"},
        "from": {"id": 5001, "is_bot": False, "first_name": "Ana"},
        "text": "hello",
    },
}


@pytest.fixture
async def hooked(server: TelegramServer, inbox: Inbox) -> AsyncIterator[Telegram]:
    async with listening(telegram(server, mode="webhook", webhook_secret=SECRET), inbox) as running:
        yield running


async def post(
    platform: Telegram, body: bytes | Any = UPDATE, secret: str | None = SECRET, method: str = "POST"
) -> int:
    """The status that a request to the webhook gets."""
    (route,) = platform.routes()
    assert route.path == WEBHOOK_PATH
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {} if secret is None else {SECRET_HEADER: secret}
    return (await route.handle(HttpRequest(method, route.path, headers, raw))).status


async def test_an_update_is_stored_before_it_is_acknowledged(hooked: Telegram, inbox: Inbox) -> None:
    assert await post(hooked) == 200
    assert [event.event for event in inbox.events] == [Said("hello")]
    assert await post(hooked) == 200
    assert len(inbox.events) == 1


async def test_what_could_not_be_stored_is_asked_for_again(hooked: Telegram, inbox: Inbox) -> None:
    inbox.trouble = OSError("the disk is full")
    assert await post(hooked) == 503
    inbox.trouble = None
    assert await post(hooked) == 200
    assert len(inbox.events) == 1


@pytest.mark.parametrize(
    ("secret", "status"), [(None, 401), ("", 401), ("wrong", 403), ("é", 403), (SECRET + "x", 403)]
)
async def test_without_the_secret_nothing_is_read(
    hooked: Telegram, inbox: Inbox, secret: str | None, status: int
) -> None:
    assert await post(hooked, secret=secret) == status
    assert await post(hooked, b"not JSON", secret=secret) == status
    assert not inbox.calls


async def test_without_a_secret_of_its_own_nobody_may_post(server: TelegramServer, inbox: Inbox) -> None:
    platform = telegram(server, mode="webhook", webhook_secret="")
    assert await post(platform, secret="") == 401
    assert await post(platform, secret="x") == 401
    await platform.stop()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 200_000, 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"update_id": "1"}', 400),
        (b"x" * (MAX_BODY + 1), 413),
        (b'{"update_id": 1, "message": {"message_id": 1}}', 200),
        (b'{"update_id": 1, "callback_query": {"id": 7}}', 200),
        (b'{"update_id": 1, "something_new": {}}', 200),
    ],
)
async def test_bad_bodies(hooked: Telegram, inbox: Inbox, body: bytes, status: int) -> None:
    assert await post(hooked, body) == status
    assert inbox.events == []


async def test_other_ways_in(hooked: Telegram) -> None:
    assert await post(hooked, method="GET") == 405


async def test_before_the_start_it_is_not_ready(server: TelegramServer) -> None:
    platform = telegram(server, mode="webhook", webhook_secret=SECRET)
    assert await post(platform) == 503
    await platform.stop()


def test_polling_serves_nothing(server: TelegramServer) -> None:
    assert telegram(server).routes() == ()


@contextlib.asynccontextmanager
async def serving(platform: Telegram) -> AsyncIterator[str]:
    """The platform's routes on a web server of their own."""
    (route,) = platform.routes()

    async def handle(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        given = HttpRequest(request.method, request.path, headers, await request.read())
        answer = await route.handle(given)
        return web.Response(body=answer.body, status=answer.status)

    application = web.Application()
    application.router.add_route("*", route.path, handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_telegram_is_told_the_address_and_repeats_until_the_update_is_stored(
    server: TelegramServer, inbox: Inbox
) -> None:
    server.fault(Fault("error_before", "setWebhook"))
    inbox.trouble = OSError("the disk is full")
    outer = telegram(server, mode="webhook", webhook_secret=SECRET)
    async with serving(outer) as address:
        # The address is known only now; the platform that is told it answers for the same route.
        outer._webhook = f"{address}{WEBHOOK_PATH}"
        async with listening(outer, inbox):
            server.people.say(server.people.user(), "hello")
            await inbox.until_called(2)
            inbox.trouble = None
            await inbox.until(1)
            await eventually(lambda: server.hooks.attempts and server.hooks.attempts[-1][1] == 200)
    assert server.hooks.attempts[0][1] == 503
    assert server.world.webhook["secret"] == SECRET
    assert server.world.allowed is not None
    assert "chat_member" not in server.world.allowed


async def test_without_a_public_address_the_webhook_is_left_alone(
    server: TelegramServer, hooked: Telegram
) -> None:
    await server.until(12, "setMyCommands")
    await asyncio.sleep(0.05)
    assert server.sent("setWebhook", "deleteWebhook") == []
