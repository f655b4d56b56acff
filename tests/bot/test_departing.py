"""A closed account of a platform is nobody's any more."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.app import open_app
from bot.contract import Event, Happened, Incoming, Lifecycle, Place, PlaceKind, Said, Sender
from directory import accounts, audit
from directory.accounts import Account
from tests.support.recording import Recording

NOW = datetime.now(UTC)


async def test_its_rights_are_gone_and_the_coordination_is_told(demo_url: str) -> None:
    async with open_app(demo_url) as app:
        platform = Recording()
        await app.start(platform)
        async with app.database.writing() as session:
            await accounts.link(session, Account("recording", "", "lucia"), "demo-mx", NOW)
            await accounts.link(session, Account("recording", "", "marisol"), "demo-coordinator", NOW)

        async def happens(number: int, user: str, event: Event) -> None:
            place = Place("recording", "bot", PlaceKind.DIRECT, user)
            await app.receive(
                [Incoming(str(number), place, Sender("recording", "", user), event, datetime.now(UTC))]
            )

        async with app.running([]):
            await happens(1, "lucia", Happened(Lifecycle.DEPARTED))
            await happens(2, "lucia", Happened(Lifecycle.DEPARTED))
            async with asyncio.timeout(10):
                while not platform.sent:  # noqa: ASYNC110 - over in milliseconds
                    await asyncio.sleep(0.01)
            told = platform.sent[0]
            assert told.place.id == "marisol"
            assert "se cerró" in told.cards[0].text
            await happens(3, "lucia", Said("/contact Mexico"))
            async with asyncio.timeout(10):
                while len(platform.sent) < 2:  # noqa: ASYNC110 - over in milliseconds
                    await asyncio.sleep(0.01)
        assert len(platform.sent) == 2
        assert "Demoreda" not in str(platform.sent[1].cards)
        async with app.database.reading() as session:
            known = await accounts.account(session, "recording", "", "lucia")
            assert known.person_key is None
            newest = (await audit.history(session, audit.PERSON, "demo-mx"))[0]
        assert (newest.action, newest.note) == ("unlink", "the platform closed the account")
