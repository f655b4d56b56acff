"""A meeting on one line: ``"Second Meeting" 2027-04-15 09:00 Mexico City until 2027-04-16 17:00``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from bot.cards import deadline_line, zones
from bot.i18n import Translator
from reminders import vague
from reminders.vague import NotADate, Precision

#: What stands before the end, in the four languages; ``à`` and ``a`` may stand before an hour.
_UNTIL: Final = re.compile(
    r"\s(?:until|till|to|hasta|al?|jusqu['’]?\s?(?:à|a|au)|à|au|até|ate|às|[-–—])\s+(?=\S)", re.IGNORECASE
)
#: An hour, with what stands before and after it: ``15 April at 9:00 Mexico City``.
_HOUR: Final = re.compile(
    r"(?P<before>.*?)(?:^|(?<=\s))(?:(?:at|a las|à|às)\s+)?"
    r"(?P<hour>\d{1,2})(?:[:.]|\s?[hH]\s?)(?P<minute>\d{2})?(?:\s?h(?:rs?|oras)?\.?)?(?=\s|,|$)(?P<after>.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Line:
    """What was typed. ``days`` has several where the first day could be several; ``zone`` as it was typed.

    What is empty was not said, or not understood: the form asks for it.
    """

    title: str
    days: tuple[date, ...] = ()
    start: time | None = None
    zone: str = ""
    last_days: tuple[date, ...] = ()
    end: time | None = None
    network: str = ""

    def values(self, t: Translator, day: date | None, zone: str) -> dict[str, str]:
        """For the form: with one of the days, and the zone where none was typed."""
        last = self.last_days[0] if len(self.last_days) == 1 else None
        found = zones.named(self.zone) if self.zone else ()
        city = zones.city(found[0], t) if len(found) == 1 else self.zone or zone
        return {
            "title": self.title,
            "day": day.isoformat() if day is not None else "",
            "start": f"{self.start:%H:%M}" if self.start is not None else "",
            "end": f"{self.end:%H:%M}" if self.end is not None else "",
            "last_day": last.isoformat() if last is not None and last != day else "",
            "zone": city,
        }


def read(text: str, today: date) -> Line | None:
    """The parts of a line; ``None`` where it does not begin with a title in quotation marks."""
    apart = deadline_line.take_apart(text)
    if apart is None:
        return None
    begins, ends = _halves(apart.due)
    days, start, zone = _moment(begins, today)
    last_days, end, more = _moment(ends, today)
    return Line(
        apart.title,
        days,
        start,
        zone or more,
        last_days,
        end,
        apart.parts.get(deadline_line.NETWORK, "").upper(),
    )


def _halves(text: str) -> tuple[str, str]:
    """What is said of the beginning, and of the end: behind the first word for "until" between two hours."""
    found = [item for item in _UNTIL.finditer(text) if _HOUR.fullmatch(text[item.end() :])]
    inner = [item for item in found if _HOUR.fullmatch(text[: item.start()].strip())]
    if not inner:
        return text, ""
    return text[: inner[0].start()].strip(), text[inner[0].end() :].strip()


def _moment(text: str, today: date) -> tuple[tuple[date, ...], time | None, str]:
    """The days that are meant, the hour, and what stands behind it: a city."""
    hour = _HOUR.fullmatch(text)
    if hour is None:
        return _days(text, today), None, ""
    number, minute = int(hour["hour"]), int(hour["minute"] or 0)
    at = time(number, minute) if number < 24 and minute < 60 else None
    return _days(hour["before"].strip(" ,"), today), at, hour["after"].strip(" ,.;()")


def _days(text: str, today: date) -> tuple[date, ...]:
    if not text:
        return ()
    try:
        readings: Sequence[vague.VagueDate] = vague.read(text, today)
    except NotADate:
        return ()
    return tuple(item.first for item in readings if item.precision is Precision.DAY)
