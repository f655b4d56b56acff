"""What a meeting is: who calls it, when and where, who is expected, and what each has answered.

The unit that answers is a country or an institution, whoever of it presses the button; somebody who is
invited by name answers for themselves.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from directory.meetings.when import When
from directory.texts import NO_TEXT, LocalText

_CODE: Final = re.compile(r"\s*m\s?[-‐‑–. ]?\s?0*([1-9]\d{0,8})\s*", re.IGNORECASE)
#: How long an announcement can be taken back, in seconds; nothing is sent before.
UNDO_SECONDS: Final = 60


class State(enum.StrEnum):
    """Where a meeting stands. That it is over follows from the time: :meth:`Meeting.is_over`."""

    DRAFT = "draft"
    ANNOUNCING = "announcing"
    """It is announced as soon as the time to take that back is over."""
    ANNOUNCED = "announced"
    CANCELLED = "cancelled"


class UnitKind(enum.StrEnum):
    """Who can be expected at a meeting and answers as one."""

    COUNTRY = "country"
    INSTITUTION = "institution"
    PERSON = "person"


class Answer(enum.StrEnum):
    """What can be answered. Silence is no answer: there is no row."""

    ATTENDING = "attending"
    ONLINE = "online"
    MAYBE = "maybe"
    CANNOT = "cannot"


class Seat(enum.StrEnum):
    """What became of an answer where seats are few."""

    NONE = "none"
    """No seat is needed."""
    SEATED = "seated"
    WAITING = "waiting"
    OFFERED = "offered"
    """A seat became free and is kept until :attr:`Reply.offered_until`."""


class QuorumKind(enum.StrEnum):
    """What counts as a quorum of those expected."""

    NONE = "none"
    NUMBER = "number"
    HALF = "half"
    """More than half."""
    TWO_THIRDS = "two_thirds"


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """Who answers: a country's code, an institution's key or a person's key."""

    kind: UnitKind
    key: str

    @property
    def short(self) -> str:
        """For a button: ``c.MX``, ``i.KEY``, ``p.KEY``; the longest keys leave no room for the whole word."""
        return f"{self.kind[0]}.{self.key}"


_SHORT: Final = {kind[0]: kind for kind in UnitKind}


def unit_of(short: str) -> Unit | None:
    """The unit that :attr:`Unit.short` wrote; ``None`` where that is none."""
    kind, _, key = short.partition(".")
    return Unit(_SHORT[kind], key) if key and kind in _SHORT else None


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many of those expected must come. ``number`` counts where the kind is a number."""

    kind: QuorumKind = QuorumKind.NONE
    number: int = 0

    def needed(self, expected: int) -> int:
        """How many units that is; 0 where there is no quorum."""
        match self.kind:
            case QuorumKind.NUMBER:
                return self.number
            case QuorumKind.HALF:
                return expected // 2 + 1
            case QuorumKind.TWO_THIRDS:
                return -(-expected * 2 // 3)
        return 0


@dataclass(frozen=True, slots=True)
class Document:
    """Something to read, by its address. ``url`` is an ``https`` address."""

    titles: LocalText
    url: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting. ``number`` is 0 until it is stored.

    ``uid`` and ``sequence`` are the calendar's (RFC 5545): the one never changes, the other grows with every
    change that a calendar must learn of. ``version`` grows with every change at all. ``host`` is a country's
    code or an institution's key, ``project`` a project's code. ``capacity`` counts people, 0 is no limit.
    ``answer_by`` is the last day, in the meeting's zone. ``minutes`` is an address. ``announce_at`` is set
    while it is about to be announced. ``changed_at``: when ``sequence`` last grew, for a calendar's
    ``LAST-MODIFIED``.
    """

    number: int
    network: str
    titles: LocalText
    when: When
    state: State = State.DRAFT
    places: LocalText = NO_TEXT
    link: str = ""
    host: str = ""
    languages: tuple[str, ...] = ()
    interpretation: bool = False
    agenda: tuple[LocalText, ...] = ()
    documents: tuple[Document, ...] = ()
    quorum: Quorum = Quorum()
    capacity: int = 0
    answer_by: date | None = None
    proxies: bool = False
    project: str = ""
    series: str = ""
    minutes: str = ""
    uid: str = ""
    sequence: int = 0
    version: int = 0
    created_by: str = ""
    created_at: datetime | None = None
    announce_at: datetime | None = None
    announced_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def code(self) -> str:
        """How people name it: ``M-12``."""
        return code(self.number)

    @property
    def starts_at(self) -> datetime:
        """The instant at which it begins."""
        return self.when.starts_at

    @property
    def ends_at(self) -> datetime:
        """The instant at which it ends."""
        return self.when.ends_at

    @property
    def last_day(self) -> date:
        """The last day for answers, in the meeting's zone: as it was set, else the day on which it begins."""
        return self.answer_by or self.when.start.date()

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended."""
        return self.ends_at <= now

    def is_answered(self, now: datetime) -> bool:
        """Whether answers are taken: it is announced, and not over."""
        return self.state is State.ANNOUNCED and not self.is_over(now)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a unit has answered. There is one at most; a later one replaces it.

    ``by`` is the key of whoever answered, ``on_behalf`` where that is a coordinator. ``delegate`` is the key
    of the person who comes, else ``delegate_name``; ``size`` counts the delegation, ``names`` are the
    others'. Names and the note are for the coordination and those invited, never for a room. ``proxy`` is the
    unit that speaks for this one. ``waiting_from`` orders the waiting list.
    """

    unit: Unit
    answer: Answer
    by: str
    answered_at: datetime
    on_behalf: bool = False
    late: bool = False
    seat: Seat = Seat.NONE
    waiting_from: datetime | None = None
    offered_until: datetime | None = None
    delegate: str = ""
    delegate_name: str = ""
    size: int = 1
    names: tuple[str, ...] = ()
    note: str = ""
    proxy: Unit | None = None
    checked_in_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How it stands: how many units of those expected gave each answer."""

    expected: int
    counts: Mapping[Answer, int] = field(default_factory=dict)
    waiting: int = 0
    seats_taken: int = 0
    by_proxy: int = 0

    @property
    def answered(self) -> int:
        """How many have answered."""
        return sum(self.counts.values())

    @property
    def silent(self) -> int:
        """How many have not."""
        return self.expected - self.answered

    @property
    def coming(self) -> int:
        """How many count towards the quorum: they come, take part online, or are spoken for."""
        there = self.counts.get(Answer.ATTENDING, 0) + self.counts.get(Answer.ONLINE, 0)
        return there - self.waiting + self.by_proxy


def code(number: int) -> str:
    """The code of a meeting's number: ``M-12``."""
    return f"M-{number}"


def read_code(text: str) -> int | None:
    """The number that a code stands for, however it is written (``M-12``, ``m12``); ``None`` if none."""
    found = _CODE.fullmatch(text)
    return int(found[1]) if found else None
