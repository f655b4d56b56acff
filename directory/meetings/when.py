"""When a meeting is: a local wall time in a zone, from which the instant follows.

What was agreed is "09:00 in Mexico City". Should the rules of the zone change, the wall time stays and the
instant moves (RFC 5545, 3.3.5, form 3). A wall time may not exist, or exist twice, where clocks are set.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

#: How far around a gap another time is looked for: no zone has ever set its clocks by more than a day.
_GAP: Final = timedelta(hours=26)


class NotThere(ValueError):
    """Clocks skip this wall time. ``before`` and ``after`` are the nearest that exist, naive."""

    def __init__(self, before: datetime, after: datetime) -> None:
        super().__init__(f"{before} – {after}")
        self.before = before
        self.after = after


class Twice(ValueError):
    """Clocks pass this wall time twice. ``first`` and ``second`` are the instants, UTC."""

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__(f"{first} – {second}")
        self.first = first
        self.second = second


def instants(local: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The instants (UTC) at which a zone's clocks show a naive wall time: none, one, or two in order."""
    meant = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(one for one in meant if one.astimezone(zone).replace(tzinfo=None, fold=0) == local))


def instant(local: datetime, zone: ZoneInfo, fold: int | None = None) -> datetime:
    """The instant of a naive wall time. ``fold``: which one is meant where it exists twice, 0 or 1.

    Raises:
        NotThere: clocks skip it.
        Twice: it exists twice, and which one is meant was not said.
    """
    found = instants(local, zone)
    if not found:
        raise NotThere(*_around(local, zone))
    if len(found) == 1:
        return found[0]
    if fold is None:
        raise Twice(*found)
    return found[fold]


def _around(local: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The last wall time before a gap, to the minute, and the first after it."""
    low, high = (local + sign * _GAP for sign in (-1, 1))
    start, end = (one.replace(tzinfo=zone).astimezone(UTC) for one in (low, high))
    before = zone.utcoffset(start.astimezone(zone).replace(tzinfo=None))
    while end - start > timedelta(minutes=1):
        middle = start + (end - start) / 2
        if middle.astimezone(zone).utcoffset() == before:
            start = middle
        else:
            end = middle
    # The change of offset is at a full second; what is reckoned here is within a minute after it.
    change = end.replace(second=0, microsecond=0)
    shown = change.astimezone(zone).replace(tzinfo=None)
    earlier = (change - timedelta(minutes=1)).astimezone(zone).replace(tzinfo=None)
    return earlier, shown


def nearest(local: datetime, zone: ZoneInfo, fold: int = 0) -> datetime:
    """The instant of a wall time, and of one that is skipped what the clocks showed had they not been set."""
    found = instants(local, zone)
    if found:
        return found[min(fold, len(found) - 1)]
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class When:
    """From a wall time until another, naive, in an IANA zone.

    ``fold`` and ``end_fold`` tell which is meant of two of the same name.
    """

    start: datetime
    end: datetime
    zone: str
    fold: int = 0
    end_fold: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            ValueError: a time has a zone of its own, or the end is not after the beginning.
        """
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("the times of a meeting are wall times")
        if self.ends_at <= self.starts_at:
            raise ValueError("a meeting ends after it begins")

    @property
    def starts_at(self) -> datetime:
        """The instant at which it begins, UTC."""
        return nearest(self.start, ZoneInfo(self.zone), self.fold)

    @property
    def ends_at(self) -> datetime:
        """The instant at which it ends, UTC."""
        return nearest(self.end, ZoneInfo(self.zone), self.end_fold)

    def moved_by(self, days: int) -> When:
        """The same wall times so many days later."""
        return replace(self, start=self.start + timedelta(days), end=self.end + timedelta(days))
