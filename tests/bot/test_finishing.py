"""Answers that share a commit: one that the database refuses takes no other down with it."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from bot import inbox
from bot.contract import Said
from bot.courier import PlatformCourier
from bot.finishing import Finisher
from bot.i18n import utc_now
from bot.inbox import InboxRow, InboxState
from directory.database import Database
from reminders.delivery import Deliverer, Point, nowhere
from reminders.outbox import Draft, OutboxRow
from reminders.signal import Bell
from tests.support.recording import Recording

GOOD = Draft("recording", "bot", "p1", "{}")
BAD = Draft("recording", "bot", None, "{}")  # type: ignore[arg-type]


def finisher_of(database: Database, point: Point = nowhere) -> Finisher:
    """One beside a delivery that does not run, so that messages stay where they are put."""
    deliverer = Deliverer(database, PlatformCourier(), Bell(), worker="nobody", now=utc_now)
    return Finisher(database, deliverer, now=utc_now, point=point)


async def stored(database: Database, count: int) -> list[int]:
    """Events that wait; their ids."""
    platform = Recording()
    async with database.writing() as session:
        await inbox.store(session, [platform.event(Said(str(n))) for n in range(count)], utc_now())
        return list((await session.execute(sa.select(InboxRow.id).order_by(InboxRow.id))).scalars())


async def state_of(database: Database) -> tuple[list[InboxState], int]:
    async with database.reading() as session:
        states = list((await session.execute(sa.select(InboxRow.state).order_by(InboxRow.id))).scalars())
        messages = (await session.execute(sa.select(sa.func.count()).select_from(OutboxRow))).scalar_one()
    return states, messages


async def test_what_waits_together_is_committed_together(database: Database) -> None:
    rows = await stored(database, 5)
    commits = 0

    async def point(_name: str) -> None:
        nonlocal commits
        commits += 1

    finisher = finisher_of(database, point)
    await asyncio.gather(*(finisher.finish(row, [GOOD, GOOD]) for row in rows))
    assert await state_of(database) == ([InboxState.DONE] * 5, 10)
    assert commits == 1


async def test_one_that_is_refused_takes_no_other_down(database: Database) -> None:
    rows = await stored(database, 3)
    finisher = finisher_of(database)
    drafts = ([GOOD], [GOOD, BAD], [GOOD])
    outcomes = await asyncio.gather(
        *(finisher.finish(row, draft) for row, draft in zip(rows, drafts, strict=True)),
        return_exceptions=True,
    )
    assert [outcome is None for outcome in outcomes] == [True, False, True]
    assert await state_of(database) == ([InboxState.DONE, InboxState.PENDING, InboxState.DONE], 2)


async def test_an_event_that_is_done_already_is_not_answered_again(database: Database) -> None:
    (row,) = await stored(database, 1)
    finisher = finisher_of(database)
    await finisher.finish(row, [GOOD])
    await finisher.finish(row, [GOOD])
    assert await state_of(database) == ([InboxState.DONE], 1)


async def test_a_refusal_reaches_the_one_that_waits(database: Database) -> None:
    (row,) = await stored(database, 1)
    with pytest.raises(sa.exc.IntegrityError):
        await finisher_of(database).finish(row, [BAD])
