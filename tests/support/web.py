"""The web application on a real port of this machine, with nothing behind it, an echo, or the program."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import uvicorn
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from bot.contract import Receive, Route
from bot.platforms.browser import Browser
from bot.web.app import build
from bot.web.protocol import PatientH11


class Counters:
    """Counts nothing."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.refreshed = 0

    async def refresh(self) -> None:
        self.refreshed += 1


async def ready() -> dict[str, bool]:
    """All is well."""
    return {"database": True, "schema": True}


def application(
    chat: Browser | None = None, *routes: Route, on_loopback: bool = True, body_seconds: float = 8.0
) -> Starlette:
    """The application with doubles for what a test does not look at."""
    return build(
        routes=routes,
        chat=chat,
        readiness=ready,
        metrics=Counters(),
        on_loopback=on_loopback,
        public_metrics=False,
        body_seconds=body_seconds,
    )


@contextlib.asynccontextmanager
async def serving(served: Starlette, port: int = 0) -> AsyncIterator[str]:
    """Serve on a free port of the loopback interface, or on ``port``; gives the address."""
    listening = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(
        served,
        http=PatientH11,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listening.close()


@contextlib.asynccontextmanager
async def chatting(chat: Browser, receive: Receive) -> AsyncIterator[str]:
    """Start the platform and serve its page; gives the address."""
    await chat.start(receive)
    listening = asyncio.create_task(chat.listen())
    try:
        async with serving(application(chat)) as address:
            yield address
            await chat.stop()
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
