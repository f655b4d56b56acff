"""The local Slack server: HTTP in front of :class:`Api`, uploads, response addresses, Socket Mode, faults."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qsl

from aiohttp import web

from tests.support.faults import Fault, Faults
from tests.support.slack import control
from tests.support.slack.api import Api
from tests.support.slack.inbound import Inbound
from tests.support.slack.limits import Limits, Meter
from tests.support.slack.methods import METHODS, ApiError, arguments
from tests.support.slack.people import People
from tests.support.slack.world import Applied, World

BOT_TOKEN: Final = "xoxb-local-bot-token"
APP_TOKEN: Final = "xapp-local-app-token"
SECRET: Final = "local-signing-secret"
SCOPES: Final = (
    "app_mentions:read,channels:history,channels:read,chat:write,commands,files:read,files:write,"
    "groups:history,"
    "groups:read,im:history,im:read,im:write,users:read,users:read.email"
)
MAX_REQUEST: Final = 60_000_000
HEARD: Final = ("chat.postMessage", "chat.update", "response_url", "files.completeUploadExternal")


class SlackServer:
    """``async with SlackServer() as server``: a Web API at ``server.url`` for one app in one workspace.

    ``people`` act; ``world`` holds the state; ``log`` lists every request that took effect and is the truth.
    ``inbound.app_url`` is where the app listens; empty means Socket Mode.
    """

    def __init__(self, *, limits: Limits | None = None, scopes: str = SCOPES) -> None:
        self.token = BOT_TOKEN
        self.app_token = APP_TOKEN
        self.secret = SECRET
        self.scopes = scopes
        self.revoked = False
        self.world = World()
        self.inbound = Inbound(self.world, SECRET)
        self.people = People(self.world, self.inbound)
        self.faults = Faults()
        self.meter = Meter(limits or Limits())
        self.api = Api(self.world)
        #: The last requests that came in, whatever became of them: method, seconds of the monotonic clock.
        self.asked: deque[tuple[str, float]] = deque(maxlen=10_000)
        self.root = ""
        self.url = ""
        self._runner: web.AppRunner | None = None

    @property
    def log(self) -> list[Applied]:
        """The requests that took effect, in order."""
        return self.world.log

    def sent(self, *methods: str) -> list[Applied]:
        """The part of the log that concerns ``methods`` (or all that people see)."""
        return [entry for entry in self.log if entry.method in (methods or HEARD)]

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
        application.router.add_get("/link", self._link)
        application.router.add_post("/upload/{file}", self._upload)
        application.router.add_get("/files-pri/{file}/{rest:.*}", self._file)
        for path in ("commands", "actions"):
            application.router.add_post(f"/{path}/{{hook}}", self._respond)
        application.router.add_route("*", "/api/{method}", self._handle)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port, backlog=1024).start()
        self.root = f"http://{host}:{self._runner.addresses[0][1]}"
        self.url = f"{self.root}/api/"
        self.people.url = self.api.url = self.root

    async def stop(self) -> None:
        """Stop listening."""
        self.faults.clear()
        await self.inbound.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    # The Web API

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        return await self._struck(request, name, lambda raw: self._call(request, name, raw))

    def _call(self, request: web.Request, name: str, raw: dict[str, Any]) -> tuple[dict[str, Any], Any]:
        method = METHODS.get(name)
        if method is None:
            raise ApiError("unknown_method")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or raw.get("token", "")
        if not token:
            raise ApiError("not_authed")
        if self.revoked:
            raise ApiError("token_revoked")
        if token not in (self.token, self.app_token):
            raise ApiError("invalid_auth")
        if (token == self.app_token) is not method.app_token:
            raise ApiError("not_allowed_token_type")
        if method.scopes and not set(method.scopes) & set(self.scopes.split(",")):
            raise ApiError("missing_scope", needed=",".join(method.scopes), provided=self.scopes)
        if request.content_type == "application/json" and not method.json:
            raw = {}
        given = arguments(name, raw)
        self.meter.count(name, str(given.get("channel", "")), self.world.now())
        if name == "apps.connections.open":
            ticket = self.world.fresh("ticket")
            return given, {"url": f"{self.root.replace('http', 'ws', 1)}/link?ticket={ticket}"}
        return given, self.api.methods[name](given)

    async def _struck(
        self,
        request: web.Request,
        name: str,
        work: Callable[[dict[str, Any]], tuple[dict[str, Any], Any]],
    ) -> web.StreamResponse:
        """Do what a request asks for, and what the faults say."""
        fault = self.faults.take(name)
        self.asked.append((name, time.monotonic()))
        raw = await _given(request)
        if (struck := await self.faults.strike(fault, "before", request)) is not None:
            return struck
        try:
            if fault is not None and fault.kind == "refuse":
                raise ApiError(fault.code)
            given, result = work(raw)
        except ApiError as error:
            self.world.refused.append((name, raw, f"{error.code} {error.more or ''}".strip()))
            headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
            return self._json({"ok": False, "error": error.code, **error.more}, error.status, headers)
        await self.world.record(name, given, result)
        if (struck := await self.faults.strike(fault, "after", request)) is not None:
            return struck
        if name in ("response_url", "upload"):
            return web.Response(text="ok")
        return self._json({"ok": True, **result})

    def _json(
        self, data: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> web.Response:
        return web.Response(
            body=json.dumps(data).encode(),
            status=status,
            content_type="application/json",
            headers={"X-OAuth-Scopes": self.scopes, **(headers or {})},
        )

    # Beside it

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        hook = self.world.hooks.get(request.match_info["hook"])

        def work(raw: dict[str, Any]) -> tuple[dict[str, Any], Any]:
            if hook is None or request.content_type != "application/json":
                raise ApiError("invalid_url", status=404)
            return raw, self.api.respond(hook, raw)

        return await self._struck(request, "response_url", work)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        content = await request.read()

        def work(_: dict[str, Any]) -> tuple[dict[str, Any], Any]:
            file = self.world.files.get(request.match_info["file"])
            if file is None or len(content) != file.length:
                raise ApiError("invalid_upload", status=400)
            file.content, file.uploaded = content, True
            return {"file": file.id, "size": len(content)}, {}

        return await self._struck(request, "upload", work)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A file that somebody sent. Whoever has no right to it is led to the page for signing in."""
        content = self.world.given.get(request.match_info["file"].partition("-")[2])
        signed = request.headers.get("Authorization") == f"Bearer {self.token}"
        if not signed or content is None or "files:read" not in self.scopes.split(","):
            raise web.HTTPFound(f"{self.root}/?redir=files-pri")
        return web.Response(body=content, content_type="application/octet-stream")

    async def _link(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        # Whoever asked may have died meanwhile.
        with contextlib.suppress(ConnectionError):
            await socket.prepare(request)
            await self.inbound.serve(socket)
        return socket


async def _given(request: web.Request) -> dict[str, Any]:
    """The arguments of a request, wherever they are."""
    found: dict[str, Any] = dict(request.query)
    kind = request.content_type
    if kind == "application/x-www-form-urlencoded":
        found.update(parse_qsl((await request.read()).decode(), keep_blank_values=True))
    elif kind == "multipart/form-data":
        found.update({name: str(value) for name, value in (await request.post()).items()})
    elif kind == "application/json" and (body := await request.read()):
        given = json.loads(body)
        found.update(given if isinstance(given, dict) else {})
    return found
