"""How a request travels to the Bot API, and how it ended: what was certainly not carried out is kept apart.

python-telegram-bot's own transport costs several times what all else of a request does, so this one is
aiohttp's, which the library's interface for transports (``BaseRequest``) provides for.
"""

from __future__ import annotations

import json
import time
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from typing_extensions import override

from bot.contract import retry_after

#: How long one request may take, in seconds. Telegram itself may take several before it answers a message.
CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 20.0
UPLOAD_SECONDS: Final = 60.0
POOL_SECONDS: Final = 10.0


class NotSent(TelegramError):
    """No connection came about, so the request certainly never left."""


class Throttled(TelegramError):
    """Too many requests (429): certainly not carried out; ``after`` seconds to wait."""

    def __init__(self, after: float) -> None:
        super().__init__("Too many requests")
        self.after = after


class ServerTrouble(TelegramError):
    """An answer of the 500s: the request may or may not have been carried out."""


class Transport(BaseRequest):
    """Up to ``connections`` of them, kept open. Opens none before its first request.

    Where Telegram says to wait, nothing more is asked of it before that time is over.
    """

    def __init__(self, address: str, connections: int) -> None:
        super().__init__()
        self._connections = connections
        self._proxy = _proxy(address)
        self._session: aiohttp.ClientSession | None = None
        self._closed_until = 0.0

    @property
    @override
    def read_timeout(self) -> float:
        return READ_SECONDS

    @override
    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    @override
    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @override
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
        """One request; see ``BaseRequest``. Only ``read_timeout`` is the caller's to choose.

        Raises:
            NotSent, Throttled, ServerTrouble: how it ended.
            TelegramError: the library's own classes for everything else.
        """
        if self._session is None:
            raise NotSent("closed")
        if (left := self._closed_until - time.monotonic()) > 0:
            raise Throttled(left)
        files = request_data is not None and request_data.contains_files
        read = READ_SECONDS if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        limits = aiohttp.ClientTimeout(
            total=read + (UPLOAD_SECONDS if files else CONNECT_SECONDS) + POOL_SECONDS,
            connect=POOL_SECONDS,
            sock_connect=CONNECT_SECONDS,
            sock_read=UPLOAD_SECONDS if files else read,
        )
        try:
            async with self._session.request(
                method,
                url,
                data=_body(request_data),
                timeout=limits,
                allow_redirects=False,
                proxy=self._proxy,
            ) as answer:
                code, payload = answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            # Neither text may be passed on: both can hold the address, and with it the token.
            raise NotSent(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from None
        if code == 429:
            after = _retry_after(payload, answer.headers.get("Retry-After"))
            self._closed_until = max(self._closed_until, time.monotonic() + after)
            raise Throttled(after)
        if code >= 500:
            raise ServerTrouble(f"HTTP status {code}")
        if code < 300 and b'"result"' not in payload and "/file/" not in url:
            # Something between here and Telegram answered; the library takes for granted that nothing does.
            raise ServerTrouble("no result")
        return code, payload

    @staticmethod
    @override
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """What the Bot API answered. The library's own logs what it cannot read, which may be personal.

        Raises:
            TelegramError: it is no answer of the Bot API.
        """
        try:
            found = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise TelegramError("Invalid server response")
        return found


def _proxy(address: str) -> str | None:
    """The proxy that the environment names for ``address``; asked once, not in a thread at every request."""
    parts = urlsplit(address)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


def _body(given: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if given is None:
        return None
    if not given.contains_files:
        return given.json_parameters
    form = aiohttp.FormData(given.json_parameters)
    for name, file in given.multipart_data.items():
        filename, content, media_type = file if isinstance(file, tuple) else (name, file, None)
        form.add_field(name, content, filename=filename, content_type=media_type)
    return form


def _retry_after(payload: bytes, header: str | None) -> float:
    """What the Bot API says; else what a proxy before it says."""
    try:
        said = json.loads(payload)["parameters"]["retry_after"]
    except (ValueError, KeyError, TypeError, RecursionError):
        said = header
    return retry_after(said)
