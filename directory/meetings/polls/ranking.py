"""Which of the times of a poll is best: by who can come, then by the hour of the day in the capitals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Final
from zoneinfo import ZoneInfo

from directory.meetings.polls.records import Count, Standing
from directory.meetings.records import Unit
from directory.meetings.when import When

#: Hours in which an office works, local time: outside of these a time counts as worse by the hour.
OFFICE: Final = (8, 18)
#: From when until when it is night, local time.
NIGHT: Final = (time(22), time(7))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A slot in its place. ``hours`` is how far it lies outside of office hours, in all capitals together.

    ``night`` are the zones in which it is at night, by unit, the farthest from office hours first.
    """

    slot: int
    when: When
    count: Count
    hours: float
    night: Mapping[Unit, str]


def rank(standing: Standing) -> list[Ranked]:
    """The slots of a poll, the best first.

    By how many say yes, then by how many come if need be, then by local hours, then by which is earlier.
    """
    ranked = [_ranked(standing, slot, when) for slot, when in standing.poll.slots.items()]
    return sorted(
        ranked,
        key=lambda one: (-one.count.yes, -one.count.if_need, one.hours, one.when.starts_at, one.slot),
    )


def _ranked(standing: Standing, slot: int, when: When) -> Ranked:
    far = {unit: outside(when, ZoneInfo(zone)) for unit, zone in standing.zones.items()}
    night = {
        unit: standing.zones[unit]
        for unit in sorted(far, key=lambda unit: (-far[unit], unit))
        if is_night(when, ZoneInfo(standing.zones[unit]))
    }
    return Ranked(slot, when, standing.count(slot), sum(far.values()), night)


def outside(when: When, there: ZoneInfo) -> float:
    """By how many hours a time lies outside of office hours in a zone: how early it begins or late it ends.

    The worse of the two counts; what goes on over midnight ends after 24 o'clock.
    """
    begins = when.starts_at.astimezone(there)
    first, last = OFFICE
    hour = begins.hour + begins.minute / 60
    length = (when.ends_at - when.starts_at).total_seconds() / 3600
    return max(0.0, first - hour, min(hour + length - last, 24.0))


def is_night(when: When, there: ZoneInfo) -> bool:
    """Whether it begins or ends at night in a zone; an end at seven or at ten sharp is not."""
    begins, ends = (instant.astimezone(there).time() for instant in (when.starts_at, when.ends_at))
    evening, morning = NIGHT
    return begins >= evening or begins < morning or ends > evening or ends < morning
