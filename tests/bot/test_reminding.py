"""The whole program reminds somebody: at nine, in their chat, and not of what was done meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.app import Enlace, open_app
from bot.contract import Retry
from directory import accounts
from directory.accounts import Account
from directory.audit import Actor
from directory.texts import local
from reminders import deadlines
from reminders.deadlines import Deadline, Owner, OwnerKind
from reminders.outbox import OutboxRow, State
from reminders.vague import VagueDate
from tests.support.asking import words
from tests.support.recording import Recording

ACTOR = Actor("recording", "", "u-co", "demo-coordinator", "coordinator", "direct")
#: A Wednesday, 9:00 in Mexico City.
NINE = datetime(2027, 3, 3, 15, tzinfo=UTC)


@dataclass
class Clock:
    """The real one, moved."""

    shift: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


@dataclass
class Running:
    """The program with its clock, and the number of what Mexico owes in a week. It is shortly before nine."""

    app: Enlace
    recording: Recording
    clock: Clock
    number: int

    async def state(self, *states: State) -> None:
        """Wait until there is a message in one of these states, and no other."""
        found: list[State] = []
        for _ in range(400):
            async with self.app.database.reading() as session:
                found = list((await session.execute(sa.select(OutboxRow.state))).scalars())
            if len(found) == 1 and found[0] in states:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(found)


@pytest.fixture
async def running(demo_url: str) -> AsyncIterator[Running]:
    recording, clock = Recording(), Clock(NINE - timedelta(minutes=5) - datetime.now(UTC))
    async with open_app(demo_url, now=clock.now) as app:
        async with app.database.writing() as session:
            # What the demo itself is due at would be told as well.
            for table in ("deadline", "meeting"):
                await session.execute(sa.text(f"UPDATE {table} SET state = 'cancelled'"))
            await accounts.save_account(session, Account("recording", "", "u-mx", "demo-mx", "es"))
            set_at = NINE - timedelta(days=60)
            due = VagueDate.on(date(2027, 3, 10))
            new = Deadline(
                0, "ACS", local(es="Guía", en="Guide"), due, owners=(Owner(OwnerKind.COUNTRY, "MX"),)
            )
            number = (await deadlines.create(session, ACTOR, set_at, new)).number
        async with app.running([recording]):
            await app.until_up(recording)
            yield Running(app, recording, clock, number)


async def test_a_letter_comes_at_nine_and_not_before(running: Running) -> None:
    await asyncio.sleep(1.5)
    assert running.recording.sent == []
    running.clock.shift += timedelta(minutes=6)
    await running.recording.until(1)
    (message,) = running.recording.sent
    assert message.place.id == "u-mx"
    assert "Recordatorio de un plazo de su puesto." in words(message.cards[0])


async def test_what_is_done_while_its_letter_waits_is_not_sent(running: Running) -> None:
    running.recording.outcomes.append(Retry("busy", 2.0))
    running.clock.shift += timedelta(minutes=6)
    await running.state(State.QUEUED)
    async with running.app.database.writing() as session:
        await deadlines.complete(session, ACTOR, running.app.now(), running.number)
    await running.state(State.DROPPED)
    assert running.recording.sent == []
