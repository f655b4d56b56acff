"""What every request passes first: limits on its body, and headers that every response carries."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: The largest body that is read, in bytes.
MAX_BODY: Final = 1_000_000
#: How long a body may take to arrive, in seconds.
BODY_SECONDS: Final = 8.0

#: Up to this many times as much is read and thrown away before the connection is cut.
LENIENCE: Final = 8

_CONTENT_POLICY: Final = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


class _TooLargeError(Exception):
    pass


class _DisconnectedError(Exception):
    pass


class Guard:
    """ASGI middleware. Bodies are read whole before anything else runs, so nobody else needs a limit."""

    def __init__(self, app: ASGIApp, *, max_body: int = MAX_BODY, body_seconds: float = BODY_SECONDS) -> None:
        self._app = app
        self._max_body = max_body
        self._seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = False

        async def sending(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            body = await self._body(receive)
        except _DisconnectedError:
            return
        except _TooLargeError:
            await _closing(413, "too large")(scope, receive, sending)
            return
        except TimeoutError:
            await _closing(408, "too slow")(scope, receive, sending)
            return

        given = False

        async def receiving() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        try:
            await self._app(scope, receiving, sending)
        except Exception as error:
            structlog.get_logger("bot.web").error(
                "request_failed", path=scope["path"][:80], error=type(error).__name__, exc_info=error
            )
            if not began:
                answer = PlainTextResponse("not now", 503, headers={"Retry-After": "2"})
                await answer(scope, receiving, sending)

    async def _body(self, receive: Receive) -> bytes:
        """The whole body.

        What is too large is let run by for a while: a client that is cut off while it sends never reads why.
        """
        parts: list[bytes] = []
        size = 0
        async with asyncio.timeout(self._seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _DisconnectedError
                part = message.get("body", b"")
                size += len(part)
                if size <= self._max_body:
                    parts.append(part)
                else:
                    parts.clear()
                more = message.get("more_body", False)
                if size > self._max_body and (not more or size > self._max_body * LENIENCE):
                    raise _TooLargeError
                if not more:
                    return b"".join(parts)


def _closing(status: int, text: str) -> PlainTextResponse:
    # The rest of the body is never read, so the connection cannot serve another request.
    return PlainTextResponse(text, status, headers={"Connection": "close"})
