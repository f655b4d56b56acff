"""Limits, headers and what must never be a 500, over a real connection where it matters."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.contract import HttpRequest, HttpResponse, Route
from bot.web import protocol
from bot.web.guard import HEADERS, MAX_BODY, Guard
from tests.bot.web.conftest import client_of
from tests.support.web import application, serving

HOOK = "/telegram/webhook"


class Hook:
    """A platform's route that keeps what it was handed."""

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        if request.body == b"fail":
            raise OSError("the database is away")
        return HttpResponse(202, b"taken", headers={"X-Own": "yes"})


@pytest.fixture
def hook() -> Hook:
    return Hook()


def served(hook: Hook, body_seconds: float = 8.0) -> Starlette:
    return application(None, Route(HOOK, hook), body_seconds=body_seconds)


async def test_a_platform_gets_the_request_as_it_is(hook: Hook) -> None:
    async with client_of(served(hook)) as client:
        answer = await client.post(HOOK, content=b"\x00\xff", headers={"X-Secret": "S"})
    assert (answer.status_code, answer.content, answer.headers["x-own"]) == (202, b"taken", "yes")
    (request,) = hook.requests
    assert (request.method, request.path, request.body) == ("POST", HOOK, b"\x00\xff")
    assert request.headers["x-secret"] == "S"


async def test_a_platform_that_cannot_store_asks_for_a_repeat(hook: Hook) -> None:
    async with client_of(served(hook)) as client:
        answer = await client.post(HOOK, content=b"fail")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "NONSENSE"])
async def test_other_methods_are_not_allowed(hook: Hook, method: str) -> None:
    async with client_of(served(hook)) as client:
        assert (await client.request(method, HOOK)).status_code == 405
    assert hook.requests == []


async def test_every_answer_carries_the_headers(hook: Hook) -> None:
    async with client_of(served(hook)) as client:
        for answer in (
            await client.get("/healthz"),
            await client.get("/nowhere"),
            await client.get(HOOK),
            await client.post(HOOK, content=b"fail"),
            await client.post(HOOK, content=b"x" * (MAX_BODY + 1)),
        ):
            for name, value in HEADERS.items():
                assert answer.headers[name] == value
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


async def test_a_body_may_be_a_megabyte(hook: Hook) -> None:
    async with client_of(served(hook)) as client:
        assert (await client.post(HOOK, content=b"x" * MAX_BODY)).status_code == 202
        assert (await client.post(HOOK, content=b"x" * (MAX_BODY + 1))).status_code == 413
    assert len(hook.requests) == 1


async def _endless() -> AsyncIterator[bytes]:
    for _ in range(100):
        yield b"x" * 65_536


async def test_a_body_that_does_not_say_its_length_is_cut_off(hook: Hook) -> None:
    async with serving(served(hook)) as address, httpx.AsyncClient(base_url=address) as client:
        assert (await client.post(HOOK, content=_endless())).status_code == 413
        assert (await client.get("/healthz")).status_code == 200
    assert hook.requests == []


async def test_a_body_that_does_not_come_is_not_waited_for(hook: Hook) -> None:
    async with serving(served(hook, 0.2)) as address:
        head = f"POST {HOOK} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{{"
        assert (await _exchange(address, head.encode())).startswith(b"HTTP/1.1 408")
    assert hook.requests == []


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow:"])
async def test_a_head_that_does_not_come_is_not_waited_for(
    hook: Hook, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    async with serving(served(hook)) as address:
        started = time.monotonic()
        got = await _exchange(address, sent)
        assert got == b""
        assert time.monotonic() - started < 5


async def test_a_connection_is_kept_for_more_requests(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.4)
    async with serving(served(hook)) as address, httpx.AsyncClient(base_url=address) as client:
        for _ in range(3):
            assert (await client.get("/healthz")).text == "ok"
            await asyncio.sleep(0.25)


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /chat/say HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /chat/say HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /%ff%fe%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /static/..%2f..%2fapp.py HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /chat HTTP/1.1\r\nConnection: close\r\n\r\n",
    ],
)
async def test_nonsense_is_the_clients_fault(hook: Hook, sent: bytes) -> None:
    async with serving(served(hook)) as address:
        got = await _exchange(address, sent)
        assert got == b"" or got.startswith(b"HTTP/1.1 4"), got[:80]


async def _exchange(address: str, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rsplit(":", 1)[1]))
    try:
        writer.write(sent)
        async with asyncio.timeout(9):
            return await reader.read()
    finally:
        writer.close()


async def test_a_client_that_leaves_is_no_error() -> None:
    async def app(*_: Any) -> None:
        raise AssertionError("nobody asked")

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(_message: object) -> None:
        raise AssertionError("nobody listens")

    scope = {"type": "http", "headers": [], "path": "/", "method": "POST"}
    await Guard(app)(scope, receive, send)
