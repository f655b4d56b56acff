"""What became of backups: one row a backup, so that several workers make the nightly one once."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, one_of

#: A nightly backup that failed is tried again after so long.
RETRY: Final = timedelta(hours=1)
#: A backup that has been under way for longer was left by a process that ended.
PATIENCE: Final = timedelta(hours=6)
#: What is remembered of backups is forgotten after so long.
KEEP: Final = timedelta(days=400)
_PLAIN: Final = {"synchronize_session": False}


class RunState(enum.StrEnum):
    """Where a backup stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class BackupRow(Base):
    """Table ``backup_run``. ``day`` is the day of a nightly backup, nothing for one made by hand."""

    __tablename__ = "backup_run"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    day: Mapped[date | None] = mapped_column(unique=True)
    state: Mapped[RunState] = mapped_column(one_of(RunState, "state"), default=RunState.RUNNING)
    worker: Mapped[str] = mapped_column(sa.String(64), default="")
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    name: Mapped[str] = mapped_column(sa.String(160), default="")
    size: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rows: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    reason: Mapped[str] = mapped_column(sa.String(200), default="")


@dataclass(frozen=True, slots=True)
class Run:
    """A backup: when it was made, its file's name and size in bytes, how many rows it holds.

    ``reason`` is why it failed; empty where it did not.
    """

    state: RunState
    started_at: datetime
    finished_at: datetime | None
    name: str
    size: int
    rows: int
    reason: str = ""


_RUN: Final = (
    BackupRow.state,
    BackupRow.started_at,
    BackupRow.finished_at,
    BackupRow.name,
    BackupRow.size,
    BackupRow.rows,
    BackupRow.reason,
)


async def last_good(session: AsyncSession) -> Run | None:
    """The newest backup that succeeded, nightly or by hand, or ``None``."""
    return await _newest(session, BackupRow.state == RunState.DONE)


async def last(session: AsyncSession) -> Run | None:
    """The newest backup that ended, whatever became of it, or ``None``."""
    return await _newest(session, BackupRow.state != RunState.RUNNING)


async def _newest(session: AsyncSession, condition: sa.ColumnElement[bool]) -> Run | None:
    found = await session.execute(
        sa.select(*_RUN).where(condition).order_by(BackupRow.finished_at.desc(), BackupRow.id.desc()).limit(1)
    )
    row = found.one_or_none()
    return Run(*row) if row is not None else None


async def begin(session: AsyncSession, worker: str, now: datetime) -> int:
    """Note that a backup is made by hand; returns its number."""
    made = await session.execute(
        sa.insert(BackupRow).values(worker=worker, started_at=now).returning(BackupRow.id)
    )
    return made.scalar_one()


async def claim(
    session: AsyncSession, day: date, worker: str, now: datetime, has_died: Callable[[str], bool]
) -> int | None:
    """Take the nightly backup of a day upon oneself; its number, or ``None`` where nothing is to be done.

    That is: somebody makes it or has made it, or it failed less than :data:`RETRY` ago.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = await session.execute(
        insert(BackupRow)
        .values(
            day=day, worker=worker, state=RunState.RUNNING, started_at=now, name="", size=0, rows=0, reason=""
        )
        .on_conflict_do_nothing(index_elements=[BackupRow.day])
        .returning(BackupRow.id)
    )
    if (number := made.scalar_one_or_none()) is not None:
        return number
    found = await session.execute(
        sa.select(
            BackupRow.id, BackupRow.state, BackupRow.worker, BackupRow.started_at, BackupRow.finished_at
        )
        .where(BackupRow.day == day)
        .with_for_update()
    )
    number, state, holder, started_at, finished_at = found.one()
    failed = state is RunState.FAILED and (finished_at is None or finished_at <= now - RETRY)
    left = state is RunState.RUNNING and (started_at <= now - PATIENCE or has_died(holder))
    if not failed and not left:
        return None
    await session.execute(
        sa.update(BackupRow)
        .where(BackupRow.id == number)
        .values(state=RunState.RUNNING, worker=worker, started_at=now, finished_at=None),
        execution_options=_PLAIN,
    )
    return number


async def succeeded(
    session: AsyncSession, number: int, now: datetime, name: str, size: int, rows: int
) -> None:
    """A backup is made: its file's name, its size in bytes and its rows."""
    values = {"name": name[:160], "size": size, "rows": rows, "reason": ""}
    await _end(session, number, RunState.DONE, now, values)


async def failed(session: AsyncSession, number: int, now: datetime, reason: str) -> bool:
    """A backup failed; whether it is the first to fail since one succeeded, so that it is worth telling."""
    before = await last(session)
    repeated = before is not None and before.state is RunState.FAILED
    known = await session.execute(sa.select(BackupRow.reason).where(BackupRow.id == number))
    repeated |= bool(known.scalar_one_or_none())
    await _end(session, number, RunState.FAILED, now, {"reason": reason[:200] or "unknown"})
    return not repeated


async def _end(
    session: AsyncSession, number: int, state: RunState, now: datetime, values: dict[str, object]
) -> None:
    await session.execute(
        sa.update(BackupRow).where(BackupRow.id == number).values(state=state, finished_at=now, **values),
        execution_options=_PLAIN,
    )


async def drop_unfinished(session: AsyncSession) -> None:
    """Forget backups that are under way, as a restored database does: its own was never noted as made."""
    await session.execute(
        sa.delete(BackupRow).where(BackupRow.state == RunState.RUNNING), execution_options=_PLAIN
    )


async def prune(session: AsyncSession, now: datetime) -> None:
    """Forget what became of very old backups."""
    await session.execute(
        sa.delete(BackupRow).where(BackupRow.finished_at < now - KEEP), execution_options=_PLAIN
    )
