"""Days as vague as plans have them: a day, a month, a quarter, a semester or a year; read in four languages.

A vague date has a first and a last day. What is due "in the first quarter of 2023" may come on its last day,
so whoever reckons with it reckons with the last.
"""

from __future__ import annotations

import calendar
import enum
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from directory import dates
from directory.dates import FIRST_YEAR, LAST_YEAR
from directory.search import fold


class Precision(enum.StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    SEMESTER = "semester"
    YEAR = "year"


#: How many months each of them lasts.
MONTHS: Final = {Precision.MONTH: 1, Precision.QUARTER: 3, Precision.SEMESTER: 6, Precision.YEAR: 12}


class NotADate(ValueError):
    """The text names no date, not even a vague one."""


class NoSuchDate(NotADate):
    """A date that the calendar does not have, or that lies outside every plan."""


class NoYear(NotADate):
    """A part of a year, and not of which."""


@dataclass(frozen=True, slots=True)
class VagueDate:
    """A date and how exactly it is known. ``first`` is the first day of what it names.

    Raises:
        ValueError: no day, month, quarter, semester or year begins on that day.
    """

    precision: Precision
    first: date

    def __post_init__(self) -> None:
        if self.first != _beginning(self.precision, self.first):
            raise ValueError(f"no {self.precision} begins on {self.first}")

    @classmethod
    def holding(cls, precision: Precision, day: date) -> Self:
        """The day, month, quarter, semester or year in which a day lies."""
        return cls(precision, _beginning(precision, day))

    @classmethod
    def on(cls, day: date) -> Self:
        """Exactly a day."""
        return cls(Precision.DAY, day)

    @property
    def last(self) -> date:
        """The last day of it, from which deadlines are counted."""
        if self.precision is Precision.DAY:
            return self.first
        month = self.first.month + MONTHS[self.precision] - 1
        return date(self.first.year, month, calendar.monthrange(self.first.year, month)[1])

    @property
    def number(self) -> int:
        """Which quarter or semester of its year it is, from 1 on; 1 for a year."""
        return (self.first.month - 1) // MONTHS.get(self.precision, 1) + 1

    @property
    def code(self) -> str:
        """As it is stored and typed: ``2023-01-15``, ``2023-01``, ``2023-Q1``, ``2023-S2``, ``2023``."""
        year = f"{self.first:%Y}"
        match self.precision:
            case Precision.DAY:
                return self.first.isoformat()
            case Precision.MONTH:
                return f"{year}-{self.first:%m}"
            case Precision.QUARTER:
                return f"{year}-Q{self.number}"
            case Precision.SEMESTER:
                return f"{year}-S{self.number}"
            case Precision.YEAR:
                return year

    @classmethod
    def of_code(cls, code: str) -> Self:
        """The date that a code writes.

        Raises:
            ValueError: it is no code.
        """
        match = _CODE.fullmatch(code)
        if match is None:
            raise ValueError(f"{code!r} is no date")
        year = int(match["year"])
        if match["part"]:
            precision = Precision.QUARTER if match["part"] == "Q" else Precision.SEMESTER
            return cls(precision, date(year, (int(match["number"]) - 1) * MONTHS[precision] + 1, 1))
        if match["day"]:
            return cls(Precision.DAY, date(year, int(match["month"]), int(match["day"])))
        if match["month"]:
            return cls(Precision.MONTH, date(year, int(match["month"]), 1))
        return cls(Precision.YEAR, date(year, 1, 1))


#: Room for the longest code.
CODE_LENGTH: Final = 10
_CODE: Final = re.compile(
    r"(?P<year>\d{4})(?:-(?:(?P<part>Q(?=[1-4]$)|S(?=[12]$))(?P<number>\d)|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?",
    re.ASCII,
)


def _beginning(precision: Precision, day: date) -> date:
    if precision is Precision.DAY:
        return day
    length = MONTHS[precision]
    return date(day.year, (day.month - 1) // length * length + 1, 1)


# Words, folded. A number and the ending of an ordinal are read apart: "2e", "1er", "4.º", "3rd".
_UNIT_WORDS: Final = {
    Precision.MONTH: "month mes mois",
    Precision.QUARTER: "quarter trimestre trim q t",
    Precision.SEMESTER: "semester semestre sem half s h",
    Precision.YEAR: "year ano annee an",
}
_UNITS: Final = {word: unit for unit, words in _UNIT_WORDS.items() for word in words.split()}
#: What stands for the last quarter or semester of a year.
_LAST: Final = 0
_ORDINAL_WORDS: Final = {
    1: "first primer primero primera premier premiere primeiro primeira i",
    2: "second segundo segunda deuxieme seconde ii",
    3: "third tercer tercero tercera troisieme terceiro terceira iii",
    4: "fourth cuarto cuarta quatrieme quarto iv",
    _LAST: "last ultimo ultima dernier derniere final",
}
_ORDINALS: Final = {word: number for number, words in _ORDINAL_WORDS.items() for word in words.split()}
#: What says nothing that matters here: the last day counts anyway, so "by the end of 2023" is 2023.
_FILLER_WORDS: Final = (
    "the of in by until during on end st nd rd th "
    "a de del el la en para hasta durante fin finales o er ro "
    "le du l d au ici jusqu pour pendant e eme re "
    "do da no na em ate ao durante fim"
)
_FILLERS: Final = frozenset(_FILLER_WORDS.split())
_YEAR_AND_MONTH: Final = re.compile(r"(\d{4})\s?[-/.]\s?(\d{1,2})|(\d{1,2})\s?[-/.]\s?(\d{4})")
_PART: Final = re.compile(r"\d+|[^\W\d_]+")


def read(text: str, today: date) -> tuple[VagueDate, ...]:
    """The date that ``text`` names, or both where day and month could change places.

    ``today`` is the reader's, for "tomorrow". What names a whole year, semester, quarter or month is read
    as that; everything else as :func:`directory.dates.days` reads it.

    Raises:
        NotADate: it names none; ``NoSuchDate`` and ``NoYear`` say why.
    """
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    if match := _YEAR_AND_MONTH.fullmatch(text):
        year, month = (match[1], match[2]) if match[1] else (match[4], match[3])
        return (_period(Precision.MONTH, int(year), int(month)),)
    if (found := _part_of_a_year(text)) is not None:
        return (found,)
    try:
        return tuple(VagueDate.on(day) for day in dates.days(text, today))
    except dates.NoYear as error:
        raise NoYear from error
    except dates.NoSuchDay as error:
        raise NoSuchDate from error
    except dates.NotADay as error:
        raise NotADate from error


def _part_of_a_year(text: str) -> VagueDate | None:
    """What the words name; ``None`` where they name no part of a year that has a name or a number."""
    words = [part if part.isdecimal() else fold(part) for part in _PART.findall(text)]
    units = {_UNITS[word] for word in words if word in _UNITS}
    months = [dates.months()[word] for word in words if word in dates.months()]
    ordinals = [_ORDINALS[word] for word in words if word in _ORDINALS]
    numbers = [word for word in words if word.isdecimal()]
    known = (_UNITS, _ORDINALS, _FILLERS, dates.months())
    if any(not word.isdecimal() and all(word not in words for words in known) for word in words):
        return None
    years = [int(word) for word in numbers if len(word) == 4]
    ordinals += [int(word) for word in numbers if len(word) == 1]
    if len(years) > 1 or len(numbers) > 2 or any(len(word) not in (1, 4) for word in numbers):
        return None
    # "January 2023", "the month of January 2023", "the year 2023", "the second semester of the year 2022".
    parts = units - {Precision.YEAR}
    if months:
        if len(months) > 1 or ordinals or not years or parts - {Precision.MONTH}:
            return None
        return _period(Precision.MONTH, years[0], months[0])
    if not parts:
        return _period(Precision.YEAR, years[0], 1) if years and not ordinals else None
    if len(parts) > 1 or len(ordinals) != 1 or Precision.MONTH in parts:
        return None
    if not years:
        raise NoYear
    (precision,) = parts
    return _period(precision, years[0], ordinals[0] or 12 // MONTHS[precision])


def _period(precision: Precision, year: int, number: int) -> VagueDate:
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= number <= 12 // MONTHS[precision]:
        raise NoSuchDate
    return VagueDate(precision, date(year, (number - 1) * MONTHS[precision] + 1, 1))
