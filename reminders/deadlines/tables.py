"""The tables of deadlines. People stand in them by their key alone, and erasing one empties it."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, Json, one_of
from reminders.deadlines.records import OwnerKind, RequestKind, RequestState, SourceKind, State
from reminders.vague import CODE_LENGTH


class SeriesRow(Base):
    """Table ``deadline_series``: ``cancelled`` holds ISO dates."""

    __tablename__ = "deadline_series"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    rule: Mapped[str] = mapped_column(sa.String(200))
    start: Mapped[date] = mapped_column(sa.Date)
    cancelled: Mapped[list[str]] = mapped_column(Json)
    ended: Mapped[bool] = mapped_column(default=False)


class DeadlineRow(Base):
    """Table ``deadline``. No number is used twice. ``due_first`` and ``due_last`` follow from ``due``."""

    __tablename__ = "deadline"
    __table_args__ = (
        sa.Index("ix_deadline_state_due_last", "state", "due_last"),
        sa.Index("ix_deadline_network_state_due_last", "network", "state", "due_last"),
        sa.Index("ix_deadline_state_ended_at", "state", "ended_at"),
        sa.UniqueConstraint("series", "occurrence"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    network: Mapped[str] = mapped_column(sa.ForeignKey("network.code"))
    titles: Mapped[dict[str, str]] = mapped_column(Json)
    descriptions: Mapped[dict[str, str]] = mapped_column(Json)
    due: Mapped[str] = mapped_column(sa.String(CODE_LENGTH))
    due_first: Mapped[date] = mapped_column(sa.Date)
    due_last: Mapped[date] = mapped_column(sa.Date)
    planned: Mapped[str] = mapped_column(sa.String(CODE_LENGTH))
    state: Mapped[State] = mapped_column(one_of(State, "state"), default=State.OPEN)
    source_kind: Mapped[SourceKind] = mapped_column(one_of(SourceKind, "source_kind"))
    source_key: Mapped[str] = mapped_column(sa.String(64), default="")
    source_text: Mapped[dict[str, str]] = mapped_column(Json)
    lead: Mapped[list[int]] = mapped_column(Json)
    overdue: Mapped[list[int]] = mapped_column(Json)
    after: Mapped[int | None] = mapped_column(sa.ForeignKey("deadline.id"), index=True)
    series: Mapped[int | None] = mapped_column(sa.ForeignKey("deadline_series.id"))
    occurrence: Mapped[date | None] = mapped_column(sa.Date)
    created_by: Mapped[str] = mapped_column(sa.String(32), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    done_on: Mapped[date | None] = mapped_column(sa.Date)
    done_by: Mapped[str] = mapped_column(sa.String(32), default="")
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class OwnerRow(Base):
    """Table ``deadline_owner``, in order."""

    __tablename__ = "deadline_owner"
    __table_args__ = (sa.Index("ix_deadline_owner_kind_key", "kind", "key"),)

    deadline: Mapped[int] = mapped_column(sa.ForeignKey("deadline.id"), primary_key=True)
    kind: Mapped[OwnerKind] = mapped_column(one_of(OwnerKind, "kind"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    position: Mapped[int]


class EvidenceRow(Base):
    """Table ``deadline_evidence``: a note, a link, a file of at most a megabyte."""

    __tablename__ = "deadline_evidence"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    deadline: Mapped[int] = mapped_column(sa.ForeignKey("deadline.id"), index=True)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    link: Mapped[str] = mapped_column(sa.String(400), default="")
    file_name: Mapped[str] = mapped_column(sa.String(200), default="")
    media_type: Mapped[str] = mapped_column(sa.String(120), default="")
    size: Mapped[int] = mapped_column(default=0)
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    by: Mapped[str] = mapped_column(sa.String(32), default="", index=True)
    at: Mapped[datetime] = mapped_column(Instant)


class SnoozeRow(Base):
    """Table ``deadline_snooze``: until which day one person is not reminded of one deadline."""

    __tablename__ = "deadline_snooze"

    deadline: Mapped[int] = mapped_column(sa.ForeignKey("deadline.id"), primary_key=True)
    person: Mapped[str] = mapped_column(sa.String(32), primary_key=True, index=True)
    until: Mapped[date] = mapped_column(sa.Date)


class RequestRow(Base):
    """Table ``deadline_request``: more time, or another owner; a coordinator decides."""

    __tablename__ = "deadline_request"
    __table_args__ = (sa.Index("ix_deadline_request_deadline_state", "deadline", "state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    deadline: Mapped[int] = mapped_column(sa.ForeignKey("deadline.id"))
    kind: Mapped[RequestKind] = mapped_column(one_of(RequestKind, "kind"))
    due: Mapped[str] = mapped_column(sa.String(CODE_LENGTH), default="")
    owner_kind: Mapped[OwnerKind | None] = mapped_column(one_of(OwnerKind, "owner_kind"))
    owner_key: Mapped[str] = mapped_column(sa.String(32), default="")
    of_kind: Mapped[OwnerKind | None] = mapped_column(one_of(OwnerKind, "of_kind"))
    of_key: Mapped[str] = mapped_column(sa.String(32), default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    by: Mapped[str] = mapped_column(sa.String(32), default="", index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[RequestState] = mapped_column(one_of(RequestState, "state"), default=RequestState.OPEN)
    decided_by: Mapped[str] = mapped_column(sa.String(32), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
