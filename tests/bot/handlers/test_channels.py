"""Broadcast channels: connected from a direct chat, written to, never answered in."""

from __future__ import annotations

import pytest

from bot.contract import Happened, Lifecycle, Place, PlaceKind
from directory import accounts, people, rooms
from directory.access import Role
from directory.accounts import Account
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from directory.people import Person
from directory.rooms import Receives, Room
from tests.support.asking import buttons, words
from tests.support.front import Answer, Front, Somebody, direct

CHANNEL = Place("terminal", "bot", PlaceKind.BROADCAST, "-100900")
JOINED = Happened(Lifecycle.JOINED, title="Cooperation news", handle="CooperationNews")
GIVEN = {"language": "es", "zone": "Bogotá"}


@pytest.fixture
async def front(demo: Database) -> Front:
    """The demo network, with a second coordinator, and a coordinator of another network."""
    async with demo.writing() as session:
        for key, network in (("second", "ACS"), ("foreign", "OAS")):
            await people.add(session, [Person(key, key.title(), "Demonova")])
            await people.grant(session, key, Role.COORDINATOR, network)
            await accounts.save_account(session, Account("terminal", "", key, key))
    return Front(demo)


def at(front: Front, who: str, *, channel: bool = False) -> Somebody:
    return Somebody(front, who, CHANNEL if channel else direct(who))


async def added(front: Front, who: str = "coordinator") -> Answer:
    return await at(front, who, channel=True).sees(JOINED)


async def room(front: Front) -> Room:
    async with front.database.reading() as session:
        return await rooms.get(session, "terminal", "bot", CHANNEL.id)


async def connected(front: Front) -> None:
    (offer,) = (await added(front)).private
    (form,) = (await at(front, "coordinator").presses(buttons(offer)[0].action)).forms
    await at(front, "coordinator").sends(form, GIVEN)
    (card,) = (await at(front, "second").says("/bind")).here
    await at(front, "second").presses(buttons(card)[0].action)
    assert (await room(front)).network == "ACS"


async def test_whoever_lets_the_bot_in_is_offered_to_connect_the_channel(front: Front) -> None:
    answer = await added(front)
    assert answer.here == (), "nothing is said in the channel"
    (offer,) = answer.private
    assert "Cooperation news" in words(offer)
    (form,) = (await at(front, "coordinator").presses(buttons(offer)[0].action)).forms
    asked = [field.name for field in form.form.fields]
    assert "receives" not in asked, "a channel gets announcements and nothing else"
    assert next(field for field in form.form.fields if field.name == "name").value == "Cooperation news"
    answer = await at(front, "coordinator").sends(form, GIVEN)
    assert {letter.person for letter in answer.letters} == {"second", DEMO_PEOPLE["operator"]}
    assert (await room(front)).network is None, "nothing holds before somebody else confirms it"
    (card,) = (await at(front, "second").says("/bind")).here
    await at(front, "second").presses(buttons(card)[0].action)
    known = await room(front)
    assert (known.network, known.language, known.receives) == ("ACS", "es", Receives.ANNOUNCEMENTS)
    assert known.bound_by == DEMO_PEOPLE["coordinator"]
    assert (await added(front)).private == (), "what is connected is not offered again"


@pytest.mark.parametrize("who", ["visitor", "focal"])
async def test_nobody_else_is_told_anything(front: Front, who: str) -> None:
    answer = await added(front, who)
    assert answer.silent
    assert not answer.letters
    refused = await at(front, who).says("/bind @CooperationNews")
    assert refused.here[0].text.startswith("This is not available here.")


async def test_a_channel_is_named_by_its_public_name(front: Front) -> None:
    await added(front, "visitor")
    unknown = await at(front, "coordinator").says("/bind @OtherNews")
    assert "not in a channel called @OtherNews" in words(unknown.here[0])
    (form,) = (await at(front, "coordinator").says("/bind @cooperationNEWS")).forms
    await at(front, "coordinator").sends(form, GIVEN)
    async with front.database.reading() as session:
        (waiting,) = await rooms.proposals(session)
    assert waiting.receives is Receives.ANNOUNCEMENTS


async def test_the_button_is_for_whoever_let_the_bot_in(front: Front) -> None:
    (offer,) = (await added(front)).private
    for who in ("second", "focal", "visitor"):
        assert not (await at(front, who).presses(buttons(offer)[0].action)).forms
    listed = await at(front, "coordinator").says("/bind")
    assert "Cooperation news" in words(listed.here[0])
    assert "Cooperation news" not in words((await at(front, "second").says("/bind")).here[0])


async def test_nothing_is_ever_answered_in_a_channel(front: Front) -> None:
    for texts in (("/help", "/start", "Mexico", "/project ACS-SF-001", "/nonsense", "/unbind", "/"),) * 2:
        for who in ("coordinator", "operator", "visitor", ""):
            for text in texts:
                answer = await at(front, who, channel=True).says(text)
                assert answer.silent
                assert not answer.letters
            assert (await at(front, who, channel=True).presses("ask:/help")).silent
        if (await room(front)).network is None:
            await connected(front)


async def test_its_coordination_lets_a_channel_go_from_afar(front: Front) -> None:
    await connected(front)
    for who in ("focal", "foreign"):
        assert "Cooperation news" not in words((await at(front, who).says("/unbind")).here[0])
    offered = (await at(front, "second").says("/unbind")).here[0]
    (button,) = buttons(offered)
    assert button.label.startswith("Cooperation news")
    for who in ("focal", "foreign"):
        await at(front, who).presses(button.action)
        assert (await room(front)).network == "ACS"
    answer = await at(front, "second").presses(button.action)
    assert [letter.message for letter in answer.letters] == ["unbind.told"]
    assert (await room(front)).network is None


async def test_whoever_connected_it_is_told_once_that_the_bot_is_out(front: Front) -> None:
    await connected(front)
    removed = await at(front, "somebody", channel=True).sees(Happened(Lifecycle.REMOVED))
    assert removed.silent
    assert [letter.message for letter in removed.letters] == ["bind.told_lost"]
