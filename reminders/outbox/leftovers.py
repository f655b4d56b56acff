"""What was left in the outbox: by workers that died, in doubt, for a place that moved, or long ago."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from directory.database import Runner
from reminders.accounts import Accounts
from reminders.outbox.records import COLUMNS, DELIVERY, TABLE, Delivery, State, of


def _left(now: datetime, dead: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.or_(COLUMNS.lease_until < now, COLUMNS.worker.in_(list(dead)))


async def workers(runner: Runner, accounts: Accounts) -> list[str]:
    """The workers that hold rows of these accounts."""
    held = await runner.execute(
        sa.select(COLUMNS.worker)
        .where(COLUMNS.state.in_((State.CLAIMED, State.SENDING)), of(accounts))
        .distinct()
    )
    return list(held.scalars())


async def take_back(runner: Runner, accounts: Accounts, now: datetime, dead: Collection[str] = ()) -> int:
    """Queue again what was claimed by a worker whose lease ran out, or which is among the ``dead``."""
    expired = _left(now, dead)
    result = await runner.execute(
        sa.update(TABLE)
        .where(COLUMNS.state == State.CLAIMED, of(accounts), expired)
        .values(state=State.QUEUED, worker="", lease_until=None)
        .returning(COLUMNS.id)
    )
    return len(result.scalars().all())


async def left_sending(
    runner: Runner, accounts: Accounts, now: datetime, dead: Collection[str] = ()
) -> list[Delivery]:
    """The rows that a dead worker left in ``sending``: whether they arrived is not known here."""
    expired = _left(now, dead)
    rows = await runner.execute(
        sa.select(*DELIVERY)
        .where(COLUMNS.state == State.SENDING, of(accounts), expired)
        .order_by(COLUMNS.id)
        .with_for_update(skip_locked=True)
    )
    return [Delivery(*tuple(row)) for row in rows]


async def settle(runner: Runner, row_ids: Sequence[int], expected: State, **values: Any) -> int:
    """Set rows that no worker holds any more to a state; returns how many still were as ``expected``."""
    if not row_ids:
        return 0
    changed = await runner.execute(
        sa.update(TABLE)
        .where(COLUMNS.id.in_(row_ids), COLUMNS.state == expected)
        .values(**values)
        .returning(COLUMNS.id)
    )
    return len(changed.scalars().all())


async def in_doubt(runner: Runner, accounts: Accounts, since: datetime, until: datetime) -> list[Delivery]:
    """Deliveries that came to be in doubt between two moments."""
    rows = await runner.execute(
        sa.select(*DELIVERY).where(
            COLUMNS.state == State.IN_DOUBT, of(accounts), COLUMNS.finished_at.between(since, until)
        )
    )
    return [Delivery(*tuple(row)) for row in rows]


async def move(runner: Runner, platform: str, account: str, old: str, new: str) -> None:
    """A place got a new id: what still waits for it goes there."""
    await runner.execute(
        sa.update(TABLE)
        .where(
            COLUMNS.platform == platform,
            COLUMNS.account == account,
            COLUMNS.destination == old,
            COLUMNS.state.in_((State.QUEUED, State.CLAIMED)),
        )
        .values(destination=new)
    )


async def prune(runner: Runner, before: datetime) -> None:
    """Forget deliveries that were settled before a day; those in doubt stay."""
    await runner.execute(
        sa.delete(TABLE).where(
            COLUMNS.state.in_((State.SENT, State.FAILED, State.DROPPED)), COLUMNS.finished_at < before
        )
    )
