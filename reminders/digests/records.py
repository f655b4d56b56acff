"""What a digest says, and what the planner needs from outside to say it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from directory.rooms import Room
from reminders.deadlines.records import Concerned, Deadline
from reminders.digests.drawing import Chart
from reminders.digests.tables import Kind
from reminders.outbox import Draft

#: How many weeks a digest looks ahead for its picture.
WEEKS: Final = 4


@dataclass(frozen=True, slots=True)
class Listed:
    """The first deadlines of a list, and how many it has in all."""

    shown: tuple[Deadline, ...] = ()
    count: int = 0

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.shown)


@dataclass(frozen=True, slots=True)
class Digest:
    """How the deadlines of a network stand on a day, as far as a digest of that kind tells of it.

    ``overdue`` are owed by somebody and late, ``due`` are owed and not late, ``undesignated`` are owed by
    nobody yet, ``done`` were done since the Monday before. ``ahead`` is how many have their last day on each
    day of four weeks, from Monday of this week on. By the number of each open deadline that is named,
    ``concerned`` is whom it concerns and ``snoozed`` who does not want to be reminded of it for now.
    ``after_outage``: on days before this one nobody could be told anything.
    """

    network: str
    day: date
    kind: Kind
    due: Listed = Listed()
    overdue: Listed = Listed()
    undesignated: Listed = Listed()
    done: Listed = Listed()
    ahead: tuple[int, ...] = ()
    concerned: Mapping[int, Concerned] = field(default_factory=dict)
    snoozed: Mapping[int, Collection[str]] = field(default_factory=dict)
    after_outage: bool = False

    @property
    def shown(self) -> tuple[Deadline, ...]:
        """Every deadline that it names, in order: what is most overdue first."""
        lists = (self.overdue, self.due, self.undesignated, self.done)
        return tuple(item for some in lists for item in some.shown)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not any(some.count for some in (self.overdue, self.due, self.undesignated, self.done))


@dataclass(frozen=True, slots=True)
class Telling:
    """What a room is about to be told; ``guard``: see :meth:`Writer.write`."""

    room: Room
    digest: Digest
    guard: str


class Writer(Protocol):
    """Who puts digests into words."""

    def chart(self, room: Room, digest: Digest) -> Chart | None:
        """The picture that goes with a digest; ``None`` where words say as much."""
        ...

    async def write(
        self, session: AsyncSession, tellings: Sequence[Telling], pictures: Mapping[Chart, bytes]
    ) -> Sequence[Sequence[Draft]]:
        """The messages of each, in its room's language; none where there is nothing to say there.

        Each has its guard, which is looked at again when it is sent (``DigestPlanner.still_holds``).
        """
        ...
