"""What is asked just before sending, and what becomes of messages that may have arrived."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import sqlalchemy as sa

from bot.app import Enlace
from bot.contract import Card, InDoubt, Place, PlaceKind
from bot.demo import bind_room
from bot.i18n import utc_now
from bot.metrics import Metrics
from bot.outgoing import letter_draft
from bot.registry import Registry, find_commands
from directory import accounts
from directory.accounts import Account
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from directory.letters import Letter
from reminders import outbox
from reminders.outbox import Draft, OutboxRow, State
from tests.support.recording import Recording

FOCAL, COORDINATOR, OPERATOR = (DEMO_PEOPLE[name] for name in ("focal", "coordinator", "operator"))


def direct(place: str) -> Place:
    return Place("recording", "bot", PlaceKind.DIRECT, place)


@contextlib.asynccontextmanager
async def running(database: Database, platform: Recording) -> AsyncIterator[Enlace]:
    async with database.writing() as session:
        for place, person in (("p-focal", FOCAL), ("p-boss", COORDINATOR), ("p-operator", OPERATOR)):
            await accounts.link(session, Account("recording", "", f"u-{place}"), person, utc_now())
            await accounts.reached(session, Account("recording", "", f"u-{place}"), "bot", place)
        await bind_room(session, "recording", "bot", "g1")
    app = Enlace(database, Registry(find_commands()), Metrics(database))
    async with app.running([platform]):
        await app.until_up(platform)
        yield app


async def put(app: Enlace, *drafts: Draft) -> None:
    async with app.database.writing() as session:
        await outbox.enqueue(session, drafts, utc_now())
    app.outbox_bell.ring()


async def until(database: Database, state: State, count: int = 1) -> None:
    async with asyncio.timeout(10):
        while True:
            async with database.reading() as session:
                if (await outbox.count(session))[state] == count:
                    return
            await asyncio.sleep(0.02)


async def test_what_is_no_longer_true_is_not_sent(demo: Database) -> None:
    platform, told = Recording(), list[str]()
    async with running(demo, platform) as app:

        async def holds(_session: object, what: str, _delivery: object) -> bool:
            told.append(what)
            if what == "broken":
                raise ZeroDivisionError
            return what == "true"

        app.guards.register("test", holds)
        await put(
            app,
            *(
                letter_draft(direct(f"p-{what}"), Card(text=what), "en", guard=f"test:{what}")
                for what in ("false", "true", "broken")
            ),
        )
        await until(demo, State.DROPPED)
        await until(demo, State.SENT)
    assert platform.texts() == ["true"]
    assert sorted(told) == ["broken", "false", "true"]
    async with demo.reading() as session:
        rows = (await session.execute(sa.select(OutboxRow.state, OutboxRow.reason, OutboxRow.body))).all()
    assert (State.DROPPED, "no_longer_true", "") in rows
    # Neither sent nor lost: it waits until its guard can be asked again.
    assert [(state, reason) for state, reason, body in rows if body] == [(State.QUEUED, "guard_failed")]


async def test_a_letter_is_not_for_whoever_has_the_account_next(demo: Database) -> None:
    platform = Recording()
    async with running(demo, platform) as app:
        async with demo.writing() as session:
            # Both in one transaction: so the letter waits when the account is taken away.
            await app.letters.send(
                session, Letter(FOCAL, "bind.told_lost", {"room": "R", "network": "ACS"}, utc_now())
            )
            await app.letters.send(
                session, Letter(COORDINATOR, "bind.told_lost", {"room": "R", "network": "ACS"}, utc_now())
            )
            await accounts.unlink(session, Account("recording", "", "u-p-focal"), FOCAL)
        app.outbox_bell.ring()
        await until(demo, State.DROPPED)
        await until(demo, State.SENT)
    assert [message.place.id for message in platform.sent] == ["p-boss"]


async def test_whoever_looks_after_a_room_is_told_once_of_all_doubts(demo: Database) -> None:
    platform = Recording()
    platform.outcomes = [InDoubt("no_answer"), InDoubt("no_answer"), InDoubt("no_answer")]
    room = Place("recording", "bot", PlaceKind.GROUP, "g1")
    async with running(demo, platform) as app:
        for number in range(2):
            await put(app, letter_draft(room, Card(text=f"digest {number}"), "en"))
            await until(demo, State.IN_DOUBT, number + 1)
        await put(app, letter_draft(direct("p-stranger"), Card(text="x"), "en"))
        await until(demo, State.IN_DOUBT, 3)
        await app.doubts.tell()
        assert platform.sent == [], "the platform is asked first"
        await app.doubts.tell(after=timedelta(0))
        app.outbox_bell.ring()
        await platform.until(2)
        await app.doubts.tell(after=timedelta(0))
        await asyncio.sleep(0.1)
    told = {message.place.id: message.cards[0].text for message in platform.sent}
    assert set(told) == {"p-boss", "p-operator"}
    assert "(2)" in told["p-boss"]
    assert "(1)" in told["p-operator"]


async def test_what_is_critical_is_repeated_once_and_says_so(demo: Database) -> None:
    platform = Recording()
    platform.can_confirm = False
    platform.outcomes = [InDoubt("timedout"), InDoubt("timedout")]
    async with running(demo, platform) as app:

        async def holds(_session: object, _what: str, _delivery: object) -> bool:
            return True

        app.guards.register("dear", holds, critical=True)
        await put(app, letter_draft(direct("p-focal"), Card(text="due today"), "pt", guard="dear:1"))
        await until(demo, State.IN_DOUBT)
        for _ in range(2):
            await app.doubts.tell(after=timedelta(0))
            app.outbox_bell.ring()
            await until(demo, State.IN_DOUBT, 2)
        await platform.until(1)
    async with demo.reading() as session:
        bodies = (
            (await session.execute(sa.select(OutboxRow.body).where(OutboxRow.state == State.IN_DOUBT)))
            .scalars()
            .all()
        )
    assert len(bodies) == 2
    assert sum("É possível que esta mensagem já tenha sido recebida." in body for body in bodies) == 1
