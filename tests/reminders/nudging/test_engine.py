"""Whoever owes something is told of each occasion once, at work, as things stand then, in one letter."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
import structlog

from directory import suspensions
from directory.backup import restorations
from directory.database import Database
from directory.posts import NominationRow
from directory.suspensions import Suspension
from reminders.deadlines.records import Concerned, PostHolders
from reminders.nudging import quiet, watch
from reminders.nudging.engine import GUARD
from reminders.nudging.records import Why
from reminders.nudging.schedule import Occasion
from reminders.nudging.tables import NudgeRow, QuietKind, State, WatchRow
from tests.reminders.nudging.doubles import ALTERNATE, COORDINATOR, HOLDER, MEXICO, POST, World, matter


@pytest.fixture
def world(demo: Database) -> World:
    return World(demo)


async def count(world: World, *states: State) -> int:
    async with world.database.reading() as session:
        found = await session.execute(
            sa.select(sa.func.count()).select_from(NudgeRow).where(NudgeRow.state.in_(states))
        )
        return found.scalar_one()


async def test_each_occasion_is_told_once_at_the_hour(world: World) -> None:
    await world.owe(matter())
    await world.at("2027-03-03 08:59")
    assert world.letters.sent == []
    for minute in ("09:00", "09:00", "09:01", "16:00", "23:00"):
        await world.at(f"2027-03-03 {minute}")
    assert world.letters.sent == [(HOLDER, ("1 -7",), (Why.OWES,))]
    for day in range(4, 11):
        for hour in ("07:00", "09:00", "12:00", "20:00"):
            await world.at(f"2027-03-{day:02d} {hour}")
    assert world.letters.told() == [("1 -7",), ("1 -1",), ("1 +0",)]


async def test_two_workers_at_once_tell_it_once(world: World) -> None:
    await world.owe(*(matter(str(number)) for number in range(1, 8)))
    engines = [world.engine() for _ in range(4)]
    await asyncio.gather(*(world.at("2027-03-03 09:00", engine) for engine in engines))
    await asyncio.gather(*(world.at("2027-03-03 09:00", engine) for engine in engines))
    assert sorted(item for letter in world.letters.told() for item in letter) == [
        f"{number} -7" for number in range(1, 8)
    ]


async def test_several_that_are_due_are_one_letter(world: World) -> None:
    await world.owe(matter("1"), matter("2"), matter("3", date(2027, 3, 4)))
    await world.at("2027-03-03 09:00")
    assert world.letters.told() == [("1 -7", "2 -7", "3 -1")]


async def test_what_is_done_meanwhile_is_not_told(world: World) -> None:
    await world.owe(matter("1"), matter("2"))
    await world.at("2027-03-02 12:00")
    assert await count(world, State.PLANNED) == 2
    del world.things.owed["1"]
    await world.at("2027-03-03 09:00")
    assert world.letters.told() == [("2 -7",)]
    await world.at("2027-03-03 09:01")
    async with world.database.reading() as session:
        watched = (await session.execute(sa.select(WatchRow.key))).scalars().all()
    assert watched == ["2"]


async def test_a_new_holder_is_told_and_the_old_one_is_not(world: World) -> None:
    await world.owe(matter())
    await world.at("2027-03-02 12:00")
    post = PostHolders("acs-fp-mx", "demo-co", (), ())
    world.things.owed["1"] = matter(concerned=Concerned((post,), (COORDINATOR,)))
    await world.at("2027-03-03 09:00")
    await world.at("2027-03-03 09:00")
    assert [(who, items) for who, items, _ in world.letters.sent] == [("demo-co", ("1 -7",))]


async def test_what_was_moved_is_told_by_its_new_day(world: World) -> None:
    await world.owe(matter())
    await world.at("2027-03-02 12:00")
    await world.owe(matter(last=date(2027, 3, 17), since=world.now))
    await world.at("2027-03-03 09:00")
    assert world.letters.sent == []
    await world.at("2027-03-10 09:00")
    assert world.letters.told() == [("1 -7",)]


async def test_what_is_set_late_is_told_from_the_next_occasion_on(world: World) -> None:
    world.now = datetime(2027, 3, 8, 20, tzinfo=MEXICO)
    await world.owe(matter(since=world.now))
    await world.at("2027-03-08 20:01")
    await world.at("2027-03-09 08:00")
    assert world.letters.sent == []
    await world.at("2027-03-09 09:00")
    assert world.letters.told() == [("1 -1",)]


async def test_after_an_outage_only_the_latest_is_told_and_at_work(world: World) -> None:
    await world.owe(matter("1"), matter("2", date(2027, 3, 16)))
    await world.at("2027-03-01 12:00")
    # Down from the 1st until the night of the 13th, a Saturday; Monday 15 is a holiday.
    for moment in ("2027-03-13 03:00", "2027-03-13 12:00", "2027-03-15 10:00", "2027-03-16 08:59"):
        await world.at(moment)
    assert world.letters.told() == []
    await world.at("2027-03-16 09:00")
    await world.at("2027-03-16 09:01")
    assert world.letters.told() == [("1 +3", "2 +0")]


async def test_what_came_up_before_a_restoration_is_not_told_again(world: World) -> None:
    await world.owe(matter())
    async with world.database.writing() as session:
        restored = datetime(2027, 3, 3, 10, tzinfo=MEXICO)
        await restorations.note(session, "night.backup", restored - timedelta(hours=7), restored)
    for moment in ("2027-03-03 10:01", "2027-03-04 09:00", "2027-03-09 09:00"):
        await world.at(moment)
    assert world.letters.told() == [("1 -1",)]


async def test_what_lapsed_is_not_told_any_more(world: World) -> None:
    await world.owe(matter())
    for moment in ("2027-04-05 10:00", "2027-05-03 10:00", "2028-03-10 10:00"):
        await world.at(moment)
    assert world.letters.sent == []


async def test_a_clock_that_jumps_neither_repeats_nor_skips(world: World) -> None:
    await world.owe(matter())
    for moment in (
        "2027-03-03 10:00",
        "2027-03-02 10:00",
        "2027-03-03 10:00",
        "2027-03-11 10:00",
        "2027-03-03 10:00",
        "2027-03-09 10:00",
        "2027-03-10 10:00",
        "2027-03-11 10:00",
        "2027-03-17 10:00",
    ):
        await world.at(moment)
        await world.at(moment)
    told = [item for letter in world.letters.told() for item in letter]
    assert sorted(set(told)) == sorted(told)
    assert told[0] == "1 -7"
    assert told[-1] == "1 +7"
    assert "1 +1" in told


async def test_who_is_away_silent_or_wants_quiet_is_stood_in_for(world: World) -> None:
    await world.owe(matter())
    await world.at("2027-02-08 09:00")
    await world.at("2027-03-03 09:00")
    assert [who for who, _, _ in world.letters.sent] == [HOLDER, HOLDER]
    # Two letters and nothing done about it: the next one goes to the alternate as well.
    await world.at("2027-03-09 09:00")
    assert world.letters.sent[2:] == [
        (HOLDER, ("1 -1",), (Why.OWES,)),
        (ALTERNATE, ("1 -1",), (Why.STANDS_IN,)),
    ]
    world.things.owed["1"] = matter(heard={HOLDER: world.now})
    await world.at("2027-03-10 09:00")
    assert [who for who, _, _ in world.letters.sent[4:]] == [HOLDER]
    # Away, then quiet.
    away = replace(POST, away=frozenset({HOLDER}))
    world.things.owed["1"] = matter(concerned=Concerned((away,), ()))
    await world.at("2027-03-11 09:00")
    assert world.letters.sent[5:] == [(ALTERNATE, ("1 +1",), (Why.STANDS_IN,))]
    world.things.owed["1"] = matter(concerned=Concerned((POST,), ()), heard={HOLDER: world.now})
    async with world.database.writing() as session:
        await quiet.hush(session, HOLDER, QuietKind.NUDGES, date(2027, 3, 12))
    await world.at("2027-03-12 09:00")
    assert world.letters.sent[6:] == [(ALTERNATE, ("1 +3",), (Why.STANDS_IN,))]
    await world.at("2027-03-17 09:00")
    assert world.letters.sent[7:] == [(HOLDER, ("1 +7",), (Why.OWES,))]


async def test_the_coordination_is_told_what_is_overdue(world: World) -> None:
    await world.owe(matter())
    await world.at("2027-03-11 09:00")
    assert world.letters.sent == [
        (COORDINATOR, ("1 +1",), (Why.OVERDUE,)),
        (HOLDER, ("1 +1",), (Why.OWES,)),
    ]


@pytest.mark.parametrize("why_not", ["unlinked", "suspended", "unconfirmed", "vacant"])
async def test_where_nobody_can_be_told_the_coordination_is_told_once(world: World, why_not: str) -> None:
    post = replace(POST, alternates=())
    if why_not == "unlinked":
        world.letters.lost = {HOLDER}
    elif why_not == "vacant":
        post = PostHolders("acs-fp-mx")
    else:
        async with world.database.writing() as session:
            if why_not == "suspended":
                await suspensions.suspend(session, Suspension(HOLDER, world.now, COORDINATOR))
            else:
                await session.execute(
                    sa.update(NominationRow).where(NominationRow.person == HOLDER).values(confirmed_on=None)
                )
    await world.owe(matter(concerned=Concerned((post,), (COORDINATOR,))))
    for moment in ("2027-02-08 09:00", "2027-03-03 09:00", "2027-03-09 09:00", "2027-03-10 09:00"):
        await world.at(moment)
    assert world.letters.sent == [(COORDINATOR, ("1 -30",), (Why.NOBODY,))]
    await world.at("2027-03-11 09:00")
    assert world.letters.sent[1:] == [(COORDINATOR, ("1 +1",), (Why.OVERDUE,))]


async def test_what_somebody_put_off_is_told_on_the_day_that_they_chose(world: World) -> None:
    await world.owe(matter())
    await world.at("2027-03-03 09:00")
    await world.owe(matter(snoozed={HOLDER: date(2027, 3, 8)}))
    for moment in ("2027-03-04 10:00", "2027-03-07 10:00", "2027-03-08 08:59"):
        await world.at(moment)
    assert len(world.letters.sent) == 1
    for moment in ("2027-03-08 09:00", "2027-03-08 15:00", "2027-03-09 09:00"):
        await world.at(moment)
    assert world.letters.told() == [("1 -7",), ("1 -2",), ("1 -1",)]


async def test_what_waits_for_something_else_is_not_told_until_then(world: World) -> None:
    await world.owe(matter(occasions=()))
    await world.at("2027-03-03 09:00")
    assert world.letters.sent == []
    await world.owe(matter())
    await world.at("2027-03-03 10:00")
    assert world.letters.told() == [("1 -7",)]


async def test_an_exact_instant_is_told_at_night_and_not_late(world: World) -> None:
    at = datetime(2027, 3, 14, 3, 45, tzinfo=MEXICO)
    soon = Occasion("soon", at.date(), 0, at)
    await world.owe(
        matter(occasions=(soon,)), matter("2", occasions=(replace(soon, at=at + timedelta(hours=1)),))
    )
    await world.at("2027-03-14 03:44")
    assert world.letters.sent == []
    await world.at("2027-03-14 03:45")
    assert world.letters.told() == [("1 +0",)]
    await world.at("2027-03-14 06:00")
    assert world.letters.told() == [("1 +0",)], "it has begun long ago"


async def test_readers_are_told_in_their_own_zone(world: World) -> None:
    from zoneinfo import ZoneInfo

    world.letters.zones_of = {HOLDER: ZoneInfo("Asia/Tokyo")}
    await world.owe(matter())
    await world.at("2027-03-02 17:59")
    assert world.letters.sent == []
    await world.at("2027-03-02 18:00")  # 9:00 of the 3rd in Tokyo
    assert world.letters.told() == [("1 -7",)]


async def test_a_letter_that_waits_is_held_back_where_it_no_longer_holds(world: World) -> None:
    theirs = True
    engine = world.engine()

    async def holds(letter: str) -> bool:
        async def is_theirs(person: str) -> bool:
            assert person == HOLDER
            return theirs

        async with world.database.writing() as session:
            return await engine.still_holds(session, letter, is_theirs)

    await world.owe(matter("1"), matter("2"))
    await world.at("2027-03-03 09:00", engine)
    (guard,) = world.letters.guards
    assert await holds(guard)
    del world.things.owed["1"]
    assert not await holds(guard)
    await world.at("2027-03-03 09:02", engine)
    assert world.letters.told() == [("1 -7", "2 -7"), ("2 -7",)], "without what was done meanwhile"
    assert await holds(world.letters.guards[-1])
    theirs = False
    assert not await holds(world.letters.guards[-1]), "the account is somebody else's by now"
    theirs = True
    await world.at("2027-03-03 09:04", engine)
    assert world.letters.told()[2:] == [("2 -7",)]
    world.things.owed["2"] = matter("2", concerned=Concerned((PostHolders("acs-fp-mx", "demo-co"),), ()))
    assert not await holds(world.letters.guards[-1]), "the post changed hands"
    assert not await holds(GUARD + "unknown")


async def test_what_cannot_be_planned_does_not_hold_up_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.owe(matter("1"), matter("2"), matter("3"))
    read = world.things.matters

    async def failing(session: object, keys: list[str], now: datetime) -> object:
        if "2" in keys:
            raise ValueError("broken")
        return await read(session, keys, now)  # type: ignore[arg-type]

    monkeypatch.setattr(world.things, "matters", failing)
    with structlog.testing.capture_logs() as logs:
        await world.at("2027-03-03 09:00")
    assert {entry["event"] for entry in logs} == {"nudges_not_planned"}
    assert world.letters.told() == [("1 -7", "3 -7")]


async def test_a_backlog_is_one_letter_a_person(world: World) -> None:
    async with world.database.writing() as session:
        keys = [str(number) for number in range(120)]
        for first in range(0, len(keys), 500):
            await watch.touch(session, "thing", keys[first : first + 500], world.now)
    world.things.owed = {key: matter(key) for key in keys}
    await world.at("2027-03-12 10:00")
    assert [(who, len(items)) for who, items, _ in world.letters.sent] == [
        (COORDINATOR, 120),
        (HOLDER, 120),
    ]
    await world.at("2027-03-12 10:01")
    assert len(world.letters.sent) == 2
    assert await count(world, State.PLANNED) == 0


async def test_who_cannot_be_written_to_at_that_moment_is_told_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_arguments: object) -> bool:
        return False

    await world.owe(matter())
    await world.at("2027-03-02 12:00")
    with monkeypatch.context() as patched:
        patched.setattr(world.letters, "tell", refuse)
        await world.at("2027-03-03 09:00")
    assert world.letters.sent == []
    await world.at("2027-03-03 09:06")
    assert world.letters.told() == [("1 -7",)]
