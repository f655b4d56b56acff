"""What the outbox looks like: counts and lists for whoever watches over it."""

from __future__ import annotations

import sqlalchemy as sa

from directory.database import Runner
from reminders.outbox.records import COLUMNS, UNSETTLED, Accounts, State, of


async def count(runner: Runner) -> dict[State, int]:
    """How many deliveries stand in each state."""
    rows = await runner.execute(sa.select(COLUMNS.state, sa.func.count()).group_by(COLUMNS.state))
    return dict.fromkeys(State, 0) | dict(rows.all())


async def unsettled(runner: Runner, accounts: Accounts) -> int:
    """How many deliveries of these accounts have not ended yet."""
    found = await runner.execute(sa.select(sa.func.count()).where(COLUMNS.state.in_(UNSETTLED), of(accounts)))
    return found.scalar_one()
