"""The driver: one person in one chat of the local Telegram."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

from tests.support.talk import PATIENCE, Heard, Listening
from tests.support.telegram.server import TelegramServer
from tests.support.telegram.world import Applied, Chat, User

_HEARD: Final = ("sendMessage", "editMessageText", "editMessageReplyMarkup", "sendDocument", "sendPhoto")
_UNSEEN: Final = str.maketrans("", "", "\u2060")


class TelegramTalk(Listening):
    """Implements ``tests.support.talk.Talk`` for ``user`` in their direct chat, or in ``chat``."""

    def __init__(
        self, server: TelegramServer, user: User, chat: Chat | None = None, *, topic: int = 0
    ) -> None:
        super().__init__()
        self.server = server
        self.user = user
        self.chat = chat or server.people.private(user)
        self.topic = topic
        self._position = len(server.log)
        self._last: dict[str, Any] | None = None

    async def says(self, text: str) -> None:
        """See ``Talk``."""
        room = self.chat if self.chat.type != "private" else None
        self.server.people.say(self.user, text, room, topic=self.topic)

    async def brings(self, path: Path, text: str = "") -> None:
        """See ``Talk``."""
        room = self.chat if self.chat.type != "private" else None
        self.server.people.bring(
            self.user, path.name, await asyncio.to_thread(path.read_bytes), room, caption=text
        )

    async def presses(self, label: str) -> None:
        """See ``Talk``."""
        assert self._last is not None, "nothing was heard yet"
        message = self.chat.messages[self._last["message_id"]].data
        buttons = [button for row in _rows(message) for button in row if "callback_data" in button]
        exact = [button for button in buttons if button["text"].removeprefix("• ") == label]
        found = exact or [button for button in buttons if label in button["text"]]
        assert found, f"no button {label!r} among {[button['text'] for button in buttons]}"
        self.server.people.press(self.user, self.chat, message["message_id"], found[0]["callback_data"])

    async def next(self, timeout: float = PATIENCE) -> Heard:
        """See ``Talk``."""
        changed = self.server.world.changed
        try:
            async with asyncio.timeout(timeout), changed:
                while True:
                    while self._position < len(self.server.log):
                        entry = self.server.log[self._position]
                        self._position += 1
                        if self._concerns(entry):
                            self.latest = self._heard(entry)
                            return self.latest
                    await changed.wait()
        except TimeoutError:
            refused = [(method, text) for method, _, text in self.server.world.refused[-3:]]
            raise AssertionError(f"silence for {timeout} s; refused lately: {refused}") from None

    def _concerns(self, entry: Applied) -> bool:
        if entry.method not in _HEARD:
            return False
        message: dict[str, Any] = entry.result
        return bool(
            message["chat"]["id"] == self.chat.id and message.get("message_thread_id", 0) == self.topic
        )

    def _heard(self, entry: Applied) -> Heard:
        message = entry.result
        file = message.get("document") or {}
        files = [file["file_name"]] if file else []
        if "photo" in message:
            files.append(entry.arguments["photo"].name)
        text = str(message.get("text") or message.get("caption") or "")
        if text or not files:
            # A file comes after the message whose buttons are pressed.
            self._last = message
        return Heard(
            text.translate(_UNSEEN),
            tuple(button["text"] for row in _rows(message) for button in row),
            tuple(files),
            edited=entry.method.startswith("edit"),
        )


def _rows(message: dict[str, Any]) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return rows
