"""What owners ask of the coordinator: more time, or that somebody else should do it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from reminders.deadlines.records import Owner, Request, RequestKind, RequestState
from reminders.deadlines.tables import DeadlineRow, RequestRow
from reminders.vague import VagueDate

_PLAIN: Final = {"synchronize_session": False}


async def get(session: AsyncSession, number: int) -> Request | None:
    """The request with this number."""
    return next(iter(await _where(session, RequestRow.id == number)), None)


async def waiting(
    session: AsyncSession, *, deadline: int | None = None, networks: Collection[str] | None = None
) -> list[Request]:
    """The requests on which nobody has decided, of one deadline or of these networks; oldest first."""
    wanted: list[sa.ColumnElement[bool]] = [RequestRow.state == RequestState.OPEN]
    if deadline is not None:
        wanted.append(RequestRow.deadline == deadline)
    if networks is not None:
        of = sa.select(DeadlineRow.id).where(DeadlineRow.network.in_(list(networks)))
        wanted.append(RequestRow.deadline.in_(of))
    return await _where(session, sa.and_(*wanted))


async def put(session: AsyncSession, new: Request) -> Request:
    """Store a request; one of the same kind by the same person that still waits is replaced by it."""
    await _withdraw(session, new.deadline, new.at, RequestRow.kind == new.kind, RequestRow.by == new.by)
    made = await session.execute(
        sa.insert(RequestRow)
        .values(
            deadline=new.deadline,
            kind=new.kind,
            due=new.due.code if new.due is not None else "",
            owner_kind=new.owner.kind if new.owner is not None else None,
            owner_key=new.owner.key if new.owner is not None else "",
            of_kind=new.of.kind if new.of is not None else None,
            of_key=new.of.key if new.of is not None else "",
            reason=new.reason,
            by=new.by,
            at=new.at,
            state=RequestState.OPEN,
            decided_by="",
        )
        .returning(RequestRow.id)
    )
    stored = await get(session, made.scalar_one())
    assert stored is not None  # noqa: S101 - it was stored just now
    return stored


async def decide(session: AsyncSession, number: int, state: RequestState, by: str, now: datetime) -> bool:
    """Note what was decided on a request; false where it had been decided before."""
    changed = await session.execute(
        sa.update(RequestRow)
        .where(RequestRow.id == number, RequestRow.state == RequestState.OPEN)
        .values(state=state, decided_by=by, decided_at=now)
        .returning(RequestRow.id),
        execution_options=_PLAIN,
    )
    return changed.scalar_one_or_none() is not None


async def withdraw(session: AsyncSession, deadline: int, now: datetime) -> None:
    """Nothing that was asked about a deadline waits any more: it ended."""
    await _withdraw(session, deadline, now)


async def withdraw_time(session: AsyncSession, deadline: int, now: datetime) -> None:
    """Nothing that was asked about a deadline's time waits any more: it was moved."""
    await _withdraw(session, deadline, now, RequestRow.kind == RequestKind.MORE_TIME)


async def _withdraw(
    session: AsyncSession, deadline: int, now: datetime, *which: sa.ColumnElement[bool]
) -> None:
    await session.execute(
        sa.update(RequestRow)
        .where(RequestRow.deadline == deadline, RequestRow.state == RequestState.OPEN, *which)
        .values(state=RequestState.WITHDRAWN, decided_at=now),
        execution_options=_PLAIN,
    )


async def _where(session: AsyncSession, condition: sa.ColumnElement[bool]) -> list[Request]:
    columns = RequestRow.__table__.c
    rows = await session.execute(sa.select(*columns).where(condition).order_by(RequestRow.id))
    return [_read(row) for row in rows]


def _read(row: sa.Row[Any]) -> Request:
    return Request(
        number=row.id,
        deadline=row.deadline,
        kind=row.kind,
        by=row.by,
        at=row.at,
        reason=row.reason,
        due=VagueDate.of_code(row.due) if row.due else None,
        owner=Owner(row.owner_kind, row.owner_key) if row.owner_kind is not None else None,
        of=Owner(row.of_kind, row.of_key) if row.of_kind is not None else None,
        state=row.state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
