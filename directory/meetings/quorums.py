"""What the coordination is told of quorums: that one is reached, in danger, or lost again; each once."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, Instant, one_of
from directory.meetings import reading
from directory.meetings.records import Meeting, QuorumKind, State, Tally
from directory.meetings.tables import MeetingRow

#: A quorum that is not reached is in danger from so long before the last day for answers on.
DANGER: Final = timedelta(days=3)


class Told(enum.StrEnum):
    """What the coordination was told last."""

    REACHED = "reached"
    IN_DANGER = "in_danger"
    LOST = "lost"
    """It had been reached."""


class QuorumRow(Base):
    """Table ``meeting_quorum``: what was told last of a meeting's quorum, and when."""

    __tablename__ = "meeting_quorum"

    meeting: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    told: Mapped[Told] = mapped_column(one_of(Told, "told"))
    at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told of a meeting."""

    meeting: Meeting
    tally: Tally
    told: Told


def next_to_tell(before: Told | None, *, reached: bool, near: bool) -> Told | None:
    """What is to be told after ``before``; ``near``: the last day for answers is. ``None``: nothing new."""
    if reached:
        return Told.REACHED if before is not Told.REACHED else None
    if before is Told.REACHED:
        return Told.LOST
    return Told.IN_DANGER if near and before is None else None


async def news(session: AsyncSession, now: datetime) -> list[News]:
    """What is to be told of coming meetings, in the order of their numbers."""
    wanted = await session.scalars(
        sa.select(MeetingRow.id)
        .where(
            MeetingRow.state == State.ANNOUNCED,
            MeetingRow.starts_at > now,
            MeetingRow.quorum != QuorumKind.NONE,
        )
        .order_by(MeetingRow.id)
    )
    found = await reading.several(session, list(wanted))
    rows: sa.Result[int, Told] = await session.execute(
        sa.select(QuorumRow.meeting, QuorumRow.told).where(QuorumRow.meeting.in_(list(found)))
    )
    before = dict(rows.all())
    expected = await reading.expected_at(session, found)
    answered = await reading.replies_to(session, found)
    told = []
    for number, meeting in sorted(found.items()):
        tally = reading.count(expected[number], answered[number].values())
        reached = tally.coming >= meeting.quorum.needed(tally.expected)
        near = now.astimezone(ZoneInfo(meeting.when.zone)).date() >= meeting.last_day - DANGER
        state = next_to_tell(before.get(number), reached=reached, near=near)
        if state is not None:
            told.append(News(meeting, tally, state))
    return told


async def take(session: AsyncSession, now: datetime) -> list[News]:
    """What is to be told, noted as told; whoever takes it tells it in the same transaction."""
    taken = []
    for first in await news(session, now):
        # Another worker may have been faster: it is looked at once more behind the meeting's lock.
        await reading.get(session, first.meeting.number, locked=True)
        for item in await news(session, now):
            if item.meeting.number == first.meeting.number:
                await _note(session, item, now)
                taken.append(item)
    return taken


async def _note(session: AsyncSession, item: News, now: datetime) -> None:
    number = item.meeting.number
    await session.execute(
        sa.delete(QuorumRow).where(QuorumRow.meeting == number),
        execution_options={"synchronize_session": False},
    )
    await session.execute(sa.insert(QuorumRow).values(meeting=number, told=item.told, at=now))
