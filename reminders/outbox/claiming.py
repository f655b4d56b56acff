"""Taking messages out of the outbox: claims, the begin of a request, how it ended.

What goes first: answers, then letters, then what rooms are sent without having asked; of equals the oldest.
Within a place the order is that of the outbox, but what is automatic waits for everything else there.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.database import Runner
from reminders.accounts import Accounts
from reminders.outbox.records import COLUMNS, DELIVERY, TABLE, Delivery, Priority, State
from reminders.senders import SenderRow

#: How long a claim holds before another worker may take the row back.
CLAIM_LEASE: Final = timedelta(seconds=20)
#: How long a request may take; a row that is ``sending`` for longer was left by a worker that died.
SENDING_LEASE: Final = timedelta(seconds=90)
#: No place is sent more automatic messages than these in any such time, whatever goes wrong.
MOST_AUTOMATIC: Final = 6
AUTOMATIC_WITHIN: Final = timedelta(hours=1)

_TAKE: Final = (
    sa.update(TABLE)
    .where(COLUMNS.id.in_(sa.bindparam("ids", expanding=True)))
    .values(state=State.CLAIMED, worker=sa.bindparam("taker"), lease_until=sa.bindparam("lease"))
    .returning(*DELIVERY)
)
_HELD: Final = (
    COLUMNS.id.in_(sa.bindparam("ids", expanding=True)),
    COLUMNS.worker == sa.bindparam("holder"),
    COLUMNS.state == State.CLAIMED,
)
_BEGIN: Final = (
    sa.update(TABLE)
    .where(*_HELD)
    .values(state=State.SENDING, lease_until=sa.bindparam("lease"))
    .returning(COLUMNS.id)
)
#: The same where the account must still be this worker's to send as.
_BEGIN_AS_SENDER: Final = _BEGIN.where(
    sa.exists().where(
        SenderRow.platform == COLUMNS.platform,
        SenderRow.account == COLUMNS.account,
        SenderRow.holder == sa.bindparam("holder"),
    )
)
_RECORD: Final = sa.update(TABLE).where(
    COLUMNS.id == sa.bindparam("row_id"),
    COLUMNS.worker == sa.bindparam("holder"),
    # Not IN: a list cannot be expanded where many rows are changed by one statement.
    sa.or_(COLUMNS.state == State.CLAIMED, COLUMNS.state == State.SENDING),
)


@functools.lru_cache(maxsize=64)
def _due(platform: str, account: str, answers: bool) -> sa.Select[int]:
    """The rows of an account that can be claimed: answers, or everything else."""
    other = TABLE.alias()
    automatic = COLUMNS.priority == Priority.AUTOMATIC
    queued = sa.and_(other.c.state == State.QUEUED, _same_place(other))
    asked_for = other.c.priority < Priority.AUTOMATIC
    blocked: list[sa.ColumnElement[bool]] = [
        sa.exists().where(_same_place(other), other.c.state.in_((State.CLAIMED, State.SENDING))),
        sa.exists().where(queued, asked_for, other.c.id < COLUMNS.id),
    ]
    if not answers:
        blocked += [
            sa.and_(automatic, sa.exists().where(queued, sa.or_(asked_for, other.c.id < COLUMNS.id))),
            sa.and_(automatic, _sent_automatically() >= MOST_AUTOMATIC),
        ]
    return (
        sa.select(COLUMNS.id)
        .where(
            COLUMNS.state == State.QUEUED,
            COLUMNS.platform == platform,
            COLUMNS.account == account,
            COLUMNS.priority == Priority.ANSWER if answers else COLUMNS.priority > Priority.ANSWER,
            COLUMNS.not_before <= sa.bindparam("now"),
            *(~condition for condition in blocked),
        )
        .order_by(COLUMNS.priority, COLUMNS.id)
        .limit(sa.bindparam("most"))
        .with_for_update(skip_locked=True)
    )


def _same_place(other: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.and_(
        other.c.platform == COLUMNS.platform,
        other.c.account == COLUMNS.account,
        other.c.destination == COLUMNS.destination,
    )


def _sent_automatically() -> sa.ScalarSelect[int]:
    """How many automatic messages the row's place was sent of late; what may have arrived counts."""
    sent = TABLE.alias()
    return (
        sa.select(sa.func.count())
        .where(
            _same_place(sent),
            # As the index has it: a bound value would not be recognised.
            sent.c.priority == sa.literal_column(str(int(Priority.AUTOMATIC))),
            sent.c.finished_at > sa.bindparam("lately"),
            sent.c.state.in_((State.SENT, State.IN_DOUBT)),
        )
        .scalar_subquery()
    )


async def claim(
    runner: Runner,
    worker: str,
    accounts: Accounts,
    limit: int,
    now: datetime,
    *,
    unasked: int | None = None,
) -> list[Delivery]:
    """Take up to ``limit`` due rows, the first of each place that has nothing under way.

    Among them are at most ``unasked`` that answer nobody.
    """
    ids: list[int] = []
    for answers in (True, False):
        for platform, account in accounts:
            most = limit - len(ids)
            if not answers and unasked is not None:
                most = min(most, unasked)
            if most <= 0:
                continue
            given = {"now": now, "most": most} | ({} if answers else {"lately": now - AUTOMATIC_WITHIN})
            found = await runner.execute(_due(platform, account, answers), given)
            taken = [row[0] for row in found]
            ids += taken
            if not answers and unasked is not None:
                unasked -= len(taken)
    if not ids:
        return []
    rows = await runner.execute(_TAKE, {"ids": ids, "taker": worker, "lease": now + CLAIM_LEASE})
    found_again = [Delivery(*tuple(row)) for row in rows]
    return sorted(found_again, key=lambda delivery: (delivery.priority, delivery.id))


async def begin(
    connection: AsyncConnection, worker: str, row_ids: Sequence[int], now: datetime, *, fenced: bool = False
) -> set[int]:
    """Mark claimed rows as being sent; returns those that this worker still held.

    ``fenced``: only those whose account is still this worker's to send as.
    """
    if not row_ids:
        return set()
    # In the order of their numbers, as everybody locks them: two that wait for each other cannot be.
    given = {"ids": sorted(row_ids), "holder": worker, "lease": now + SENDING_LEASE}
    return {row[0] for row in await connection.execute(_BEGIN_AS_SENDER if fenced else _BEGIN, given)}


async def record(runner: Runner, worker: str, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Apply state changes to the rows among them that this worker still holds."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row_id in sorted(changes):
        values = changes[row_id]
        alike.setdefault(tuple(sorted(values)), []).append({"row_id": row_id, "holder": worker, **values})
    for rows in alike.values():
        await runner.execute(_RECORD, rows)
