"""Days as people write them in English, Spanish, French and Portuguese; what has two readings is said."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from directory.search import fold

_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
_NUMBERS: Final = re.compile(r"(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4})")
_DAY_FIRST: Final = re.compile(
    r"(\d{1,2})(?:er|o|º|°|st|nd|rd|th|ro)?[\s\-./]+(?:de\s+|of\s+)?([^\W\d_]+)\.?,?[\s\-./]+(?:de\s+|del\s+)?(\d{4})"
)
_MONTH_FIRST: Final = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_WEEKDAY: Final = re.compile(r"^[^\W\d_]+,\s*(?=\d|[^\W\d_]+\s+\d)")
#: What a heading says of the order: ``dd/mm/yyyy``, ``jj/mm/aaaa``, ``MM/DD/YYYY``.
_ORDER: Final = re.compile(
    r"\b(d|dd|j|jj)\W(m|mm)\W[ya]{2,4}\b|\b(m|mm)\W(d|dd|j|jj)\W[ya]{2,4}\b", re.IGNORECASE
)

#: The first and the last year that anything in a directory is dated.
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200


class DateDoubt(ValueError):
    """A text is no day, or could be two. ``readings`` has both, or none."""

    def __init__(self, *readings: date) -> None:
        super().__init__("two readings" if readings else "no day")
        self.readings = readings


def order_in(heading: str) -> str:
    """``"day"`` or ``"month"``, whichever a heading says comes first; empty where it says nothing."""
    match = _ORDER.search(heading)
    return "" if match is None else "day" if match[1] else "month"


def read(cell: str | date | datetime, *, order: str = "") -> date:
    """The day in a cell.

    ``order`` says whether the day or the month comes first in numbers; without it a date with two
    readings is in doubt.

    Raises:
        DateDoubt: it is no day, only a part of one, or has two readings.
    """
    if isinstance(cell, datetime):
        return _possible(cell.year, cell.month, cell.day)
    if isinstance(cell, date):
        return _possible(cell.year, cell.month, cell.day)
    text = " ".join(cell.split())
    if match := _ISO.fullmatch(text):
        return _possible(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMBERS.fullmatch(text):
        return _either(int(match[1]), int(match[2]), int(match[3]), order)
    text = _WEEKDAY.sub("", text)
    if match := _DAY_FIRST.fullmatch(text):
        return _possible(int(match[3]), _month(match[2]), int(match[1]))
    if match := _MONTH_FIRST.fullmatch(text):
        return _possible(int(match[3]), _month(match[1]), int(match[2]))
    raise DateDoubt


def _either(first: int, second: int, year: int, order: str) -> date:
    if first > 12 or first == second or (order == "day" and second <= 12):
        return _possible(year, second, first)
    if second > 12 or order == "month":
        return _possible(year, first, second)
    raise DateDoubt(_possible(year, second, first), _possible(year, first, second))


def _possible(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateDoubt
    try:
        return date(year, month, day)
    except ValueError:
        raise DateDoubt from None


def _month(word: str) -> int:
    found = _months().get(fold(word))
    if found is None:
        raise DateDoubt
    return found


@functools.cache
def _months() -> Mapping[str, int]:
    """Names and usual abbreviations of the months; one that means two months is left out."""
    from babel import Locale

    found: dict[str, int] = {}
    twice: set[str] = set()
    for language in ("en", "es", "fr", "pt"):
        forms = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in forms[context][width].items():
                    word = fold(str(name))
                    if found.setdefault(word, number) != number:
                        twice.add(word)
    found |= {"sept": 9, "set": 9, "setiembre": 9}
    return {word: number for word, number in found.items() if word not in twice}
