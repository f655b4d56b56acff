"""Puts a platform's routes on a web server of the test's own, and lets the local Slack send there."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from bot.contract import HttpRequest, Platform
from tests.support.slack.server import SlackServer


@contextlib.asynccontextmanager
async def served(platform: Platform, server: SlackServer) -> AsyncIterator[str]:
    """The platform's routes on a web server, to which the local Slack sends; its address."""
    (route,) = platform.routes()

    async def handle(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = HttpRequest(request.method, request.path, headers, await request.read())
        answer = await route.handle(asked)
        return web.Response(
            body=answer.body,
            status=answer.status,
            headers={**answer.headers, "Content-Type": answer.media_type},
        )

    application = web.Application(client_max_size=5_000_000)
    application.router.add_route("*", route.path, handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    server.inbound.app_url = address
    try:
        yield address
    finally:
        await server.inbound.settled()
        await runner.cleanup()
