"""Putting messages into the outbox, in the transaction of the change that they tell of."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from directory.database import Runner
from reminders.outbox.claiming import CLAIM_LEASE
from reminders.outbox.records import COLUMNS, TABLE, UNSETTLED, Address, Delivery, Draft, State, address

_ADDRESS: Final = (COLUMNS.platform, COLUMNS.account, COLUMNS.destination)

# The statements of the path that every answer takes are built once: building costs more than executing.
_INSERT: Final = sa.insert(TABLE).returning(COLUMNS.id, COLUMNS.key)
_BUSY: Final = (
    sa.select(*_ADDRESS)
    .where(
        sa.tuple_(*_ADDRESS).in_(sa.bindparam("addresses", expanding=True)),
        COLUMNS.state.in_(UNSETTLED),
    )
    .distinct()
)
_REPLACE: Final = (
    sa.update(TABLE)
    .where(
        *(column == sa.bindparam(f"the_{column.key}") for column in _ADDRESS),
        COLUMNS.coalesce == sa.bindparam("same"),
        COLUMNS.state == State.QUEUED,
    )
    .values(body=sa.bindparam("newer"), guard=sa.bindparam("guarding"))
    .returning(COLUMNS.id)
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

    One with the same ``coalesce`` key as another that still waits for the same place takes over its row.
    Returns what is claimed for ``taker`` already: the first message of each place with nothing under way.
    """
    if any(draft.coalesce for draft in drafts):
        drafts = await _coalesced(runner, drafts)
    if not drafts:
        return []
    claimed = await _first_of_free_places(runner, drafts, taker) if taker is not None else {}
    rows = [
        {
            "key": draft.key or str(uuid.uuid4()),
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
            "repeats": draft.repeats,
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


async def _coalesced(runner: Runner, drafts: Sequence[Draft]) -> Sequence[Draft]:
    """What is left to be put in once newer messages have taken the place of older ones."""
    latest: dict[tuple[Address, str | int], Draft] = {}
    for number, draft in enumerate(drafts):
        same = (address(draft), draft.coalesce or number)
        # The older one keeps its turn.
        latest[same] = replace(draft, priority=min(draft.priority, latest.get(same, draft).priority))
    left = []
    for draft in latest.values():
        if draft.coalesce:
            given = {
                "the_platform": draft.platform,
                "the_account": draft.account,
                "the_destination": draft.destination,
                "same": draft.coalesce,
                "newer": draft.body,
                "guarding": draft.guard,
            }
            if (await runner.execute(_REPLACE, given)).first() is not None:
                continue
        left.append(draft)
    return left


async def _first_of_free_places(runner: Runner, drafts: Sequence[Draft], taker: Taker) -> set[int]:
    first: dict[Address, int] = {}
    for number, draft in enumerate(drafts):
        first.setdefault(address(draft), number)
    wanted = {place: number for place, number in first.items() if taker.takes(drafts[number])}
    if not wanted:
        return set()
    busy = await runner.execute(_BUSY, {"addresses": list(wanted)})
    return set(wanted.values()) - {wanted[row.platform, row.account, row.destination] for row in busy}
