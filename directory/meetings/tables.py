"""The tables of meetings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, Json, one_of
from directory.meetings.records import Answer, QuorumKind, Seat, State, UnitKind


class MeetingRow(Base):
    """Table ``meeting``. The wall times are what was agreed; the instants are derived from them."""

    __tablename__ = "meeting"
    __table_args__ = (
        sa.Index("ix_meeting_network_starts_at", "network", "starts_at"),
        sa.Index("ix_meeting_state_announce_at", "state", "announce_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(sa.String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    network: Mapped[str] = mapped_column(sa.ForeignKey("network.code"))
    titles: Mapped[dict[str, str]] = mapped_column(Json)
    start_local: Mapped[datetime] = mapped_column(sa.DateTime)
    end_local: Mapped[datetime] = mapped_column(sa.DateTime)
    zone: Mapped[str] = mapped_column(sa.String(64))
    fold: Mapped[int] = mapped_column(default=0)
    end_fold: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime] = mapped_column(Instant, index=True)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[State] = mapped_column(one_of(State, "state"))
    places: Mapped[dict[str, str]] = mapped_column(Json)
    link: Mapped[str] = mapped_column(sa.Text, default="")
    host: Mapped[str] = mapped_column(sa.String(64), default="")
    languages: Mapped[list[str]] = mapped_column(Json)
    interpretation: Mapped[bool] = mapped_column(default=False)
    agenda: Mapped[list[dict[str, str]]] = mapped_column(Json)
    documents: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    quorum: Mapped[QuorumKind] = mapped_column(one_of(QuorumKind, "quorum"))
    quorum_number: Mapped[int] = mapped_column(default=0)
    capacity: Mapped[int] = mapped_column(default=0)
    answer_by: Mapped[date | None] = mapped_column(sa.Date)
    proxies: Mapped[bool] = mapped_column(default=False)
    project: Mapped[str] = mapped_column(sa.String(40), default="")
    series: Mapped[str] = mapped_column(sa.String(80), default="", index=True)
    minutes: Mapped[str] = mapped_column(sa.Text, default="")
    created_by: Mapped[str] = mapped_column(sa.String(32), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    announce_at: Mapped[datetime | None] = mapped_column(Instant)
    announced_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_at: Mapped[datetime | None] = mapped_column(Instant)


class UnitRow(Base):
    """Table ``meeting_unit``: who is expected."""

    __tablename__ = "meeting_unit"
    __table_args__ = (sa.Index("ix_meeting_unit_key", "key", "kind"),)

    meeting: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    kind: Mapped[UnitKind] = mapped_column(one_of(UnitKind, "kind"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


class ReplyRow(Base):
    """Table ``meeting_reply``: what each unit has answered, at most one row for each."""

    __tablename__ = "meeting_reply"
    __table_args__ = (sa.Index("ix_meeting_reply_seat", "seat", "offered_until"),)

    meeting: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    kind: Mapped[UnitKind] = mapped_column(one_of(UnitKind, "kind"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    answer: Mapped[Answer] = mapped_column(one_of(Answer, "answer"))
    by: Mapped[str] = mapped_column(sa.String(32), default="")
    answered_at: Mapped[datetime] = mapped_column(Instant)
    on_behalf: Mapped[bool] = mapped_column(default=False)
    late: Mapped[bool] = mapped_column(default=False)
    seat: Mapped[Seat] = mapped_column(one_of(Seat, "seat"))
    waiting_from: Mapped[datetime | None] = mapped_column(Instant)
    offered_until: Mapped[datetime | None] = mapped_column(Instant)
    delegate: Mapped[str] = mapped_column(sa.String(32), default="")
    delegate_name: Mapped[str] = mapped_column(sa.String(160), default="")
    size: Mapped[int] = mapped_column(default=1)
    names: Mapped[list[str]] = mapped_column(Json)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    proxy: Mapped[str] = mapped_column(sa.String(80), default="")
    checked_in_at: Mapped[datetime | None] = mapped_column(Instant)


class RequestRow(Base):
    """Table ``meeting_request``: which units asked to be expected; the coordination is told once of each."""

    __tablename__ = "meeting_request"

    meeting: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    kind: Mapped[UnitKind] = mapped_column(one_of(UnitKind, "kind"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


class RoomCardRow(Base):
    """Table ``meeting_room``: in which rooms a meeting is announced, and the card that stands there.

    ``delivery`` is the key of the outbox row that posted the card, ``message`` the platform's id of it once
    known, ``shown`` the version of the meeting that was put on it last.
    """

    __tablename__ = "meeting_room"

    meeting: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    room: Mapped[int] = mapped_column(sa.ForeignKey("room.id"), primary_key=True)
    delivery: Mapped[str] = mapped_column(sa.String(36), default="")
    message: Mapped[str] = mapped_column(sa.String(120), default="")
    shown: Mapped[int] = mapped_column(default=-1)
