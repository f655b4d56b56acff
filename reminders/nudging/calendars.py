"""Which days are free in a country: its weekend and its national holidays.

Both come from the ``holidays`` package. It is imported when the first country is asked for, because it takes
some ten megabytes, and what it says of a country and year is kept as plain days.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from reminders.nudging.schedule import on_weekend

_SUNDAY: Final = frozenset({6})
_SATURDAY_AND_SUNDAY: Final = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class Calendars:
    """The free days of every country. ``subdivisions``: by country, whose regional holidays count as well."""

    subdivisions: Mapping[str, str] = field(default_factory=dict)

    def of(self, country: str | None) -> Callable[[date], bool]:
        """Tells whether a day is free in a country (ISO 3166-1); on weekends alone where there is none."""
        if not country:
            return on_weekend
        return functools.partial(is_free, country.upper(), self.subdivisions.get(country.upper(), ""))

    async def load(self, countries: Collection[str], years: Collection[int]) -> None:
        """Read what is needed of countries and years in a thread: the package takes its time."""
        wanted = [
            (country.upper(), self.subdivisions.get(country.upper(), ""), year)
            for country in countries
            for year in years
        ]
        if wanted:
            await asyncio.to_thread(_load, wanted)


def _load(wanted: Iterable[tuple[str, str, int]]) -> None:
    for item in wanted:
        _year(*item)


def is_free(country: str, subdivision: str, day: date) -> bool:
    """Whether a day is a weekend or a holiday there."""
    weekend, holidays = _year(country, subdivision, day.year)
    return day.weekday() in weekend or day in holidays


@functools.lru_cache(maxsize=512)
def _year(country: str, subdivision: str, year: int) -> tuple[frozenset[int], frozenset[date]]:
    import holidays

    try:
        known = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    except NotImplementedError:  # the package does not know the country
        return _SATURDAY_AND_SUNDAY, frozenset()
    weekend = frozenset(known.weekend)
    # Where law counts a week of six days, offices still work for five.
    return _SATURDAY_AND_SUNDAY if weekend == _SUNDAY else weekend, frozenset(known)


def read_subdivisions(text: str) -> dict[str, str]:
    """``"BR-DF, ES-MD"`` as subdivisions by country.

    Raises:
        ValueError: one of them is not known; the text names it.
    """
    found = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        country, _, subdivision = item.partition("-")
        country = country.upper()
        if not subdivision or not _is_known(country, subdivision):
            raise ValueError(f"{item} is no country with a subdivision of which the holidays are known")
        found[country] = subdivision
    return found


def _is_known(country: str, subdivision: str) -> bool:
    import holidays

    try:
        holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        return False
    return True
