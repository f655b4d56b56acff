"""What is offered while somebody types a country or a person: to whom, and what is left in the trail."""

from __future__ import annotations

from typing import Final

import pytest

from bot.app import Enlace
from bot.contract import FormStyle, Incoming, Place, PlaceKind, Said, Sender, Submitted
from bot.i18n import utc_now
from bot.metrics import Metrics
from directory import audit
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from tests.bot.forms.people import Person, link, running
from tests.support.recording import Recording
from tests.support.sample_form import registry
from tests.support.traced import trail

FOCAL: Final = DEMO_PEOPLE["focal"]


class Typist:
    """Somebody who has a form open and types into it."""

    def __init__(self, database: Database, platform: Recording, *, weekly_lookups: int = 150) -> None:
        self.app = Enlace(database, registry(), Metrics(database), weekly_lookups=weekly_lookups)
        self.person = Person(platform)
        self.key = ""

    async def opens(self, line: str) -> None:
        """Ask for a form."""
        (shown,) = await self.person.does(Said(line))
        assert shown.form is not None
        self.key = shown.form.key

    async def types(self, field: str, text: str, **more: object) -> list[str]:
        """What is offered."""
        given = {"user": "u1", "kind": PlaceKind.DIRECT, "language": "en", "relayed": False} | more
        place = Place("recording", "recording", PlaceKind(str(given["kind"])), "p1")
        sender = Sender("recording", "", str(given["user"]), language=str(given["language"]))
        typed = Submitted(self.key, {field: text})
        event = Incoming("", place, sender, typed, utc_now(), relayed=bool(given["relayed"]))
        return [choice.label for choice in await self.app.dispatcher.suggest(event, field)]


async def looks(database: Database) -> list[tuple[str | None, str | None, int | None]]:
    """Who looked at whom, up to which level."""
    found = await trail(database)
    return [
        (entry.actor.person_key, entry.key, entry.level)
        for entry in found
        if entry.action == audit.LOOK and entry.actor is not None
    ]


async def test_countries_are_offered_to_everybody(demo: Database) -> None:
    async with running(demo, FormStyle.PAGE) as platform:
        typist = Typist(demo, platform)
        await typist.opens("/sample")
        assert (await typist.types("land", "mex"))[0] == "Mexico"
        assert (await typist.types("land", "rd"))[0] == "Dominican Republic"
        assert len(await typist.types("land", "saint")) > 6
        for text in ("", "   ", "qqqq", "%", "x" * 101, "\x00"):
            assert await typist.types("land", text) == []
        for field in ("post", "begins", "nothing", ""):
            assert await typist.types(field, "mexico") == []
    assert await looks(demo) == []


async def test_people_are_offered_to_those_who_may_know_them_and_stand_in_the_trail(demo: Database) -> None:
    async with running(demo, FormStyle.PAGE) as platform:
        typist = Typist(demo, platform)
        await typist.opens("/sample short")
        assert await typist.types("chief", "lucia dem") == []
        await link(demo, FOCAL)
        assert await typist.types("chief", "lu") == []
        assert await looks(demo) == []
        assert (await typist.types("chief", "lucia dem"))[0] == "Lucía Demoreda"
        assert len(await typist.types("chief", "demo")) <= 6
    found = await looks(demo)
    assert len(found) > 1
    assert {(who, level) for who, _, level in found} == {(FOCAL, 1)}


async def test_a_form_of_somebody_else_or_elsewhere_offers_nothing(demo: Database) -> None:
    async with running(demo, FormStyle.PAGE) as platform:
        typist = Typist(demo, platform)
        await link(demo, FOCAL)
        await typist.opens("/sample short")
        for other in ({"user": "u2"}, {"kind": "group"}, {"relayed": True}):
            assert await typist.types("chief", "lucia dem", **other) == []
        key, typist.key = typist.key, "A" * 22
        assert await typist.types("chief", "lucia dem") == []
        typist.key = key
        await typist.person.submits(key, {"post": "Adviser"}, 2)
        assert await typist.types("chief", "lucia dem") == []


async def test_beyond_the_weeks_budget_nobody_is_offered(demo: Database) -> None:
    async with running(demo, FormStyle.PAGE) as platform:
        typist = Typist(demo, platform, weekly_lookups=2)
        await link(demo, FOCAL)
        await typist.opens("/sample short")
        shown: set[str] = set()
        for text in ("demo", "ana", "lucia", "carlos", "demoreda", "dem"):
            shown |= set(await typist.types("chief", text))
    assert len({whom for _, whom, _ in await looks(demo)} - {FOCAL}) == 2
    assert len(shown) in (2, 3)


@pytest.mark.parametrize("field", ["land", "chief"])
async def test_whoever_may_no_longer_send_the_form_is_offered_nothing(demo: Database, field: str) -> None:
    async with running(demo, FormStyle.PAGE) as platform:
        typist = Typist(demo, platform)
        await link(demo, DEMO_PEOPLE["coordinator"])
        await typist.opens("/guarded")
        assert (await typist.types("chief", "lucia")) != []
        await link(demo, FOCAL)
        assert await typist.types(field, "lucia") == []
