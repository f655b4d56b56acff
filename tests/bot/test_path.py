"""The durable path from an event to its answer, with commands of the test's own and a strict platform."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox
from bot.app import Enlace
from bot.command import Command, Context, Replies
from bot.contract import Card, Gone, InDoubt, Pressed, Rate, Refused, Reply, Retry, Said
from bot.i18n import utc_now
from bot.inbox import InboxState
from bot.metrics import Metrics
from bot.registry import Registry
from directory import accounts
from directory.access import Subject
from directory.accounts import Account
from directory.database import Database
from reminders import outbox
from reminders.outbox import State
from tests.support.recording import Recording


def say(text: str) -> Reply:
    return Reply(Card(text=text))


async def echo(_context: Context, argument: str) -> Replies:
    return say(f"echo {argument}")


async def slow(_context: Context, argument: str) -> Replies:
    await asyncio.sleep(2.0)
    return say(f"slow {argument}")


async def broken(_context: Context, argument: str) -> Replies:
    raise ZeroDivisionError(argument)


async def note(context: Context, argument: str) -> Replies:
    await accounts.save_account(context.session, replace(context.asker.account, language="fr"))
    if argument == "fail":
        raise ZeroDivisionError
    return say("noted")


async def trace(context: Context, argument: str) -> Replies:
    async def leave(session: AsyncSession) -> None:
        await accounts.save_account(session, replace(context.asker.account, time_zone=argument))

    context.effects.append(leave)
    return say("traced")


async def two(_context: Context, _argument: str) -> Replies:
    return (say("one"), say("two"))


async def turn(_context: Context, arguments: Sequence[str]) -> Replies:
    return Reply(Card(text=f"page {arguments[0]}"), replaces=True)


def command(name: str, run: object, **more: object) -> Command:
    return Command(name, Subject.HELP, run, "start.summary", "start.usage", **more)  # type: ignore[arg-type]


def commands() -> list[Command]:
    return [
        command("echo", echo, actions={"page": turn}),
        command("slow", slow),
        command("broken", broken),
        command("note", note, writes=True),
        command("trace", trace),
        command("two", two),
        command("find", echo),
        command("start", echo),
    ]


@contextlib.asynccontextmanager
async def running(database: Database, platform: Recording, *, alone: bool = False) -> AsyncIterator[Enlace]:
    app = Enlace(database, Registry(commands()), Metrics(database))
    async with app.running([platform], alone=alone):
        async with asyncio.timeout(5):
            await app.until_up(platform)
        yield app


async def states(database: Database) -> tuple[dict[InboxState, int], dict[State, int]]:
    async with database.reading() as session:
        return await inbox.count(session), await outbox.count(session)


async def test_a_question_is_answered_once_and_its_words_are_forgotten(database: Database) -> None:
    platform = Recording()
    async with running(database, platform):
        await platform.say("/echo hello")
        await platform.until(1)
    assert platform.texts() == ["echo hello"]
    events, deliveries = await states(database)
    assert (events[InboxState.DONE], deliveries[State.SENT]) == (1, 1)
    async with database.reading() as session:
        assert (await session.execute(sa.select(outbox.OutboxRow.body))).scalar_one() == ""
        assert (await session.execute(sa.select(inbox.InboxRow.body))).scalar_one() == ""


async def test_a_repeated_event_is_recognised(database: Database) -> None:
    platform = Recording()
    async with running(database, platform):
        event = platform.event(Said("/echo once"), event_id="same")
        await platform.receive(event, event)
        await platform.until(1)
        await platform.receive(event)
        await platform.say("/echo after")
        await platform.until(2)
    assert platform.texts() == ["echo once", "echo after"]


async def test_order_is_kept_within_a_conversation(database: Database) -> None:
    platform = Recording()
    async with running(database, platform):
        for number in range(12):
            await platform.say(f"/echo {number}", place=f"p{number % 3}")
        await platform.until(12)
    for place in range(3):
        assert platform.texts(f"p{place}") == [f"echo {number}" for number in range(place, 12, 3)]


async def test_a_slow_conversation_holds_up_no_other(database: Database) -> None:
    platform = Recording()
    async with running(database, platform):
        await platform.say("/slow x", place="p1")
        await platform.say("/echo y", place="p2")
        await platform.say("/note", place="p3")
        await platform.until(2, seconds=1.8)
        assert sorted(platform.texts()) == ["echo y", "noted"]
        await platform.until(3)
    assert platform.texts("p1") == ["slow x"]


async def test_a_poison_event_is_parked_politely_and_blocks_nothing(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    platform = Recording()
    async with running(database, platform):
        await platform.say("/broken now", language="es")
        await platform.say("/echo still here")
        await platform.until(2)
    polite, after = platform.texts()
    async with database.reading() as session:
        query = sa.select(inbox.InboxRow.reference).where(inbox.InboxRow.state == InboxState.PARKED)
        reference = (await session.execute(query)).scalar_one()
    assert reference
    assert reference in polite
    assert after == "echo still here"
    events, _ = await states(database)
    assert events == {InboxState.DONE: 1, InboxState.PARKED: 1, InboxState.PENDING: 0}


async def test_a_failed_handler_changes_nothing(database: Database) -> None:
    platform = Recording()
    async with running(database, platform):
        await platform.say("/note fail")
        await platform.until(1)
        async with database.reading() as session:
            assert (await accounts.account(session, "recording", "", "user-p1")).language == ""
        await platform.say("/note")
        await platform.until(2)
    async with database.reading() as session:
        assert await accounts.account(session, "recording", "", "user-p1") == Account(
            "recording", "", "user-p1", None, "fr", ""
        )


async def test_a_change_of_an_event_that_was_dealt_with_meanwhile_is_undone(database: Database) -> None:
    platform = Recording()
    app = Enlace(database, Registry(commands()), Metrics(database))
    await app.receive([platform.event(Said("/note"))])
    async with database.writing() as session:
        (waiting,) = await inbox.pending(session, [("recording", "bot")], (), 9)
        await inbox.settle(session, waiting.id, InboxState.DONE, utc_now())
    await app.dispatcher.handle(waiting)
    async with database.reading() as session:
        assert (await accounts.account(session, "recording", "", "user-p1")).language == ""
        assert await outbox.count(session) == dict.fromkeys(State, 0)


async def test_a_reading_command_leaves_its_trace_with_the_answer(database: Database) -> None:
    platform = Recording()
    async with running(database, platform):
        await platform.say("/trace America/Bogota")
        await platform.until(1)
    async with database.reading() as session:
        found = await accounts.account(session, "recording", "", "user-p1")
    assert found.time_zone == "America/Bogota"


async def test_a_press_turns_the_card_in_place(database: Database) -> None:
    platform = Recording()
    async with running(database, platform):
        await platform.press("page:2", message_id="m77")
        await platform.until(1)
    assert platform.sent[0].operation == "edit"
    assert platform.sent[0].target == "m77"
    assert platform.texts() == ["page 2"]


async def test_several_replies_keep_their_order(database: Database) -> None:
    platform = Recording()
    async with running(database, platform):
        for _ in range(5):
            await platform.say("/two")
        await platform.until(10)
    assert platform.texts() == ["one", "two"] * 5


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


async def leave(database: Database, state: State) -> None:
    """A row as a worker that died would leave it."""
    async with database.writing() as session:
        body = (
            '{"operation":"post","place":{"platform":"recording","account":"bot","kind":"direct",'
            '"id":"p1"},"cards":[{"text":"left"}],"language":"en"}'
        )
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


async def test_stopping_finishes_what_is_in_hand(database: Database) -> None:
    platform = Recording()
    async with running(database, platform):
        await platform.say("/slow x")
        await asyncio.sleep(0.1)
    assert platform.texts() == ["slow x"]
    assert (await states(database))[1] == dict.fromkeys(State, 0) | {State.SENT: 1}


async def test_events_of_other_accounts_are_left_alone(database: Database) -> None:
    other = Recording()
    other.account = "elsewhere"
    async with running(database, Recording()) as app:
        await app.receive([other.event(Said("/echo"))])
        await asyncio.sleep(0.1)
    assert (await states(database))[0][InboxState.PENDING] == 1


async def test_repeats_are_remembered_for_seven_days(database: Database) -> None:
    now = utc_now()
    platform = Recording()
    event = platform.event(Said("/echo"), event_id="old")
    async with database.writing() as session:
        assert (await inbox.store(session, [event], now)).new == 1
        row = (await session.execute(sa.select(inbox.InboxRow.id))).scalar_one()
        assert await inbox.settle(session, row, InboxState.DONE, now)
    for days, new in ((6, 0), (8, 1)):
        async with database.writing() as session:
            await inbox.prune(session, now + timedelta(days=days))
            assert (await inbox.store(session, [event], now)).new == new


async def test_a_stale_button_is_answered(database: Database) -> None:
    platform = Recording()
    async with running(database, platform):
        for action in ("nothing:1", "", ":::", "x" * 500):
            await platform.receive(platform.event(Pressed(action, "m1")))
        await platform.until(4)
    assert len(set(platform.texts())) == 1


@pytest.mark.parametrize(
    "text", ["", " \n ", "\u202e\u200b", "/", "\x00", "\ud800", "/\ud800", "x" * 100_000]
)
async def test_hostile_lines_get_one_answer(database: Database, text: str) -> None:
    platform = Recording()
    async with running(database, platform):
        await platform.say(text)
        await platform.until(1)
    assert platform.texts()[0]
    assert (await states(database))[0][InboxState.PARKED] == 0


async def test_an_unknown_command_is_answered_with_the_nearest(database: Database) -> None:
    platform = Recording()
    async with running(database, platform):
        await platform.say("/ehco x")
        await platform.say("/qqqqqqqq x")
        await platform.until(2)
    assert "/echo" in platform.texts()[0]
    assert "/echo" not in platform.texts()[1]


@pytest.mark.parametrize(
    "second",
    [
        command("ECHO", echo),
        command("other", echo, aliases={"es": ("écho",)}),
        command("other", echo, actions={"page": turn}),
    ],
)
def test_two_commands_cannot_share_a_name_or_a_button(second: Command) -> None:
    with pytest.raises(ValueError, match="two commands"):
        Registry([*commands(), second])
