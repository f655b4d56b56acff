"""Buttons that several cards share."""

from __future__ import annotations

from typing import Final

from bot.contract import Button, action
from directory.search import Kind

#: The button that shows a record: its kind and its key.
OPEN: Final = "open"
#: Longer labels are shortened, in characters; platforms show about as much on a phone.
LABEL: Final = 60


def label(text: str) -> str:
    """A button's label of a length that can be read."""
    return text if len(text) <= LABEL else text[: LABEL - 1].rstrip() + "…"


def opens(kind: Kind, key: str, text: str) -> tuple[Button, ...]:
    """A row with a button that shows a record."""
    return (Button(label(text), action(OPEN, kind, key)),)
