"""Deadlines and rooms for tests of digests, in a network of the demo that has none of its own."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.digesting import Contributor, RoomWriter
from bot.outgoing import outgoing
from directory.database import Database
from directory.rooms import Receives, RoomRow
from directory.texts import local
from reminders import outbox
from reminders.deadlines import LEAD, OVERDUE, OwnerKind, SourceKind, State
from reminders.deadlines.tables import DeadlineRow, OwnerRow
from reminders.digests.planner import DigestPlanner
from reminders.digests.tables import DigestRow
from reminders.outbox import OutboxRow
from reminders.vague import VagueDate

NETWORK = "SEGIB"
#: Nine in the morning of a Monday and of a Tuesday, UTC.
MONDAY = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
#: An owner: what kind, which key.
Owned = tuple[OwnerKind, str]
MEXICO: Owned = (OwnerKind.POST, "acs-fp-mx")
_numbers = itertools.count(1)


def at(day: date, hour: int = 9) -> datetime:
    """That hour of a day, UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def row(
    title: str, due: str | date, *, state: State = State.OPEN, ended_at: datetime | None = None, **more: Any
) -> dict[str, Any]:
    """The row of a deadline."""
    when = VagueDate.of_code(due if isinstance(due, str) else due.isoformat())
    return {
        "network": NETWORK,
        "titles": dict(local(en=title).by_language),
        "descriptions": {},
        "due": when.code,
        "due_first": when.first,
        "due_last": when.last,
        "planned": when.code,
        "state": state,
        "source_kind": SourceKind.NONE,
        "source_text": {},
        "source_key": "",
        "lead": list(LEAD),
        "overdue": list(OVERDUE),
        "created_by": "",
        "done_by": "",
        "created_at": MONDAY - timedelta(days=400),
        "done_on": ended_at.date() if ended_at is not None else None,
        "ended_at": ended_at,
        "after": None,
        **more,
    }


async def plan(database: Database, title: str, due: str | date, *owners: Owned, **more: Any) -> int:
    """Store a deadline; its number."""
    async with database.writing() as session:
        made = await session.execute(
            sa.insert(DeadlineRow).values(row(title, due, **more)).returning(DeadlineRow.id)
        )
        number = made.scalar_one()
        if owners:
            await session.execute(
                sa.insert(OwnerRow),
                [
                    {"deadline": number, "kind": kind, "key": key, "position": position}
                    for position, (kind, key) in enumerate(owners)
                ],
            )
    return number


async def change(database: Database, number: int, **values: Any) -> None:
    """Change the row of a deadline."""
    async with database.writing() as session:
        await session.execute(sa.update(DeadlineRow).where(DeadlineRow.id == number).values(**values))


async def room(
    database: Database,
    place: str,
    *,
    language: str = "en",
    time_zone: str = "UTC",
    network: str | None = NETWORK,
    receives: Receives = Receives.EVERYTHING,
    platform: str = "recording",
    bound_at: datetime = MONDAY - timedelta(days=300),
    **more: Any,
) -> int:
    """Store a room; its number."""
    values = {
        "platform": platform,
        "account": "bot",
        "place": place,
        "language": language,
        "time_zone": time_zone,
        "network": network,
        "receives": receives,
        "bound_at": bound_at,
        **more,
    }
    async with database.writing() as session:
        return (await session.execute(sa.insert(RoomRow).values(values).returning(RoomRow.id))).scalar_one()


def planner(database: Database, now: datetime, *contributors: Contributor) -> DigestPlanner:
    """A planner at an instant."""
    return DigestPlanner(database, RoomWriter(contributors), now=lambda: now)


async def tell(database: Database, now: datetime, *contributors: Contributor) -> None:
    """What the clock does at an instant."""
    await planner(database, now, *contributors).tick()


async def told(database: Database, place: str = "") -> list[outbox.Delivery]:
    """The messages to rooms that were put into the outbox, all of them or those to one place."""
    wanted = sa.select(*outbox.DELIVERY).where(
        OutboxRow.priority == outbox.Priority.AUTOMATIC, OutboxRow.platform != "browser"
    )
    if place:
        wanted = wanted.where(OutboxRow.destination == place)
    async with database.reading() as session:
        rows: Sequence[Any] = (await session.execute(wanted.order_by(OutboxRow.id))).all()
    return [outbox.Delivery(*values) for values in rows]


def words(delivery: outbox.Delivery) -> str:
    """Everything that a message says, a line each."""
    (card,) = outgoing(delivery).cards
    lines = [card.title, card.subtitle, card.text]
    for section in card.sections:
        lines += [section.heading, section.text]
        lines += [f"{item.label}: {item.value}" if item.label else item.value for item in section.fields]
    if card.mentions:
        lines.append(f"{card.mentions_label} {', '.join(item.label for item in card.mentions)}")
    return "\n".join(line for line in lines if line)


async def days(database: Database) -> Sequence[tuple[int, date, str, int]]:
    """What each room was told on each day: the room, the day, what, in how many messages."""
    async with database.reading() as session:
        rows = await session.execute(
            sa.select(DigestRow.room, DigestRow.day, DigestRow.kind, DigestRow.messages)
            .where(DigestRow.network == NETWORK)
            .order_by(DigestRow.room, DigestRow.day)
        )
        return [(number, day, str(kind), messages) for number, day, kind, messages in rows]
