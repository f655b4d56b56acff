"""Takes in Telegram's updates, by polling or by webhook: stored first, acknowledged after."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.contract import HttpRequest, HttpResponse, Incoming, Receive
from bot.platforms.telegram.background import Background
from bot.platforms.telegram.client import Client
from bot.platforms.telegram.incoming import Me, translate
from bot.platforms.telegram.transport import Throttled

SECRET_HEADER: Final = "x-telegram-bot-api-secret-token"  # noqa: S105 - a header's name
MAX_BODY: Final = 1_000_000
#: How long one request for updates waits for the first; the server allows 50 at most.
POLL_SECONDS: Final = 30
#: The pause after a failure doubles from the first to the second of these, in seconds.
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 60.0


class Receiver:
    """Everything that comes in. ``me`` and ``receive`` are known once the platform has started."""

    def __init__(self, client: Client, secret: str, background: Background) -> None:
        self.me: Me | None = None
        self.receive: Receive | None = None
        self._client = client
        self._secret = secret.encode()
        self._background = background
        self._log = structlog.get_logger("bot.platforms.telegram")

    async def poll(self) -> None:
        """Ask for updates until cancelled; a batch is confirmed only after it is stored."""
        offset: int | None = None
        pause = Pause()
        while True:
            try:
                found = await self._client.updates(offset, POLL_SECONDS)
                await self.take(found)
            except Exception as error:
                await pause.after(error, self.report)
                continue
            pause.reset()
            # Without an offset the earliest waiting update comes first. That matters after a quiet week,
            # when ids may start again anywhere, below what was confirmed too.
            offset = max((_update_id(update) for update in found), default=-1) + 1 or None

    async def take(self, updates: Iterable[dict[str, Any]]) -> None:
        """Store what ``updates`` stand for; one that cannot be understood leaves a line in the log."""
        if self.me is None or self.receive is None:
            raise RuntimeError("the platform was not started")
        events: list[Incoming] = []
        queries: list[str] = []
        for update in updates:
            query = update.get("callback_query")
            if isinstance(query, dict) and isinstance(query.get("id"), str):
                queries.append(query["id"])
            try:
                event = translate(update, self.me, datetime.now(UTC))
            except Exception as error:
                # A newer or broken update must not hold up the rest; its text may be personal.
                self._log.error(
                    "update_not_understood",
                    update_id=_update_id(update),
                    fields=sorted(map(str, update))[:5],
                    error=type(error).__name__,
                )
                continue
            if event is not None:
                events.append(event)
        if events:
            await self.receive(events)
        for query_id in queries:
            self._background.start(self._acknowledge(query_id))

    async def _acknowledge(self, query_id: str) -> None:
        """Stop the pressed button's clock; too late or not at all does no harm."""
        try:
            await self._client.answer_callback_query(query_id)
        except TelegramError as error:
            self._log.debug("press_not_acknowledged", error=type(error).__name__)

    async def hook(self, request: HttpRequest) -> HttpResponse:
        """One request to the webhook. Without the secret nothing of it is read."""
        given = request.headers.get(SECRET_HEADER, "")
        if not given or not self._secret:
            return HttpResponse(401, b"a secret is required")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret):
            return HttpResponse(403, b"wrong secret")
        if request.method != "POST":
            return HttpResponse(405, b"POST only", headers={"Allow": "POST"})
        if len(request.body) > MAX_BODY:
            return HttpResponse(413, b"too large")
        try:
            update = json.loads(request.body)
        except (ValueError, RecursionError):
            return HttpResponse(400, b"not JSON")
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return HttpResponse(400, b"not an update")
        if self.me is None:
            return HttpResponse(503, b"not ready", headers={"Retry-After": "2"})
        try:
            await self.take([update])
        except Exception as error:
            self.report(error, 0.0)
            return HttpResponse(503, b"not stored", headers={"Retry-After": "2"})
        return HttpResponse(200)

    def report(self, error: BaseException, seconds: float) -> None:
        """One clear line about why nothing comes in."""
        if isinstance(error, Conflict):
            reason = "another program asks for this bot's updates, or a webhook is set"
        elif isinstance(error, InvalidToken):
            reason = "Telegram no longer accepts ENLACE_TELEGRAM_TOKEN"
        elif isinstance(error, TelegramError):
            reason = "Telegram cannot be reached or refuses"
        else:
            reason = "events could not be stored"
        self._log.warning("not_receiving", reason=reason, error=type(error).__name__, pause=round(seconds, 1))


class Pause:
    """Waits after failures, longer each time, and reports a kind of failure once until it is over."""

    def __init__(self) -> None:
        self._seconds = FIRST_PAUSE
        self._reported: type[BaseException] | None = None

    def reset(self) -> None:
        """It works again."""
        self._seconds = FIRST_PAUSE
        self._reported = None

    async def after(self, error: Exception, report: Callable[[BaseException, float], None]) -> None:
        """``error`` happened: report it if it is news, and wait."""
        seconds = max(self._seconds, error.after if isinstance(error, Throttled) else 0.0)
        if type(error) is not self._reported:
            self._reported = type(error)
            report(error, seconds)
        self._seconds = min(LONGEST_PAUSE, self._seconds * 2)
        await asyncio.sleep(seconds)


def _update_id(update: dict[str, Any]) -> int:
    found = update.get("update_id")
    return found if isinstance(found, int) else -1
