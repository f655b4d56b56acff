"""The local Telegram server: HTTP in front of :class:`Api`, long polling, webhooks, faults, a control API."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import deque
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.web_request import FileField

from tests.support.faults import Fault, Faults
from tests.support.telegram import control
from tests.support.telegram.api import Api
from tests.support.telegram.limits import Limits, Meter
from tests.support.telegram.people import People
from tests.support.telegram.schema import METHODS, ApiError, Upload, arguments
from tests.support.telegram.webhook import Hooks
from tests.support.telegram.world import Applied, World

TOKEN: Final = "700001:local-token-for-tests-only-000000000"
USERNAME: Final = "enlace_test_bot"
MAX_REQUEST: Final = 60_000_000
MAX_BATCH: Final = 100
MAX_WAIT: Final = 50


class TelegramServer:
    """``async with TelegramServer() as server``: a Bot API at ``server.url`` for one bot.

    ``people`` act; ``world`` holds the state; ``log`` lists every request that took effect and is the truth.
    """

    def __init__(self, *, token: str = TOKEN, username: str = USERNAME, limits: Limits | None = None) -> None:
        self.token = token
        self.world = World(token, username)
        self.people = People(self.world)
        self.faults = Faults()
        self.meter = Meter(limits or Limits())
        self.api = Api(self.world, self.meter)
        self.hooks = Hooks(self.world)
        self.url = ""
        #: How often a bot asked for updates.
        self.polls = 0
        #: The last requests that came in, whatever became of them: method, seconds of the monotonic clock.
        self.asked: deque[tuple[str, float]] = deque(maxlen=10_000)
        self._poll: asyncio.Event | None = None
        self._runner: web.AppRunner | None = None

    @property
    def log(self) -> list[Applied]:
        """The requests that took effect, in order."""
        return self.world.log

    def sent(self, *methods: str) -> list[Applied]:
        """The part of the log that concerns ``methods`` (or all messages and edits)."""
        wanted = methods or ("sendMessage", "editMessageText", "sendDocument", "sendPhoto")
        return [entry for entry in self.log if entry.method in wanted]

    def fault(self, fault: Fault) -> None:
        """Let something go wrong."""
        self.faults.add(fault)

    def advance(self, seconds: float) -> None:
        """Move the server's clock on."""
        self.world.skew += seconds

    async def until(self, count: int, *methods: str, timeout: float = 10.0) -> list[Applied]:
        """Wait until at least ``count`` requests of ``methods`` took effect."""
        async with asyncio.timeout(timeout), self.world.changed:
            await self.world.changed.wait_for(lambda: len(self.sent(*methods)) >= count)
        return self.sent(*methods)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen."""
        application = web.Application(client_max_size=MAX_REQUEST)
        control.add_routes(application, self)
        application.router.add_route("*", "/bot{token}/{method}", self._handle)
        application.router.add_route("GET", "/file/bot{token}/{path:.+}", self._file)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, backlog=1024)
        await site.start()
        bound = self._runner.addresses[0]
        self.url = f"http://{host}:{bound[1]}"
        self.hooks.start()

    async def stop(self) -> None:
        """Stop listening; whoever waits for updates is let go."""
        self.faults.clear()
        await self.hooks.stop()
        if self._poll is not None:
            self._poll.set()
        self.world.news.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fault = self.faults.take(method)
        self.asked.append((method, time.monotonic()))
        raw = await _given(request)
        if (struck := await self.faults.strike(fault, "before", request)) is not None:
            return struck
        given: dict[str, Any] = {}
        try:
            if request.match_info["token"] != self.token:
                raise ApiError(401, "Unauthorized")
            if method not in METHODS:
                raise ApiError(404, "Not Found")
            given = arguments(method, raw)
            if method == "getUpdates":
                self.polls += 1
                result = await self._updates(given)
            else:
                result = self.api.methods[method](given)
        except ApiError as error:
            self.world.refused.append((method, given, error.description))
            return _refusal(error)
        if method != "getUpdates":
            await self.world.record(method, given, result)
        struck = await self.faults.strike(fault, "after", request)
        return struck if struck is not None else _json({"ok": True, "result": result})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A file, once ``getFile`` gave its path out."""
        path = request.match_info["path"]
        content = self.world.file_at(path) if path in self.world.handed_out else None
        if request.match_info["token"] != self.token or content is None:
            return _refusal(ApiError(404, "Not Found"))
        return web.Response(body=content, content_type="application/octet-stream")

    async def _updates(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        """Long polling. A second request ends the first one (409)."""
        world = self.world
        if world.webhook:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook "
                "to delete the webhook first",
            )
        if "allowed_updates" in given:
            world.allowed = tuple(given["allowed_updates"]) or None
        if self._poll is not None:
            self._poll.set()
        mine = self._poll = asyncio.Event()
        offset = given.get("offset", 0)
        limit = given.get("limit", MAX_BATCH)
        if not 1 <= limit <= MAX_BATCH:
            limit = MAX_BATCH
        if offset < 0:
            for _ in range(max(0, len(world.queue) + offset)):
                world.queue.popleft()
        elif offset:
            while world.queue and world.queue[0].id < offset:
                world.queue.popleft()
        world.expire()
        await self._news(mine, offset, min(MAX_WAIT, given.get("timeout", 0)))
        if mine.is_set():
            raise ApiError(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance "
                "is running",
            )
        self._poll = None
        world.expire()
        batch: list[dict[str, Any]] = []
        for item in world.queue:
            if item.id >= offset and len(batch) < limit:
                item.fetched = item.fetched or world.now()
                batch.append(item.data)
        return batch[::-1] if world.reorder else batch

    async def _news(self, mine: asyncio.Event, offset: int, seconds: float) -> None:
        """Wait for an update, another poll, or the end of ``seconds``."""
        world = self.world
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not mine.is_set() and not any(item.id >= offset for item in world.queue):
                    world.news.clear()
                    waiting = [asyncio.ensure_future(event.wait()) for event in (mine, world.news)]
                    try:
                        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                    finally:
                        for task in waiting:
                            task.cancel()


async def _given(request: web.Request) -> dict[str, Any]:
    """The parameters of a request, wherever they are."""
    found: dict[str, Any] = dict(request.query)
    kind = request.content_type
    if kind == "application/x-www-form-urlencoded":
        found.update(parse_qsl((await request.read()).decode(), keep_blank_values=True))
    elif kind == "multipart/form-data":
        for name, value in (await request.post()).items():
            found[name] = (
                Upload(value.filename, value.file.read(), value.content_type)
                if isinstance(value, FileField)
                else str(value)
            )
    elif kind == "application/json":
        with contextlib.suppress(ValueError):
            found.update(json.loads(await request.read()))
    return found


def _json(data: Any, status: int = 200) -> web.Response:
    return web.Response(body=json.dumps(data).encode(), status=status, content_type="application/json")


def _refusal(error: ApiError) -> web.Response:
    data: dict[str, Any] = {"ok": False, "error_code": error.status, "description": error.description}
    if error.parameters:
        data["parameters"] = error.parameters
    return _json(data, error.status)
