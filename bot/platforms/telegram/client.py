"""The Bot API client: python-telegram-bot's ``Bot`` on a transport that says how a request ended."""

from __future__ import annotations

import json
import logging
from typing import Any, Final

import httpx
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import BaseRequest, HTTPXRequest, RequestData

#: What the bot asks to be told; ``chat_member`` and reactions need more rights than it has a use for.
ALLOWED_UPDATES: Final = (
    "message",
    "channel_post",
    "callback_query",
    "inline_query",
    "my_chat_member",
)
#: How long one request may take, in seconds. Telegram itself may take several before it answers a message.
CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 20.0
WRITE_SECONDS: Final = 20.0
UPLOAD_SECONDS: Final = 60.0
POOL_SECONDS: Final = 10.0
#: The pool looks at every connection, twice a request, once for each: few are faster than many.
CONNECTIONS: Final = 12


class NotSent(TelegramError):
    """No connection came about, so the request certainly never left."""


class Throttled(TelegramError):
    """Too many requests (429): certainly not carried out; ``after`` seconds to wait."""

    def __init__(self, after: float) -> None:
        super().__init__("Too many requests")
        self.after = after


class ServerTrouble(TelegramError):
    """An answer of the 500s: the request may or may not have been carried out."""


class Transport(HTTPXRequest):
    """HTTPXRequest that keeps apart what the library folds into one error."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request; see ``BaseRequest``.

        Raises:
            NotSent, Throttled, ServerTrouble: how it ended.
            TelegramError: the library's own classes for everything else.
        """
        try:
            code, payload = await super().do_request(
                url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
            )
        except TelegramError as error:
            if isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
                raise NotSent(type(error.__cause__).__name__) from None
            raise
        if code == 429:
            raise Throttled(_retry_after(payload))
        if code >= 500:
            raise ServerTrouble(f"HTTP status {code}")
        return code, payload


def _retry_after(payload: bytes) -> float:
    try:
        return max(1.0, float(json.loads(payload)["parameters"]["retry_after"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return 5.0


class Client(Bot):
    """The Bot API as this program uses it. Opens no connection before its first request."""

    def __init__(self, token: str, api_url: str) -> None:
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        base = api_url.rstrip("/")
        transports = [
            Transport(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                write_timeout=WRITE_SECONDS,
                media_write_timeout=UPLOAD_SECONDS,
                pool_timeout=POOL_SECONDS,
                httpx_kwargs={"limits": chosen},
            )
            for chosen in (httpx.Limits(max_connections=2), limits)
        ]
        super().__init__(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            get_updates_request=transports[0],
            request=transports[1],
        )
        self._transports = transports

    async def open(self) -> None:
        """Make ready, also after a :meth:`release`; nothing is requested."""
        # httpx writes the whole address of a request, and with it the token, at INFO.
        for name in ("httpx", "httpcore"):
            logger = logging.getLogger(name)
            logger.setLevel(max(logging.WARNING, logger.level))
        for transport in self._transports:
            await transport.initialize()

    async def release(self) -> None:
        """Let go of all connections."""
        for transport in self._transports:
            await transport.shutdown()

    async def message(self, method: str, **parameters: Any) -> str:
        """Call a method that answers with a message; returns its id. ``None`` leaves a parameter out.

        The rest of the answer is not read: making objects of it costs as much as the call.

        Raises:
            TelegramError: the request failed.
        """
        found = await self._post(method, parameters)
        try:
            return str(found["message_id"])
        except (KeyError, TypeError):
            raise TelegramError("Invalid server response") from None

    async def updates(self, offset: int | None, seconds: int) -> list[dict[str, Any]]:
        """The waiting updates as Telegram wrote them, so that each can be understood on its own.

        Everything below ``offset`` is confirmed by the call. Waits up to ``seconds`` for the first.

        Raises:
            TelegramError: the request failed.
        """
        data: dict[str, Any] = {"timeout": seconds, "allowed_updates": ALLOWED_UPDATES}
        if offset is not None:
            data["offset"] = offset
        found = await self._post("getUpdates", data, read_timeout=seconds + READ_SECONDS)
        return [update for update in found if isinstance(update, dict)]
