"""The rows of nudges: planned, claimed, sent, taken out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from reminders.nudging.plans import Plan
from reminders.nudging.records import Matter
from reminders.nudging.tables import NudgeRow, State

_PLAIN = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Nudge:
    """A row: a person is told of an occasion of a subject."""

    id: int
    kind: str
    key: str
    occasion: str
    person: str


_NUDGE = (NudgeRow.id, NudgeRow.kind, NudgeRow.key, NudgeRow.occasion, NudgeRow.person)


async def plan(session: AsyncSession, matter: Matter, plans: Sequence[Plan]) -> list[int]:
    """Plan nudges, each once: one whose letter was sent stays as it is.

    Returns the numbers of the rows that are planned.
    """
    if not plans:
        return []
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    wanted = insert(NudgeRow).values(
        [
            {
                "kind": matter.kind,
                "key": matter.key,
                "occasion": item.occasion.key,
                "day": item.occasion.day,
                "person": item.person,
                "due_at": item.at,
                "state": State.PLANNED,
                "letter": "",
            }
            for item in sorted(plans, key=lambda item: (item.person, item.occasion.key))
        ]
    )
    rows = await session.execute(
        wanted.on_conflict_do_update(
            index_elements=[NudgeRow.kind, NudgeRow.key, NudgeRow.occasion, NudgeRow.person],
            set_={"due_at": wanted.excluded.due_at},
            where=NudgeRow.state == State.PLANNED,
        ).returning(NudgeRow.id)
    )
    return list(rows.scalars())


async def unplan(session: AsyncSession, kind: str, key: str, kept: Sequence[Plan] = ()) -> None:
    """Take out what is planned of a subject and is not among ``kept``."""
    planned = await session.execute(
        sa.select(NudgeRow.id, NudgeRow.person, NudgeRow.occasion)
        .where(NudgeRow.kind == kind, NudgeRow.key == key, NudgeRow.state == State.PLANNED)
        .with_for_update(skip_locked=True)
    )
    stays = {(item.person, item.occasion.key) for item in kept}
    await take_out(session, [row_id for row_id, *who in planned if tuple(who) not in stays])


async def take_out(session: AsyncSession, ids: Collection[int]) -> None:
    """These are not owed any more."""
    if ids:
        await session.execute(sa.delete(NudgeRow).where(NudgeRow.id.in_(list(ids))), execution_options=_PLAIN)


async def people_due(session: AsyncSession, now: datetime, limit: int) -> list[str]:
    """Who has planned nudges that are due, the longest due first."""
    rows = await session.execute(
        sa.select(NudgeRow.person)
        .where(NudgeRow.state == State.PLANNED, NudgeRow.due_at <= now)
        .group_by(NudgeRow.person)
        .order_by(sa.func.min(NudgeRow.due_at), NudgeRow.person)
        .limit(limit)
    )
    return list(rows.scalars())


async def claim(session: AsyncSession, person: str, now: datetime) -> list[Nudge]:
    """Lock what is due for a person."""
    rows = await session.execute(
        sa.select(*_NUDGE)
        .where(NudgeRow.person == person, NudgeRow.state == State.PLANNED, NudgeRow.due_at <= now)
        .order_by(NudgeRow.id)
        .with_for_update(skip_locked=True)
    )
    return [Nudge(*row) for row in rows]


async def put_off(session: AsyncSession, ids: Collection[int], until: datetime) -> None:
    """They are due later."""
    await session.execute(
        sa.update(NudgeRow).where(NudgeRow.id.in_(list(ids))).values(due_at=until), execution_options=_PLAIN
    )


async def mark_sent(session: AsyncSession, ids: Collection[int], letter: str, now: datetime) -> None:
    """Their letter is in the outbox."""
    await session.execute(
        sa.update(NudgeRow)
        .where(NudgeRow.id.in_(list(ids)))
        .values(state=State.SENT, letter=letter, sent_at=now),
        execution_options=_PLAIN,
    )


async def of_letter(session: AsyncSession, letter: str) -> list[Nudge]:
    """What a letter tells of."""
    rows = await session.execute(
        sa.select(*_NUDGE).where(NudgeRow.letter == letter).order_by(NudgeRow.id).with_for_update()
    )
    return [Nudge(*row) for row in rows]


async def plan_again(session: AsyncSession, ids: Collection[int], now: datetime) -> None:
    """Their letter was not sent: they are due now."""
    if ids:
        await session.execute(
            sa.update(NudgeRow)
            .where(NudgeRow.id.in_(list(ids)))
            .values(state=State.PLANNED, letter="", sent_at=None, due_at=now),
            execution_options=_PLAIN,
        )


async def prune(session: AsyncSession, before: datetime) -> None:
    """Forget what was told before an instant."""
    await session.execute(
        sa.delete(NudgeRow).where(NudgeRow.state == State.SENT, NudgeRow.sent_at < before),
        execution_options=_PLAIN,
    )


async def erase(session: AsyncSession, person: str) -> None:
    """Forget what a person was told and is to be told."""
    await session.execute(sa.delete(NudgeRow).where(NudgeRow.person == person), execution_options=_PLAIN)
