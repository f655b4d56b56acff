"""Plain text on its way to a reader: cleaned, measured and cut, never inside a character that is seen."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ELLIPSIS: Final = "…"

# Controls (but the line feed), halves of surrogate pairs, what changes the direction of the
# rest, and what is not seen at all (but for joiners, which emoji and some scripts need).
_UNWANTED: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\ud800-\udfff\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_LINE_ENDS: Final = re.compile("\r\n?|[\x85\u2028\u2029\x0b\x0c]")
_UNSEEN: Final = ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")
_REGIONAL: Final = range(0x1F1E6, 0x1F200)


def clean(text: str) -> str:
    """``text`` without control and direction characters; line ends are line feeds."""
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_ENDS.sub("\n", text)
    return _UNWANTED.sub(lambda match: " " if match[0] == "\t" else "", text)


def one_line(text: str) -> str:
    """``text`` on one line, spaces folded."""
    return " ".join(clean(text).split())


def is_visible(text: str) -> bool:
    """Whether anything of ``text`` can be seen."""
    return any(unicodedata.category(char) not in _UNSEEN for char in text)


def units(text: str) -> int:
    """The length of ``text`` in UTF-16 units: Telegram counts so (MessageEntity), Slack never more."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _joined(before: str, after: str) -> bool:
    """Whether two characters belong to one that is seen (an approximation of UAX #29)."""
    code = ord(after)
    return (
        unicodedata.category(after) in ("Mn", "Me", "Mc")
        or after in "\u200d\ufe0e\ufe0f"
        or before == "\u200d"
        or 0x1F3FB <= code <= 0x1F3FF
        or 0xE0020 <= code <= 0xE007F
        or (code in _REGIONAL and ord(before) in _REGIONAL)
    )


def head(text: str, limit: int) -> str:
    """The longest beginning of ``text`` of at most ``limit`` units that ends between seen characters.

    Where one single character is longer than that, it is cut: the limit holds in any case.
    """
    if units(text) <= limit:
        return text
    end = size = 0
    for char in text:
        size += 2 if ord(char) > 0xFFFF else 1
        if size > limit:
            break
        end += 1
    cut = end
    while cut > 0 and _joined(text[cut - 1], text[cut]):
        cut -= 1
    return text[: cut or end]


def shorten(text: str, limit: int) -> str:
    """``text``, or as much of it as fits in ``limit`` units with an ellipsis at the end."""
    if units(text) <= limit:
        return text
    return head(text, limit - 1).rstrip() + ELLIPSIS


def pieces(text: str, limit: int) -> list[tuple[str, str]]:
    """``text`` in parts of at most ``limit`` units, parted at spaces where there are any.

    Each part comes with what stood between it and the part before: a space, or nothing.
    """
    found: list[tuple[str, str]] = []
    glue = ""
    while units(text) > limit:
        part = head(text, limit) or text[0]
        following = text[len(part) : len(part) + 1]
        space = part.rfind(" ")
        if not following.isspace() and space > len(part) // 2:
            part = part[:space]
        rest = text[len(part) :]
        found.append((glue, part.rstrip()))
        text = rest.lstrip()
        glue = " " if len(text) < len(rest) else ""
    return [*found, (glue, text)]
