"""When somebody is reminded: which days are told of, and at which instant of a reader's working hours. Pure.

An occasion that falls on a free day is moved to the last working day before it, never after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

#: Days before the latest day of a deadline on which it is told of, and days after it while it is overdue.
LEADS: Final = (30, 7, 1, 0)
OVERDUE: Final = (1, 3, 7, 14)
#: Working hours: from this hour until before that one.
FIRST_HOUR: Final = 9
LAST_HOUR: Final = 17
#: What could not be told in time is told at most so long afterwards, unless a later occasion has come.
LAPSE: Final = timedelta(days=7)
#: The same of an exact instant.
PROMPT: Final = timedelta(minutes=5)
#: How far back a working day is looked for, in days; no holidays last longer.
_FURTHEST: Final = 31


@dataclass(frozen=True, slots=True)
class Occasion:
    """A time at which something is told of. ``key`` names it among all of its subject.

    ``offset`` is how many days after the latest day of the subject it is, negative before. ``at`` is set
    where it is an exact instant, which no working hours move: a meeting is about to begin. ``of`` is set
    where the day is reckoned in each reader's zone: it is ``offset`` days from the one on which this instant
    falls there.
    """

    key: str
    day: date
    offset: int = 0
    at: datetime | None = None
    of: datetime | None = None

    @property
    def overdue(self) -> bool:
        """Whether the latest day is over."""
        return self.offset > 0

    def day_in(self, zone: ZoneInfo) -> date:
        """The day for a reader in a zone."""
        return self.day if self.of is None else self.of.astimezone(zone).date() + timedelta(self.offset)


def occasions(
    last: date, leads: Iterable[int] = LEADS, overdue: Iterable[int] = OVERDUE
) -> tuple[Occasion, ...]:
    """The occasions of something that is due by ``last``, in their order.

    Their keys hold that day: what is moved to another day is told of again.
    """
    found = []
    for offset in sorted({-abs(days) for days in leads} | {abs(days) for days in overdue}):
        try:
            found.append(Occasion(f"{last.isoformat()}{offset:+d}", last + timedelta(offset), offset))
        except OverflowError:
            continue  # before the first or after the last day that there is
    return tuple(found)


def on_weekend(day: date) -> bool:
    """Saturday and Sunday: the free days of whoever's country is not known."""
    return day.weekday() >= 5


@dataclass(frozen=True, slots=True)
class Hours:
    """Somebody's working hours: their zone, and which of their days are free."""

    zone: ZoneInfo
    is_free: Callable[[date], bool] = on_weekend
    _openings: dict[date, datetime | None] = field(default_factory=dict, compare=False, repr=False)

    def opening(self, day: date) -> datetime | None:
        """The instant at which work begins on a day; ``None`` where it is free or the zone skipped it."""
        if day not in self._openings:
            self._openings[day] = self._opening(day)
        return self._openings[day]

    def _opening(self, day: date) -> datetime | None:
        if self.is_free(day):
            return None
        # In a gap the clock shows a later hour already, and where a day was skipped another day.
        begins = datetime.combine(day, time(FIRST_HOUR), self.zone).astimezone(UTC)
        local = begins.astimezone(self.zone)
        return begins if local.date() == day and FIRST_HOUR <= local.hour < LAST_HOUR else None

    def is_open(self, now: datetime) -> bool:
        """Whether somebody works at an instant."""
        local = now.astimezone(self.zone)
        return FIRST_HOUR <= local.hour < LAST_HOUR and not self.is_free(local.date())

    def at_or_before(self, day: date) -> datetime | None:
        """When work begins on a day, or where it is free on the last working day before it."""
        for back in range(min(_FURTHEST, day.toordinal() - date.min.toordinal() - 1) + 1):
            if (begins := self.opening(day - timedelta(back))) is not None:
                return begins
        return None

    def at_or_after(self, now: datetime) -> datetime:
        """``now`` where somebody works at it, else when they begin next."""
        if self.is_open(now):
            return now
        today = now.astimezone(self.zone).date()
        for ahead in range(_FURTHEST + 1):
            begins = self.opening(today + timedelta(ahead))
            if begins is not None and begins > now:
                return begins
        return now + timedelta(_FURTHEST)  # every day is free: looked at again in a month


@dataclass(frozen=True, slots=True)
class Timed:
    """An occasion with the instant at which a reader is told."""

    at: datetime
    occasion: Occasion


def timed(wanted: Sequence[Occasion], hours: Hours) -> list[Timed]:
    """The occasions at the instants that suit a reader, each later than the one before.

    One that is moved to the day of the one before it is left out, and so is an overdue one that is moved to
    a day on which nothing is overdue yet.
    """
    found: list[Timed] = []
    for occasion in wanted:
        at = occasion.at or hours.at_or_before(occasion.day_in(hours.zone))
        if at is None or (found and at <= found[-1].at):
            continue
        last = occasion.day - timedelta(occasion.offset)
        if occasion.overdue and occasion.at is None and at.astimezone(hours.zone).date() <= last:
            continue
        found.append(Timed(at, occasion))
    return found


def due(wanted: Sequence[Timed], now: datetime) -> Timed | None:
    """The latest occasion that has come and has not lapsed: earlier ones are not told any more."""
    latest = next((item for item in reversed(wanted) if item.at <= now), None)
    if latest is None:
        return None
    lapse = LAPSE if latest.occasion.at is None else PROMPT
    return latest if now - latest.at <= lapse else None


def upcoming(wanted: Sequence[Timed], now: datetime) -> Timed | None:
    """The first occasion that is still to come."""
    return next((item for item in wanted if item.at > now), None)
