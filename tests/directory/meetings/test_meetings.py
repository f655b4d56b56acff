"""Meetings as they are stored: drafted, announced, answered by units, seats in order, one tally."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from directory import audit, meetings
from directory.access import Role
from directory.audit import Actor
from directory.database import Database
from directory.meetings import (
    Answer,
    Answered,
    Closed,
    Meeting,
    NotExpected,
    Quorum,
    QuorumKind,
    Seat,
    State,
    Unchangeable,
    Unit,
    UnitKind,
    When,
)
from directory.meetings.erasing import forget
from directory.texts import local

NOW = datetime(2027, 4, 1, 12, tzinfo=UTC)
COORDINATOR = Actor("telegram", "", "1", "demo-coordinator", Role.COORDINATOR, "direct")
MX, TT, HT, CU = (Unit(UnitKind.COUNTRY, code) for code in ("MX", "TT", "HT", "CU"))
MEETING = Meeting(
    0,
    "ACS",
    local(en="Second Meeting", es="Segunda reunión"),
    When(
        datetime.fromisoformat("2027-04-15 09:00"),
        datetime.fromisoformat("2027-04-16 17:00"),
        "America/Mexico_City",
    ),
    quorum=Quorum(QuorumKind.HALF),
    answer_by=date(2027, 4, 8),
)


def somebody(user: str) -> Actor:
    return Actor("telegram", "", user, f"demo-{user}", Role.FOCAL_POINT, "direct")


async def announced(database: Database, meeting: Meeting = MEETING) -> Meeting:
    async with database.writing() as session:
        stored = await meetings.draft(session, COORDINATOR, NOW, meeting, [MX, TT, HT, CU])
        await meetings.announce(session, COORDINATOR, NOW, stored.number)
        (found,) = await meetings.publish_due(session, NOW + timedelta(seconds=60))
    return found


async def answers(
    database: Database, number: int, unit: Unit, given: Answer, at: datetime = NOW, user: str = "7"
) -> Answered:
    async with database.writing() as session:
        return await meetings.answer(session, somebody(user), at, number, unit, given)


async def seats(database: Database, number: int) -> dict[str, Seat]:
    async with database.reading() as session:
        return {unit.key: reply.seat for unit, reply in (await meetings.replies(session, number)).items()}


async def test_an_announcement_can_be_taken_back_until_it_is_out(demo: Database) -> None:
    async with demo.writing() as session:
        stored = await meetings.draft(session, COORDINATOR, NOW, MEETING, [MX])
        number = stored.number
        await meetings.announce(session, COORDINATOR, NOW, number)
        assert await meetings.publish_due(session, NOW + timedelta(seconds=59)) == []
        back = await meetings.take_back(session, COORDINATOR, NOW + timedelta(seconds=59), number)
        assert back.state is State.DRAFT
        assert await meetings.publish_due(session, NOW + timedelta(seconds=61)) == []
        await meetings.announce(session, COORDINATOR, NOW, number)
        assert [one.code for one in await meetings.publish_due(session, NOW + timedelta(seconds=60))] == [
            stored.code
        ]
        assert await meetings.publish_due(session, NOW + timedelta(seconds=60)) == []
        with pytest.raises(Unchangeable):
            await meetings.take_back(session, COORDINATOR, NOW, number)


async def test_one_answer_a_unit_and_one_tally(demo: Database) -> None:
    meeting = await announced(demo)
    await answers(demo, meeting.number, MX, Answer.MAYBE)
    await answers(demo, meeting.number, MX, Answer.ATTENDING)
    await answers(demo, meeting.number, TT, Answer.ONLINE)
    await answers(demo, meeting.number, HT, Answer.CANNOT)
    async with demo.reading() as session:
        tally = await meetings.tally(session, meeting.number)
        assert await meetings.silent(session, meeting.number) == [CU]
    assert (tally.expected, tally.answered, tally.silent, tally.coming) == (4, 3, 1, 2)
    assert MEETING.quorum.needed(tally.expected) == 3


async def test_a_repeat_changes_nothing_and_a_later_answer_replaces(demo: Database) -> None:
    meeting = await announced(demo)
    first = await answers(demo, meeting.number, MX, Answer.ATTENDING)
    again = await answers(demo, meeting.number, MX, Answer.ATTENDING, NOW + timedelta(minutes=1))
    assert first.changed
    assert not again.changed
    assert again.after.answered_at == NOW
    later = await answers(demo, meeting.number, MX, Answer.CANNOT, datetime(2027, 4, 9, 12, tzinfo=UTC), "8")
    assert later.after.late
    assert later.before is not None
    assert (later.before.answer, later.before.by) == (Answer.ATTENDING, "demo-7")


async def test_who_is_not_expected_and_what_is_closed(demo: Database) -> None:
    meeting = await announced(demo)
    with pytest.raises(NotExpected):
        await answers(demo, meeting.number, Unit(UnitKind.COUNTRY, "FR"), Answer.ATTENDING)
    with pytest.raises(Closed):
        await answers(demo, meeting.number, MX, Answer.ATTENDING, meeting.ends_at)
    async with demo.writing() as session:
        await meetings.cancel(session, COORDINATOR, NOW, meeting.number, "storm")
    with pytest.raises(Closed):
        await answers(demo, meeting.number, MX, Answer.ATTENDING)
    async with demo.writing() as session:
        again = await meetings.restore(session, COORDINATOR, NOW, meeting.number)
    assert again.state is State.ANNOUNCED
    assert again.sequence == meeting.sequence + 2
    assert (await answers(demo, meeting.number, MX, Answer.ATTENDING)).changed


async def test_seats_in_order_and_a_freed_one_goes_to_the_next(demo: Database) -> None:
    meeting = await announced(demo, replace(MEETING, capacity=2))
    for minute, unit in enumerate((MX, TT, HT, CU)):
        await answers(demo, meeting.number, unit, Answer.ATTENDING, NOW + timedelta(minutes=minute))
    assert await seats(demo, meeting.number) == {
        "MX": Seat.SEATED,
        "TT": Seat.SEATED,
        "HT": Seat.WAITING,
        "CU": Seat.WAITING,
    }
    freed = await answers(demo, meeting.number, MX, Answer.CANNOT, NOW + timedelta(hours=1))
    assert [offer.unit for offer in freed.offers] == [HT]
    assert (await seats(demo, meeting.number))["HT"] is Seat.OFFERED
    # Nobody passes those who wait.
    assert (
        await answers(demo, meeting.number, MX, Answer.ATTENDING, NOW + timedelta(hours=2))
    ).after.seat is (Seat.WAITING)
    late = NOW + timedelta(hours=26)
    async with demo.writing() as session:
        (gone,) = await meetings.expire_offers(session, late)
        assert gone.after.unit == HT
        assert [offer.unit for offer in gone.offers] == [CU]
        assert await meetings.expire_offers(session, late) == []
    taken = await answers(demo, meeting.number, CU, Answer.ATTENDING, late + timedelta(hours=1))
    assert taken.after.seat is Seat.SEATED


async def test_twenty_want_the_last_seat_and_one_gets_it(demo: Database) -> None:
    units = [Unit(UnitKind.PERSON, f"guest-{number}") for number in range(20)]
    async with demo.writing() as session:
        stored = await meetings.draft(session, COORDINATOR, NOW, replace(MEETING, capacity=1), units)
        await meetings.announce(session, COORDINATOR, NOW, stored.number)
        await meetings.publish_due(session, NOW + timedelta(seconds=60))
    given = await asyncio.gather(
        *(answers(demo, stored.number, unit, Answer.ATTENDING, NOW, unit.key) for unit in units)
    )
    assert [one.after.seat for one in given].count(Seat.SEATED) == 1
    assert list((await seats(demo, stored.number)).values()).count(Seat.SEATED) == 1


async def test_a_larger_delegation_waits_for_room(demo: Database) -> None:
    meeting = await announced(demo, replace(MEETING, capacity=3))
    await answers(demo, meeting.number, MX, Answer.ATTENDING)
    await answers(demo, meeting.number, TT, Answer.ATTENDING)
    async with demo.writing() as session:
        grown = await meetings.complete(session, somebody("7"), NOW, meeting.number, MX, size=2)
        assert grown.after.seat is Seat.SEATED
        grown = await meetings.complete(session, somebody("7"), NOW, meeting.number, TT, size=2)
        assert grown.after.seat is Seat.WAITING
    async with demo.reading() as session:
        assert (await meetings.tally(session, meeting.number)).seats_taken == 2


async def test_moving_it_and_what_the_calendar_learns(demo: Database) -> None:
    meeting = await announced(demo)
    async with demo.writing() as session:
        moved = await meetings.move(session, COORDINATOR, NOW, meeting.number, MEETING.when.moved_by(7))
        same = await meetings.move(session, COORDINATOR, NOW, meeting.number, moved.when)
        other = await meetings.change(session, COORDINATOR, NOW, replace(same, answer_by=date(2027, 4, 9)))
        history = await audit.history(session, meetings.MEETING, meeting.code)
    assert moved.starts_at - meeting.starts_at == timedelta(days=7)
    assert moved.sequence == meeting.sequence + 1
    assert same == moved
    assert other.sequence == moved.sequence
    assert [entry.action for entry in history][:2] == ["edit", "move"]
    assert moved.uid == meeting.uid


async def test_it_is_found_by_who_is_expected_and_by_time(demo: Database) -> None:
    meeting = await announced(demo)
    async with demo.reading() as session:
        assert meeting.code in [one.code for one in await meetings.listing(session, units=[MX])]
        assert await meetings.listing(session, units=[Unit(UnitKind.COUNTRY, "FR")]) == []
        assert await meetings.listing(session, networks=["ACS"], begins=meeting.ends_at) == []
    assert meetings.read_code(f" m {meeting.number}") == meeting.number
    assert meetings.read_code("ACS-SF-001") is None


async def test_after_forgetting_no_name_stands_in_an_answer(demo: Database) -> None:
    meeting = await announced(demo)
    await answers(demo, meeting.number, MX, Answer.ATTENDING)
    async with demo.writing() as session:
        await meetings.complete(
            session, somebody("7"), NOW, meeting.number, MX, delegate_name="Eva", names=("Ana",), note="late"
        )
        await forget(session, "demo-7")
    async with demo.reading() as session:
        reply = await meetings.reply(session, meeting.number, MX)
    assert reply is not None
    assert reply.answer is Answer.ATTENDING
    assert (reply.by, reply.delegate_name, reply.names, reply.note) == ("", "", (), "")
