"""The demo network with one account for each kind of asker, in the browser chat and in the terminal."""

from __future__ import annotations

from typing import Final

from directory import accounts, demo
from directory.accounts import Account
from directory.database import Database

#: The platforms on which somebody may choose who is speaking.
CHOOSABLE: Final = ("browser", "terminal")


async def load_if_empty(database: Database) -> bool:
    """Load the demo network where the directory is empty; whether it was loaded."""
    async with database.reading() as session:
        if not await demo.is_empty(session):
            return False
    async with database.writing() as session:
        await demo.load(session)
        for handle, person_key in demo.DEMO_PEOPLE.items():
            for platform in CHOOSABLE:
                known = await accounts.account(session, platform, "", handle)
                await accounts.save_account(
                    session,
                    Account(platform, "", handle, person_key, known.language, known.time_zone),
                )
    return True
