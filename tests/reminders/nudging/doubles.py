"""A subject and a herald in memory, and an engine with a clock that a test sets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from directory.database import Database
from reminders.deadlines.records import Concerned, PostHolders
from reminders.nudging import watch
from reminders.nudging.engine import Nudger
from reminders.nudging.records import Matter, Told, Why
from reminders.nudging.schedule import occasions

MEXICO = ZoneInfo("America/Mexico_City")
#: Mexico's post in the demo network: its holder, its alternate, and the network's coordinator.
HOLDER, ALTERNATE, COORDINATOR = "demo-mx", "demo-mx-alt", "demo-coordinator"
POST = PostHolders("acs-fp-mx", HOLDER, (), (ALTERNATE,))


def matter(key: str = "1", last: date = date(2027, 3, 10), **changes: object) -> Matter:
    """Something that Mexico owes by a Wednesday."""
    made = Matter(
        "thing",
        key,
        "ACS",
        occasions(last),
        Concerned((POST,), (COORDINATOR,)),
        datetime(2026, 1, 1, tzinfo=UTC),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@dataclass
class Things:
    """Implements ``Subject``: what is owed is what the test says."""

    owed: dict[str, Matter] = field(default_factory=dict)
    kind: str = "thing"
    asked: int = 0

    async def matters(
        self, _session: AsyncSession, keys: Collection[str], _now: datetime
    ) -> dict[str, Matter]:
        self.asked += 1
        return {key: self.owed[key] for key in keys if key in self.owed}

    async def unwatched(self, _session: AsyncSession, _limit: int) -> list[str]:
        return []


@dataclass
class Letters:
    """Implements ``Herald``: everybody is reached who is not ``lost``."""

    sent: list[tuple[str, tuple[str, ...], tuple[Why, ...]]] = field(default_factory=list)
    guards: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    zones_of: Mapping[str, ZoneInfo] = field(default_factory=dict)

    async def zones(self, _session: AsyncSession, people: Collection[str]) -> dict[str, ZoneInfo]:
        return {person: self.zones_of.get(person, MEXICO) for person in people if person not in self.lost}

    async def tell(
        self, _session: AsyncSession, person: str, told: Sequence[Told], guard: str, _now: datetime
    ) -> bool:
        if person in self.lost:
            return False
        self.sent.append(
            (
                person,
                tuple(f"{item.matter.key} {item.occasion.offset:+d}" for item in told),
                tuple(dict.fromkeys(item.why for item in told)),
            )
        )
        self.guards.append(guard)
        return True

    def told(self, person: str = HOLDER) -> list[tuple[str, ...]]:
        """What a person was told of, letter by letter."""
        return [items for who, items, _ in self.sent if who == person]


@dataclass
class World:
    """An engine on a database, with a clock that a test sets."""

    database: Database
    things: Things = field(default_factory=Things)
    letters: Letters = field(default_factory=Letters)
    now: datetime = datetime(2027, 2, 1, tzinfo=UTC)

    def engine(self) -> Nudger:
        """Another engine: as after a restart, or in a second worker."""
        return Nudger(self.database, [self.things], self.letters, now=lambda: self.now)

    async def owe(self, *owed: Matter) -> None:
        """These are owed, and changed just now."""
        self.things.owed.update({item.key: item for item in owed})
        async with self.database.writing() as session:
            for item in owed:
                await watch.touch(session, "thing", [item.key], self.now)

    async def at(self, moment: str, engine: Nudger | None = None) -> None:
        """Tick at a moment of Mexico City, as ``2027-03-10 09:00``."""
        self.now = datetime.fromisoformat(moment).replace(tzinfo=MEXICO).astimezone(UTC)
        await (engine or self.engine()).tick()
