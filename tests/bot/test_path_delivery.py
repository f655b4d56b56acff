"""The path's last part: what is certain, what is in doubt, and what a dead worker left."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.contract import Gone, InDoubt, Rate, Refused, Retry
from bot.i18n import utc_now
from directory.database import Database
from reminders import outbox
from reminders.outbox import State
from tests.bot.path import running, states
from tests.support.recording import Recording


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Refused("bad_request"), State.FAILED),
        (Gone("blocked"), State.FAILED),
        (InDoubt("timeout"), State.IN_DOUBT),
        (RuntimeError("unknown"), State.IN_DOUBT),
    ],
)
async def test_what_is_not_certain_is_not_repeated(
    database: Database, outcome: Exception, state: State
) -> None:
    platform = Recording()
    platform.outcomes = [outcome]
    async with running(database, platform):
        await platform.say("/echo a")
        await platform.say("/echo b")
        await platform.until(1)
    assert platform.texts() == ["echo b"]
    assert (await states(database))[1][state] == 1


async def test_what_was_certainly_not_sent_is_tried_again_in_order(database: Database) -> None:
    platform = Recording()
    platform.outcomes = [Retry("connect", after=0.1), Retry("connect", after=0.1)]
    async with running(database, platform):
        await platform.say("/echo a")
        await platform.say("/echo b")
        await platform.until(2)
    assert platform.texts() == ["echo a", "echo b"]


async def test_a_place_that_moved_is_followed(database: Database) -> None:
    platform = Recording()
    platform.moved = {"p1": "p9"}
    async with running(database, platform):
        await platform.say("/echo a")
        await platform.say("/echo b")
        await platform.until(2)
    assert platform.texts() == ["echo a", "echo b"]
    assert platform.sent[0].place.id == "p9"


async def test_limits_are_kept(database: Database) -> None:
    platform = Recording()
    platform.limits = [("place", Rate(1, 0.2))]
    async with running(database, platform):
        started = asyncio.get_running_loop().time()
        for number in range(4):
            await platform.say(f"/echo {number}")
        await platform.until(4)
    assert asyncio.get_running_loop().time() - started >= 0.6


async def leave(database: Database, state: State, operation: str = "post") -> None:
    """A row as a worker that died would leave it."""
    async with database.writing() as session:
        body = (
            '{"operation":"post","place":{"platform":"recording","account":"bot","kind":"direct",'
            '"id":"p1"},"cards":[{"text":"left"}],"language":"en","target":"m1"}'
        ).replace("post", operation)
        await outbox.enqueue(session, [outbox.Draft("recording", "bot", "p1", body)], utc_now())
        await session.execute(
            sa.update(outbox.OutboxRow).values(
                state=state, worker="dead", lease_until=utc_now() + timedelta(hours=1)
            )
        )


async def test_a_claim_of_a_dead_worker_is_taken_back(database: Database) -> None:
    await leave(database, State.CLAIMED)
    platform = Recording()
    async with running(database, platform, alone=True):
        await platform.until(1)
    assert platform.texts() == ["left"]


async def test_a_request_of_a_dead_worker_is_in_doubt_and_counted(database: Database) -> None:
    await leave(database, State.SENDING)
    platform = Recording()
    async with running(database, platform, alone=True) as app:
        await platform.say("/echo next")
        await platform.until(1)
        await app.metrics.refresh()
        assert app.metrics.registry.get_sample_value("enlace_deliveries_in_doubt") == 1
    assert platform.texts() == ["echo next"]


async def test_a_live_workers_request_is_left_alone(database: Database) -> None:
    await leave(database, State.SENDING)
    platform = Recording()
    async with running(database, platform) as app:
        await app.deliverer.recover()
    assert (await states(database))[1][State.SENDING] == 1


async def test_what_another_worker_claimed_is_taken_by_whoever_may_send_now(database: Database) -> None:
    await leave(database, State.CLAIMED)
    platform = Recording()
    async with running(database, platform):
        if database.is_sqlite:  # One worker, which would know if it were alone: this one does not.
            await asyncio.sleep(0.2)
        else:
            await platform.until(1)
    assert (await states(database))[1][State.CLAIMED if database.is_sqlite else State.SENT] == 1


async def test_an_idempotent_platform_is_never_in_doubt(database: Database) -> None:
    await leave(database, State.SENDING)
    platform = Recording(idempotent=True)
    async with running(database, platform, alone=True):
        await platform.until(1)
    assert platform.texts() == ["left"]


async def test_an_edit_of_a_dead_worker_is_made_again(database: Database) -> None:
    await leave(database, State.SENDING, "edit")
    platform = Recording()
    async with running(database, platform, alone=True):
        await platform.until(1)
    assert platform.texts() == ["left"]


@pytest.mark.parametrize(("told", "state"), [("m5", State.SENT), ("", State.SENT), (None, State.IN_DOUBT)])
async def test_a_platform_that_can_tell_settles_the_doubt(
    database: Database, told: str | None, state: State
) -> None:
    await leave(database, State.SENDING)
    platform = Recording()
    platform.confirms = lambda _message: told
    async with running(database, platform, alone=True) as app:
        async with asyncio.timeout(5):
            while not (await states(database))[1][State.IN_DOUBT]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await app.deliverer.resolve()
        assert (await states(database))[1][State.IN_DOUBT] == 1, "asked before it had time to settle"
        await app.deliverer.resolve(after=timedelta(0))
        if told == "":
            await platform.until(1)
    assert (await states(database))[1][state] == 1
    assert platform.texts() == (["left"] if told == "" else [])


async def test_two_workers_that_ask_queue_a_doubtful_message_once(database: Database) -> None:
    await leave(database, State.IN_DOUBT)
    async with database.writing() as session:
        row = (await session.execute(sa.select(outbox.OutboxRow.id))).scalar_one()
        assert await outbox.settle(session, [row], State.IN_DOUBT, state=State.QUEUED) == 1
        assert await outbox.settle(session, [row], State.IN_DOUBT, state=State.QUEUED) == 0
