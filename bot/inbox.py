"""The inbox: every event is stored here before it is acknowledged, once, whatever a platform repeats."""

from __future__ import annotations

import enum
import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from bot.contract import INCOMING, Incoming, as_json
from directory.database import Base, BigId, Instant, Runner, one_of

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
        sa.Index(
            "ix_inbox_pending",
            "conversation",
            "id",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        ),
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


_TABLE: Final = cast(sa.Table, InboxRow.__table__)
_COLUMNS: Final = _TABLE.c
_PENDING: Final = (
    _COLUMNS.id,
    _COLUMNS.conversation,
    _COLUMNS.tries,
    _COLUMNS.received_at,
    _COLUMNS.body,
)

# The statements of the path that every event takes are built once: building costs more than executing.
_INSERT: Final = {
    name: dialect.insert(_TABLE).on_conflict_do_nothing().returning(_COLUMNS.id, _COLUMNS.event_id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_FIRST: Final = (
    sa.select(sa.func.min(_COLUMNS.id))
    .where(
        _COLUMNS.state == InboxState.PENDING,
        _COLUMNS.conversation.in_(sa.bindparam("conversations", expanding=True)),
    )
    .group_by(_COLUMNS.platform, _COLUMNS.account, _COLUMNS.conversation)
)
_SETTLE: Final = (
    sa.update(_TABLE)
    .where(_COLUMNS.id.in_(sa.bindparam("ids", expanding=True)), _COLUMNS.state == InboxState.PENDING)
    # What was asked is nobody's business once it is answered; the row stays to recognise repeats.
    .values(
        state=sa.bindparam("ended"),
        finished_at=sa.bindparam("now"),
        reference=sa.bindparam("noted"),
        body="",
    )
    .returning(_COLUMNS.id)
)


@dataclass(frozen=True, slots=True)
class Stored:
    """What came of storing events: how many were ``new``, and which can be handled at once.

    ``behind``: the conversations of those that have to wait for an earlier event.
    """

    new: int
    ready: Sequence[Pending]
    behind: Collection[str]


async def store(runner: Runner, events: Sequence[Incoming], now: datetime) -> Stored:
    """Store events, in order, each once."""
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
        return Stored(0, (), ())
    insert = _INSERT[_dialect(runner).name]
    ids = {event_id: row_id for row_id, event_id in await runner.execute(insert, rows)}
    fresh = [
        Pending(row_id, event.place.conversation[:240], 0, now, event)
        for event in events
        # Popped, because a batch may hold the same event twice.
        if (row_id := ids.pop(event.event_id, None)) is not None
    ]
    if not fresh:
        return Stored(0, (), ())
    conversations = list({event.conversation for event in fresh})
    first = {row[0] for row in await runner.execute(_FIRST, {"conversations": conversations})}
    ready = [event for event in fresh if event.id in first]
    return Stored(len(fresh), ready, {event.conversation for event in fresh if event.id not in first})


def _dialect(runner: Runner) -> sa.Dialect:
    return runner.dialect if isinstance(runner, AsyncConnection) else runner.get_bind().dialect


@functools.lru_cache(maxsize=64)
def _waiting(accounts: tuple[tuple[str, str], ...]) -> sa.Select[int, str, int, datetime, str]:
    earlier = _TABLE.alias()
    mine = [sa.and_(_COLUMNS.platform == platform, _COLUMNS.account == name) for platform, name in accounts]
    return (
        sa.select(*_PENDING)
        .where(
            _COLUMNS.state == InboxState.PENDING,
            sa.or_(*mine, sa.false()),
            _COLUMNS.conversation.not_in(sa.bindparam("in_hand", expanding=True)),
            ~sa.exists().where(
                earlier.c.state == InboxState.PENDING,
                earlier.c.platform == _COLUMNS.platform,
                earlier.c.account == _COLUMNS.account,
                earlier.c.conversation == _COLUMNS.conversation,
                earlier.c.id < _COLUMNS.id,
            ),
        )
        .order_by(_COLUMNS.id)
        .limit(sa.bindparam("most"))
    )


async def pending(
    runner: Runner, accounts: Collection[tuple[str, str]], in_hand: Collection[str], limit: int
) -> list[Pending]:
    """The oldest waiting event of every conversation that is not ``in_hand``."""
    given = {"in_hand": list(in_hand), "most": limit}
    rows = await runner.execute(_waiting(tuple(accounts)), given)
    return [Pending(row[0], row[1], row[2], row[3], INCOMING.validate_json(row[4])) for row in rows]


async def settle(runner: Runner, row_id: int, state: InboxState, now: datetime, reference: str = "") -> bool:
    """Mark an event as dealt with; false where another worker had done so already."""
    return bool(await settle_all(runner, [row_id], state, now, reference))


async def settle_all(
    runner: Runner, row_ids: Sequence[int], state: InboxState, now: datetime, reference: str = ""
) -> set[int]:
    """Mark events as dealt with; returns those that no other worker had dealt with already."""
    given = {"ids": sorted(row_ids), "ended": state, "now": now, "noted": reference}
    return {row[0] for row in await runner.execute(_SETTLE, given)}


async def count_try(runner: Runner, row_id: int) -> int:
    """Note that an event is about to be tried (again); returns the number of tries with this one."""
    tries = await runner.execute(
        sa.update(_TABLE)
        .where(_COLUMNS.id == row_id)
        .values(tries=_COLUMNS.tries + 1)
        .returning(_COLUMNS.tries)
    )
    return int(tries.scalar_one())


async def count(runner: Runner) -> dict[InboxState, int]:
    """How many events stand in each state."""
    rows = await runner.execute(sa.select(_COLUMNS.state, sa.func.count()).group_by(_COLUMNS.state))
    return dict.fromkeys(InboxState, 0) | dict(rows.all())


async def prune(runner: Runner, now: datetime) -> None:
    """Forget events that were dealt with more than seven days ago."""
    await runner.execute(
        sa.delete(_TABLE).where(_COLUMNS.state != InboxState.PENDING, _COLUMNS.finished_at < now - REMEMBER)
    )
