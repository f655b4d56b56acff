"""Deadlines as the engine sees them, and the letters that people read, in their language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.heralding import LetterHerald
from bot.letters import LetterPost
from bot.outgoing import outgoing
from directory import accounts, entries
from directory.accounts import Account
from directory.audit import Actor
from directory.database import Database
from directory.texts import local
from reminders import deadlines, outbox
from reminders.deadlines import Deadline, Owner, OwnerKind, series
from reminders.nudging.deadlines import Deadlines, Undesignated
from reminders.nudging.engine import Nudger
from reminders.outbox import Delivery, OutboxRow, Priority
from reminders.vague import VagueDate
from tests.support.asking import words

BOTS = (("recording", "bot"),)
COORDINATION = Actor("recording", "", "u-co", "demo-coordinator", "coordinator", "direct")
MEXICO = Actor("recording", "", "u-mx", "demo-mx", "focal_point", "direct")
SET_AT = datetime(2027, 1, 4, 15, tzinfo=UTC)
#: A Wednesday, 9:00 in Mexico City.
NINE = datetime(2027, 3, 3, 15, tzinfo=UTC)


class Office:
    """A network whose people have accounts, and the engine with real letters."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = SET_AT
        self.nudger = Nudger(
            database,
            (Deadlines(), Undesignated()),
            LetterHerald(LetterPost(lambda: BOTS)),
            now=lambda: self.now,
        )

    async def links(self, **languages: str) -> None:
        """These people have an account each (``mx`` for ``demo-mx``), with a language."""
        async with self.database.writing() as session:
            for short, language in languages.items():
                person = f"demo-{short.replace('_', '-')}"
                await accounts.save_account(session, Account("recording", "", person, person, language))

    async def sets(self, due: str, *owners: Owner, **more: object) -> int:
        """A deadline, set in January."""
        titles = local(en="Guidelines document", es="Guía", fr="Lignes directrices", pt="Diretrizes")
        new = Deadline(0, "ACS", titles, VagueDate.of_code(due), owners=owners, **more)  # type: ignore[arg-type]
        async with self.database.writing() as session:
            return (await deadlines.create(session, COORDINATION, SET_AT, new)).number

    async def ticks(self, now: datetime) -> None:
        self.now = now
        await self.nudger.tick()

    async def letters(self) -> list[tuple[str, str, Delivery]]:
        """To whom, the words, and the row of every letter so far; the demo's own deadlines are left out."""
        async with self.database.reading() as session:
            rows = await session.execute(sa.select(*outbox.DELIVERY).order_by(OutboxRow.id))
            found = [Delivery(*tuple(row)) for row in rows]
        return [
            (item.destination, "\n".join(words(card) for card in outgoing(item).cards), item)
            for item in found
        ]


@pytest.fixture
async def office(demo: Database) -> Office:
    async with demo.writing() as session:
        # What the demo itself is due at would be told as well.
        for table in ("deadline_owner", "deadline_evidence", "nudge_watch"):
            await session.execute(sa.text(f"DELETE FROM {table}"))
        await session.execute(sa.text("UPDATE deadline SET state = 'cancelled'"))
    return Office(demo)


OF_MEXICO = Owner(OwnerKind.COUNTRY, "MX")


async def test_a_country_is_reminded_in_the_language_of_its_focal_point(office: Office) -> None:
    await office.links(mx="es", ht="fr", co="pt")
    number = await office.sets("2027-03-10", OF_MEXICO, Owner(OwnerKind.POST, "acs-fp-ht"))
    await office.ticks(NINE - timedelta(hours=12))
    assert await office.letters() == []
    await office.ticks(NINE)
    told = {who: (text, item) for who, text, item in await office.letters()}
    assert told.keys() == {"demo-mx", "demo-ht"}
    spanish, row = told["demo-mx"]
    assert "Recordatorio de un plazo de su puesto." in spanish
    assert "Guía" in spanish
    assert "10 de marzo de 2027" in spanish
    assert (row.priority, row.guard.partition(":")[0]) == (Priority.LETTER, "nudge")
    actions = [button.action for line in outgoing(row).cards[0].buttons for button in line]
    assert f"dl-done:{number}" in actions
    assert "Rappel d'une échéance de votre poste." in told["demo-ht"][0]


async def test_a_vague_date_counts_from_its_last_day(office: Office) -> None:
    await office.links(mx="en")
    await office.sets("2027-Q1", OF_MEXICO, lead=(7,))
    await office.ticks(NINE)
    assert await office.letters() == []
    await office.ticks(datetime(2027, 3, 24, 15, tzinfo=UTC))
    (letter,) = await office.letters()
    assert "31 March 2027" in letter[1]


async def test_whoever_did_something_about_it_is_not_silent(office: Office) -> None:
    await office.links(mx="en", mx_alt="en")
    number = await office.sets("2027-03-10", OF_MEXICO)
    for now in (datetime(2027, 2, 8, 15, tzinfo=UTC), NINE):
        await office.ticks(now)
    async with office.database.writing() as session:
        await deadlines.ask_for_time(
            session, MEXICO, NINE, number, "demo-mx", VagueDate.on(date(2027, 3, 20)), "more time"
        )
    await office.ticks(NINE + timedelta(days=6))
    await office.ticks(NINE + timedelta(days=7))
    assert [who for who, _, _ in await office.letters()] == ["demo-mx"] * 4


async def test_who_is_away_is_stood_in_for(office: Office) -> None:
    await office.links(mx="en", mx_alt="en")
    await office.sets("2027-03-10", OF_MEXICO)
    async with office.database.writing() as session:
        await entries.set_away(session, "demo-mx", date(2027, 3, 5))
    await office.ticks(NINE)
    ((who, text, _),) = await office.letters()
    assert (who, text.splitlines()[1]) == (
        "demo-mx-alt",
        "A reminder of a deadline of a post for which you stand in.",
    )


async def test_done_moved_put_off_and_waiting_ones_are_not_told(office: Office) -> None:
    await office.links(mx="en")
    done, moved, put_off = [await office.sets("2027-03-10", OF_MEXICO) for _ in range(3)]
    waits = await office.sets("2027-03-10", OF_MEXICO, after=moved)
    await office.ticks(NINE - timedelta(hours=3))
    async with office.database.writing() as session:
        await deadlines.complete(session, MEXICO, NINE, done)
        await deadlines.move(session, COORDINATION, NINE, moved, VagueDate.of_code("2027-05"))
        await deadlines.snooze(session, MEXICO, NINE, put_off, "demo-mx", date(2027, 3, 8))
    await office.ticks(NINE)
    assert await office.letters() == []
    await office.ticks(datetime(2027, 3, 8, 15, tzinfo=UTC))
    ((_, text, _),) = await office.letters()
    assert f"D-{put_off}" in text
    async with office.database.writing() as session:
        await deadlines.complete(session, MEXICO, office.now, moved)
    await office.ticks(datetime(2027, 3, 9, 15, tzinfo=UTC))
    text = (await office.letters())[-1][1]
    assert f"D-{waits}" in text, "what it waited for is done"
    assert f"D-{put_off}" in text
    assert "2 deadlines to see to" in text


async def test_a_letter_is_dropped_that_waits_while_the_deadline_is_done(office: Office) -> None:
    await office.links(mx="en")
    number = await office.sets("2027-03-10", OF_MEXICO)
    await office.ticks(NINE)
    ((_, _, row),) = await office.letters()

    async def is_theirs(_person: str) -> bool:
        return True

    async with office.database.writing() as session:
        assert await office.nudger.still_holds(session, row.guard, is_theirs)
        await deadlines.complete(session, MEXICO, NINE, number)
        assert not await office.nudger.still_holds(session, row.guard, is_theirs)


async def test_the_coordination_is_asked_once_a_month_for_whom_nobody_is_designated(office: Office) -> None:
    await office.links(coordinator="pt")
    await office.sets("2027-09")
    for month, day in ((1, 29), (2, 1), (2, 12), (3, 1), (3, 2)):
        await office.ticks(datetime(2027, month, day, 15, tzinfo=UTC))
    told = await office.letters()
    # 1 February and 1 March are Mondays.
    assert [who for who, _, _ in told] == ["demo-coordinator"] * 2
    assert "Ainda não há ninguém designado para 1 prazo." in told[0][1]
    assert "setembro de 2027" in told[0][1]


async def test_each_of_a_series_is_told(office: Office) -> None:
    await office.links(mx="en")
    new = Deadline(
        0, "ACS", local(en="Report"), VagueDate.on(date(2027, 3, 10)), owners=(OF_MEXICO,), lead=(0,)
    )
    async with office.database.writing() as session:
        first = await series.create(session, COORDINATION, SET_AT, new, "FREQ=WEEKLY")
        await deadlines.complete(session, MEXICO, NINE, first.number)
    await office.ticks(datetime(2027, 3, 10, 15, tzinfo=UTC))
    assert await office.letters() == []
    await office.ticks(datetime(2027, 3, 17, 15, tzinfo=UTC))
    ((_, text, _),) = await office.letters()
    assert "17 March 2027" in text
