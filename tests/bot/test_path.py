"""The path from an event to its answer, with commands of the test's own and a strict platform."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot import inbox
from bot.app import Enlace
from bot.command import Command
from bot.contract import Pressed, Said
from bot.i18n import utc_now
from bot.inbox import InboxState
from bot.metrics import Metrics
from bot.registry import Registry
from directory import accounts
from directory.accounts import Account
from directory.database import Database
from reminders import outbox
from reminders.outbox import State
from tests.bot.path import command, commands, echo, running, states, turn
from tests.support.recording import Recording


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
