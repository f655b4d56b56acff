"""Quorums: what is told of them follows from what was told before, and is told once."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from bot.quorum_watch import QuorumWatch
from directory import meetings
from directory.audit import Actor
from directory.database import Database
from directory.letters import Letter
from directory.meetings import Answer, Meeting, Quorum, QuorumKind, State, Unit, UnitKind, When
from directory.meetings.quorums import Told, next_to_tell
from directory.meetings.tables import MeetingRow
from directory.texts import local

ACTOR = Actor("recording", "", "u", "demo-coordinator", "coordinator", "direct")
UNITS = [Unit(UnitKind.COUNTRY, code) for code in ("CO", "HT", "MX")]
DAY = date(2027, 4, 15)


@pytest.mark.parametrize(
    ("before", "reached", "near", "told"),
    [
        (None, False, False, None),
        (None, False, True, Told.IN_DANGER),
        (Told.IN_DANGER, False, True, None),
        (Told.IN_DANGER, True, True, Told.REACHED),
        (None, True, False, Told.REACHED),
        (Told.REACHED, True, True, None),
        (Told.REACHED, False, False, Told.LOST),
        (Told.LOST, False, True, None),
        (Told.LOST, True, True, Told.REACHED),
    ],
)
def test_what_is_told_next(before: Told | None, reached: bool, near: bool, told: Told | None) -> None:
    assert next_to_tell(before, reached=reached, near=near) is told


async def test_the_coordination_is_told_each_once_by_two_workers(demo: Database) -> None:
    now = datetime(2027, 4, 9, tzinfo=UTC)
    when = When(datetime.combine(DAY, time(9)), datetime.combine(DAY, time(12)), "America/Bogota")
    called = Meeting(0, "ACS", local(en="Talk"), when, quorum=Quorum(QuorumKind.HALF))
    async with demo.writing() as session:
        await session.execute(sa.text("UPDATE meeting SET state = 'cancelled'"))
        number = (await meetings.draft(session, ACTOR, now, called, UNITS)).number
        announced = sa.update(MeetingRow).where(MeetingRow.id == number).values(state=State.ANNOUNCED)
        await session.execute(announced)
    told: list[tuple[str, str]] = []

    async def post(_session: object, letter: Letter) -> None:
        told.append((letter.message.rpartition("_quorum_")[2], letter.values["coming"]))

    async def tick(at: datetime) -> None:
        await asyncio.gather(*(QuorumWatch(demo, post, now=lambda: at).tick() for _ in range(2)))

    async def answers(unit: Unit, given: Answer) -> None:
        async with demo.writing() as session:
            await meetings.answer(session, ACTOR, now, number, unit, given, on_behalf=True)
        await tick(now + timedelta(days=4))

    await tick(now)
    assert told == []
    await tick(now + timedelta(days=3, hours=5))
    assert told == [("in_danger", "0")]
    await answers(UNITS[0], Answer.ATTENDING)
    await answers(UNITS[1], Answer.ONLINE)
    await answers(UNITS[2], Answer.CANNOT)
    await answers(UNITS[1], Answer.MAYBE)
    assert told == [("in_danger", "0"), ("reached", "2"), ("lost", "1")]
