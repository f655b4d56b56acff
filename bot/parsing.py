"""From a typed line to a command and its argument. Pure: text in, text out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

#: Longer messages are answered with the limit instead of being read (Telegram's own limit of a message).
MAX_TEXT: Final = 4096
#: How much of somebody's words is repeated in an answer, in characters.
MAX_ECHO: Final = 60

# Characters that change the direction or the visibility of what follows (Unicode, UAX #9 and Cf).
_INVISIBLE: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_COMMAND: Final = re.compile(r"/([^\s/@]{1,64})(?:@\S+)?(?:\s+|$)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """What was typed: ``word`` is the command's name where there was a slash, ``rest`` its argument.

    Without a slash ``word`` is empty and ``rest`` the whole line.
    """

    word: str
    rest: str


def clean(text: str) -> str:
    """``text`` without control and direction characters, composed (NFC), spaces folded, ends stripped."""
    text = _INVISIBLE.sub("", text)
    text = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs") else char for char in text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def parse(text: str) -> Line:
    """Take a cleaned line apart."""
    match = _COMMAND.fullmatch(text)
    if match is None:
        return Line("", text)
    return Line(match[1], match[2].strip())


def first_word(text: str) -> tuple[str, str]:
    """The first word and the rest, for commands typed without a slash."""
    word, _, rest = text.partition(" ")
    return word.rstrip(":?."), rest.strip()


def echo(text: str) -> str:
    """Somebody's words as they may be repeated in an answer: short, on one line."""
    text = clean(text)
    return text if len(text) <= MAX_ECHO else text[: MAX_ECHO - 1].rstrip() + "…"
