"""What the engine knows of what it reminds of, and what it needs from outside.

It knows no deadline and no meeting: a :class:`Subject` says what is owed and by whom, a :class:`Herald`
puts it into words and sends it.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from reminders.deadlines.records import Concerned
from reminders.nudging.schedule import Occasion


class Why(enum.StrEnum):
    """Why somebody is told."""

    OWES = "owes"
    """They hold the post that owes it."""
    STANDS_IN = "stands_in"
    """The holder is away, silent or cannot be written to."""
    OVERDUE = "overdue"
    """They coordinate the network, and it is overdue."""
    NOBODY = "nobody"
    """They coordinate the network, and nobody who owes it can be written to. Told once."""
    UNDESIGNATED = "undesignated"
    """They coordinate the network, and nobody is designated."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that is owed, as it stands now.

    ``key`` tells it apart from others of its ``kind``. Occasions before ``since`` are not told of. ``heard``
    is when each person last did something about it; ``snoozed`` the day on which each person wants to be
    told again, and of nothing before it. Where it is ``undesignated``, coordinators alone are told.

    Coordinators are told of occasions more than ``patience`` days after the latest day; whoever did nothing
    about ``silent_after`` letters is joined by whoever stands in.
    """

    kind: str
    key: str
    network: str
    occasions: tuple[Occasion, ...]
    concerned: Concerned
    since: datetime | None = None
    heard: Mapping[str, datetime] = field(default_factory=dict)
    snoozed: Mapping[str, date] = field(default_factory=dict)
    undesignated: bool = False
    patience: int = 0
    silent_after: int = 2

    @property
    def people(self) -> frozenset[str]:
        """Everybody who might be told."""
        return self.concerned.owing | frozenset(self.concerned.coordinators)


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter tells of: the matter, its occasion, and why the reader is told."""

    matter: Matter
    occasion: Occasion
    why: Why


class Subject(Protocol):
    """A kind of thing that people are reminded of."""

    @property
    def kind(self) -> str:
        """Its name in the rows, at most 16 characters."""
        ...

    async def matters(self, session: AsyncSession, keys: Collection[str], now: datetime) -> dict[str, Matter]:
        """Those of the keys that are still owed; one that waits for another has no occasions."""
        ...

    async def unwatched(self, session: AsyncSession, limit: int) -> list[str]:
        """Keys of what is owed and not in the table of what is watched."""
        ...


class Herald(Protocol):
    """Who puts nudges into words and into the outbox."""

    async def zones(self, session: AsyncSession, people: Collection[str]) -> dict[str, ZoneInfo]:
        """Of these people those who can be written to, with the zone that they live in."""
        ...

    async def tell(
        self, session: AsyncSession, person: str, told: Sequence[Told], guard: str, now: datetime
    ) -> bool:
        """Put one letter about all of it into the outbox, in the caller's transaction; false where it cannot.

        ``guard`` is looked at again when it is sent (:func:`reminders.nudging.sending.still_holds`).
        """
        ...
