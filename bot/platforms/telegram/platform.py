"""The Telegram platform: receives by polling or by webhook, sends, keeps the menus."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal

import structlog
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.contract import (
    ConfigurationError,
    HttpRequest,
    HttpResponse,
    Incoming,
    Menu,
    Outgoing,
    Place,
    PlaceKind,
    Rate,
    Receive,
    Route,
)
from bot.platforms.telegram.client import ALLOWED_UPDATES, Client, Throttled
from bot.platforms.telegram.incoming import INLINE_PLACE, PLATFORM, Me, translate
from bot.platforms.telegram.menus import menus
from bot.platforms.telegram.sending import deliver

WEBHOOK_PATH: Final = "/telegram/webhook"
SECRET_HEADER: Final = "x-telegram-bot-api-secret-token"  # noqa: S105 - a header's name
MAX_BODY: Final = 1_000_000
#: How long one request for updates waits for the first; the server allows 50 at most.
POLL_SECONDS: Final = 30
#: The pause after a failure doubles from the first to the second of these, in seconds.
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 60.0
#: How many answers to button presses may be under way; the press itself is stored before.
MAX_BACKGROUND: Final = 200


class Telegram:
    """Implements ``bot.contract.Platform`` for one bot account."""

    name = PLATFORM
    idempotent = False

    def __init__(
        self,
        *,
        token: str,
        api_url: str = "https://api.telegram.org",
        mode: Literal["polling", "webhook"] = "polling",
        webhook_secret: str = "",
        public_url: str = "",
        menu: Menu,
        say: Callable[[str, str], str],
        messages_per_second: float = 30.0,
    ) -> None:
        """``public_url``: where Telegram reaches the web server; empty if somebody else sets the webhook.

        ``say`` is not needed: everything that this platform shows comes from cards.
        """
        self.account = token.partition(":")[0]
        self.username = ""
        self._client = Client(token, api_url)
        self._mode = mode
        self._secret = webhook_secret.encode()
        self._webhook = f"{public_url.rstrip('/')}{WEBHOOK_PATH}" if public_url else ""
        self._menu = menu
        self._per_second = messages_per_second
        self._me: Me | None = None
        self._receive: Receive | None = None
        self._background: set[asyncio.Task[None]] = set()
        self._log = structlog.get_logger("bot.platforms.telegram")

    # Life

    async def start(self, receive: Receive) -> None:
        """See ``Platform``. Whatever concerns menus and the webhook goes on behind the scenes.

        Raises:
            ConfigurationError: Telegram does not know the token.
            TelegramError: Telegram cannot be reached now.
        """
        await self._client.open()
        try:
            user = await self._client.get_me()
        except InvalidToken:
            await self._client.release()
            # The library's own text may hold the token.
            raise ConfigurationError("ENLACE_TELEGRAM_TOKEN", "Telegram does not accept this token") from None
        except TelegramError:
            await self._client.release()
            raise
        self.account, self.username = str(user.id), user.username or ""
        self._me = Me(user.id, self.username)
        self._receive = receive
        self._spawn(self._set_menus())
        if self._mode == "webhook":
            self._spawn(self._set_webhook())

    async def listen(self) -> None:
        """See ``Platform``: polls until cancelled; with a webhook there is nothing to do."""
        if self._mode == "webhook":
            return
        await self._persistently("delete_webhook", self._client.delete_webhook)
        offset: int | None = None
        pause = Pause()
        while True:
            try:
                found = await self._client.updates(offset, POLL_SECONDS)
                await self._take(found)
            except Exception as error:
                await pause.after(error, self._report)
                continue
            pause.reset()
            # Without an offset the earliest waiting update comes first. That matters after a quiet week,
            # when ids may start again anywhere, below what was confirmed too.
            offset = max((_update_id(update) for update in found), default=-1) + 1 or None

    async def stop(self) -> None:
        """See ``Platform``."""
        for task in tuple(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._client.release()

    # In

    async def _take(self, updates: Iterable[dict[str, Any]]) -> None:
        """Store what ``updates`` stand for; one that cannot be understood leaves a line in the log."""
        if self._me is None or self._receive is None:
            raise RuntimeError("the platform was not started")
        events: list[Incoming] = []
        queries: list[str] = []
        for update in updates:
            query = update.get("callback_query")
            if isinstance(query, dict) and isinstance(query.get("id"), str):
                queries.append(query["id"])
            try:
                event = translate(update, self._me, datetime.now(UTC))
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
            await self._receive(events)
        for query_id in queries:
            self._spawn(self._acknowledge(query_id))

    async def _acknowledge(self, query_id: str) -> None:
        """Stop the pressed button's clock; too late or not at all does no harm."""
        try:
            await self._client.answer_callback_query(query_id)
        except TelegramError as error:
            self._log.debug("press_not_acknowledged", error=type(error).__name__)

    async def _hook(self, request: HttpRequest) -> HttpResponse:
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
        if self._me is None:
            return HttpResponse(503, b"not ready", headers={"Retry-After": "2"})
        try:
            await self._take([update])
        except Exception as error:
            self._report(error, 0.0)
            return HttpResponse(503, b"not stored", headers={"Retry-After": "2"})
        return HttpResponse(200)

    def routes(self) -> Sequence[Route]:
        """See ``Platform``: the webhook, where that is the mode."""
        return (Route(WEBHOOK_PATH, self._hook),) if self._mode == "webhook" else ()

    # Out

    async def send(self, message: Outgoing) -> str:
        """See ``Platform``."""
        return await deliver(self._client, message)

    async def confirm(self, message: Outgoing) -> str | None:
        """See ``Platform``: Telegram tells nobody what a bot has sent."""
        return None

    def rates(self, place: Place) -> Sequence[tuple[str, Rate]]:
        """See ``Platform``. Telegram: about 30 a second in all, 1 a second in a chat, 20 a minute in a group.

        A limiter that lets ``count`` through at once lets up to ``2 * count`` through in ``seconds``; the
        figures are chosen so that even then a group gets no more than 20 in any minute.
        """
        account = ("account", Rate(max(1.0, self._per_second / 10), max(1.0 / self._per_second, 0.1)))
        if place.id.startswith(INLINE_PLACE):
            return (account,)
        if place.kind is PlaceKind.DIRECT:
            return (account, (f"chat:{place.id}", Rate(3, 3.0)))
        return (account, (f"chat:{place.id}", Rate(5, 20.0)))

    # Behind the scenes

    async def _set_menus(self) -> None:
        for commands, scope, language in menus(self._menu):
            try:
                await self._client.set_my_commands(commands, scope=scope, language_code=language or None)
            except TelegramError as error:
                self._log.warning(
                    "menu_not_set", scope=scope.type, language=language, error=type(error).__name__
                )

    async def _set_webhook(self) -> None:
        if not self._webhook:
            self._log.info("webhook_left_alone", reason="ENLACE_PUBLIC_URL is not set", path=WEBHOOK_PATH)
            return

        async def call() -> object:
            return await self._client.set_webhook(
                self._webhook, secret_token=self._secret.decode(), allowed_updates=ALLOWED_UPDATES
            )

        await self._persistently("set_webhook", call)

    async def _persistently(self, what: str, call: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Call until Telegram agrees."""
        pause = Pause()
        while True:
            try:
                await call()
            except TelegramError as error:
                await pause.after(error, self._report)
            else:
                self._log.debug(what)
                return

    def _report(self, error: BaseException, seconds: float) -> None:
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

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        if len(self._background) >= MAX_BACKGROUND:
            work.close()
            return
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


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
