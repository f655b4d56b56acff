"""What the platforms are called in an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.i18n import Translator, message

#: Those that are no trade names.
_WORDS: Final[Mapping[str, str]] = {
    "browser": message("platform.browser"),
    "terminal": message("platform.terminal"),
}


def named(t: Translator, platform: str) -> str:
    """A platform, for a reader of this language."""
    word = _WORDS.get(platform)
    return t(word) if word is not None else proper(platform)


def proper(platform: str) -> str:
    """A platform by its own name, for what is put into words later, in a language not known yet."""
    return platform.capitalize()
