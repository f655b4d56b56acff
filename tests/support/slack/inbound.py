"""What the local Slack sends to the app: signed over HTTP, or over Socket Mode; again where Slack would."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.support.slack.world import World

Kind = Literal["events_api", "slash_commands", "interactive"]
#: Seconds within which the app must answer.
PATIENCE: Final = 3.0
#: Pauses before an event is sent again, in seconds; the real ones are 0, 60 and 300.
PAUSES: Final = (0.0, 0.2, 0.5)
PATH: Final = "/slack/events"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt: ``status`` 0 where no answer came, ``seconds`` until it did."""

    kind: Kind
    key: str
    attempt: int
    status: int
    seconds: float


def sign(secret: str, body: bytes, at: float | None = None) -> dict[str, str]:
    """The headers of a signed request (docs.slack.dev, verifying requests from Slack)."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def encode(kind: Kind, payload: Mapping[str, Any]) -> tuple[bytes, str]:
    """The body of a request and its media type."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    form = {"payload": json.dumps(payload)} if kind == "interactive" else dict(payload)
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


class Inbound:
    """Sends. ``app_url``: the app's address; where it is empty, over the sockets that are open."""

    def __init__(self, world: World, secret: str) -> None:
        self.world = world
        self.secret = secret
        self.app_url = ""
        self.deliveries: list[Delivery] = []
        self.sockets: list[web.WebSocketResponse] = []
        #: Events sent twice from now on; events held back until the next one was sent.
        self.duplicates = 0
        self.reorder = 0
        self.pauses: Sequence[float] = PAUSES
        self._held: list[tuple[Kind, dict[str, Any], str]] = []
        self._acks: dict[str, asyncio.Future[Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._opened = asyncio.Event()
        self._turn = 0

    def send(self, kind: Kind, payload: dict[str, Any], key: str) -> None:
        """Send, in the background."""
        if self.reorder > 0:
            self.reorder -= 1
            self._held.append((kind, payload, key))
            return
        for _ in range(2 if self.duplicates > 0 else 1):
            self._spawn(kind, payload, key)
        self.duplicates = max(0, self.duplicates - 1)
        while self._held:
            self._spawn(*self._held.pop())

    def _spawn(self, kind: Kind, payload: dict[str, Any], key: str) -> None:
        task = asyncio.create_task(self._deliver(kind, payload, key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def ask(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Send something whose answer is shown, once, and wait for it: Slack does not try again.

        Raises:
            TimeoutError: there was none in time.
            ValueError: it was none that Slack takes.
        """
        began = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            if self.app_url:
                body, media_type = encode("interactive", payload)
                headers = {"Content-Type": media_type, **sign(self.secret, body)}
                async with self._http().post(f"{self.app_url}{PATH}", data=body, headers=headers) as answer:
                    status, text = answer.status, await answer.read()
                    if status != 200 or not answer.content_type == "application/json":
                        raise ValueError(f"status {status}, {answer.content_type}")
                found = json.loads(text)
            else:
                status, found = 200, await self._acked("interactive", payload)
        taken = Delivery("interactive", payload["type"], 0, status, time.perf_counter() - began)
        self.deliveries.append(taken)
        if not isinstance(found, dict):
            raise ValueError("an object is expected")
        return found

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200))
        return self._session

    async def settled(self) -> None:
        """Wait until everything was answered or given up."""
        while self._tasks:
            await asyncio.gather(*tuple(self._tasks), return_exceptions=True)

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in tuple(self.sockets):
            await socket.close()
        if self._session is not None:
            await self._session.close()

    async def _deliver(self, kind: Kind, payload: dict[str, Any], key: str) -> None:
        reason = ""
        pauses = (0.0, *self.pauses) if kind == "events_api" else (0.0,)
        for attempt, pause in enumerate(pauses):
            await asyncio.sleep(pause)
            began = time.perf_counter()
            if self.app_url:
                status, stop = await self._request(kind, payload, attempt, reason)
            else:
                status, stop = await self._envelope(kind, payload, attempt, reason), False
            self.deliveries.append(Delivery(kind, key, attempt, status, time.perf_counter() - began))
            if 200 <= status < 300 or stop:
                return
            reason = "http_error" if status else "http_timeout"

    async def _request(
        self, kind: Kind, payload: dict[str, Any], attempt: int, reason: str
    ) -> tuple[int, bool]:
        body, media_type = encode(kind, payload)
        headers = {"Content-Type": media_type, **sign(self.secret, body)}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with (
                asyncio.timeout(PATIENCE),
                self._http().post(f"{self.app_url}{PATH}", data=body, headers=headers) as answer,
            ):
                text = await answer.read()
                self._answered(payload, answer.status, text)
                return answer.status, answer.headers.get("X-Slack-No-Retry") == "1"
        return 0, False

    def _answered(self, payload: Mapping[str, Any], status: int, text: bytes) -> None:
        """A modal that was taken is closed; it may also be answered with an action, of a known shape."""
        if payload.get("type") != "view_submission" or not 200 <= status < 300:
            return
        action = json.loads(text) if text.strip() else {"response_action": "clear"}
        if action.get("response_action") not in ("clear", "errors", "update", "push"):
            self.world.refused.append(("view_submission", dict(payload), "invalid_response_action"))
        elif action["response_action"] == "clear":
            self.world.views.pop(payload["view"]["id"], None)

    # Socket Mode

    async def _envelope(self, kind: Kind, payload: dict[str, Any], attempt: int, reason: str) -> int:
        retried = {"retry_attempt": attempt, "retry_reason": reason} if kind == "events_api" else {}
        try:
            async with asyncio.timeout(PATIENCE):
                await self._acked(kind, payload, **retried)
        except (TimeoutError, ConnectionError):
            return 0
        self._answered(payload, 200, b"")
        return 200

    async def _acked(self, kind: Kind, payload: dict[str, Any], **more: Any) -> Any:
        """Send over a connection; what the acknowledgement answers, ``None`` where that is nothing."""
        envelope = self.world.fresh("env")
        acked = self._acks[envelope] = asyncio.get_running_loop().create_future()
        data: dict[str, Any] = {
            "envelope_id": envelope,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            **more,
        }
        try:
            await self._opened.wait()
            self._turn += 1
            await self.sockets[self._turn % len(self.sockets)].send_json(data)
            return await acked
        finally:
            self._acks.pop(envelope, None)

    async def serve(self, socket: web.WebSocketResponse) -> None:
        """Speak Socket Mode on a connection until it ends."""
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.sockets) + 1,
                "connection_info": {"app_id": "A0ENLACE1"},
                "debug_info": {"host": "local", "approximate_connection_time": 18060},
            }
        )
        self.sockets.append(socket)
        self._opened.set()
        try:
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                given = json.loads(message.data)
                acked = self._acks.get(given.get("envelope_id", ""))
                if acked is not None and not acked.done():
                    acked.set_result(given.get("payload"))
        finally:
            self.sockets.remove(socket)
            if not self.sockets:
                self._opened.clear()

    async def refresh(self) -> None:
        """Tell every connection that it is about to end, as Slack does every few hours."""
        for socket in tuple(self.sockets):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
