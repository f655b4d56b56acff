"""What a handler answers: replies made of cards. Plain data; a platform decides how it looks."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pydantic import Base64Bytes

#: A button's action with its arguments, in bytes: Telegram's ``callback_data`` (InlineKeyboardButton).
ACTION_BYTES: Final = 64
#: A form has at most this many fields, a field at most this many choices (Slack's static_select: 100).
MAX_FIELDS: Final = 40
MAX_CHOICES: Final = 100
#: All fields of a form together have at most this many (a view of Slack's has at most 250 kB).
MAX_OFFERED: Final = 500
#: The most characters of what a choice stands for (Slack's option value: 150).
MAX_CHOICE: Final = 100
#: The most characters of an answer (Slack's plain_text_input: 3,000).
MAX_ANSWER: Final = 3000
_FIELD_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


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
    """A file: name with its ending, media type, bytes. ``description`` says in words what a picture shows."""

    name: str
    media_type: str
    content: Base64Bytes
    description: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody whose attention is drawn, by the platform's id of them; ``label`` is what stands there.

    Only the program makes one, of accounts that it knows: nothing in a text can become a mention. Where the
    platform has none, the label stands as it is.
    """

    user: str
    label: str


@dataclass(frozen=True, slots=True)
class Card:
    """One answer. Every part may be empty, but not all of them.

    ``text`` is the lead: one or a few plain paragraphs, separated by line feeds. ``summary`` is the one
    line for notifications and list entries; the title serves where it is empty. ``mentions`` stand before the
    footer, after the words ``mentions_label``.
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
    mentions: tuple[Mention, ...] = ()
    mentions_label: str = ""


class FieldKind(enum.StrEnum):
    """What a field of a form asks for, and so how its answer is read before a handler sees it."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    """Several lines."""
    CHOICE = "choice"
    DATE = "date"
    TIME = "time"
    PERSON = "person"
    """Somebody of the directory whom the asker may know; the value is the person's key."""
    COUNTRY = "country"
    """The value is the alpha-2 code."""
    MONEY = "money"
    EMAIL = "email"
    NUMBER = "number"


#: The kinds of fields that are completed, and from how many characters on: fewer would name everybody.
COMPLETED_FROM: Final = {FieldKind.COUNTRY: 1, FieldKind.PERSON: 3}
#: How long an answer may be where the field does not say, in characters.
_LENGTHS: Final = {FieldKind.LONG_TEXT: MAX_ANSWER, FieldKind.EMAIL: 254}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that a field offers: what the handler gets and what the reader sees.

    ``value`` is a plain word of the handler's: what :func:`bot.parsing.clean` would change cannot come back.
    """

    value: str
    label: str

    def __post_init__(self) -> None:
        """Refuse what no platform could show.

        Raises:
            ValueError: the value is empty, too long or not plain, or the label is empty.
        """
        if not 0 < len(self.value) <= MAX_CHOICE or not self.value.isprintable() or not self.label.strip():
            raise ValueError(f"not a choice: {self.value[:80]!r}, {self.label[:80]!r}")


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of a form. ``name`` is the handler's own; ``label`` and ``hint`` are what is read.

    ``value`` is what stands there already, written as :mod:`bot.forms.values` writes it: a date
    ``2027-04-15``, a time ``09:00``, money ``USD 18500.00``, a country ``FR``, a choice's or a person's key.
    ``max_length`` counts characters; 0 stands for the kind's own limit.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    hint: str = ""
    value: str = ""
    required: bool = True
    choices: tuple[Choice, ...] = ()
    max_length: int = 0

    def __post_init__(self) -> None:
        """Refuse what no platform could show.

        Raises:
            ValueError: the name, the choices or the length cannot be.
        """
        if not _FIELD_NAME.fullmatch(self.name):
            raise ValueError(f"not a field's name: {self.name!r}")
        if not self.label.strip():
            raise ValueError(f"the field {self.name} has no label")
        if (self.kind is FieldKind.CHOICE) != bool(self.choices) or len(self.choices) > MAX_CHOICES:
            raise ValueError(f"the field {self.name} has {len(self.choices)} choices")
        if len({choice.value for choice in self.choices}) != len(self.choices):
            raise ValueError(f"two choices of the field {self.name} have the same value")
        if not 0 <= self.max_length <= MAX_ANSWER:
            raise ValueError(f"an answer has at most {MAX_ANSWER} characters")

    @property
    def limit(self) -> int:
        """How many characters an answer may have."""
        return self.max_length or _LENGTHS.get(self.kind, 300)


@dataclass(frozen=True, slots=True)
class Form:
    """Questions that are answered together. ``action`` is as a button's: ``name:argument:…``.

    ``name`` is one of the command's ``forms``. ``text`` stands above the fields, ``submit`` on the button
    that sends. It is always answered in the direct chat of whoever asked for it.
    """

    action: str
    title: str
    fields: tuple[FormField, ...]
    submit: str
    text: str = ""

    def __post_init__(self) -> None:
        """Refuse what no platform could show.

        Raises:
            ValueError: the action is too long, there are no fields or too many, or two share a name.
        """
        if len(self.action.encode()) > ACTION_BYTES or not self.action:
            raise ValueError(f"an action has at most {ACTION_BYTES} bytes: {self.action[:80]}")
        if not 0 < len(self.fields) <= MAX_FIELDS:
            raise ValueError(f"a form has 1 to {MAX_FIELDS} fields")
        if sum(len(field.choices) for field in self.fields) > MAX_OFFERED:
            raise ValueError(f"the fields of a form have at most {MAX_OFFERED} choices")
        if len({field.name for field in self.fields}) != len(self.fields):
            raise ValueError("two fields have the same name")
        if not self.title.strip() or not self.submit.strip():
            raise ValueError("a form has a title and words on its button")


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form on its way to whoever answers it.

    ``key`` names the answer to be and cannot be guessed. ``problems`` has a message for every field that
    could not be taken as it was; the fields' values are then what was typed.
    """

    key: str
    form: Form
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency (ISO 4217)."""

    amount: Decimal
    currency: str


class Where(enum.StrEnum):
    """Where a reply goes: to the place of the question, or to the asker's direct chat."""

    HERE = "here"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers: a card, a form or that a message goes away, exactly one of them.

    ``replaces``: turn the pressed card into this one, in place. A form goes to the direct chat whatever
    ``where`` says. ``deletes``: take away the message that is answered, where the platform lets the bot.
    ``language`` is set where the card is in another one than its conversation.
    """

    card: Card = Card()
    where: Where = Where.HERE
    replaces: bool = False
    form: Form | None = None
    deletes: bool = False
    language: str = ""

    def __post_init__(self) -> None:
        """Refuse an answer that says nothing, or two things.

        Raises:
            ValueError: there is none of card, form and deletion, or more than one.
        """
        if (self.card != Card()) + (self.form is not None) + self.deletes != 1:
            raise ValueError("a reply has a card or a form, or deletes a message")
