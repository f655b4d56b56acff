"""People are asked whether their entry is still right: at work, once a month, in their language, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.letters import LetterPost
from bot.outgoing import outgoing
from bot.reviewing import Reviewer, is_working_hour
from directory import accounts, audit, entries, people, reviews
from directory.accounts import Account, AccountRow
from directory.database import Database
from directory.entries import EntryRow
from directory.freshness import Freshness, months_later
from reminders import outbox
from reminders.outbox import OutboxRow

BOTS = (("recording", "bot"),)
#: A Wednesday, 15:00 in UTC and 9:00 in Mexico City.
NOON = datetime(2027, 3, 10, 15, 0, tzinfo=UTC)


async def link(database: Database, user: str, person: str, language: str = "") -> None:
    async with database.writing() as session:
        await accounts.save_account(session, Account("recording", "", user, person, language))


async def confirmed(database: Database, person: str, day: date) -> None:
    async with database.writing() as session:
        await entries.confirm(session, person, day)


@asynccontextmanager
async def reviewer(database: Database, now: datetime = NOON) -> AsyncIterator[Reviewer]:
    yield Reviewer(database, LetterPost(lambda: BOTS), bots=lambda: BOTS, now=lambda: now)


async def sent(database: Database) -> list[tuple[str, str, str, list[str]]]:
    """To whom, in which language, the title, and the buttons of every message that waits."""
    async with database.reading() as session:
        rows = await session.execute(sa.select(*outbox.DELIVERY).order_by(OutboxRow.id))
        messages = [outgoing(outbox.Delivery(*tuple(row))) for row in rows]
    return [
        (
            message.place.id,
            message.language,
            message.cards[0].title,
            [button.action for row in message.cards[0].buttons for button in row],
        )
        for message in messages
    ]


@pytest.mark.parametrize(
    ("time_zone", "hour", "day", "works"),
    [
        ("America/Mexico_City", 15, 10, True),
        ("America/Mexico_City", 14, 10, False),
        ("America/Mexico_City", 22, 10, True),
        ("America/Mexico_City", 23, 10, False),
        ("UTC", 9, 10, True),
        ("", 16, 10, True),
        ("no zone", 17, 10, False),
        ("UTC", 12, 13, False),
        ("UTC", 12, 14, False),
    ],
)
def test_working_hours(time_zone: str, hour: int, day: int, works: bool) -> None:
    assert is_working_hour(time_zone, datetime(2027, 3, day, hour, tzinfo=UTC)) is works


@pytest.mark.parametrize(("months", "asked"), [(5, False), (6, True), (9, True), (30, True)])
async def test_who_is_due_is_asked_in_their_language(demo: Database, months: int, asked: bool) -> None:
    await link(demo, "u-mx", "demo-mx", "fr")
    await confirmed(demo, "demo-mx", months_later(NOON.date(), -months))
    async with reviewer(demo) as job:
        await job.review()
    messages = [item for item in await sent(demo) if item[0] == "u-mx"]
    expected = (
        "u-mx",
        "fr",
        "Votre fiche est-elle toujours exacte ?",
        ["me-right", "me-edit", "me-leave:acs-fp-mx"],
    )
    assert messages == ([expected] if asked else [])


async def test_nobody_is_asked_twice_within_a_month_even_by_two_at_once(demo: Database) -> None:
    await link(demo, "u-mx", "demo-mx")
    await link(demo, "u-mx-2", "demo-mx")
    await confirmed(demo, "demo-mx", date(2026, 1, 1))
    for days, expected in ((0, 1), (0, 1), (1, 1), (29, 1), (30, 1), (33, 2), (34, 2)):
        async with reviewer(demo, NOON + timedelta(days)) as job:
            await job.review()
        messages = [item for item in await sent(demo) if item[0].startswith("u-mx")]
        assert len(messages) == expected, days
    async with demo.reading() as session:
        due = await reviews.to_ask(session, date(2027, 9, 1), {"recording"})
    item = next(asked for asked in due if asked.person == "demo-mx")
    async with demo.writing() as session:
        assert await reviews.claim(session, "demo-mx", item.asked_on, date(2027, 9, 1))
    async with demo.writing() as session:
        assert not await reviews.claim(session, "demo-mx", item.asked_on, date(2027, 9, 1)), (
            "the other was faster"
        )


async def test_outside_working_hours_and_without_an_account_nobody_is_asked_or_marked(demo: Database) -> None:
    await confirmed(demo, "demo-mx", date(2026, 1, 1))
    async with reviewer(demo) as job:
        await job.review()
    await link(demo, "u-mx", "demo-mx")
    async with reviewer(demo, NOON.replace(hour=3)) as job:
        await job.review()
    assert [item for item in await sent(demo) if item[0] == "u-mx"] == []
    async with demo.reading() as session:
        asked = await session.execute(sa.select(EntryRow.asked_on).where(EntryRow.person == "demo-mx"))
        assert asked.scalar_one() is None
    async with reviewer(demo) as job:
        await job.review()
    assert len([item for item in await sent(demo) if item[0] == "u-mx"]) == 1, "it was only put off"


async def test_whoever_confirmed_or_left_is_not_asked(demo: Database) -> None:
    await link(demo, "u-past", "demo-mx-past")
    await confirmed(demo, "demo-mx-past", date(2020, 1, 1))
    await link(demo, "u-mx", "demo-mx")
    await confirmed(demo, "demo-mx", NOON.date())
    async with reviewer(demo) as job:
        await job.review()
    assert [item for item in await sent(demo) if item[0] in ("u-past", "u-mx")] == []


async def test_a_coordinator_gets_one_list_a_month_with_posts_and_no_names(demo: Database) -> None:
    await link(demo, "u-coordinator", "demo-coordinator", "es")
    await confirmed(demo, "demo-coordinator", NOON.date())
    for days, expected in ((0, 1), (0, 1), (20, 1), (26, 2)):
        async with reviewer(demo, NOON + timedelta(days)) as job:
            await job.review()
        lists = [item for item in await sent(demo) if item[0] == "u-coordinator"]
        assert len(lists) == expected, days
    assert lists[0][2] == "Fichas por confirmar: Asociación de Estados del Caribe (AEC)"
    async with demo.reading() as session:
        rows = await session.execute(
            sa.select(OutboxRow.body).where(OutboxRow.destination == "u-coordinator")
        )
        bodies = list(rows.scalars())
        everybody = await people.several(session, ["demo-cr", "demo-hn", "demo-kn"], 1)
    assert "Costa Rica" in bodies[0]
    assert not [person.name for person in everybody.values() if person.name in bodies[0]]
    assert "example.org" not in bodies[0]
    async with demo.reading() as session:
        looks = [entry for entry in await audit.by_time(session, limit=50) if entry.action == audit.LOOK]
    assert looks == [], "posts are public: a list of them is no look at anybody"


async def test_the_list_waits_for_a_coordinator_who_can_be_reached(demo: Database) -> None:
    async with demo.writing() as session:
        await session.execute(sa.delete(AccountRow))
    async with reviewer(demo) as job:
        await job.review()
    async with demo.reading() as session:
        assert not await reviews.is_listed(session, "ACS", NOON.date())
        stale = await reviews.stale(session, "ACS", NOON.date())
    assert {item.freshness for item in stale} <= set(Freshness) - {Freshness.FRESH}
    assert [item.confirmed_on or date.min for item in stale] == sorted(
        item.confirmed_on or date.min for item in stale
    )
