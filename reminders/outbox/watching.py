"""What the outbox looks like: counts and lists for whoever watches over it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from directory.database import Runner
from reminders.accounts import Accounts
from reminders.outbox.records import COLUMNS, UNSETTLED, Address, State, of


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
