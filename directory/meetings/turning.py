"""Meetings whose hour has struck: what is shown of them is different from then on, by itself."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.meetings.records import State
from directory.meetings.tables import MeetingRow, RoomCardRow


async def turned(session: AsyncSession, since: datetime, until: datetime) -> list[int]:
    """The announced meetings with cards in rooms that began or ended after ``since``, up to ``until``."""
    rows = await session.execute(
        sa.select(MeetingRow.id)
        .where(
            MeetingRow.state == State.ANNOUNCED,
            sa.or_(
                sa.and_(MeetingRow.starts_at > since, MeetingRow.starts_at <= until),
                sa.and_(MeetingRow.ends_at > since, MeetingRow.ends_at <= until),
            ),
            sa.exists().where(RoomCardRow.meeting == MeetingRow.id),
        )
        .order_by(MeetingRow.id)
    )
    return list(rows.scalars())
