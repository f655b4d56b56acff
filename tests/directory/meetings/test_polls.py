"""Polls as they are stored: one set of votes for each unit, the best time first, one choice."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

import pytest

from directory import meetings
from directory.access import Role
from directory.audit import Actor
from directory.database import Database
from directory.meetings import Unit, UnitKind, polls
from directory.meetings.polls import Closed, Poll, Vote
from directory.texts import local

NOW = datetime(2027, 4, 1, 12, tzinfo=UTC)
COORDINATOR = Actor("telegram", "", "1", "demo-coordinator", Role.COORDINATOR, "direct")
MX, TT, HT = (Unit(UnitKind.COUNTRY, code) for code in ("MX", "TT", "HT"))
STARTS = tuple(datetime.fromisoformat(f"2027-04-15 {hour}:00") for hour in ("03", "09", "10"))
POLL = Poll(0, "ACS", local(en="Second Meeting"), "America/Mexico_City", STARTS, 60, date(2027, 4, 8))


async def opened(database: Database) -> int:
    async with database.writing() as session:
        stored = await polls.draft(session, COORDINATOR, NOW, POLL, [MX, TT, HT])
        await polls.start(session, COORDINATOR, NOW, stored.number)
    return stored.number


async def says(database: Database, number: int, unit: Unit, votes: dict[int, Vote], who: str = "7") -> None:
    actor = Actor("telegram", "", who, f"demo-{who}", Role.FOCAL_POINT, "direct")
    async with database.writing() as session:
        await polls.vote(session, actor, NOW, number, unit, votes)


async def test_the_best_time_is_by_who_can_come_then_by_the_hour(demo: Database) -> None:
    number = await opened(demo)
    await asyncio.gather(
        says(demo, number, MX, {1: Vote.YES, 2: Vote.YES, 3: Vote.NO}),
        says(demo, number, HT, {1: Vote.YES, 2: Vote.YES}),
        says(demo, number, TT, {3: Vote.YES}, "8"),
        says(demo, number, MX, {1: Vote.YES, 2: Vote.YES, 3: Vote.NO}),
    )
    async with demo.reading() as session:
        shown = await polls.standing(session, number)
    assert shown is not None
    ranked = polls.rank(shown)
    assert [one.slot for one in ranked] == [2, 1, 3], "nobody meets at 03:00 where another time does as well"
    assert list(ranked[1].night) == [MX, HT, TT]
    assert not ranked[0].night
    assert shown.silent == ()


async def test_one_time_is_chosen_once_and_votes_end(demo: Database) -> None:
    number = await opened(demo)
    await says(demo, number, MX, {2: Vote.YES})
    async with demo.writing() as session:
        made = await polls.choose(session, COORDINATOR, NOW, number, 2)
        assert await meetings.expected(session, made.number) == [HT, MX, TT]
        assert await meetings.replies(session, made.number) == {}
        assert (made.state, made.when.start) == (meetings.State.DRAFT, STARTS[1])
        with pytest.raises(Closed):
            await polls.choose(session, COORDINATOR, NOW, number, 3)
    with pytest.raises(Closed):
        await says(demo, number, HT, {2: Vote.NO})


async def test_a_person_is_forgotten_and_what_the_country_said_stays(demo: Database) -> None:
    number = await opened(demo)
    await says(demo, number, MX, {2: Vote.YES})
    async with demo.writing() as session:
        assert await polls.known(session, "demo-7")
        await polls.forget(session, "demo-7")
        assert await polls.known(session, "demo-7") == []
        shown = await polls.standing(session, number)
    assert shown is not None
    assert shown.ballots[MX].votes == {2: Vote.YES}
