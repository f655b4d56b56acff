"""Single questions about a record: what is asked, what stands there, the record with the answer. Pure."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from directory.problems import Invalid, Reason
from directory.projects import Amount, Duration, Unit
from directory.texts import LocalText

#: An answer, read by what was asked. ``None`` where it was left empty.
Value = str | date | Decimal | Amount | None
Get = Callable[[Any, str], Value]
Put = Callable[[Any, str, Value], Any]

#: The longest answers, in characters: a line, a paragraph.
LINE: Final = 200
PARAGRAPH: Final = 3000
#: No part of a project takes longer than that many days, months or years.
LONGEST_DURATION: Final = 10_000


class Asks(enum.StrEnum):
    """What kind of answer a question wants; the same words as the fields of forms."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    DATE = "date"
    COUNTRY = "country"
    MONEY = "money"
    NUMBER = "number"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Input:
    """One question. ``get`` and ``put`` take the record (or the item) and the language of its texts.

    ``institution``: the answer is an institution, which is typed as words and given as a key.
    ``network``: the choices are the networks that whoever answers may choose.
    """

    name: str
    asks: Asks
    get: Get
    put: Put
    required: bool = False
    choices: tuple[str, ...] = ()
    longest: int = LINE
    institution: bool = False
    network: bool = False


def _attribute(path: str) -> tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]:
    """Reads and replaces an attribute, also one of an attribute: ``donor.country``."""
    head, _, tail = path.partition(".")
    if not tail:
        return (lambda record: getattr(record, head)), lambda record, value: replace(record, **{head: value})
    inner_get, inner_put = _attribute(tail)

    def put(record: Any, value: Any) -> Any:
        return replace(record, **{head: inner_put(getattr(record, head), value)})

    return (lambda record: inner_get(getattr(record, head))), put


def spoken(
    name: str, path: str = "", *, longest: int = LINE, required: bool = False, rows: bool = False
) -> Input:
    """A text in one language; an empty answer takes that language's text away.

    Without a path the record is itself the text.
    """
    read, write = _attribute(path) if path else ((lambda record: record), lambda _record, value: value)

    def put(record: Any, language: str, value: Value) -> Any:
        texts = dict(read(record).by_language)
        if value:
            texts[language] = str(value)
        else:
            texts.pop(language, None)
        return write(record, LocalText(texts))

    return Input(
        name,
        Asks.LONG_TEXT if rows else Asks.TEXT,
        lambda record, language: read(record).by_language.get(language) or None,
        put,
        required,
        longest=longest,
    )


def text(
    name: str,
    path: str = "",
    *,
    longest: int = LINE,
    required: bool = False,
    institution: bool = False,
    asks: Asks = Asks.TEXT,
) -> Input:
    """A text without a language; empty stands for the column's own emptiness."""
    read, write = _attribute(path or name)
    return Input(
        name,
        asks,
        lambda record, _language: read(record) or None,
        lambda record, _language, value: write(record, value or (None if institution else "")),
        required,
        longest=longest,
        institution=institution,
    )


def words(name: str, *, longest: int = LINE) -> Input:
    """Several codes, separated by commas."""
    return Input(
        name,
        Asks.TEXT,
        lambda record, _language: ", ".join(getattr(record, name)) or None,
        lambda record, _language, value: replace(
            record, **{name: tuple(dict.fromkeys(str(value or "").replace(",", " ").split()))}
        ),
        longest=longest,
    )


def choice(name: str, kind: type[enum.StrEnum], path: str = "", *, required: bool = False) -> Input:
    """One of an enumeration's values."""
    read, write = _attribute(path or name)
    return Input(
        name,
        Asks.CHOICE,
        lambda record, _language: found.value if (found := read(record)) is not None else None,
        lambda record, _language, value: write(record, kind(str(value)) if value else None),
        required,
        tuple(item.value for item in kind),
    )


def number_of(name: str, numbers: tuple[int, ...]) -> Input:
    """One of a few numbers, offered as choices."""
    return Input(
        name,
        Asks.CHOICE,
        lambda record, _language: str(getattr(record, name)),
        lambda record, _language, value: replace(record, **{name: int(str(value))}),
        required=True,
        choices=tuple(str(item) for item in numbers),
    )


def network(name: str = "network", *, required: bool = False) -> Input:
    """One of the networks that whoever answers may choose."""
    return Input(
        name,
        Asks.CHOICE,
        lambda record, _language: getattr(record, name),
        lambda record, _language, value: replace(record, **{name: value}),
        required,
        network=True,
    )


def day(name: str, path: str = "") -> Input:
    """A date."""
    read, write = _attribute(path or name)
    return Input(
        name,
        Asks.DATE,
        lambda record, _language: read(record),
        lambda record, _language, value: write(record, value),
    )


def country(name: str = "country", path: str = "", *, required: bool = False) -> Input:
    """A country's code."""
    read, write = _attribute(path or name)
    return Input(
        name,
        Asks.COUNTRY,
        lambda record, _language: read(record),
        lambda record, _language, value: write(record, value),
        required,
    )


def money(name: str, path: str = "", *, required: bool = False) -> Input:
    """An amount with its currency."""
    read, write = _attribute(path or name)
    return Input(
        name,
        Asks.MONEY,
        lambda record, _language: read(record),
        lambda record, _language, value: write(record, value),
        required,
    )


def span(count: str, unit: str, attribute: str) -> tuple[Input, Input]:
    """How long something takes: a number, and what is counted. Months where nothing else is chosen."""

    def get_count(record: Any, _language: str) -> Value:
        length: Duration | None = getattr(record, attribute)
        return Decimal(length.count) if length is not None else None

    def put_count(record: Any, _language: str, value: Value) -> Any:
        length: Duration | None = getattr(record, attribute)
        if not isinstance(value, Decimal):
            return replace(record, **{attribute: None})
        if value != int(value) or not 0 < value <= LONGEST_DURATION:
            raise Invalid(count, Reason.NOT_POSITIVE)
        made = Duration(int(value), length.unit if length is not None else Unit.MONTH)
        return replace(record, **{attribute: made})

    def get_unit(record: Any, _language: str) -> Value:
        length: Duration | None = getattr(record, attribute)
        return length.unit.value if length is not None else None

    def put_unit(record: Any, _language: str, value: Value) -> Any:
        length: Duration | None = getattr(record, attribute)
        if length is None or not value:
            return record
        return replace(record, **{attribute: Duration(length.count, Unit(str(value)))})

    return (
        Input(count, Asks.NUMBER, get_count, put_count),
        Input(unit, Asks.CHOICE, get_unit, put_unit, choices=tuple(item.value for item in Unit)),
    )
