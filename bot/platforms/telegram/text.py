"""What Telegram would see in a text by itself, and how it is kept from it."""

from __future__ import annotations

import re
from typing import Final

from bot.plain import clean

#: Put into a text where Telegram would see a mention or an address; takes no room and is not read aloud.
JOINER: Final = "\u2060"

# What Telegram turns into a mention or a link by itself; an e-mail address is left as it is.
_SELF_MADE: Final = re.compile(
    r"(?P<mail>(?<![^\s(<\[:;,\"'])[a-zA-Z0-9_.+-]{0,63}[a-zA-Z0-9_]"
    r"@(?>[a-zA-Z0-9_-]{1,63}(?:\.[a-zA-Z0-9_-]{2,24}){1,3})(?![\w@-]))"
    r"|(?P<at>@(?=\w))"
    r"|(?P<scheme>(?<=\w):(?=//))"
    r"|(?P<dot>(?<=[\w-])[.。．｡](?=[^\W\d_]{2}))"
)


def inert(text: str) -> str:
    """Cleaned ``text`` in which Telegram finds no mention and no address of its own accord."""
    text = clean(text)
    if "@" not in text and "." not in text and "/" not in text and text.isascii():
        return text

    def defuse(match: re.Match[str]) -> str:
        if match["mail"]:
            return match[0]
        return match[0] + JOINER if match["at"] else JOINER + match[0]

    return _SELF_MADE.sub(defuse, text)
