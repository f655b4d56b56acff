"""Meetings as the engine sees them: who is silent is asked, whoever comes is told that it is near."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from bot.cards import meeting as card
from bot.heralding import LetterHerald
from bot.letters import LetterPost
from bot.outgoing import outgoing
from directory import entries, meetings, people
from directory.audit import Actor
from directory.database import Database
from directory.meetings import Answer, Document, Meeting, State, Unit, UnitKind, When
from directory.meetings.tables import MeetingRow
from directory.texts import local
from reminders.nudging import quiet
from reminders.nudging.engine import SWEEP, Nudger
from reminders.nudging.meetings import Beginnings, Invitations
from reminders.nudging.tables import QuietKind
from tests.reminders.nudging.test_deadlines import BOTS, COORDINATION, Office

MEXICO, HAITI, COLOMBIA = (Unit(UnitKind.COUNTRY, code) for code in ("MX", "HT", "CO"))
#: A Thursday, 9:00 in Mexico City, when answers were wanted by Wednesday of the week before.
STARTS = datetime(2027, 4, 15, 15, tzinfo=UTC)
ANSWER_BY = date(2027, 4, 7)


def nine(month: int, day: int) -> datetime:
    """9:00 in Mexico City, which has no summer time."""
    return datetime(2027, month, day, 15, tzinfo=UTC)


def on(day: date) -> When:
    """From nine to five in Mexico City."""
    return When(datetime.combine(day, time(9)), datetime.combine(day, time(17)), "America/Mexico_City")


class Meetings(Office):
    """The office, with a meeting that three countries are expected at."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.number = 0
        self.now = nine(3, 1)
        clock = lambda: self.now  # noqa: E731 - it is looked at again each time
        self.nudger = Nudger(
            database,
            (Invitations(clock), Beginnings(clock)),
            LetterHerald(LetterPost(lambda: BOTS)),
            now=clock,
        )

    async def calls(self) -> None:
        when = on(date(2027, 4, 15))
        titles = local(en="Second Meeting", es="Segunda Reunión", fr="Deuxième réunion")
        called = Meeting(
            0,
            "ACS",
            titles,
            when,
            answer_by=ANSWER_BY,
            link="https://example.org/room",
            documents=(Document(local(en="Draft agenda"), "https://example.org/agenda"),),
        )
        async with self.database.writing() as session:
            stored = await meetings.draft(session, COORDINATION, self.now, called, [MEXICO, HAITI, COLOMBIA])
            self.number = stored.number
            await session.execute(
                sa.update(MeetingRow)
                .where(MeetingRow.id == self.number)
                .values(state=State.ANNOUNCED, announced_at=self.now, version=MeetingRow.version + 1)
            )

    async def answers(self, unit: Unit, given: Answer, person: str, *, on_behalf: bool = False) -> None:
        actor = Actor("recording", "", person, person, "focal_point", "direct")
        async with self.database.writing() as session:
            await meetings.answer(session, actor, self.now, self.number, unit, given, on_behalf=on_behalf)

    async def told(self, now: datetime) -> list[tuple[str, str]]:
        """Whom the engine writes to at an instant, and what."""
        before = len(await self.letters())
        await self.ticks(now)
        return [(who, text) for who, text, _ in (await self.letters())[before:]]


@pytest.fixture
async def office(demo: Database) -> Meetings:
    async with demo.writing() as session:
        await session.execute(sa.text("UPDATE meeting SET state = 'cancelled'"))
    office = Meetings(demo)
    await office.calls()
    await office.links(mx="es", mx_alt="es", ht="fr", co="pt", coordinator="en")
    return office


async def test_the_silent_are_asked_then_whoever_stands_in_then_the_coordination(
    office: Meetings,
) -> None:
    await office.answers(COLOMBIA, Answer.ATTENDING, "demo-co")
    async with office.database.writing() as session:
        await quiet.hush(session, "demo-ht", QuietKind.NUDGES, None)
    assert await office.told(nine(3, 24) - timedelta(minutes=1)) == []
    ((who, text),) = await office.told(nine(3, 24))
    assert who == "demo-mx"
    assert "Segunda Reunión" in text
    assert "Todavía se espera la respuesta de México a esta invitación." in text
    assert [who for who, _ in await office.told(nine(3, 31))] == ["demo-mx", "demo-mx-alt"]
    # Sunday the 4th: the last working day before it.
    assert [who for who, _ in await office.told(nine(4, 2))] == ["demo-mx", "demo-mx-alt"]
    last = dict(await office.told(nine(4, 6)))
    assert last.keys() == {"demo-mx", "demo-mx-alt", "demo-coordinator"}
    assert "1 of 3 have answered this invitation." in last["demo-coordinator"]
    assert "Haiti and Mexico" in last["demo-coordinator"]
    await office.answers(MEXICO, Answer.CANNOT, "demo-mx")
    assert await office.told(nine(4, 7)) == []


async def test_an_answer_or_a_cancellation_stops_the_letter_that_waits(office: Meetings) -> None:
    async with office.database.writing() as session:
        await entries.set_away(session, "demo-mx", date(2027, 3, 30))
    await office.ticks(nine(3, 24))
    waiting = {who: delivery for who, _, delivery in await office.letters()}
    assert waiting.keys() == {"demo-mx-alt", "demo-ht", "demo-co"}

    async def holds(person: str) -> bool:
        async def theirs(key: str) -> bool:
            return key == person

        async with office.database.writing() as session:
            guard = waiting[person].guard.removeprefix("nudge:")
            return await office.nudger.still_holds(session, guard, theirs)

    await office.answers(HAITI, Answer.MAYBE, "demo-ht")
    assert [await holds(person) for person in ("demo-mx-alt", "demo-ht")] == [True, False]
    async with office.database.writing() as session:
        await meetings.cancel(session, COORDINATION, office.now, office.number, "storm")
    assert not await holds("demo-co")
    # It takes place after all, a day later: that is looked at again, and counts from the new day.
    async with office.database.writing() as session:
        await meetings.restore(session, COORDINATION, office.now, office.number)
    office.now = nine(4, 13)
    await office.answers(MEXICO, Answer.ATTENDING, "demo-mx-alt")
    assert {who for who, _ in await office.told(nine(4, 14))} == {"demo-ht", "demo-mx-alt"}
    async with office.database.writing() as session:
        await meetings.move(session, COORDINATION, office.now, office.number, on(date(2027, 4, 16)))
    assert {who for who, _ in await office.told(nine(4, 15) + SWEEP)} == {"demo-ht", "demo-mx-alt"}


async def test_whoever_comes_is_told_the_day_and_the_hour_before_in_their_time(office: Meetings) -> None:
    async with office.database.writing() as session:
        await session.execute(
            sa.update(people.PersonRow)
            .where(people.PersonRow.key == "demo-co")
            .values(time_zone="Asia/Tokyo")
        )
    office.now = nine(4, 8)
    await office.answers(MEXICO, Answer.MAYBE, "demo-mx")
    await office.answers(HAITI, Answer.CANNOT, "demo-ht")
    await office.answers(COLOMBIA, Answer.ONLINE, "demo-coordinator", on_behalf=True)
    # In Tokyo it begins at midnight after Thursday: on Friday.
    assert await office.told(datetime(2027, 4, 14, 1, tzinfo=UTC)) == []
    (mexico,) = await office.told(nine(4, 14))
    assert mexico[0] == "demo-mx"
    for part in ("https://example.org/room", "https://example.org/agenda", "9:00", "Respondió «quizás»."):
        assert part in mexico[1]
    actions = [
        button.action for row in outgoing((await office.letters())[-1][2]).cards[0].buttons for button in row
    ]
    assert f"{card.ANSWER}:{office.number}:attending:c.MX" in actions
    (tokyo,) = await office.told(datetime(2027, 4, 15, 0, tzinfo=UTC))
    assert tokyo[0] == "demo-co"
    assert "00:00" in tokyo[1]
    assert "quizás" not in tokyo[1]
    assert await office.told(STARTS - timedelta(minutes=61)) == []
    last = await office.told(STARTS - timedelta(minutes=60))
    assert {who for who, _ in last} == {"demo-mx", "demo-co"}
    assert "Esta reunión empieza en una hora." in dict(last)["demo-mx"]
    assert await office.told(STARTS + timedelta(minutes=1)) == []
