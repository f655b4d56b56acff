"""Who wants quiet: the nudges and mentions that a person does without, for good or until a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from reminders.nudging.tables import QuietKind, QuietRow

_PLAIN = {"synchronize_session": False}


async def of(session: AsyncSession, person: str, day: date) -> dict[QuietKind, date | None]:
    """What a person does without on a day, with the last day of it; ``None`` for good."""
    rows = await session.execute(
        sa.select(QuietRow.kind, QuietRow.until).where(QuietRow.person == person, _holds(day))
    )
    return dict(rows.all())


async def among(session: AsyncSession, people: Collection[str], kind: QuietKind, day: date) -> frozenset[str]:
    """Those of these people who do without it on a day."""
    if not people:
        return frozenset()
    rows = await session.execute(
        sa.select(QuietRow.person).where(
            QuietRow.person.in_(list(people)), QuietRow.kind == kind, _holds(day)
        )
    )
    return frozenset(rows.scalars())


def _holds(day: date) -> sa.ColumnElement[bool]:
    return sa.or_(QuietRow.until.is_(None), QuietRow.until >= day)


async def hush(session: AsyncSession, person: str, kind: QuietKind, until: date | None) -> None:
    """A person does without something, through a day or for good."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    await session.execute(
        insert(QuietRow)
        .values(person=person, kind=kind, until=until)
        .on_conflict_do_update(index_elements=[QuietRow.person, QuietRow.kind], set_={"until": until})
    )


async def end(session: AsyncSession, person: str, kind: QuietKind) -> None:
    """They want it again."""
    await session.execute(
        sa.delete(QuietRow).where(QuietRow.person == person, QuietRow.kind == kind), execution_options=_PLAIN
    )
