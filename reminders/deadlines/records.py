"""What a deadline is: who owes what by when, where it comes from, and what became of it."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from directory.texts import NO_TEXT, LocalText
from reminders.vague import VagueDate

#: On which days before the last day people are reminded, where nothing else was said; 0 is the day itself.
LEAD: Final = (30, 7, 1, 0)
#: On which days after it.
OVERDUE: Final = (1, 3, 7, 14)
#: The largest file that is kept as evidence, in bytes.
LARGEST_FILE: Final = 1 << 20
_CODE: Final = re.compile(r"\s*d\s?[-‐‑–. ]?\s?0*([1-9]\d{0,8})\s*", re.IGNORECASE)


class State(enum.StrEnum):
    """Where a deadline stands. Whether it is overdue follows from the day: :meth:`Deadline.is_overdue`."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class OwnerKind(enum.StrEnum):
    """Who can owe something. Never a person: a post passes on, and what it owes with it."""

    POST = "post"
    COUNTRY = "country"
    """The focal points of a country in the deadline's network."""
    INSTITUTION = "institution"
    """The posts of an institution."""


class SourceKind(enum.StrEnum):
    """What a deadline comes from."""

    NONE = "none"
    WORK_PLAN = "work_plan"
    PROJECT = "project"
    AGREEMENT = "agreement"
    MEETING = "meeting"
    DECISION = "decision"


class RequestKind(enum.StrEnum):
    """What an owner asks of the coordinator."""

    MORE_TIME = "more_time"
    OTHER_OWNER = "other_owner"


class RequestState(enum.StrEnum):
    """What became of a request."""

    OPEN = "open"
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """The deadline was done, cancelled or moved before anybody decided."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owes it: a post's key, a country's code or an institution's key."""

    kind: OwnerKind
    key: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where it comes from: the work plan's key, the project's or the meeting's code, or words alone."""

    kind: SourceKind = SourceKind.NONE
    key: str = ""
    text: LocalText = NO_TEXT


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that it is done. ``number`` tells the evidence of one deadline apart.

    A file's bytes are read with :func:`reminders.deadlines.file_of`; without one ``file_name`` is empty.
    """

    number: int
    note: str = ""
    link: str = ""
    file_name: str = ""
    media_type: str = ""
    size: int = 0
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file: what it is called, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline. ``number`` is 0 until it is stored.

    ``due`` is when it is due now and ``planned`` when it was due first. ``lead`` and ``overdue`` are days
    before and after the last day of ``due``. ``after`` is the number of another deadline: nobody is reminded
    until that one is done. ``series`` is the number of the series that it belongs to, ``occurrence`` the day
    on which that has it, wherever this one was moved to. ``created_by`` and ``done_by`` are people's keys,
    empty where they are not known. ``done_on`` is the day, UTC, on which it was marked done.
    """

    number: int
    network: str
    titles: LocalText
    due: VagueDate
    descriptions: LocalText = NO_TEXT
    owners: tuple[Owner, ...] = ()
    source: Source = Source()
    state: State = State.OPEN
    lead: tuple[int, ...] = LEAD
    overdue: tuple[int, ...] = OVERDUE
    after: int | None = None
    series: int | None = None
    occurrence: date | None = None
    planned: VagueDate | None = None
    created_by: str = ""
    created_at: datetime | None = None
    done_on: date | None = None
    done_by: str = ""
    ended_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def code(self) -> str:
        """How people name it: ``D-12``."""
        return code(self.number)

    @property
    def is_open(self) -> bool:
        """Whether it is still owed."""
        return self.state is State.OPEN

    def is_overdue(self, day: date) -> bool:
        """Whether it is owed and its last day has passed."""
        return self.is_open and self.due.last < day

    def drift(self, day: date) -> int:
        """By how many days it ended, or will, later than planned; negative where earlier.

        What is open counts to its last day or, once that has passed, to ``day``.
        """
        planned = (self.planned or self.due).last
        if self.state is State.DONE and self.done_on is not None:
            return (self.done_on - planned).days
        return (max(self.due.last, day) - planned).days if self.is_open else (self.due.last - planned).days


def code(number: int) -> str:
    """The code of the deadline with a number."""
    return f"D-{number}"


def number_of(typed: str) -> int | None:
    """The number in a code as people type it (``D-12``, ``d12``, ``D 012``); ``None`` where it is none."""
    match = _CODE.fullmatch(typed)
    return int(match[1]) if match else None


@dataclass(frozen=True, slots=True)
class Request:
    """An owner asks for more time (``due``) or says that somebody else should do it (``owner``).

    ``of`` is the owner in whose place the other one would be; ``None`` where there was none.
    """

    number: int
    deadline: int
    kind: RequestKind
    by: str
    at: datetime
    reason: str = ""
    due: VagueDate | None = None
    owner: Owner | None = None
    of: Owner | None = None
    state: RequestState = RequestState.OPEN
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Deadlines that repeat: an RFC 5545 rule without DTSTART, reckoned from ``start``; days only.

    ``cancelled`` are days on which the rule has one and there is none; ``ended`` that no further one comes.
    """

    number: int
    rule: str
    start: date
    cancelled: tuple[date, ...] = ()
    ended: bool = False


class Happened(enum.StrEnum):
    """What can have happened to a deadline; the trail's actions."""

    CREATED = "create"
    CHANGED = "change"
    MOVED = "move"
    ASSIGNED = "assign"
    DONE = "done"
    EVIDENCE = "evidence"
    REOPENED = "reopen"
    CANCELLED = "cancel"
    SNOOZED = "snooze"
    TIME_ASKED = "ask_time"
    TIME_GRANTED = "grant_time"
    TIME_DECLINED = "decline_time"
    OWNER_PROPOSED = "propose_owner"
    OWNER_ACCEPTED = "accept_owner"
    OWNER_DECLINED = "decline_owner"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a deadline's history. Who it was is not said: a card may stand in a room.

    ``before`` and ``after`` hold the fields that changed, as codes and plain text.
    """

    at: datetime
    what: Happened
    note: str = ""
    due_before: VagueDate | None = None
    due_after: VagueDate | None = None
    owners_before: tuple[Owner, ...] = ()
    owners_after: tuple[Owner, ...] = ()


@dataclass(frozen=True, slots=True)
class PostHolders:
    """Who is there for one post on a day, as people's keys; ``away`` are those of them who are absent."""

    post: str
    holder: str | None = None
    acting: tuple[str, ...] = ()
    alternates: tuple[str, ...] = ()
    away: frozenset[str] = frozenset()

    @property
    def first(self) -> str | None:
        """Whom to turn to: the holder, who acts, an alternate; whoever of them is there."""
        order = (*((self.holder,) if self.holder else ()), *self.acting, *self.alternates)
        return next((person for person in order if person not in self.away), None)

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """Who stands in where the holder is away or silent, in order; nobody who is away."""
        return tuple(person for person in (*self.acting, *self.alternates) if person not in self.away)


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a deadline concerns on a day: those who owe it, post by post, and the network's coordinators."""

    posts: tuple[PostHolders, ...] = ()
    coordinators: tuple[str, ...] = ()

    @property
    def owing(self) -> frozenset[str]:
        """Everybody who is named to a post that owes it, in whatever standing."""
        return frozenset(
            person
            for post in self.posts
            for person in (*((post.holder,) if post.holder else ()), *post.acting, *post.alternates)
        )
