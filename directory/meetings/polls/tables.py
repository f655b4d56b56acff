"""The tables of polls."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, Json, one_of
from directory.meetings.polls.records import State, Vote
from directory.meetings.records import UnitKind


class PollRow(Base):
    """Table ``poll``. ``starts`` are wall times in ``zone`` as ISO 8601 has them, in order."""

    __tablename__ = "poll"
    __table_args__ = (sa.Index("ix_poll_state_closes_at", "state", "closes_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    network: Mapped[str] = mapped_column(sa.ForeignKey("network.code"))
    titles: Mapped[dict[str, str]] = mapped_column(Json)
    zone: Mapped[str] = mapped_column(sa.String(64))
    starts: Mapped[list[str]] = mapped_column(Json)
    minutes: Mapped[int]
    close_on: Mapped[date] = mapped_column(sa.Date)
    closes_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[State] = mapped_column(one_of(State, "state"))
    version: Mapped[int] = mapped_column(default=0)
    chosen: Mapped[int] = mapped_column(default=0)
    meeting: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id"))
    created_by: Mapped[str] = mapped_column(sa.String(32), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)


class PollUnitRow(Base):
    """Table ``poll_unit``: who is expected to vote."""

    __tablename__ = "poll_unit"

    poll: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"), primary_key=True)
    kind: Mapped[UnitKind] = mapped_column(one_of(UnitKind, "kind"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


class VoteRow(Base):
    """Table ``poll_vote``: what a unit says of a slot, at most one row for each."""

    __tablename__ = "poll_vote"

    poll: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"), primary_key=True)
    kind: Mapped[UnitKind] = mapped_column(one_of(UnitKind, "kind"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    vote: Mapped[Vote] = mapped_column(one_of(Vote, "vote"))
    by: Mapped[str] = mapped_column(sa.String(32), default="")
    on_behalf: Mapped[bool] = mapped_column(default=False)
    voted_at: Mapped[datetime] = mapped_column(Instant)


class PollRoomRow(Base):
    """Table ``poll_room``: in which rooms a poll is shown, and the card that stands there.

    The columns are those of ``meeting_room``.
    """

    __tablename__ = "poll_room"

    poll: Mapped[int] = mapped_column(sa.ForeignKey("poll.id"), primary_key=True)
    room: Mapped[int] = mapped_column(sa.ForeignKey("room.id"), primary_key=True)
    delivery: Mapped[str] = mapped_column(sa.String(36), default="")
    message: Mapped[str] = mapped_column(sa.String(120), default="")
    shown: Mapped[int] = mapped_column(default=-1)
