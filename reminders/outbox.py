"""The outbox: every message that the program sends waits here, and its row is the truth about it.

``queued -> claimed (lease) -> sending (committed before the request) -> sent | failed | in_doubt``.
A row goes into the outbox in the same transaction as the change that it tells of.
"""

from __future__ import annotations

import enum
import functools
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, Runner, one_of

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


_TABLE: Final = cast(sa.Table, OutboxRow.__table__)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be: where it goes (``destination`` is the platform's place id) and its opaque body.

    ``guard`` names what must still hold when it is sent (``"deadline:D-12:PERSON"``); where it does not, the
    message is dropped. ``coalesce``: of the messages to a place that have the same one, which is not empty,
    only the latest that waits is sent.
    """

    platform: str
    account: str
    destination: str
    body: str
    priority: Priority = Priority.ANSWER
    guard: str = ""
    coalesce: str = ""


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


#: (platform, account) pairs: the bot accounts that a worker can send as.
Accounts = Collection[tuple[str, str]]

_COLUMNS: Final = _TABLE.c
_DELIVERY: Final = (
    _COLUMNS.id,
    _COLUMNS.key,
    _COLUMNS.platform,
    _COLUMNS.account,
    _COLUMNS.destination,
    _COLUMNS.body,
    _COLUMNS.attempts,
    _COLUMNS.created_at,
    _COLUMNS.priority,
    _COLUMNS.guard,
)
#: A place of a platform: (platform, account, destination).
Address = tuple[str, str, str]
_ADDRESS: Final = (_COLUMNS.platform, _COLUMNS.account, _COLUMNS.destination)

# The statements of the path that every answer takes are built once: building costs more than executing.
_INSERT: Final = sa.insert(_TABLE).returning(_COLUMNS.id, _COLUMNS.key)
_BUSY: Final = (
    sa.select(*_ADDRESS)
    .where(
        sa.tuple_(*_ADDRESS).in_(sa.bindparam("addresses", expanding=True)),
        _COLUMNS.state.in_(UNSETTLED),
    )
    .distinct()
)
_TAKE: Final = (
    sa.update(_TABLE)
    .where(_COLUMNS.id.in_(sa.bindparam("ids", expanding=True)))
    .values(state=State.CLAIMED, worker=sa.bindparam("taker"), lease_until=sa.bindparam("lease"))
    .returning(*_DELIVERY)
)
_BEGIN: Final = (
    sa.update(_TABLE)
    .where(
        _COLUMNS.id.in_(sa.bindparam("ids", expanding=True)),
        _COLUMNS.worker == sa.bindparam("holder"),
        _COLUMNS.state == State.CLAIMED,
    )
    .values(state=State.SENDING, lease_until=sa.bindparam("lease"))
    .returning(_COLUMNS.id)
)
_RECORD: Final = sa.update(_TABLE).where(
    _COLUMNS.id == sa.bindparam("row_id"),
    _COLUMNS.worker == sa.bindparam("holder"),
    # Not IN: a list cannot be expanded where many rows are changed by one statement.
    sa.or_(_COLUMNS.state == State.CLAIMED, _COLUMNS.state == State.SENDING),
)


def _of(accounts: Accounts) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(sa.and_(_COLUMNS.platform == platform, _COLUMNS.account == name) for platform, name in accounts),
        sa.false(),
    )


@dataclass(frozen=True, slots=True)
class Taker:
    """A worker that can deliver at once what is put into the outbox, where ``takes`` says so."""

    worker: str
    takes: Callable[[Draft], bool]


async def enqueue(
    runner: Runner, drafts: Sequence[Draft], now: datetime, taker: Taker | None = None
) -> list[Delivery]:
    """Put messages at the end of the outbox, in order, inside the caller's transaction.

    Returns what is claimed for ``taker`` already: the first message of each place with nothing under way.
    """
    if not drafts:
        return []
    claimed = await _first_of_free_places(runner, drafts, taker) if taker is not None else {}
    rows = [
        {
            "key": str(uuid.uuid4()),
            "platform": draft.platform,
            "account": draft.account,
            "destination": draft.destination,
            "body": draft.body,
            "state": State.CLAIMED if number in claimed else State.QUEUED,
            "attempts": 0,
            "not_before": now,
            "lease_until": now + CLAIM_LEASE if number in claimed else None,
            "worker": taker.worker if taker is not None and number in claimed else "",
            "reason": "",
            "receipt": "",
            "created_at": now,
            "priority": draft.priority,
            "guard": draft.guard,
            "coalesce": draft.coalesce,
        }
        for number, draft in enumerate(drafts)
    ]
    ids = {key: row_id for row_id, key in await runner.execute(_INSERT, rows)}
    return [
        Delivery(ids[row["key"]], str(row["key"]), draft.platform, draft.account, draft.destination,
                 draft.body, 0, now, draft.priority, draft.guard)
        for number, (row, draft) in enumerate(zip(rows, drafts, strict=True))
        if number in claimed
    ]  # fmt: skip


def address(message: Draft | Delivery) -> Address:
    """The place that a message goes to."""
    return message.platform, message.account, message.destination


async def _first_of_free_places(runner: Runner, drafts: Sequence[Draft], taker: Taker) -> set[int]:
    first: dict[Address, int] = {}
    for number, draft in enumerate(drafts):
        first.setdefault(address(draft), number)
    wanted = {place: number for place, number in first.items() if taker.takes(drafts[number])}
    if not wanted:
        return set()
    busy = await runner.execute(_BUSY, {"addresses": list(wanted)})
    return set(wanted.values()) - {wanted[row.platform, row.account, row.destination] for row in busy}


@functools.lru_cache(maxsize=64)
def _due(accounts: tuple[tuple[str, str], ...]) -> sa.Select[int]:
    earlier = _TABLE.alias()
    return (
        sa.select(_COLUMNS.id)
        .where(
            _COLUMNS.state == State.QUEUED,
            _of(accounts),
            _COLUMNS.not_before <= sa.bindparam("now"),
            ~sa.exists().where(
                earlier.c.platform == _COLUMNS.platform,
                earlier.c.account == _COLUMNS.account,
                earlier.c.destination == _COLUMNS.destination,
                earlier.c.state.in_(UNSETTLED),
                earlier.c.id < _COLUMNS.id,
            ),
        )
        .order_by(_COLUMNS.id)
        .limit(sa.bindparam("most"))
        .with_for_update(skip_locked=True)
    )


async def claim(runner: Runner, worker: str, accounts: Accounts, limit: int, now: datetime) -> list[Delivery]:
    """Take up to ``limit`` due rows, the oldest of each destination that has nothing under way."""
    due = await runner.execute(_due(tuple(accounts)), {"now": now, "most": limit})
    ids = [row[0] for row in due]
    if not ids:
        return []
    taken = await runner.execute(_TAKE, {"ids": ids, "taker": worker, "lease": now + CLAIM_LEASE})
    return sorted((Delivery(*tuple(row)) for row in taken), key=lambda delivery: delivery.id)


async def begin(runner: Runner, worker: str, row_ids: Sequence[int], now: datetime) -> set[int]:
    """Mark claimed rows as being sent; returns those that this worker still held."""
    if not row_ids:
        return set()
    # In the order of their numbers, as everybody locks them: two that wait for each other cannot be.
    given = {"ids": sorted(row_ids), "holder": worker, "lease": now + SENDING_LEASE}
    return {row[0] for row in await runner.execute(_BEGIN, given)}


async def record(runner: Runner, worker: str, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Apply state changes to the rows among them that this worker still holds."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row_id in sorted(changes):
        values = changes[row_id]
        alike.setdefault(tuple(sorted(values)), []).append({"row_id": row_id, "holder": worker, **values})
    for rows in alike.values():
        await runner.execute(_RECORD, rows)


def _left(now: datetime, dead: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.or_(_COLUMNS.lease_until < now, _COLUMNS.worker.in_(list(dead)))


async def workers(runner: Runner, accounts: Accounts) -> list[str]:
    """The workers that hold rows of these accounts."""
    held = await runner.execute(
        sa.select(_COLUMNS.worker)
        .where(_COLUMNS.state.in_((State.CLAIMED, State.SENDING)), _of(accounts))
        .distinct()
    )
    return list(held.scalars())


async def take_back(runner: Runner, accounts: Accounts, now: datetime, dead: Collection[str] = ()) -> int:
    """Queue again what was claimed by a worker whose lease ran out, or which is among the ``dead``."""
    expired = _left(now, dead)
    result = await runner.execute(
        sa.update(_TABLE)
        .where(_COLUMNS.state == State.CLAIMED, _of(accounts), expired)
        .values(state=State.QUEUED, worker="", lease_until=None)
        .returning(_COLUMNS.id)
    )
    return len(result.scalars().all())


async def left_sending(
    runner: Runner, accounts: Accounts, now: datetime, dead: Collection[str] = ()
) -> list[Delivery]:
    """The rows that a dead worker left in ``sending``: whether they arrived is not known here."""
    expired = _left(now, dead)
    rows = await runner.execute(
        sa.select(*_DELIVERY)
        .where(_COLUMNS.state == State.SENDING, _of(accounts), expired)
        .order_by(_COLUMNS.id)
        .with_for_update(skip_locked=True)
    )
    return [Delivery(*row) for row in rows]


async def settle(runner: Runner, row_ids: Sequence[int], expected: State, **values: Any) -> int:
    """Set rows that no worker holds any more to a state; returns how many still were as ``expected``."""
    if not row_ids:
        return 0
    changed = await runner.execute(
        sa.update(_TABLE)
        .where(_COLUMNS.id.in_(row_ids), _COLUMNS.state == expected)
        .values(**values)
        .returning(_COLUMNS.id)
    )
    return len(changed.scalars().all())


async def in_doubt(runner: Runner, accounts: Accounts, since: datetime, until: datetime) -> list[Delivery]:
    """Deliveries that came to be in doubt between two moments."""
    rows = await runner.execute(
        sa.select(*_DELIVERY).where(
            _COLUMNS.state == State.IN_DOUBT, _of(accounts), _COLUMNS.finished_at.between(since, until)
        )
    )
    return [Delivery(*row) for row in rows]


async def count(runner: Runner) -> dict[State, int]:
    """How many deliveries stand in each state."""
    rows = await runner.execute(sa.select(_COLUMNS.state, sa.func.count()).group_by(_COLUMNS.state))
    return dict.fromkeys(State, 0) | dict(rows.all())


async def move(runner: Runner, platform: str, account: str, old: str, new: str) -> None:
    """A place got a new id: what still waits for it goes there."""
    await runner.execute(
        sa.update(_TABLE)
        .where(
            _COLUMNS.platform == platform,
            _COLUMNS.account == account,
            _COLUMNS.destination == old,
            _COLUMNS.state.in_((State.QUEUED, State.CLAIMED)),
        )
        .values(destination=new)
    )


async def prune(runner: Runner, before: datetime) -> None:
    """Forget deliveries that were settled before a day; those in doubt stay."""
    await runner.execute(
        sa.delete(_TABLE).where(
            _COLUMNS.state.in_((State.SENT, State.FAILED, State.DROPPED)), _COLUMNS.finished_at < before
        )
    )


async def unsettled(runner: Runner, accounts: Accounts) -> int:
    """How many deliveries of these accounts have not ended yet."""
    found = await runner.execute(
        sa.select(sa.func.count()).where(_COLUMNS.state.in_(UNSETTLED), _of(accounts))
    )
    return found.scalar_one()
