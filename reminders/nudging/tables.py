"""The tables of nudges. People stand in them by their key alone, and erasing one takes their rows out."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, one_of


class State(enum.StrEnum):
    """Where a nudge stands. One that is no longer owed is taken out: it never was."""

    PLANNED = "planned"
    SENT = "sent"
    """Its letter is in the outbox."""


class QuietKind(enum.StrEnum):
    """What a person can do without."""

    NUDGES = "nudges"
    """Letters that remind them."""
    DIGESTS = "digests"
    """Being mentioned in the digests of rooms."""


class WatchRow(Base):
    """Table ``nudge_watch``: when it is next looked at whether a subject has nudges to be planned.

    ``since``: what came before it is not told of, whatever the subject says.
    """

    __tablename__ = "nudge_watch"

    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    look_at: Mapped[datetime] = mapped_column(Instant, index=True)
    since: Mapped[datetime | None] = mapped_column(Instant)


class NudgeRow(Base):
    """Table ``nudge``: a person is told of an occasion of a subject, once. ``letter`` is the letter's key."""

    __tablename__ = "nudge"
    __table_args__ = (
        sa.UniqueConstraint("kind", "key", "occasion", "person"),
        sa.Index("ix_nudge_state_due_at", "state", "due_at"),
        sa.Index("ix_nudge_person_state", "person", "state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    key: Mapped[str] = mapped_column(sa.String(32))
    occasion: Mapped[str] = mapped_column(sa.String(32))
    day: Mapped[date] = mapped_column(sa.Date)
    person: Mapped[str] = mapped_column(sa.String(32))
    due_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[State] = mapped_column(one_of(State, "state"), default=State.PLANNED)
    letter: Mapped[str] = mapped_column(sa.String(36), default="", index=True)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)


class QuietRow(Base):
    """Table ``quiet``: what a person does without, and the last day of it; ``None`` for good."""

    __tablename__ = "quiet"

    person: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    kind: Mapped[QuietKind] = mapped_column(one_of(QuietKind, "kind"), primary_key=True)
    until: Mapped[date | None] = mapped_column(sa.Date)
