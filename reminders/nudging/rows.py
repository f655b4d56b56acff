"""The rows of nudges: planned, claimed, sent, taken out."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from reminders.nudging.plans import Plan
from reminders.nudging.records import Matter
from reminders.nudging.tables import NudgeRow, State

_PLAIN: Final = {"synchronize_session": False}
_TABLE: Final = cast(sa.Table, NudgeRow.__table__)


@dataclass(frozen=True, slots=True)
class Nudge:
    """A row: a person is told of an occasion of a subject."""

    id: int
    kind: str
    key: str
    occasion: str
    person: str


_NUDGE = (NudgeRow.id, NudgeRow.kind, NudgeRow.key, NudgeRow.occasion, NudgeRow.person)


async def plan(session: AsyncSession, plans: Sequence[tuple[Matter, Plan]]) -> None:
    """Plan nudges, each once: one whose letter was sent stays as it is."""
    if not plans:
        return
    connection = await session.connection()
    # In one order, as everybody locks them: two that wait for each other cannot be.
    rows = sorted((_values(*item) for item in plans), key=lambda row: tuple(map(str, row.values())))
    await connection.execute(_plan_statement(connection.dialect.name), rows)


async def plan_one(session: AsyncSession, matter: Matter, wanted: Plan) -> int | None:
    """Plan one; its row's number, ``None`` where its letter was sent already."""
    connection = await session.connection()
    statement = _plan_statement(connection.dialect.name).returning(_TABLE.c.id)
    row_id: int | None = (await connection.execute(statement, _values(matter, wanted))).scalar_one_or_none()
    return row_id


@functools.cache
def _plan_statement(dialect: str) -> postgresql.Insert | sqlite.Insert:
    wanted = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(_TABLE)
    return wanted.on_conflict_do_update(
        index_elements=[_TABLE.c.kind, _TABLE.c.key, _TABLE.c.occasion, _TABLE.c.person],
        set_={"due_at": wanted.excluded.due_at},
        where=_TABLE.c.state == State.PLANNED,
    )


def _values(matter: Matter, wanted: Plan) -> dict[str, object]:
    return {
        "kind": matter.kind,
        "key": matter.key,
        "occasion": wanted.occasion.key,
        "person": wanted.person,
        "day": wanted.occasion.day,
        "due_at": wanted.at,
        "state": State.PLANNED,
        "letter": "",
    }


async def unplan(
    session: AsyncSession, subjects: Collection[tuple[str, str]], kept: Sequence[tuple[Matter, Plan]] = ()
) -> None:
    """Take out what is planned of subjects, by kind and key, and is not among ``kept``."""
    stays = {(item.kind, item.key, wanted.person, wanted.occasion.key) for item, wanted in kept}
    for kind in sorted({kind for kind, _ in subjects}):
        planned = await session.execute(
            sa.select(NudgeRow.id, NudgeRow.kind, NudgeRow.key, NudgeRow.person, NudgeRow.occasion)
            .where(
                NudgeRow.kind == kind,
                NudgeRow.key.in_([key for of, key in subjects if of == kind]),
                NudgeRow.state == State.PLANNED,
            )
            .with_for_update(skip_locked=True)
        )
        await take_out(session, [row_id for row_id, *which in planned if tuple(which) not in stays])


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


async def claim(session: AsyncSession, people: Collection[str], now: datetime) -> dict[str, list[Nudge]]:
    """Lock all that is due for these people; without those whom somebody else is telling right now."""
    due = sa.and_(NudgeRow.state == State.PLANNED, NudgeRow.due_at <= now)
    # Whoever has the first row of a person has the person: nobody gets one letter from two workers.
    firsts = sa.select(sa.func.min(NudgeRow.id)).where(NudgeRow.person.in_(list(people)), due)
    taken = await session.execute(
        sa.select(NudgeRow.person)
        .where(NudgeRow.id.in_(firsts.group_by(NudgeRow.person)), NudgeRow.state == State.PLANNED)
        .order_by(NudgeRow.id)
        .with_for_update(skip_locked=True)
    )
    rows = await session.execute(
        sa.select(*_NUDGE)
        .where(NudgeRow.person.in_(list(taken.scalars())), due)
        .order_by(NudgeRow.id)
        .with_for_update()
    )
    found: dict[str, list[Nudge]] = {}
    for row in rows:
        nudge = Nudge(*row)
        found.setdefault(nudge.person, []).append(nudge)
    return found


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
