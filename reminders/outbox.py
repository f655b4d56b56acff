"""The outbox: every message that the program sends waits here, and its row is the truth about it.

``queued -> claimed (lease) -> sending (committed before the request) -> sent | failed | in_doubt``.
A row goes into the outbox in the same transaction as the change that it tells of.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, one_of

#: How long a claim holds before another worker may take the row back.
CLAIM_LEASE: Final = timedelta(seconds=20)
#: How long a request may take; a row that is ``sending`` for longer was left by a worker that died.
SENDING_LEASE: Final = timedelta(seconds=90)


class State(enum.StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"


UNSETTLED: Final = (State.QUEUED, State.CLAIMED, State.SENDING)


class OutboxRow(Base):
    """Table ``outbox``."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_destination", "platform", "account", "destination", "state", "id"),
        sa.Index("ix_outbox_state", "state", "platform", "account", "id"),
        sa.Index("ix_outbox_finished_at", "finished_at"),
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


_TABLE: Final = cast(sa.Table, OutboxRow.__table__)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be: where it goes (``destination`` is the platform's place id) and its opaque body."""

    platform: str
    account: str
    destination: str
    body: str


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


#: (platform, account) pairs: the bot accounts that a worker can send as.
Accounts = Collection[tuple[str, str]]

_DELIVERY: Final = (
    OutboxRow.id,
    OutboxRow.key,
    OutboxRow.platform,
    OutboxRow.account,
    OutboxRow.destination,
    OutboxRow.body,
    OutboxRow.attempts,
    OutboxRow.created_at,
)


def _of(accounts: Accounts) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(sa.and_(OutboxRow.platform == platform, OutboxRow.account == name) for platform, name in accounts),
        sa.false(),
    )


async def enqueue(session: AsyncSession, drafts: Sequence[Draft], now: datetime) -> None:
    """Put messages at the end of the outbox, in order, inside the caller's transaction."""
    if drafts:
        await session.execute(
            sa.insert(OutboxRow),
            [
                {
                    "key": str(uuid.uuid4()),
                    "platform": draft.platform,
                    "account": draft.account,
                    "destination": draft.destination,
                    "body": draft.body,
                    "state": State.QUEUED,
                    "not_before": now,
                    "created_at": now,
                }
                for draft in drafts
            ],
        )


async def claim(
    session: AsyncSession, worker: str, accounts: Accounts, limit: int, now: datetime
) -> list[Delivery]:
    """Take up to ``limit`` due rows, the oldest of each destination that has nothing under way."""
    earlier = sa.orm.aliased(OutboxRow)
    due = (
        sa.select(OutboxRow.id)
        .where(
            OutboxRow.state == State.QUEUED,
            _of(accounts),
            OutboxRow.not_before <= now,
            ~sa.exists().where(
                earlier.platform == OutboxRow.platform,
                earlier.account == OutboxRow.account,
                earlier.destination == OutboxRow.destination,
                earlier.state.in_(UNSETTLED),
                earlier.id < OutboxRow.id,
            ),
        )
        .order_by(OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list((await session.execute(due)).scalars())
    if not ids:
        return []
    taken: sa.Result[Any] = await session.execute(
        sa.update(OutboxRow)
        .where(OutboxRow.id.in_(ids))
        .values(state=State.CLAIMED, worker=worker, lease_until=now + CLAIM_LEASE)
        .returning(*_DELIVERY),
        execution_options={"synchronize_session": False},
    )
    return sorted((Delivery(*tuple(row)) for row in taken), key=lambda delivery: delivery.id)


async def mark(session: AsyncSession, worker: str, changes: Mapping[int, Mapping[str, Any]]) -> set[int]:
    """Apply state changes to rows that this worker still holds; returns the ids that it held."""
    # One look and one statement for each kind of change: a batch costs little more than a single row.
    held = set(
        (
            await session.execute(
                sa.select(OutboxRow.id)
                .where(
                    OutboxRow.id.in_(list(changes)),
                    OutboxRow.worker == worker,
                    OutboxRow.state.in_((State.CLAIMED, State.SENDING)),
                )
                .order_by(OutboxRow.id)
                .with_for_update()
            )
        ).scalars()
    )
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row_id in sorted(held):
        values = changes[row_id]
        alike.setdefault(tuple(sorted(values)), []).append({"row_id": row_id, **values})
    connection = await session.connection()
    statement = sa.update(_TABLE).where(_TABLE.c.id == sa.bindparam("row_id"))
    for rows in alike.values():
        await connection.execute(statement, rows)
    return held


def _left(now: datetime, dead: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.or_(OutboxRow.lease_until < now, OutboxRow.worker.in_(list(dead)))


async def workers(session: AsyncSession, accounts: Accounts) -> list[str]:
    """The workers that hold rows of these accounts."""
    held = await session.execute(
        sa.select(OutboxRow.worker)
        .where(OutboxRow.state.in_((State.CLAIMED, State.SENDING)), _of(accounts))
        .distinct()
    )
    return list(held.scalars())


async def take_back(
    session: AsyncSession, accounts: Accounts, now: datetime, dead: Collection[str] = ()
) -> int:
    """Queue again what was claimed by a worker whose lease ran out, or which is among the ``dead``."""
    expired = _left(now, dead)
    result = await session.execute(
        sa.update(OutboxRow)
        .where(OutboxRow.state == State.CLAIMED, _of(accounts), expired)
        .values(state=State.QUEUED, worker="", lease_until=None)
        .returning(OutboxRow.id),
        execution_options={"synchronize_session": False},
    )
    return len(result.scalars().all())


async def left_sending(
    session: AsyncSession, accounts: Accounts, now: datetime, dead: Collection[str] = ()
) -> list[Delivery]:
    """The rows that a dead worker left in ``sending``: whether they arrived is not known here."""
    expired = _left(now, dead)
    rows = await session.execute(
        sa.select(*_DELIVERY)
        .where(OutboxRow.state == State.SENDING, _of(accounts), expired)
        .order_by(OutboxRow.id)
        .with_for_update(skip_locked=True)
    )
    return [Delivery(*row) for row in rows]


async def settle(session: AsyncSession, row_ids: Sequence[int], expected: State, **values: Any) -> int:
    """Set rows that no worker holds any more to a state; returns how many still were as ``expected``."""
    if not row_ids:
        return 0
    changed = await session.execute(
        sa.update(OutboxRow)
        .where(OutboxRow.id.in_(row_ids), OutboxRow.state == expected)
        .values(**values)
        .returning(OutboxRow.id),
        execution_options={"synchronize_session": False},
    )
    return len(changed.scalars().all())


async def in_doubt(
    session: AsyncSession, accounts: Accounts, since: datetime, until: datetime
) -> list[Delivery]:
    """Deliveries that came to be in doubt between two moments."""
    rows = await session.execute(
        sa.select(*_DELIVERY).where(
            OutboxRow.state == State.IN_DOUBT, _of(accounts), OutboxRow.finished_at.between(since, until)
        )
    )
    return [Delivery(*row) for row in rows]


async def count(session: AsyncSession) -> dict[State, int]:
    """How many deliveries stand in each state."""
    rows = await session.execute(sa.select(OutboxRow.state, sa.func.count()).group_by(OutboxRow.state))
    return dict.fromkeys(State, 0) | dict(rows.all())


async def move(session: AsyncSession, platform: str, account: str, old: str, new: str) -> None:
    """A place got a new id: what still waits for it goes there."""
    await session.execute(
        sa.update(OutboxRow)
        .where(
            OutboxRow.platform == platform,
            OutboxRow.account == account,
            OutboxRow.destination == old,
            OutboxRow.state.in_((State.QUEUED, State.CLAIMED)),
        )
        .values(destination=new),
        execution_options={"synchronize_session": False},
    )


async def prune(session: AsyncSession, before: datetime) -> None:
    """Forget deliveries that were settled before a day; those in doubt stay."""
    await session.execute(
        sa.delete(OutboxRow).where(
            OutboxRow.state.in_((State.SENT, State.FAILED)), OutboxRow.finished_at < before
        ),
        execution_options={"synchronize_session": False},
    )


async def unsettled(session: AsyncSession, accounts: Accounts) -> int:
    """How many deliveries of these accounts have not ended yet."""
    found = await session.execute(
        sa.select(sa.func.count()).where(OutboxRow.state.in_(UNSETTLED), _of(accounts))
    )
    return found.scalar_one()
