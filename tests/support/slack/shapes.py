"""Small checks that are put together to describe what Slack accepts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

Check = Callable[[Any, str], None]

#: What may stand between < and > in mrkdwn; all else must be escaped.
_MARKUP = re.compile(r"<[^<>]*>")
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")


class Invalid(Exception):
    """Slack would refuse this; the text says where and why."""


def fail(where: str, why: str) -> None:
    """Refuse."""
    raise Invalid(f"{where}: {why}")


def size(text: str) -> int:
    """Length in UTF-16 code units: the strictest of the ways in which Slack may count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def string(most: int = 10**9, least: int = 0, pattern: str = "") -> Check:
    """Text of a certain length."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, str):
            fail(where, "must be a string")
        if not least <= size(value) <= most:
            fail(where, f"must have {least} to {most} characters, has {size(value)}")
        if any(0xD800 <= ord(char) <= 0xDFFF or char == "\x00" for char in value):
            fail(where, "is not text")
        if pattern and not re.fullmatch(pattern, value, re.DOTALL):
            fail(where, "is not of the right form")

    return check


def number(least: float = -1e18, most: float = 1e18) -> Check:
    """A whole number in a range."""

    def check(value: Any, where: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            fail(where, f"must be a whole number from {least} to {most}")

    return check


def boolean(value: Any, where: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        fail(where, "must be true or false")


def anything(_value: Any, _where: str) -> None:
    """No rule."""


def one_of(*values: object) -> Check:
    """One of a few values."""

    def check(value: Any, where: str) -> None:
        if value not in values:
            fail(where, f"must be one of {values}")

    return check


def items(check: Check, least: int = 0, most: int = 10**9) -> Check:
    """A list of a certain length."""

    def checked(value: Any, where: str) -> None:
        if not isinstance(value, list):
            fail(where, "must be a list")
        if not least <= len(value) <= most:
            fail(where, f"must have {least} to {most} items, has {len(value)}")
        for position, item in enumerate(value):
            check(item, f"{where}[{position}]")

    return checked


def shape(keys: Mapping[str, Check], required: Collection[str] = ()) -> Check:
    """An object with these keys and no others."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict):
            fail(where, "must be an object")
        for key in required:
            if key not in value:
                fail(where, f"{key} is missing")
        for key, item in value.items():
            if key not in keys:
                fail(where, f"{key!s:.40} is not known")
            keys[key](item, f"{where}.{key}")

    return check


def by_type(types: Mapping[str, Check], keys: Collection[str] | None = None) -> Check:
    """An object whose ``type`` says what it must look like; ``keys``: the types that fit here."""

    def check(value: Any, where: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in types or (keys is not None and kind not in keys):
            fail(where, f"type {kind!r:.40} does not belong here")
        types[str(kind)](value, where)

    return check


def both(*checks: Check) -> Check:
    """Every one of ``checks``."""

    def check(value: Any, where: str) -> None:
        for each in checks:
            each(value, where)

    return check


def escaped(value: Any, where: str) -> None:
    """Text for a place where Slack reads markup must hold none that came from a person."""
    if isinstance(value, str) and (_MARKUP.search(value) or "<" in value or ">" in value):
        fail(where, "holds a mention, a link or an unescaped < or >")
    if isinstance(value, str) and _ENTITY.search(value):
        fail(where, "holds an unescaped &")
