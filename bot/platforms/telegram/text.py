"""Plain text on its way into a message: cleaned, measured and cut as Telegram counts."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ELLIPSIS: Final = "…"
#: Put into a text where Telegram would see a mention or an address; takes no room and is not read aloud.
JOINER: Final = "\u2060"

# Controls (but the line feed), halves of surrogate pairs, what changes the direction of the
# rest, and what is not seen at all (but for joiners, which emoji and some scripts need).
_UNWANTED: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_LINE_ENDS: Final = re.compile("\r\n?|[\x85\u2028\u2029\x0b\x0c]")
# What Telegram turns into a mention or a link by itself; an e-mail address is left as it is.
_SELF_MADE: Final = re.compile(
    r"(?P<mail>(?<![^\s(<\[:;,\"'])[a-zA-Z0-9_.+-]{0,63}[a-zA-Z0-9_]"
    r"@(?>[a-zA-Z0-9_-]{1,63}(?:\.[a-zA-Z0-9_-]{2,24}){1,3})(?![\w@-]))"
    r"|(?P<at>@(?=\w))"
    r"|(?P<scheme>(?<=\w):(?=//))"
    r"|(?P<dot>(?<=[\w-])[.。．｡](?=[^\W\d_]{2}))"
)
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


def is_visible(text: str) -> bool:
    """Whether anything of ``text`` can be seen; Telegram takes no message that is empty to the eye."""
    return any(unicodedata.category(char) not in _UNSEEN for char in text)


def units(text: str) -> int:
    """The length of ``text`` as Telegram counts it: in UTF-16 code units (Bot API, MessageEntity)."""
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
        following = text[len(part)]
        space = part.rfind(" ")
        if not following.isspace() and space > len(part) // 2:
            part = part[:space]
        rest = text[len(part) :]
        found.append((glue, part.rstrip()))
        text = rest.lstrip()
        glue = " " if len(text) < len(rest) else ""
    return [*found, (glue, text)]
