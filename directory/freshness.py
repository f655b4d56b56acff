"""How fresh an entry is: pure functions of days.

An entry is due to be confirmed six months after it last was, overdue after nine, delinquent after twelve.
"""

from __future__ import annotations

import calendar
import enum
from datetime import date
from typing import Final

#: Months after the last confirmation from which an entry is due, overdue and delinquent.
DUE_MONTHS: Final = 6
OVERDUE_MONTHS: Final = 9
DELINQUENT_MONTHS: Final = 12


class Freshness(enum.StrEnum):
    """How long ago an entry was confirmed."""

    FRESH = "fresh"
    DUE = "due"
    OVERDUE = "overdue"
    DELINQUENT = "delinquent"
    NEVER = "never"
    """It was never confirmed: nobody knows how old it is."""


def months_later(day: date, months: int) -> date:
    """The same day so many months later (earlier where negative), or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def freshness(confirmed_on: date | None, today: date) -> Freshness:
    """How fresh an entry is on a day that was last confirmed on another."""
    if confirmed_on is None:
        return Freshness.NEVER
    for months, found in (
        (DELINQUENT_MONTHS, Freshness.DELINQUENT),
        (OVERDUE_MONTHS, Freshness.OVERDUE),
        (DUE_MONTHS, Freshness.DUE),
    ):
        if today >= months_later(confirmed_on, months):
            return found
    return Freshness.FRESH
