"""The Bot API client: python-telegram-bot's ``Bot`` on a transport that says how a request ended."""

from __future__ import annotations

from typing import Any, Final

from telegram import Bot
from telegram.error import TelegramError

from bot.platforms.telegram.transport import READ_SECONDS, Transport

#: What the bot asks to be told; ``chat_member`` and reactions need more rights than it has a use for.
ALLOWED_UPDATES: Final = (
    "message",
    "channel_post",
    "callback_query",
    "inline_query",
    "my_chat_member",
)
#: Connections for everything but asking for updates. Few requests are under way at once.
CONNECTIONS: Final = 12


class Client(Bot):
    """The Bot API as this program uses it. Opens no connection before its first request."""

    def __init__(self, token: str, api_url: str) -> None:
        base = api_url.rstrip("/")
        transports = [Transport(base, 2), Transport(base, CONNECTIONS)]
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
