"""On which days something repeats: RFC 5545 rules of days, without hours: no change of clocks matters.

Python-dateutil reckons them. Source of the parts' meaning: RFC 5545, section 3.3.10.
"""

from __future__ import annotations

import calendar
import enum
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from dateutil.rrule import rrulestr

from directory.dates import LAST_YEAR
from reminders.vague import VagueDate

#: The longest rule that is stored.
LONGEST_RULE: Final = 200
#: The parts that a rule of each frequency may have besides those of every one. Others could have it look for
#: a 30 February day by day until the calendar ends.
_OWN_PARTS: Final = {
    "DAILY": frozenset[str](),
    "WEEKLY": frozenset({"BYDAY"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTHDAY", "BYSETPOS"}),
    "YEARLY": frozenset({"BYDAY", "BYMONTHDAY", "BYSETPOS", "BYMONTH"}),
}
_PARTS: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
_NUMBER: Final = re.compile(r"[1-9]\d{0,3}", re.ASCII)
#: An interval after which nothing more comes in the calendar, in years or months.
_ONLY_ONCE: Final = 120_000
_UNTIL: Final = re.compile(r"(\d{8})(?:T\d{6}Z?)?")


class Frequency(enum.StrEnum):
    """How often something repeats."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class NotARule(ValueError):
    """The text is no rule of days, or has no further day."""


def rule(frequency: Frequency, start: date, interval: int = 1, count: int | None = None) -> str:
    """The rule for every ``interval`` days, weeks, months or years from ``start`` on, ``count`` times in all.

    What begins on the 29th, 30th or 31st comes on the last day of months that are shorter.
    """
    parts = [f"FREQ={frequency}"]
    if interval != 1:
        parts.append(f"INTERVAL={interval}")
    if frequency is Frequency.MONTHLY and start.day > 28:
        parts += [f"BYMONTHDAY={','.join(map(str, range(28, start.day + 1)))}", "BYSETPOS=-1"]
    if frequency is Frequency.YEARLY and (start.month, start.day) == (2, 29):
        parts += ["BYMONTH=2", "BYMONTHDAY=28,29", "BYSETPOS=-1"]
    if count is not None:
        parts.append(f"COUNT={count}")
    return checked(";".join(parts), start)


def checked(text: str, start: date) -> str:
    """The rule that ``text`` writes, with or without ``RRULE:``, as it is stored.

    Raises:
        NotARule: it is none of days, or has no day after ``start``.
    """
    text = "".join(text.split()).upper().removeprefix("RRULE:")
    parts = dict(part.partition("=")[::2] for part in text.split(";") if part)
    own = _OWN_PARTS.get(parts.get("FREQ", ""))
    if own is None or not parts.keys() <= _PARTS | own:
        raise NotARule("no rule of days")
    if not all(_NUMBER.fullmatch(parts.get(name, "1")) for name in ("INTERVAL", "COUNT")):
        raise NotARule("no number of times")
    if "UNTIL" in parts:
        match = _UNTIL.fullmatch(parts["UNTIL"])
        if match is None:
            raise NotARule("UNTIL is no day")
        parts["UNTIL"] = match[1]
    written = ";".join(f"{name}={value}" for name, value in parts.items())
    if len(written) > LONGEST_RULE:
        raise NotARule("too long")
    if not _occurs(parts, start) or next(days(written, start, start), None) is None:
        raise NotARule("no day follows")
    return written


def _occurs(parts: Mapping[str, str], start: date) -> bool:
    """Whether a rule has a day in any of its years or months; every day and every week have one.

    Python-dateutil would look for a 30 February until the year 9999, for seconds. Years differ in their
    length and the weekday they begin with, months likewise: one of each kind, looked at alone, is enough.

    Raises:
        NotARule: it cannot be followed.
    """
    yearly = parts["FREQ"] == Frequency.YEARLY
    if not yearly and parts["FREQ"] != Frequency.MONTHLY:
        return True
    alone = {name: value for name, value in parts.items() if name.startswith("BY")}
    if not alone.keys() & {"BYDAY", "BYMONTHDAY"}:
        # Then the start says on which day.
        alone["BYMONTHDAY"] = str(start.day)
        if yearly:
            alone.setdefault("BYMONTH", str(start.month))
    alone |= {"FREQ": parts["FREQ"], "INTERVAL": str(_ONLY_ONCE)}
    written = ";".join(f"{name}={value}" for name, value in alone.items())
    step = int(parts.get("INTERVAL", "1")) * (12 if yearly else 1)
    begin = start.year * 12 + (0 if yearly else start.month - 1)
    kinds: dict[tuple[int, int], datetime] = {}
    for number in range(begin, (LAST_YEAR + 1) * 12, step):
        year, month = number // 12, number % 12 + 1
        weekday, length = calendar.monthrange(year, month)
        kind = (weekday, calendar.isleap(year) if yearly else length)
        kinds.setdefault(kind, datetime(year, month, 1))  # noqa: DTZ001 - days have no zone
    try:
        return any(next(iter(rrulestr(written, dtstart=first)), None) for first in kinds.values())
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise NotARule(str(error)) from error


def days(written: str, start: date, after: date) -> Iterator[date]:
    """The days of a rule that is reckoned from ``start``, later than ``after``, in order.

    Raises:
        NotARule: it cannot be followed.
    """
    first = datetime(start.year, start.month, start.day)  # noqa: DTZ001 - days have no zone
    begin = datetime(after.year, after.month, after.day)  # noqa: DTZ001
    try:
        for moment in rrulestr(written, dtstart=first).xafter(begin):
            if moment.year > LAST_YEAR:
                return
            yield moment.date()
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise NotARule(str(error)) from error


def following(
    written: str, start: date, after: date, due: VagueDate, cancelled: frozenset[date] = frozenset()
) -> date | None:
    """The next day after ``after`` on which a rule has an occurrence; ``None`` where there is none.

    ``due`` says how exactly occurrences are dated: two within one month, quarter, semester or year are one.
    """
    present = VagueDate.holding(due.precision, after)
    for day in days(written, start, after):
        if day not in cancelled and VagueDate.holding(due.precision, day) != present:
            return day
    return None
