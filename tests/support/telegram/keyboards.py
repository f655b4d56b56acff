"""Inline keyboards as Telegram takes them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.support.telegram.schema import bad


def check_keyboard(rows: list[list[dict[str, Any]]]) -> None:
    """Check an inline keyboard.

    Raises:
        ApiError: it has too many buttons, or one that Telegram does not take.
    """
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise bad("reply markup is too long")
    for button in (button for row in rows for button in row):
        if not button["text"].strip():
            raise bad("can't parse inline keyboard button: Text must be non-empty")
        if ("url" in button) == ("callback_data" in button):
            raise bad("can't parse inline keyboard button: exactly one of url and callback_data is expected")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
        if "url" in button:
            parts = urlsplit(button["url"])
            if parts.scheme not in ("http", "https", "tg") or "." not in (parts.hostname or "."):
                raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
