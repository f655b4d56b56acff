"""What the outbox looks like: counts and lists for whoever watches over it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from directory.database import Runner
from reminders.accounts import Accounts
from reminders.outbox.records import COLUMNS, DELIVERY, TABLE, UNSETTLED, Address, Delivery, State, of


async def count(runner: Runner) -> dict[State, int]:
    """How many deliveries stand in each state."""
    rows = await runner.execute(sa.select(COLUMNS.state, sa.func.count()).group_by(COLUMNS.state))
    return dict.fromkeys(State, 0) | dict(rows.all())


async def unsettled(runner: Runner, accounts: Accounts) -> int:
    """How many deliveries of these accounts have not ended yet."""
    found = await runner.execute(sa.select(sa.func.count()).where(COLUMNS.state.in_(UNSETTLED), of(accounts)))
    return found.scalar_one()


#: Reasons of messages that wait because a platform wanted less of everything.
THROTTLED: Final = ("too_many_requests", "ratelimited")


async def sent_since(runner: Runner, accounts: Accounts, since: datetime) -> list[tuple[Address, datetime]]:
    """What may have been sent as these accounts since a moment: to which place and when."""
    rows = await runner.execute(
        sa.select(COLUMNS.platform, COLUMNS.account, COLUMNS.destination, COLUMNS.finished_at).where(
            COLUMNS.state.in_((State.SENT, State.IN_DOUBT)), COLUMNS.finished_at > since, of(accounts)
        )
    )
    return [((platform, account, place), at) for platform, account, place, at in rows if at is not None]


async def closed_until(runner: Runner, accounts: Accounts, now: datetime) -> dict[tuple[str, str], datetime]:
    """Until when platforms said to send nothing, as far as a message that waits for it tells."""
    rows = await runner.execute(
        sa.select(COLUMNS.platform, COLUMNS.account, sa.func.max(COLUMNS.not_before))
        .where(
            COLUMNS.state == State.QUEUED,
            COLUMNS.reason.in_(THROTTLED),
            COLUMNS.not_before > now,
            of(accounts),
        )
        .group_by(COLUMNS.platform, COLUMNS.account)
    )
    return {(platform, account): until for platform, account, until in rows}


@dataclass(frozen=True, slots=True)
class Troubled:
    """A delivery that somebody may want to look after: to which place it was, what became of it and when."""

    id: int
    platform: str
    account: str
    destination: str
    state: State
    reason: str
    at: datetime
    guard: str
    repeats: int | None


_TROUBLED: Final = (
    COLUMNS.id,
    COLUMNS.platform,
    COLUMNS.account,
    COLUMNS.destination,
    COLUMNS.state,
    COLUMNS.reason,
    COLUMNS.finished_at,
    COLUMNS.guard,
    COLUMNS.repeats,
)


def _troubled(values: Sequence[Any]) -> Troubled:
    return Troubled(*values)


async def troubled(
    runner: Runner, state: State, since: datetime, limit: int, places: Collection[Address] | None = None
) -> tuple[list[Troubled], int]:
    """The newest deliveries that came to a state since a moment, and how many there are in all.

    ``places``: only those to these.
    """
    which = [COLUMNS.state == state, COLUMNS.finished_at > since]
    if places is not None:
        which.append(sa.tuple_(COLUMNS.platform, COLUMNS.account, COLUMNS.destination).in_(list(places)))
    newest = sa.select(*_TROUBLED).where(*which).order_by(COLUMNS.finished_at.desc(), COLUMNS.id).limit(limit)
    total = await runner.execute(sa.select(sa.func.count()).where(*which))
    return [_troubled(row) for row in await runner.execute(newest)], total.scalar_one()


async def oldest_waiting(runner: Runner) -> datetime | None:
    """Since when the message waits that has waited longest."""
    oldest = sa.select(sa.func.min(COLUMNS.created_at)).where(COLUMNS.state == State.QUEUED)
    found: datetime | None = (await runner.execute(oldest)).scalar_one()
    return found


async def untold(runner: Runner, accounts: Accounts, before: datetime) -> list[Troubled]:
    """Deliveries in doubt since before a moment that nobody was told of, the oldest first."""
    rows = await runner.execute(
        sa.select(*_TROUBLED)
        .where(
            COLUMNS.state == State.IN_DOUBT,
            COLUMNS.told.is_(False),
            COLUMNS.finished_at < before,
            of(accounts),
        )
        .order_by(COLUMNS.id)
    )
    return [_troubled(row) for row in rows]


async def mark_told(runner: Runner, row_ids: Collection[int]) -> set[int]:
    """Note that somebody is told of these; returns those of which nobody had been."""
    told = await runner.execute(
        sa.update(TABLE)
        .where(COLUMNS.id.in_(sorted(row_ids)), COLUMNS.told.is_(False), COLUMNS.state == State.IN_DOUBT)
        .values(told=True)
        .returning(COLUMNS.id)
    )
    return set(told.scalars())


async def one(runner: Runner, row_id: int) -> Delivery | None:
    """The delivery with this number."""
    row = (await runner.execute(sa.select(*DELIVERY).where(COLUMNS.id == row_id))).one_or_none()
    return Delivery(*tuple(row)) if row is not None else None
