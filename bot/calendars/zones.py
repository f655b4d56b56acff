"""A time zone as a calendar file describes it: the changes of clocks on the dates that the file is about.

Rules for ever are left out, for nobody knows them; and each change stands in a component of its own, for
several programs read only the first of a list of dates.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Timezone

#: How far before the first date changes are looked for: in a zone that sets its clocks twice a year, both.
_BEFORE: Final = timedelta(days=400)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Observance:
    """From when on (``onset``: what clocks showed until then, naive) a zone has which offset, and before."""

    onset: datetime
    before: timedelta
    after: timedelta
    name: str
    daylight: bool


def observances(zone: ZoneInfo, first: datetime, last: datetime) -> tuple[Observance, ...]:
    """What a reader must know of a zone to read times from ``first`` to ``last`` (aware), in order.

    One of them always is standard time: some programs read nothing else (MS-OXCICAL, 2.1.3.1.1.19).
    """
    start = first.astimezone(UTC) - _BEFORE
    changes = _changes(zone, start, last.astimezone(UTC) + _DAY)
    past = [change for change in changes if change <= first]
    wanted = past[-1:] + [change for change in changes if change > first]
    found = [_observance(zone, change) for change in wanted]
    if not past:
        offset, long_ago = _offset(zone, first), datetime(first.year - 1, 1, 1)  # noqa: DTZ001 - a wall time
        name, daylight = first.astimezone(zone).tzname() or str(zone), _is_daylight(zone, first)
        found.insert(0, Observance(long_ago, offset, offset, name, daylight))
    if all(one.daylight for one in found):
        standard = [one for one in (_observance(zone, at) for at in past[:-1]) if not one.daylight]
        found = standard[-1:] + found if standard else [replace(found[0], daylight=False), *found[1:]]
    return tuple(found)


def component(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """The ``VTIMEZONE`` for times from ``first`` to ``last``."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    described = Timezone()
    described.add("tzid", str(zone))
    for one in observances(zone, first, last):
        part = TimezoneDaylight() if one.daylight else TimezoneStandard()
        part.add("dtstart", one.onset)
        part.add("tzoffsetfrom", one.before)
        part.add("tzoffsetto", one.after)
        part.add("tzname", one.name)
        described.add_component(part)
    return described


def _observance(zone: ZoneInfo, change: datetime) -> Observance:
    before, after = _offset(zone, change - timedelta(seconds=1)), _offset(zone, change)
    return Observance(
        change.replace(tzinfo=None) + before,
        before,
        after,
        change.astimezone(zone).tzname() or str(zone),
        _is_daylight(zone, change),
    )


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """The instants between two others (UTC) at which a zone's offset changes, to the second."""
    found = []
    while start < end:
        following = start + _DAY
        if _offset(zone, start) != _offset(zone, following):
            low, high = start, following
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                if _offset(zone, middle) == _offset(zone, start):
                    low = middle
                else:
                    high = middle
            found.append(high)
        start = following
    return found


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _is_daylight(zone: ZoneInfo, at: datetime) -> bool:
    return (at.astimezone(zone).dst() or timedelta()) > timedelta()
