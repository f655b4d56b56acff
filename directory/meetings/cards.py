"""Cards in rooms that follow what they show: which are to be posted, which show what is no longer so.

A meeting is shown so, and a poll; each has a table of its own with the same columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.meetings.polls.records import State as PollState
from directory.meetings.polls.tables import PollRoomRow, PollRow
from directory.meetings.records import State
from directory.meetings.tables import MeetingRow, RoomCardRow

#: The cards of meetings that began longer ago are left as they are, and of polls that closed longer ago.
RENEWED: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class RoomCard:
    """A card in a room: the number of what it shows, the message that it stands in, the version shown.

    ``delivery`` is the key of what was sent last for it, empty where nothing was; ``message`` the platform's
    id of the message, empty until it is known. ``shown`` is -1 where nothing was.
    """

    subject: int
    room: int
    delivery: str = ""
    message: str = ""
    shown: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Cards:
    """The cards of one kind of subject. ``subject`` is the column of ``rows`` that names it.

    ``current`` are the subjects that rooms are shown.
    """

    rows: type[RoomCardRow] | type[PollRoomRow]
    subject: sa.orm.InstrumentedAttribute[int]
    subjects: type[MeetingRow] | type[PollRow]
    current: Callable[[datetime], sa.ColumnElement[bool]]

    async def outdated(self, session: AsyncSession, now: datetime, limit: int = 500) -> list[RoomCard]:
        """Cards of subjects that have changed since, or that are not posted yet; the oldest first."""
        chosen = (
            self._selected()
            .join(self.subjects, self.subjects.id == self.subject)
            .where(self.current(now), self.rows.shown < self.subjects.version)
            .order_by(self.subject, self.rows.room)
            .limit(limit)
        )
        return [RoomCard(*row) for row in await session.execute(chosen)]

    async def of(self, session: AsyncSession, number: int) -> list[RoomCard]:
        """All cards of a subject, those too that are not posted yet; by room."""
        chosen = self._selected().where(self.subject == number).order_by(self.rows.room)
        return [RoomCard(*row) for row in await session.execute(chosen)]

    async def save(self, session: AsyncSession, card: RoomCard) -> None:
        """Store what became of a card."""
        await session.execute(
            sa.update(self.rows)
            .where(self.subject == card.subject, self.rows.room == card.room)
            .values(delivery=card.delivery, message=card.message, shown=card.shown),
            execution_options={"synchronize_session": False},
        )

    def _selected(self) -> sa.Select[int, int, str, str, int]:
        rows = self.rows
        return sa.select(self.subject, rows.room, rows.delivery, rows.message, rows.shown)


MEETINGS: Final = Cards(
    RoomCardRow,
    RoomCardRow.meeting,
    MeetingRow,
    lambda now: sa.and_(
        MeetingRow.announced_at.is_not(None),
        MeetingRow.state.in_((State.ANNOUNCED, State.CANCELLED)),
        MeetingRow.starts_at > now - RENEWED,
    ),
)
POLLS: Final = Cards(
    PollRoomRow,
    PollRoomRow.poll,
    PollRow,
    lambda now: sa.and_(
        PollRow.opened_at.is_not(None), PollRow.state != PollState.DRAFT, PollRow.closes_at > now - RENEWED
    ),
)
