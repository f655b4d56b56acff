"""What rooms are still to be told of a meeting, in one line each; the row goes with the telling."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, one_of
from directory.meetings.when import When


class Notice(enum.StrEnum):
    """What happened to an announced meeting."""

    MOVED = "moved"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    RESTORED = "restored"


class NoticeRow(Base):
    """Table ``meeting_notice``. The earlier wall times are those of what was moved."""

    __tablename__ = "meeting_notice"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    meeting: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"))
    kind: Mapped[Notice] = mapped_column(one_of(Notice, "kind"))
    at: Mapped[datetime] = mapped_column(Instant)
    start_local: Mapped[datetime | None] = mapped_column(sa.DateTime)
    end_local: Mapped[datetime | None] = mapped_column(sa.DateTime)
    zone: Mapped[str] = mapped_column(sa.String(64), default="")


@dataclass(frozen=True, slots=True)
class Pending:
    """One thing to be told: of which meeting, and when it was before where it was moved."""

    meeting: int
    kind: Notice
    before: When | None


async def put(session: AsyncSession, meeting: int, kind: Notice, now: datetime, before: When | None) -> None:
    """Let rooms be told. What was still to be told of the meeting is told by this: only the latest counts.

    Of several moves the time before the first is kept.
    """
    earlier = await _take(session, NoticeRow.meeting == meeting)
    first = next((item.before for item in earlier if item.before is not None), None)
    was = first or before
    await session.execute(
        sa.insert(NoticeRow).values(
            meeting=meeting,
            kind=kind,
            at=now,
            start_local=was.start if was is not None else None,
            end_local=was.end if was is not None else None,
            zone=was.zone if was is not None else "",
        )
    )


async def waiting(session: AsyncSession) -> bool:
    """Whether anything is to be told."""
    return (await session.execute(sa.select(NoticeRow.id).limit(1))).first() is not None


async def take(session: AsyncSession) -> list[Pending]:
    """Take out what is to be told, the oldest first; whoever takes it tells it in the same transaction."""
    return await _take(session, sa.true())


async def _take(session: AsyncSession, which: sa.ColumnElement[bool]) -> list[Pending]:
    rows = await session.execute(
        sa.delete(NoticeRow)
        .where(which)
        .returning(
            NoticeRow.id,
            NoticeRow.meeting,
            NoticeRow.kind,
            NoticeRow.start_local,
            NoticeRow.end_local,
            NoticeRow.zone,
        ),
        execution_options={"synchronize_session": False},
    )
    return [
        Pending(meeting, kind, When(start, end, zone) if start is not None and end is not None else None)
        for _, meeting, kind, start, end, zone in sorted(rows, key=lambda row: row[0])
    ]
