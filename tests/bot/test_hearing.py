"""Whoever is heard in a bound room is known to be in it: people of the directory alone, until they go."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from bot.contract import PlaceKind, Said
from bot.demo import bind_room
from directory import accounts, room_members, rooms
from directory.accounts import Account, AccountRow
from directory.database import Database
from directory.room_members import STALE, MemberRow
from tests.bot.test_forgetting import erase, talking
from tests.support.recording import Recording


async def members(database: Database) -> list[tuple[str, date]]:
    """Whose accounts are taken for members of any room, and when they were heard last."""
    async with database.reading() as session:
        rows: sa.Result[str, date] = await session.execute(
            sa.select(AccountRow.user, MemberRow.heard_on)
            .join(MemberRow, MemberRow.account == AccountRow.id)
            .order_by(AccountRow.user)
        )
        return [(user, day) for user, day in rows]


async def speak(recording: Recording, user: str, place: str, text: str = "/help") -> None:
    """A line in a room, and its answer."""
    count = len(recording.sent)
    await recording.receive(recording.event(Said(text), place=place, user=user, kind=PlaceKind.GROUP))
    await recording.until(count + 1)


async def test_people_are_known_to_be_where_they_were_heard(demo_url: str) -> None:
    async with talking(demo_url) as (app, recording):
        database = app.database
        async with database.writing() as session:
            await bind_room(session, "recording", "bot", "bound")
            await accounts.save_account(session, Account("recording", "", "u-op", "demo-operator"))
            await accounts.save_account(session, Account("recording", "", "u-nobody"))
        today = datetime.now(UTC).date()
        await speak(recording, "u-op", "unbound")
        for user in ("u-stranger", "u-nobody"):
            await speak(recording, user, "bound")
        assert await members(database) == []
        for _ in range(2):
            await speak(recording, "u-op", "bound")
        assert await members(database) == [("u-op", today)]
        async with database.writing() as session:
            await session.execute(sa.update(MemberRow).values(heard_on=today - STALE + timedelta(1)))
            await room_members.prune(session, today)
        assert len(await members(database)) == 1
        await erase(recording, "u-op")
        assert await members(database) == []


async def test_whoever_was_not_heard_for_long_is_forgotten(demo: Database) -> None:
    today = date(2027, 3, 9)
    async with demo.writing() as session:
        await bind_room(session, "recording", "bot", "bound")
        await accounts.save_account(session, Account("recording", "", "u-mx", "demo-mx"))
        room = await rooms.get(session, "recording", "bot", "bound")
        await room_members.heard(session, room, Account("recording", "", "u-mx"), today - STALE)
        assert await room_members.accounts_of(session, [room.id], ["demo-mx"], today) == {}
        await room_members.prune(session, today)
    assert await members(demo) == []
