"""The table of digests: one row for a room and day makes that the room is written to once."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, Json, one_of


class Kind(enum.StrEnum):
    """What a room is told on a day."""

    DAILY = "daily"
    """What falls on an occasion on that day."""
    WEEKLY = "weekly"
    """How things stand, on Monday in place of the daily one."""
    CATCH_UP = "catch_up"
    """How things stand after days on which nobody could be told, in place of the daily one."""


class DigestRow(Base):
    """Table ``room_digest``.

    ``subjects`` are the codes of what the message lists; ``messages`` is 0 where there was nothing to say.
    """

    __tablename__ = "room_digest"
    __table_args__ = (sa.UniqueConstraint("room", "day"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    room: Mapped[int] = mapped_column(sa.ForeignKey("room.id", ondelete="CASCADE"))
    day: Mapped[date] = mapped_column(sa.Date)
    kind: Mapped[Kind] = mapped_column(one_of(Kind, "kind"))
    network: Mapped[str] = mapped_column(sa.String(16))
    subjects: Mapped[list[str]] = mapped_column(Json)
    messages: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(Instant, index=True)
