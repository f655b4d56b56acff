"""What a handler answers: replies made of cards. Plain data; a platform decides how it looks."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from pydantic import Base64Bytes

#: A button's action with its arguments, in bytes: Telegram's ``callback_data`` (InlineKeyboardButton).
ACTION_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Button:
    """A label and an action: ``name`` and short arguments, at most 64 bytes in all.

    Exactly one of ``action`` and ``url`` is set; a ``url`` button opens a page.
    """

    label: str
    action: str = ""
    url: str = ""
    selected: bool = False


def action(name: str, *arguments: str) -> str:
    """The action text of a button, ``name:argument:…``.

    Raises:
        ValueError: it is longer than 64 bytes, or an argument holds the separator.
    """
    if any(":" in argument for argument in arguments):
        raise ValueError("an argument of an action cannot hold a colon")
    text = ":".join((name, *arguments))
    if len(text.encode()) > ACTION_BYTES:
        raise ValueError(f"an action has at most {ACTION_BYTES} bytes: {text[:80]}")
    return text


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value; ``url`` makes the value a link where the platform has links.

    ``missing`` marks a value that says that nothing is recorded, so that it can be shown as such.
    ``colon`` stands after the label where both share a line; the program sets it by the language.
    """

    label: str
    value: str
    url: str = ""
    missing: bool = False
    colon: str = ":"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a card: a heading, paragraphs, labelled fields. ``quote`` marks literal text."""

    heading: str = ""
    text: str = ""
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file: name with its ending, media type, bytes."""

    name: str
    media_type: str
    content: Base64Bytes


@dataclass(frozen=True, slots=True)
class Card:
    """One answer. Every part may be empty, but not all of them.

    ``text`` is the lead: one or a few plain paragraphs, separated by line feeds. ``summary`` is the one
    line for notifications and list entries; the title serves where it is empty.
    """

    title: str = ""
    subtitle: str = ""
    text: str = ""
    fields: tuple[Field, ...] = ()
    sections: tuple[Section, ...] = ()
    footer: str = ""
    picture: Attachment | None = None
    attachments: tuple[Attachment, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    summary: str = ""


class Where(enum.StrEnum):
    """Where a reply goes: to the place of the question, or to the asker's direct chat."""

    HERE = "here"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers. ``replaces``: turn the pressed card into this one, in place."""

    card: Card
    where: Where = Where.HERE
    replaces: bool = False
