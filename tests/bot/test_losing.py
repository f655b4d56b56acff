"""A delivery that shows that the bot is out of a room closes it, and whoever had it bound is told once."""

from __future__ import annotations

import asyncio

from bot.app import Enlace
from bot.contract import PlaceKind, Said
from bot.demo import bind_room
from bot.i18n import utc_now
from bot.metrics import Metrics
from bot.registry import Registry, find_commands
from directory import accounts, rooms
from directory.accounts import Account
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from reminders import outbox
from reminders.outbox import State
from tests.support.recording import Recording


async def failed(database: Database) -> int:
    async with database.reading() as session:
        return (await outbox.count(session))[State.FAILED]


async def test_the_owner_is_told_once_when_a_delivery_is_refused(demo: Database) -> None:
    platform = Recording()
    platform.gone = {"g1"}
    owner = DEMO_PEOPLE["coordinator"]
    async with demo.writing() as session:
        await bind_room(session, "recording", "bot", "g1")
        await accounts.link(session, Account("recording", "", "boss"), owner, utc_now())
        await accounts.reached(session, Account("recording", "", "boss"), "bot", "p-boss")
    app = Enlace(demo, Registry(find_commands()), Metrics(demo))
    async with app.running([platform]):
        await app.until_up(platform)
        for number in range(2):
            asked = platform.event(Said("/help"), place="g1", kind=PlaceKind.GROUP, user=f"u{number}")
            await app.receive([asked])
        await platform.until(1)
        async with asyncio.timeout(10):
            while await failed(demo) < 2:  # noqa: ASYNC110 - the row is the truth, and has no event
                await asyncio.sleep(0.05)
    assert [message.place.id for message in platform.sent] == ["p-boss"]
    assert "ACS" in platform.texts()[0]
    async with demo.reading() as session:
        assert not (await rooms.get(session, "recording", "bot", "g1")).active
