"""What a poll is: several times for one meeting, and what each of those expected says of each."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from directory.meetings.records import Unit
from directory.meetings.when import When, nearest
from directory.texts import LocalText

_CODE: Final = re.compile(r"\s*p\s?[-‐‑–. ]?\s?0*([1-9]\d{0,8})\s*", re.IGNORECASE)
#: So many times a poll can offer: each is a row of buttons.
MOST_SLOTS: Final = 8


class State(enum.StrEnum):
    """Where a poll stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    """No more is said; :attr:`Poll.meeting` is what became of it, if anything."""


class Vote(enum.StrEnum):
    """What can be said of a time. Silence is no vote: there is no row."""

    YES = "yes"
    IF_NEED = "if_need"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll. ``number`` is 0 until it is stored.

    ``starts`` are naive wall times in ``zone``, in order; the first is slot 1. Each lasts ``minutes``.
    ``close_on`` is the last day to vote, in the zone. ``version`` grows with every change. ``chosen`` is the
    slot that became the meeting with the number ``meeting``. ``reminded_at``: when the silent were reminded.
    """

    number: int
    network: str
    titles: LocalText
    zone: str
    starts: tuple[datetime, ...]
    minutes: int
    close_on: date
    state: State = State.DRAFT
    version: int = 0
    chosen: int = 0
    meeting: int | None = None
    created_by: str = ""
    created_at: datetime | None = None
    opened_at: datetime | None = None
    reminded_at: datetime | None = None

    @property
    def code(self) -> str:
        """How people name it: ``P-12``."""
        return code(self.number)

    @property
    def slots(self) -> Mapping[int, When]:
        """The times by the number of their slot."""
        return {number: self._when(start) for number, start in enumerate(self.starts, 1)}

    @property
    def closes_at(self) -> datetime:
        """The instant from which nothing is said any more: the end of the last day, UTC."""
        return nearest(datetime.combine(self.close_on + timedelta(1), time()), ZoneInfo(self.zone))

    def _when(self, start: datetime) -> When:
        # It lasts so long by the clock on the wall of those who sit there.
        return When(start, start + timedelta(minutes=self.minutes), self.zone)

    def is_open(self, now: datetime) -> bool:
        """Whether votes are taken."""
        return self.state is State.OPEN and now < self.closes_at


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a unit says of each slot, by its number. ``by`` is who said it last, for the coordination."""

    unit: Unit
    votes: Mapping[int, Vote]
    by: str = ""
    on_behalf: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How a slot stands: how many of those expected gave each vote."""

    yes: int = 0
    if_need: int = 0
    no: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A poll with those expected and what they said; ``zones`` are the capitals', by unit, where known."""

    poll: Poll
    units: tuple[Unit, ...]
    ballots: Mapping[Unit, Ballot] = field(default_factory=dict)
    zones: Mapping[Unit, str] = field(default_factory=dict)

    @property
    def silent(self) -> tuple[Unit, ...]:
        """Who has said nothing of any slot."""
        return tuple(unit for unit in self.units if unit not in self.ballots)

    def voting(self, slot: int, vote: Vote) -> tuple[Unit, ...]:
        """Who of those expected gave a slot this vote."""
        return tuple(
            unit for unit in self.units if unit in self.ballots and self.ballots[unit].votes.get(slot) is vote
        )

    def count(self, slot: int) -> Count:
        """How a slot stands."""
        return Count(*(len(self.voting(slot, vote)) for vote in Vote))


def code(number: int) -> str:
    """The code of a poll's number: ``P-12``."""
    return f"P-{number}"


def read_code(text: str) -> int | None:
    """The number that a code stands for, however it is written (``P-12``, ``p12``); ``None`` if none."""
    found = _CODE.fullmatch(text)
    return int(found[1]) if found else None
