"""The Telegram platform: receives by polling or by webhook, sends, keeps the menus."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, Literal

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.contract import (
    ConfigurationError,
    FileRef,
    FormStyle,
    Menu,
    Outgoing,
    Rate,
    Receive,
    Route,
)
from bot.platforms.telegram.background import Background
from bot.platforms.telegram.client import ALLOWED_UPDATES, Client
from bot.platforms.telegram.incoming import INLINE_PLACE, PLATFORM, Me
from bot.platforms.telegram.menus import menus
from bot.platforms.telegram.receiving import Pause, Receiver
from bot.platforms.telegram.sending import deliver, requests

WEBHOOK_PATH: Final = "/telegram/webhook"
#: The largest file that a bot may download, in bytes (Bot API, ``getFile``).
LARGEST_DOWNLOAD: Final = 20 * 1024 * 1024
#: By how much a window is longer than Telegram's own.
MARGIN: Final = 1.005
#: How many messages a chat takes at once where it takes one a second.
CHAT_BURST: Final = 3


class Telegram:
    """Implements ``bot.contract.Platform`` for one bot account."""

    name = PLATFORM
    idempotent = False
    listens_alone = True
    can_confirm = False
    forms = FormStyle.STEPS

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
        self._secret = webhook_secret
        self._webhook = f"{public_url.rstrip('/')}{WEBHOOK_PATH}" if public_url else ""
        self._menu = menu
        self._per_second = messages_per_second
        self._background = Background()
        self._receiver = Receiver(self._client, webhook_secret, self._background)
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
        self._receiver.me = Me(user.id, self.username)
        self._receiver.receive = receive
        self._background.start(self._set_menus())
        if self._mode == "webhook":
            self._background.start(self._set_webhook())

    async def listen(self) -> None:
        """See ``Platform``: polls until cancelled; with a webhook there is nothing to do."""
        if self._mode == "webhook":
            return
        await self._persistently("delete_webhook", self._client.delete_webhook)
        await self._receiver.poll()

    async def stop(self) -> None:
        """See ``Platform``."""
        await self._background.stop()
        await self._client.release()

    def routes(self) -> Sequence[Route]:
        """See ``Platform``: the webhook, where that is the mode."""
        return (Route(WEBHOOK_PATH, self._receiver.hook),) if self._mode == "webhook" else ()

    # Out

    async def send(self, message: Outgoing) -> str:
        """See ``Platform``."""
        return await deliver(self._client, message)

    async def confirm(self, message: Outgoing) -> str | None:
        """See ``Platform``: Telegram tells nobody what a bot has sent."""
        return None

    def rates(self, message: Outgoing) -> Sequence[tuple[str, Rate]]:
        """See ``Platform``. Telegram: about 30 a second in all, 1 a second in a chat, 20 a minute in a group.

        Edits count like messages. A chat takes short bursts. The windows are a little longer than a second
        and a minute, because requests do not take equally long to arrive.
        """
        per_second, place = self._per_second, message.place.id
        account = ("account", Rate(max(1.0, per_second), max(1.0, 1 / per_second) * MARGIN, spread=True))
        if place.startswith(INLINE_PLACE):
            return (account,)
        chat = (f"chat:{place}", Rate(CHAT_BURST, CHAT_BURST))
        if not place.startswith("-"):
            return (account, chat)
        return (account, chat, (f"group:{place}", Rate(20, 60 * MARGIN)))

    def requests(self, message: Outgoing) -> int:
        """See ``Platform``."""
        return requests(message)

    # In

    async def fetch(self, file: FileRef) -> bytes:
        """See ``Fetching``. Telegram hands out files of up to 20 MB (Bot API, ``getFile``).

        Raises:
            TelegramError: it is too large, gone, or Telegram cannot be reached.
        """
        found = await self._client.get_file(file.handle)
        if found.file_size is not None and found.file_size > LARGEST_DOWNLOAD:
            raise TelegramError("file is too big")
        return bytes(await found.download_as_bytearray())

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
                self._webhook, secret_token=self._secret, allowed_updates=ALLOWED_UPDATES
            )

        await self._persistently("set_webhook", call)

    async def _persistently(self, what: str, call: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Call until Telegram agrees."""
        pause = Pause()
        while True:
            try:
                await call()
            except TelegramError as error:
                await pause.after(error, self._receiver.report)
            else:
                self._log.debug(what)
                return
