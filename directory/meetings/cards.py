"""The cards of meetings in rooms: which are to be posted, which show something that is no longer so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.meetings.records import State
from directory.meetings.tables import MeetingRow, RoomCardRow

#: The cards of meetings that began longer ago are left as they are.
RENEWED: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class RoomCard:
    """A meeting's card in a room: the message that it stands in, and the version that it shows.

    ``delivery`` is the key of what was sent last for it, empty where nothing was; ``message`` the platform's
    id of the message, empty until it is known. ``shown`` is -1 where nothing was.
    """

    meeting: int
    room: int
    delivery: str = ""
    message: str = ""
    shown: int = -1


async def outdated(session: AsyncSession, now: datetime, limit: int = 500) -> list[RoomCard]:
    """Cards of meetings that have changed since, or that are not posted yet; the oldest meetings first."""
    rows = await session.execute(
        sa.select(
            RoomCardRow.meeting,
            RoomCardRow.room,
            RoomCardRow.delivery,
            RoomCardRow.message,
            RoomCardRow.shown,
        )
        .join(MeetingRow, MeetingRow.id == RoomCardRow.meeting)
        .where(
            MeetingRow.announced_at.is_not(None),
            MeetingRow.state.in_((State.ANNOUNCED, State.CANCELLED)),
            MeetingRow.starts_at > now - RENEWED,
            RoomCardRow.shown < MeetingRow.version,
        )
        .order_by(RoomCardRow.meeting, RoomCardRow.room)
        .limit(limit)
    )
    return [RoomCard(*row) for row in rows]


async def of_meeting(session: AsyncSession, meeting: int) -> list[RoomCard]:
    """All cards of a meeting, those too that are not posted yet; by room."""
    rows = await session.execute(
        sa.select(
            RoomCardRow.meeting,
            RoomCardRow.room,
            RoomCardRow.delivery,
            RoomCardRow.message,
            RoomCardRow.shown,
        )
        .where(RoomCardRow.meeting == meeting)
        .order_by(RoomCardRow.room)
    )
    return [RoomCard(*row) for row in rows]


async def save(session: AsyncSession, card: RoomCard) -> None:
    """Store what became of a card."""
    await session.execute(
        sa.update(RoomCardRow)
        .where(RoomCardRow.meeting == card.meeting, RoomCardRow.room == card.room)
        .values(delivery=card.delivery, message=card.message, shown=card.shown),
        execution_options={"synchronize_session": False},
    )
