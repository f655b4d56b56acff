"""A strict reader of Telegram's HTML (Bot API, Formatting options): text and entities, or a refusal.

Stricter than the real one: a bare ``&`` or ``>`` is refused too, and so are entities beyond 100.
"""

from __future__ import annotations

import html
import re
from typing import Any, Final

from tests.support.telegram.schema import bad

MAX_ENTITIES: Final = 100
MAX_BYTES: Final = 1 << 15

_TAGS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_TOKEN: Final = re.compile(
    r"<(?P<close>/)?(?P<tag>[a-z-]+)(?:\s+href=\"(?P<href>[^\"<>]*)\")?>"
    r"|&(?P<entity>lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});"
    r"|(?P<text>[^<>&]+)"
)
_USER: Final = re.compile(r"tg://user\?id=([1-9]\d{0,15})")
_ENTITY: Final = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
# What the real server marks by itself in plain text.
_MENTION: Final = re.compile(r"(?<![\w@])@[A-Za-z]\w{3,31}(?!\w)", re.ASCII)
_URL: Final = re.compile(r"(?<![\w@.])(?:https?://)?(?:[\w-]+\.)+[a-zA-Z]{2,24}(?![\w@])(?:/\S*)?")


def units(text: str) -> int:
    """The length of ``text`` in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def read(markup: str, parse_mode: str | None) -> tuple[str, list[dict[str, Any]]]:
    """The text that is shown, and its entities.

    Raises:
        ApiError: the markup is not in order.
    """
    if len(markup.encode()) > MAX_BYTES:
        raise bad("text is too long")
    if parse_mode not in (None, "", "HTML"):
        raise bad("unsupported parse_mode")
    text, entities = _parse(markup) if parse_mode else (markup, [])
    left = len(text) - len(text.lstrip())
    shown = text.strip()
    if left:
        gone = units(text[:left])
        for entity in entities:
            start = max(0, entity["offset"] - gone)
            entity["length"] -= start - (entity["offset"] - gone)
            entity["offset"] = start
    if len(entities) > MAX_ENTITIES:
        raise bad(f"more than {MAX_ENTITIES} entities")
    return shown, entities + _found(shown, entities)


def _parse(markup: str) -> tuple[str, list[dict[str, Any]]]:
    shown: list[str] = []
    entities: list[dict[str, Any]] = []
    stack: list[tuple[str, int, str]] = []
    position = length = 0
    while position < len(markup):
        match = _TOKEN.match(markup, position)
        if match is None:
            raise bad(f"can't parse entities: unexpected character at byte offset {position}")
        position = match.end()
        if match["text"] or match["entity"]:
            piece = match["text"] or html.unescape(match[0])
            shown.append(piece)
            length += units(piece)
            continue
        tag, href = match["tag"], match["href"]
        if tag not in _TAGS:
            raise bad(f'can\'t parse entities: unsupported start tag "{tag}"')
        if not match["close"]:
            if (href is not None) != (tag == "a"):
                raise bad("can't parse entities: an attribute is missing or not supported")
            if stack and (stack[-1][0] in ("code", "pre") or tag in (open_[0] for open_ in stack)):
                raise bad("can't parse entities: tags cannot be nested like that")
            if href and _ENTITY.search(href):
                raise bad("can't parse entities: bare ampersand in an attribute")
            stack.append((tag, length, html.unescape(href or "")))
            continue
        if not stack or stack[-1][0] != tag or href is not None:
            raise bad(f'can\'t parse entities: unexpected end tag "{tag}"')
        tag, start, href = stack.pop()
        if length > start:
            entity = {"type": _TAGS[tag], "offset": start, "length": length - start}
            if href.startswith("tg:"):
                if not (user := _USER.fullmatch(href)):
                    raise bad("can't parse entities: an address of Telegram's own that mentions nobody")
                entity |= {"type": "text_mention", "user": {"id": int(user[1])}}
            entities.append({**entity, "url": href} if href and "user" not in entity else entity)
    if stack:
        raise bad(f"can't parse entities: can't find end tag corresponding to start tag \"{stack[-1][0]}\"")
    return "".join(shown), entities


def _found(text: str, entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The mentions and addresses that the server itself finds outside links."""
    if "@" not in text and "." not in text:
        return []
    links = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in ("text_link", "text_mention")
    ]
    found = []
    for kind, pattern in (("mention", _MENTION), ("url", _URL)):
        for match in pattern.finditer(text):
            start, end = units(text[: match.start()]), units(text[: match.end()])
            if not any(first < end and start < last for first, last in links):
                found.append({"type": kind, "offset": start, "length": end - start})
    return found
