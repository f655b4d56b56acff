"""What the outbox holds: its table, a message to be, a claimed row."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, one_of
from reminders.accounts import Accounts


class State(enum.StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    DROPPED = "dropped"
    """Not sent, because what it says was no longer to be said."""


class Priority(enum.IntEnum):
    """What goes first; within a place only an answer passes what was put there before it."""

    ANSWER = 0
    """An answer to somebody who waits for it."""
    LETTER = 1
    """A message of the program's own to a person."""
    AUTOMATIC = 2
    """A message of the program's own to a room."""


UNSETTLED: Final = (State.QUEUED, State.CLAIMED, State.SENDING)


class OutboxRow(Base):
    """Table ``outbox``."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_destination", "platform", "account", "destination", "state", "id"),
        sa.Index("ix_outbox_state", "state", "platform", "account", "priority", "id"),
        sa.Index("ix_outbox_finished_at", "finished_at"),
        sa.Index(
            "ix_outbox_automatic",
            "platform",
            "account",
            "destination",
            "finished_at",
            sqlite_where=sa.text("priority = 2"),
            postgresql_where=sa.text("priority = 2"),
        ),
        sa.Index("uq_outbox_repeats", "repeats", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(36), unique=True)
    platform: Mapped[str] = mapped_column(sa.String(32))
    account: Mapped[str] = mapped_column(sa.String(64))
    destination: Mapped[str] = mapped_column(sa.String(64))
    body: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[State] = mapped_column(one_of(State, "state"), default=State.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(Instant)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    worker: Mapped[str] = mapped_column(sa.String(64), default="")
    reason: Mapped[str] = mapped_column(sa.String(120), default="")
    receipt: Mapped[str] = mapped_column(sa.String(120), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    priority: Mapped[int] = mapped_column(sa.SmallInteger, server_default="0")
    guard: Mapped[str] = mapped_column(sa.String(160), server_default="")
    coalesce: Mapped[str] = mapped_column(sa.String(160), server_default="")
    told: Mapped[bool] = mapped_column(server_default=sa.false())
    repeats: Mapped[int | None] = mapped_column(sa.BigInteger)


TABLE: Final = cast(sa.Table, OutboxRow.__table__)
COLUMNS: Final = TABLE.c


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be: where it goes (``destination`` is the platform's place id) and its opaque body.

    ``guard`` names what must still hold when it is sent (``"deadline:D-12:PERSON"``); where it does not, the
    message is dropped. ``coalesce``: of the messages to a place that have the same one, which is not empty,
    only the latest that waits is sent. ``repeats`` is the number of a delivery in doubt that this one says
    once more; no delivery is repeated twice. ``key`` is what the row is to be known by, a UUID; one is made
    where it is empty.
    """

    platform: str
    account: str
    destination: str
    body: str
    priority: Priority = Priority.ANSWER
    guard: str = ""
    coalesce: str = ""
    repeats: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed row."""

    id: int
    key: str
    platform: str
    account: str
    destination: str
    body: str
    attempts: int
    created_at: datetime
    priority: int = Priority.ANSWER
    guard: str = ""


#: A place of a platform: (platform, account, destination).
Address = tuple[str, str, str]

#: The columns of a :class:`Delivery`, in its order.
DELIVERY: Final = (
    COLUMNS.id,
    COLUMNS.key,
    COLUMNS.platform,
    COLUMNS.account,
    COLUMNS.destination,
    COLUMNS.body,
    COLUMNS.attempts,
    COLUMNS.created_at,
    COLUMNS.priority,
    COLUMNS.guard,
)


def address(message: Draft | Delivery) -> Address:
    """The place that a message goes to."""
    return message.platform, message.account, message.destination


def of(accounts: Accounts) -> sa.ColumnElement[bool]:
    """Rows of these accounts."""
    return sa.or_(
        *(sa.and_(COLUMNS.platform == platform, COLUMNS.account == name) for platform, name in accounts),
        sa.false(),
    )
