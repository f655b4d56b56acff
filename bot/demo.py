"""The demo network, with accounts for each kind of asker and rooms in the browser chat and the terminal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from directory import accounts, demo, people, rooms
from directory.accounts import Account
from directory.audit import Actor
from directory.database import Database
from directory.rooms import Proposal, Receives
from reminders import demo as reminders_demo
from reminders.nudging.deadlines import begin

#: The platforms on which somebody may choose who is speaking.
CHOOSABLE: Final = ("browser", "terminal")
#: The network of the demo's rooms.
NETWORK: Final = "ACS"
#: The room of the browser chat that everybody shares: platform, account, place.
_BROWSER_ROOM: Final = ("browser", "browser", "group")


async def load_if_empty(database: Database) -> bool:
    """Load the demo network where the directory is empty; whether it was loaded."""
    async with database.reading() as session:
        if not await demo.is_empty(session):
            return False
    now = datetime.now(UTC)
    async with database.writing() as session:
        await demo.load(session)
        await reminders_demo.load(session, Actor.command_line("demo"), now)
        # Nobody who has just begun to look round is reminded of what came before.
        await begin(session, now + timedelta(days=1))
        await bind_room(session, *_BROWSER_ROOM)
        for handle, person_key in demo.DEMO_PEOPLE.items():
            for platform in CHOOSABLE:
                known = await accounts.account(session, platform, "", handle)
                await accounts.save_account(
                    session,
                    Account(platform, "", handle, person_key, known.language, known.time_zone),
                )
    return True


async def bind_room(session: AsyncSession, platform: str, account: str, place: str) -> None:
    """Bind a room to the demo network, as its coordinator proposed and its operator confirmed it.

    Nothing happens where the directory does not hold the demo network.
    """
    coordinator, operator = demo.DEMO_PEOPLE["coordinator"], demo.DEMO_PEOPLE["operator"]
    if not await people.exists(session, coordinator):
        return
    await rooms.save(session, await rooms.get(session, platform, account, place))
    known = await rooms.get(session, platform, account, place)
    now = datetime.now(UTC)
    wanted = Proposal(
        known.id, NETWORK, "", known.language, known.time_zone, Receives.EVERYTHING, coordinator, now
    )
    await rooms.bind(session, wanted, operator, now)
