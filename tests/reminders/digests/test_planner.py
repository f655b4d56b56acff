"""Rooms are told what is due: one message a room and day, as things stand then, in the room's language."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from directory import rooms
from directory.database import Database
from directory.rooms import Receives
from reminders.deadlines import OwnerKind, State
from tests.reminders.digests.planning import (
    MEXICO,
    MONDAY,
    NETWORK,
    TUESDAY,
    at,
    change,
    days,
    plan,
    planner,
    room,
    tell,
    told,
    words,
)

TODAY = TUESDAY.date()


def on(offset: int) -> date:
    """A day, counted from Tuesday."""
    return TODAY + timedelta(days=offset)


async def test_a_day_tells_of_what_falls_on_an_occasion_and_of_nothing_else(demo: Database) -> None:
    await room(demo, "r")
    for title, offset in (("In a month", 30), ("In a week", 7), ("Tomorrow", 1), ("Today", 0)):
        await plan(demo, title, on(offset), MEXICO)
    await plan(demo, "Late", on(-3), (OwnerKind.COUNTRY, "HT"))
    await plan(demo, "Nobody's", on(7))
    for title, offset in (("In six days", 6), ("In eight days", 8), ("Two days late", -2), ("Long ago", -15)):
        await plan(demo, title, on(offset), MEXICO)
    await plan(demo, "Done", on(7), MEXICO, state=State.DONE, ended_at=MONDAY)
    await plan(demo, "Cancelled", on(7), MEXICO, state=State.CANCELLED, ended_at=MONDAY)
    first = await plan(demo, "In forty days", on(40), MEXICO)
    await plan(demo, "Waits", on(7), MEXICO, after=first)
    await plan(demo, "Elsewhere", on(7), MEXICO, network="OAS")
    await tell(demo, TUESDAY)
    (message,) = await told(demo)
    lines = words(message).split("\n")
    assert lines[0] == "SEGIB: reminder of deadlines"
    assert [line.partition(" · ")[2].partition(":")[0] for line in lines if line.startswith("D-")] == [
        "Late",
        "Today",
        "Tomorrow",
        "In a week",
        "In a month",
        "Nobody's",
    ]
    assert "Overdue: 1" in lines
    assert any(line.endswith("Late: Haiti · Overdue by 3 days 🔴") for line in lines)
    assert "Responsibility not yet designated: 1" in lines
    assert any(line.endswith("Nobody's: 16 March 2027") for line in lines), "no word of blame"


async def test_a_day_without_anything_is_a_day_without_a_message(demo: Database) -> None:
    number = await room(demo, "r")
    await plan(demo, "In six days", on(6), MEXICO)
    for hours in range(8):
        await tell(demo, TUESDAY + timedelta(hours=hours))
    assert await told(demo) == []
    assert await days(demo) == [(number, TODAY, "daily", 0)]


async def test_what_falls_on_a_weekend_is_told_on_the_friday_before(demo: Database) -> None:
    await room(demo, "r")
    sunday = date(2027, 3, 14)
    await plan(demo, "Sunday", sunday, MEXICO, lead=[0], overdue=[])
    for offset in range(6):
        await tell(demo, TUESDAY + timedelta(days=offset))
    (message,) = await told(demo)
    assert message.created_at == at(sunday - timedelta(days=2))


async def test_each_room_is_told_once_a_day_by_however_many_workers(demo: Database) -> None:
    for number in range(5):
        await room(demo, f"r{number}")
    await plan(demo, "Today", TODAY, MEXICO)
    workers = [planner(demo, TUESDAY) for _ in range(4)]
    await asyncio.gather(*(worker.tick() for worker in workers))
    for minutes in (1, 60, 400):
        await tell(demo, TUESDAY + timedelta(minutes=minutes))
    assert sorted(item.destination for item in await told(demo)) == [f"r{number}" for number in range(5)]


async def test_who_is_told_and_who_is_not(demo: Database) -> None:
    await room(demo, "all")
    await room(demo, "announcements", receives=Receives.ANNOUNCEMENTS)
    await room(demo, "nothing", receives=Receives.NOTHING)
    await room(demo, "unbound", network=None)
    await room(demo, "left", active=False)
    await room(demo, "broadcast", broadcast=True)
    await room(demo, "asleep", time_zone="Asia/Tokyo")
    await plan(demo, "Today", TODAY, MEXICO)
    await tell(demo, TUESDAY)
    assert [item.destination for item in await told(demo)] == ["all"]


@pytest.mark.parametrize(
    ("language", "title", "overdue"),
    [
        ("en", "SEGIB: the week of 8 March 2027", "Overdue: 1"),
        ("es", "SEGIB: semana del 8 de marzo de 2027", "Vencidos: 1"),
        ("fr", "SEGIB\u00a0: semaine du 8 mars 2027", "En retard\u00a0: 1"),
        ("pt", "SEGIB: semana de 8 de março de 2027", "Em atraso: 1"),
    ],
)
async def test_on_monday_a_room_reads_how_the_week_stands(
    demo: Database, language: str, title: str, overdue: str
) -> None:
    await room(demo, "r", language=language)
    monday = MONDAY.date()
    await plan(demo, "Friday", monday + timedelta(days=4), MEXICO)
    await plan(demo, "Next Monday", monday + timedelta(days=7), MEXICO)
    await plan(demo, "Late", monday - timedelta(days=100), MEXICO)
    await plan(demo, "Old plan", "2023-S1")
    await plan(demo, "Just done", monday, MEXICO, state=State.DONE, ended_at=MONDAY - timedelta(days=3))
    await plan(demo, "Long done", monday, MEXICO, state=State.DONE, ended_at=MONDAY - timedelta(days=9))
    await tell(demo, MONDAY)
    (message,) = await told(demo)
    lines = words(message).split("\n")
    assert lines[0] == title
    assert overdue in lines
    text = "\n".join(lines)
    assert all(name in text for name in ("Friday", "Late", "Just done", "Old plan"))
    assert all(name not in text for name in ("Next Monday", "Long done"))


async def test_after_an_outage_a_room_reads_once_how_things_stand_now(demo: Database) -> None:
    number = await room(demo, "r")
    friday = at(date(2027, 3, 5))
    await plan(demo, "Soon", on(20), MEXICO)
    await plan(demo, "Was due then", on(3), MEXICO, lead=[0], overdue=[])
    await plan(demo, "Late", on(0), MEXICO)
    await tell(demo, friday)
    back = TUESDAY + timedelta(days=7)
    for hours in range(6):
        await tell(demo, back + timedelta(hours=hours))
    messages = [words(item) for item in await told(demo)]
    assert len(messages) == 1
    assert messages[0].startswith(
        "SEGIB: where the deadlines stand\n16 March 2027\nFor some days no reminders"
    )
    assert "Overdue: 2" in messages[0]
    assert "Soon" not in messages[0]
    await tell(demo, back + timedelta(days=1))
    assert len(await told(demo)) == 1, "the day after is a day like any other"
    assert [kind for _, _, kind, _ in await days(demo)] == ["daily", "catch_up", "daily"]
    assert (await days(demo))[0][0] == number


async def test_after_an_outage_monday_says_so_in_the_weekly_digest(demo: Database) -> None:
    await room(demo, "r")
    await plan(demo, "Late", on(-40), MEXICO)
    await tell(demo, at(date(2027, 2, 24)))
    await tell(demo, MONDAY)
    (message,) = await told(demo)
    assert words(message).startswith(
        "SEGIB: the week of 8 March 2027\nFor some days no reminders could be sent."
    )


async def test_what_was_done_in_the_meantime_is_not_told(
    demo: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reminders.digests import planner as module

    await room(demo, "r")
    done, left = await plan(demo, "Done", TODAY, MEXICO), await plan(demo, "Left", TODAY, MEXICO)

    async def meanwhile(_charts: object) -> dict[object, bytes]:
        await change(demo, done, state=State.DONE, ended_at=TUESDAY)
        return {}

    monkeypatch.setattr(module, "pictures", meanwhile)
    await tell(demo, TUESDAY)
    (message,) = await told(demo)
    assert f"D-{left}" in words(message)
    assert f"D-{done}" not in words(message)


async def test_a_room_that_changes_hands_in_the_meantime_is_looked_at_anew(
    demo: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reminders.digests import planner as module

    number = await room(demo, "r")
    await plan(demo, "Today", TODAY, MEXICO)

    async def meanwhile(_charts: object) -> dict[object, bytes]:
        async with demo.writing() as session:
            await rooms.unbind(session, number)
        return {}

    monkeypatch.setattr(module, "pictures", meanwhile)
    await tell(demo, TUESDAY)
    assert await told(demo) == []
    assert await days(demo) == []


async def test_a_waiting_digest_is_sent_only_while_it_is_true_and_its_day_lasts(demo: Database) -> None:
    number = await room(demo, "r")
    item = await plan(demo, "Today", TODAY, MEXICO)
    other = await plan(demo, "Tomorrow", on(1), MEXICO)
    await tell(demo, TUESDAY)
    (message,) = await told(demo)
    assert message.guard == f"digest:{number}:{TODAY}"

    async def may(now_later: timedelta = timedelta(minutes=5)) -> bool:
        async with demo.writing() as session:
            return await planner(demo, TUESDAY + now_later).still_holds(
                session, message.guard.removeprefix("digest:")
            )

    assert await may()
    await change(demo, item, state=State.DONE, ended_at=TUESDAY)
    assert not await may()
    assert not await may(), "and its row is gone"
    await tell(demo, TUESDAY + timedelta(minutes=10))
    again = (await told(demo))[-1]
    assert f"D-{other}" in words(again)
    assert f"D-{item}" not in words(again)
    assert not await may(timedelta(days=1)), "tomorrow is another day"
    await tell(demo, TUESDAY + timedelta(days=1))
    assert [kind for _, _, kind, _ in await days(demo)] == ["daily"]
    async with demo.writing() as session:
        await rooms.unbind(session, number)
        tomorrow = f"{number}:{on(1)}"
        assert not await planner(demo, TUESDAY + timedelta(days=1)).still_holds(session, tomorrow)


@pytest.mark.parametrize("demo_url", ["sqlite"], indirect=True)
async def test_ten_thousand_late_in_a_thousand_rooms_are_a_thousand_messages(demo: Database) -> None:
    """The backlog after an outage: each room is written to once, and no message is longer than one."""
    import sqlalchemy as sa

    from directory.rooms import RoomRow
    from reminders.deadlines.tables import DeadlineRow, OwnerRow
    from reminders.digests.tables import DigestRow, Kind
    from tests.reminders.digests.planning import row

    async with demo.writing() as session:
        rows = [row(f"Late {number}", on(-1 - number % 40)) for number in range(10_000)]
        numbers = list(
            (await session.execute(sa.insert(DeadlineRow).returning(DeadlineRow.id), rows)).scalars()
        )
        owners = [
            {"deadline": number, "kind": MEXICO[0], "key": MEXICO[1], "position": 0} for number in numbers
        ]
        await session.execute(sa.insert(OwnerRow), owners)
        bound = [
            {
                "platform": "recording",
                "account": "bot",
                "place": f"r{number}",
                "network": NETWORK,
                "language": ("en", "es", "fr", "pt")[number % 4],
                "bound_at": MONDAY - timedelta(days=300),
            }
            for number in range(1000)
        ]
        known = list((await session.execute(sa.insert(RoomRow).returning(RoomRow.id), bound)).scalars())
        seen = [
            {
                "room": number,
                "day": on(-7),
                "kind": Kind.DAILY,
                "network": NETWORK,
                "subjects": [],
                "messages": 0,
            }
            for number in known
        ]
        await session.execute(sa.insert(DigestRow), [{**item, "made_at": MONDAY} for item in seen])
    for minutes in (0, 2, 4):
        await tell(demo, TUESDAY + timedelta(minutes=minutes))
    messages = await told(demo)
    assert len(messages) == 1000
    assert len({item.destination for item in messages}) == 1000
    assert all(len(words(item)) < 1500 for item in messages)
    assert "Overdue: 10,000" in words(messages[0])
    assert "and 9,994 more" in words(messages[0])
