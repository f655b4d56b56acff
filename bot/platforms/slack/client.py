"""The requests that the platform makes of Slack, and their failures in one form."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import OrderedDict
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from typing_extensions import override

from bot.contract import retry_after
from bot.platforms.slack.outcomes import Problem

#: How long a request may take, and how long its connection may take to come about, in seconds.
TIMEOUT: Final = 30
CONNECT_TIMEOUT: Final = 5
#: Where Slack's own response_url lies.
HOOKS: Final = ("https", "hooks.slack.com", None)
#: Where Slack keeps files (url_private).
FILES: Final = ("https", "files.slack.com", None)
#: How many direct conversations are remembered.
MAX_DIRECT: Final = 20_000

_ADDRESS: Final = re.compile(r"\b(?:https?|wss?)://\S+")


class _Discreet(logging.Filter):
    """Takes addresses (tickets, tokens) and traces (payloads) out of what the libraries log."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _ADDRESS.sub("…", record.getMessage())[:300]
        record.args = ()
        record.exc_info = record.exc_text = None
        return True


def library_log() -> logging.Logger:
    """The logger that Slack's libraries write to: warnings and errors, without what is said or secret."""
    log = logging.getLogger("bot.platforms.slack.library")
    log.setLevel(logging.WARNING)
    if not any(isinstance(item, _Discreet) for item in log.filters):
        log.addFilter(_Discreet())
    return log


class Client:
    """Slack's Web API for one bot token; never repeats a request by itself."""

    def __init__(self, token: str, api_url: str) -> None:
        self._token = token
        self._url = api_url if api_url.endswith("/") else f"{api_url}/"
        self._session: aiohttp.ClientSession | None = None
        self._web: AsyncWebClient | None = None
        self._direct: OrderedDict[str, str] = OrderedDict()
        #: Until when nothing is asked of a method, where Slack says to wait.
        self._closed: dict[str, float] = {}
        parts = urlsplit(self._url)
        own = (parts.scheme, parts.hostname, parts.port)
        self._hooks = {HOOKS} if parts.hostname == "slack.com" else {HOOKS, own}

    def __repr__(self) -> str:
        return "Client()"

    def web(self, session: aiohttp.ClientSession | None = None) -> AsyncWebClient:
        """A client of the library without a token, pointed at the same address."""
        client = AsyncWebClient(
            base_url=self._url, session=session, retry_handlers=[], logger=library_log(), timeout=TIMEOUT
        )
        if urlsplit(self._url).hostname in ("127.0.0.1", "localhost", "::1"):
            client.proxy = None
        return client

    async def open(self) -> None:
        """Make ready; nothing is sent yet."""
        await self.close()
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=TIMEOUT, sock_connect=CONNECT_TIMEOUT),
            connector=aiohttp.TCPConnector(limit=100, keepalive_timeout=20),
        )
        self._web = self.web(self._session)
        self._web.token = self._token

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, method: str, arguments: dict[str, Any], *, form: bool = False) -> dict[str, Any]:
        """Call ``method``; the answer. ``form``: for methods that take no JSON.

        Raises:
            Problem: Slack refused, or nothing clear came back.
        """
        if self._web is None:
            raise Problem("not_started", sent=False)
        self._mind(method)
        try:
            response = await self._web.api_call(
                method, data=arguments if form else None, json=None if form else arguments
            )
        except SlackApiError as error:
            raise self._noted(_problem(error), method) from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise Problem("not_connected", sent=False) from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, AttributeError, RecursionError):
            raise Problem("no_answer") from None
        data = response.data
        return data if isinstance(data, dict) else {}

    def _mind(self, method: str) -> None:
        """Ask nothing of a method before the time is over that Slack said to wait.

        Raises:
            Problem: it is not over yet.
        """
        left = self._closed.get(method, 0.0) - time.monotonic()
        if left > 0:
            raise Problem("ratelimited", status=429, after=left, method=method)

    def _noted(self, problem: Problem, method: str) -> Problem:
        """The same problem; where it is a limit's, Slack is left alone for as long as it says."""
        problem.method = method
        if problem.status == 429:
            until = time.monotonic() + problem.after
            self._closed[method] = max(self._closed.get(method, 0.0), until)
        return problem

    async def scopes(self) -> tuple[dict[str, Any], set[str]]:
        """What ``auth.test`` says, and the scopes that the token has.

        Raises:
            Problem: Slack does not accept the token, or cannot be reached.
        """
        if self._web is None:
            raise Problem("not_started", sent=False)
        try:
            response = await self._web.api_call("auth.test")
        except SlackApiError as error:
            raise _problem(error) from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, AttributeError, RecursionError):
            raise Problem("no_answer") from None
        granted = {key.lower(): value for key, value in response.headers.items()}.get("x-oauth-scopes", "")
        data = response.data
        return (data if isinstance(data, dict) else {}), {part.strip() for part in granted.split(",") if part}

    # Answering where the bot is not

    def is_hook(self, url: str) -> bool:
        """Whether ``url`` is one that Slack gives for answering; nothing is posted anywhere else."""
        try:
            parts = urlsplit(url)
            found = (parts.scheme, parts.hostname, parts.port)
        except ValueError:
            return False
        return found in self._hooks and not parts.username and not parts.password

    async def respond(self, url: str, payload: dict[str, Any]) -> None:
        """Answer through a response_url.

        Raises:
            Problem: Slack refused, or nothing clear came back.
        """
        if not self.is_hook(url):
            raise Problem("not_a_response_url")
        self._mind(url)
        status, text, after = await self._post(url, json=payload)
        if status == 200 and '"ok":false' not in text.replace(" ", "")[:200]:
            return
        raise self._noted(Problem("response_url_refused", status=status, after=after), url)

    async def put(self, url: str, content: bytes) -> None:
        """Send the bytes of a file to where Slack wants them.

        Raises:
            Problem: they did not arrive; nobody has seen them.
        """
        parts = urlsplit(url)
        if parts.scheme != "https" and (parts.scheme, parts.hostname, parts.port) not in self._hooks:
            raise Problem("not_an_upload_url")
        status, _, after = await self._post(url, data=content)
        if status != 200:
            raise Problem(f"upload_{status}", status=status, after=after)

    def is_file(self, url: str) -> bool:
        """Whether ``url`` is one where Slack keeps files; the token is shown nowhere else."""
        try:
            parts = urlsplit(url)
            found = (parts.scheme, parts.hostname, parts.port)
        except ValueError:
            return False
        own = found in self._hooks - {HOOKS} and parts.path.startswith("/files-pri/")
        return (found == FILES or own) and not parts.username and not parts.password

    async def get(self, url: str, most: int) -> bytes:
        """The bytes of a file, ``most`` at most.

        Raises:
            Problem: it is not Slack's, too large, not for the bot, or Slack cannot be reached.
        """
        if self._session is None:
            raise Problem("not_started", sent=False)
        if not self.is_file(url):
            raise Problem("not_a_file_url")
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            # Without rights Slack leads to its page for signing in, where the token has no business.
            async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                if response.status != 200:
                    raise Problem(f"file_{response.status}", status=response.status)
                content = bytearray()
                async for block in response.content.iter_chunked(65_536):
                    content += block
                    if len(content) > most:
                        raise Problem("file_too_large")
                return bytes(content)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise Problem("not_connected", sent=False) from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            raise Problem("no_answer") from None

    async def _post(self, url: str, **body: Any) -> tuple[int, str, float]:
        if self._session is None:
            raise Problem("not_started", sent=False)
        try:
            async with self._session.post(url, allow_redirects=False, **body) as response:
                text = await response.text(errors="replace")
                return response.status, text, _after(response.status, response.headers.get("Retry-After"))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise Problem("not_connected", sent=False) from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            raise Problem("no_answer") from None

    # Direct conversations

    def remember(self, user: str, channel: str) -> None:
        """``channel`` is the direct conversation with ``user``."""
        self._direct[user] = channel
        self._direct.move_to_end(user)
        if len(self._direct) > MAX_DIRECT:
            self._direct.popitem(last=False)

    def knows(self, user: str) -> bool:
        """Whether the direct conversation with ``user`` is known."""
        return user in self._direct

    async def direct(self, user: str) -> str:
        """The channel of the direct conversation with ``user``.

        Raises:
            Problem: there can be none, or Slack does not say.
        """
        known = self._direct.get(user)
        if known is not None:
            self._direct.move_to_end(user)
            return known
        try:
            answer = await self.call("conversations.open", {"users": user})
        except Problem as problem:
            # Opening a conversation twice opens it once: whatever went wrong, nothing was said.
            if problem.status == 429 or not problem.sent:
                raise
            if problem.status >= 500 or problem.code == "no_answer":
                raise Problem("conversation_not_opened", sent=False) from None
            raise
        channel = (answer.get("channel") or {}).get("id")
        if not isinstance(channel, str):
            raise Problem("conversation_not_opened", sent=False)
        self.remember(user, channel)
        return channel

    async def is_direct(self, user: str, channel: str, patience: float) -> bool:
        """Whether ``channel`` is known, within ``patience`` seconds, to be the bot's own with ``user``.

        A slash command may come from a direct conversation of two other people.
        """
        try:
            async with asyncio.timeout(patience):
                return await self.direct(user) == channel
        except (Problem, TimeoutError):
            return False


def _after(status: int, header: str | None) -> float:
    """How long Slack says to wait; 0 where it says nothing and need not."""
    return retry_after(header) if status == 429 or header is not None else 0.0


def _problem(error: SlackApiError) -> Problem:
    """The failure without the library's text, which holds addresses and arguments."""
    response = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    after = _after(status, getattr(response, "headers", {}).get("Retry-After"))
    if not isinstance(code, str) or not code:
        code = f"http_{status}" if status != 200 else "no_answer"
    return Problem(code, status=status, after=after)
