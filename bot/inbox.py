"""The inbox: every event is stored here before it is acknowledged, once, whatever a platform repeats."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.contract import INCOMING, Incoming, as_json
from directory.database import Base, BigId, Instant, one_of

#: For how long a repeat of an event is recognised.
REMEMBER: Final = timedelta(days=7)
#: After this many tries an event is put aside.
MAX_TRIES: Final = 3


class InboxState(enum.StrEnum):
    """Where an event stands."""

    PENDING = "pending"
    DONE = "done"
    PARKED = "parked"


class InboxRow(Base):
    """Table ``inbox``."""

    __tablename__ = "inbox"
    __table_args__ = (
        sa.UniqueConstraint("platform", "account", "event_id"),
        sa.Index("ix_inbox_state", "state", "platform", "account", "id"),
        sa.Index("ix_inbox_finished_at", "finished_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(sa.String(32))
    account: Mapped[str] = mapped_column(sa.String(64))
    event_id: Mapped[str] = mapped_column(sa.String(160))
    conversation: Mapped[str] = mapped_column(sa.String(240))
    body: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[InboxState] = mapped_column(one_of(InboxState, "state"), default=InboxState.PENDING)
    tries: Mapped[int] = mapped_column(default=0)
    reference: Mapped[str] = mapped_column(sa.String(16), default="")
    received_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Pending:
    """An event that waits to be handled."""

    id: int
    conversation: str
    tries: int
    received_at: datetime
    incoming: Incoming


async def store(session: AsyncSession, events: Sequence[Incoming], now: datetime) -> int:
    """Store events, in order, each once; returns how many were new."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [
        {
            "platform": event.place.platform,
            "account": event.place.account,
            "event_id": event.event_id,
            "conversation": event.place.conversation[:240],
            "body": as_json(INCOMING, event),
            "state": InboxState.PENDING,
            "tries": 0,
            "reference": "",
            "received_at": now,
        }
        for event in events
    ]
    if not rows:
        return 0
    stored = await session.execute(
        insert(InboxRow).values(rows).on_conflict_do_nothing().returning(InboxRow.id)
    )
    return len(stored.scalars().all())


async def pending(
    session: AsyncSession, accounts: Collection[tuple[str, str]], in_hand: Collection[str], limit: int
) -> list[Pending]:
    """The oldest waiting event of every conversation that is not ``in_hand``."""
    earlier = sa.orm.aliased(InboxRow)
    mine = [
        sa.and_(InboxRow.platform == platform, InboxRow.account == account) for platform, account in accounts
    ]
    rows = await session.execute(
        sa.select(InboxRow.id, InboxRow.conversation, InboxRow.tries, InboxRow.received_at, InboxRow.body)
        .where(
            InboxRow.state == InboxState.PENDING,
            sa.or_(*mine, sa.false()),
            InboxRow.conversation.not_in(list(in_hand)),
            ~sa.exists().where(
                earlier.state == InboxState.PENDING,
                earlier.platform == InboxRow.platform,
                earlier.account == InboxRow.account,
                earlier.conversation == InboxRow.conversation,
                earlier.id < InboxRow.id,
            ),
        )
        .order_by(InboxRow.id)
        .limit(limit)
    )
    return [
        Pending(row_id, conversation, tries, received_at, INCOMING.validate_json(body))
        for row_id, conversation, tries, received_at, body in rows
    ]


async def settle(
    session: AsyncSession, row_id: int, state: InboxState, now: datetime, reference: str = ""
) -> bool:
    """Mark an event as dealt with; false where another worker had done so already."""
    return bool(await settle_all(session, [row_id], state, now, reference))


async def settle_all(
    session: AsyncSession, row_ids: Sequence[int], state: InboxState, now: datetime, reference: str = ""
) -> set[int]:
    """Mark events as dealt with; returns those that no other worker had dealt with already."""
    changed = await session.execute(
        sa.update(InboxRow)
        .where(InboxRow.id.in_(row_ids), InboxRow.state == InboxState.PENDING)
        # What was asked is nobody's business once it is answered; the row stays to recognise repeats.
        .values(state=state, finished_at=now, reference=reference, body="")
        .returning(InboxRow.id),
        execution_options={"synchronize_session": False},
    )
    return set(changed.scalars())


async def count_try(session: AsyncSession, row_id: int) -> int:
    """Note that an event is about to be tried (again); returns the number of tries with this one."""
    tries = await session.execute(
        sa.update(InboxRow)
        .where(InboxRow.id == row_id)
        .values(tries=InboxRow.tries + 1)
        .returning(InboxRow.tries),
        execution_options={"synchronize_session": False},
    )
    return tries.scalar_one()


async def count(session: AsyncSession) -> dict[InboxState, int]:
    """How many events stand in each state."""
    rows = await session.execute(sa.select(InboxRow.state, sa.func.count()).group_by(InboxRow.state))
    return dict.fromkeys(InboxState, 0) | dict(rows.all())


async def prune(session: AsyncSession, now: datetime) -> None:
    """Forget events that were dealt with more than seven days ago."""
    await session.execute(
        sa.delete(InboxRow).where(
            InboxRow.state != InboxState.PENDING, InboxRow.finished_at < now - REMEMBER
        ),
        execution_options={"synchronize_session": False},
    )
