"""Days and times of day as people write them in four languages. Pure: text in, values out.

Names of months and weekdays come from CLDR. A numeric date whose day and month could change places is
never guessed, in whatever language it was written.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Final

from babel import Locale

from directory.countries import LOCALES
from directory.search import fold

#: Years that a date of the directory can have.
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199

#: What stands between the parts of a date and says nothing: "15 de abril de 2027", "April 15th".
_FILLERS: Final = frozenset(
    ["the", "of", "on", "de", "del", "do", "da", "el", "le", "la", "du", "em", "a", "o"]
).union(["st", "nd", "rd", "th", "er", "re", "feira"])
_RELATIVE: Final = {
    "today": 0,
    "hoy": 0,
    "aujourd hui": 0,
    "aujourdhui": 0,
    "hoje": 0,
    "tomorrow": 1,
    "manana": 1,
    "demain": 1,
    "amanha": 1,
    "yesterday": -1,
    "ayer": -1,
    "hier": -1,
    "ontem": -1,
}
_ISO: Final = re.compile(r"(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})")
_NUMERIC: Final = re.compile(r"(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|\d{2})")
_PART: Final = re.compile(r"\d+|[^\W\d_]+")
_TIME: Final = re.compile(
    r"(\d{1,2})\s?(?:[:.h]|\bh\b|hs?\b|heures?\b|horas?\b)\s?(\d{2})?\s?(?:min|hs?)?\s?(?:([ap])\s?\.?\s?m\.?)?"
)
_TWELVE: Final = re.compile(r"(\d{1,2})\s?([ap])\s?\.?\s?m\.?")
_MILITARY: Final = re.compile(r"(\d{2})(\d{2})")


class NotADay(ValueError):
    """The text is no date."""


class NoSuchDay(NotADay):
    """A date that the calendar does not have, or that lies outside every plan."""


class NoYear(NotADay):
    """A day and a month whose year does not say which it is."""


class NotATime(ValueError):
    """The text is no time of day."""


def days(text: str, today: date) -> tuple[date, ...]:
    """The day that ``text`` names, or two where day and month could change places.

    ``today`` is the reader's, for "tomorrow".

    Raises:
        NotADay: it names none; ``NoSuchDay`` and ``NoYear`` say why.
    """
    text = _plain(text)
    if (shift := _RELATIVE.get(fold(text))) is not None:
        return (today + timedelta(days=shift),)
    if match := _ISO.fullmatch(text):
        year, month, day = map(int, match.groups())
        return (_day(year, month, day),)
    if match := _NUMERIC.fullmatch(text):
        return _numeric(int(match[1]), int(match[2]), match[3])
    return (_written(text),)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoSuchDay(year)
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDay from None


def _numeric(first: int, second: int, year: str) -> tuple[date, ...]:
    if len(year) == 2:
        raise NoYear
    if first > 12 or second > 12 or first == second:
        month, day = (first, second) if second > 12 else (second, first)
        return (_day(int(year), month, day),)
    return _day(int(year), second, first), _day(int(year), first, second)


def _written(text: str) -> date:
    """A date whose month is a word, in any order: ``15 abr. 2027``, ``Thursday, April 15th, 2027``."""
    words = [part if part.isdecimal() else fold(part) for part in _PART.findall(text)]
    words = [word for word in words if word not in _FILLERS]
    if len(words) > 3 and words[0] in _weekdays():
        words = words[1:]
    named = [months()[word] for word in words if word in months()]
    numbers = [word for word in words if word.isdecimal()]
    if len(named) != 1 or len(named) + len(numbers) != len(words):
        raise NotADay
    if len(numbers) == 1 and len(numbers[0]) <= 2:
        raise NoYear
    if len(numbers) != 2:
        raise NotADay
    first, second = numbers
    if len(second) == 4 and len(first) <= 2:
        return _day(int(second), named[0], int(first))
    if len(first) == 4 and len(second) <= 2:
        return _day(int(first), named[0], int(second))
    raise NoYear


@functools.cache
def months() -> Mapping[str, int]:
    """Every name and abbreviation of a month, folded."""
    return _names("months")


@functools.cache
def _weekdays() -> Mapping[str, int]:
    return _names("days")


def _names(what: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for name in LOCALES.values():
        locale = Locale.parse(name)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                known = (locale.months if what == "months" else locale.days)[context][width]
                # A part of "terça-feira" stands for all of it: words are read one by one.
                found.update({fold(text).split()[0]: number for number, text in known.items()})
    if what == "months":
        found |= {"sept": 9, "set": 9, "sep": 9}
    return found


def clock(text: str) -> time:
    """The time of day that ``text`` names: ``09:00``, ``9h30``, ``14 h``, ``9.30 pm``, ``0930``.

    Raises:
        NotATime: it names none, or only an hour that could be of the morning or of the evening.
    """
    text = _plain(text).casefold()
    if match := _TWELVE.fullmatch(text):
        hour, minute, half = int(match[1]), 0, match[2]
    elif match := _TIME.fullmatch(text):
        hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
        if match[2] is None and ("." in text or ":" in text):
            raise NotATime
    elif match := _MILITARY.fullmatch(text):
        hour, minute, half = int(match[1]), int(match[2]), None
    else:
        raise NotATime
    if half is not None:
        if not 1 <= hour <= 12:
            raise NotATime
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise NotATime
    return time(hour, minute)
