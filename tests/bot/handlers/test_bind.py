"""``/bind`` and ``/unbind``: a coordinator proposes in the room, somebody else confirms in a direct chat."""

from __future__ import annotations

import pytest

from bot.contract import Happened, Lifecycle
from directory import accounts, audit, people, rooms
from directory.access import Role
from directory.accounts import Account
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from directory.people import Person
from directory.rooms import Receives, Room
from tests.support.asking import buttons, words
from tests.support.front import Answer, Front, Somebody, direct, group

ROOM = "a-new-room"
GIVEN = {"name": "Cooperation officers", "language": "es", "zone": "Bogotá", "receives": "announcements"}


@pytest.fixture
async def front(demo: Database) -> Front:
    """The demo network, with a second coordinator, and a coordinator of another network."""
    async with demo.writing() as session:
        for key, network in (("second", "ACS"), ("foreign", "OAS")):
            await people.add(session, [Person(key, key.title(), "Demonova")])
            await people.grant(session, key, Role.COORDINATOR, network)
            await accounts.save_account(session, Account("terminal", "", key, key))
    return Front(demo)


def at(front: Front, who: str, *, shared: bool = False) -> Somebody:
    return Somebody(front, who, group(ROOM) if shared else direct(who))


async def room(front: Front) -> Room:
    async with front.database.reading() as session:
        return await rooms.get(session, "terminal", "bot", ROOM)


async def proposed(front: Front, who: str = "coordinator") -> Answer:
    asked = await at(front, who, shared=True).says("/bind ACS")
    assert words(asked.here[0]) == "What may not be shown in a shared room was sent to you directly."
    (form,) = asked.forms
    return await at(front, who).sends(form, GIVEN)


@pytest.mark.parametrize("who", ["second", "operator"])
async def test_proposed_in_the_room_confirmed_by_somebody_else(front: Front, who: str) -> None:
    answer = await proposed(front)
    assert (await room(front)).network is None, "nothing holds before it is confirmed"
    assert {letter.person for letter in answer.letters} == {"second", DEMO_PEOPLE["operator"]}
    assert not any(button.action.startswith("bind") for card in answer.here for button in buttons(card))
    assert (await at(front, "visitor", shared=True).says("/projects")).silent
    (card,) = (await at(front, who).says("/bind")).here
    assert card.title == "Cooperation officers"
    assert "Marisol Demoriche" in words(card)
    confirm, _decline = buttons(card)
    answer = await at(front, who).presses(confirm.action)
    assert words(answer.here[0]) == "Cooperation officers\nThe room is connected."
    assert [(letter.person, letter.message) for letter in answer.letters] == [
        (DEMO_PEOPLE["coordinator"], "bind.told_confirmed")
    ]
    known = await room(front)
    assert (known.network, known.language, known.time_zone) == ("ACS", "es", "America/Bogota")
    assert known.receives is Receives.ANNOUNCEMENTS
    assert known.bound_by == DEMO_PEOPLE["coordinator"]
    assert known.confirmed_by == ("second" if who == "second" else DEMO_PEOPLE["operator"])
    assert "proyecto" in words((await at(front, "visitor", shared=True).says("/projects")).here[0])
    async with front.database.reading() as session:
        trail = await audit.history(session, "room", str(known.id))
    assert len(trail) == 2
    again = await at(front, who).presses(confirm.action)
    assert again.here[0].text == "This button is no longer in use. Please ask the question again."


async def test_nobody_confirms_what_they_proposed_unless_they_may_bind_alone(front: Front) -> None:
    await proposed(front)
    (card,) = (await at(front, "coordinator").says("/bind")).here
    assert buttons(card) == []
    async with front.database.reading() as session:
        (waiting,) = await rooms.proposals(session)
    forged = f"bindyes:{waiting.room}:{int(waiting.proposed_at.timestamp())}"
    for who in ("coordinator", "foreign", "focal", "visitor"):
        await at(front, who).presses(forged)
        assert (await room(front)).network is None
    answer = await proposed(front, "operator")
    confirm, _decline = buttons(answer.here[-1])
    await at(front, "operator").presses(confirm.action)
    assert (await room(front)).network == "ACS"


async def test_a_newer_proposal_is_not_confirmed_by_the_button_of_an_older_one(front: Front) -> None:
    await proposed(front)
    (card,) = (await at(front, "second").says("/bind")).here
    confirm, decline = buttons(card)
    number, mark = confirm.action.split(":")[1:]
    await at(front, "second").presses(f"bindyes:{number}:{int(mark) - 1}")
    assert (await room(front)).network is None
    answer = await at(front, "second").presses(decline.action)
    assert answer.letters[0].message == "bind.told_declined"
    assert (await room(front)).network is None
    assert (await at(front, "second").says("/bind")).here[0].text.startswith("Nothing waits")


@pytest.mark.parametrize("who", ["visitor", "focal"])
async def test_others_are_not_even_answered(front: Front, who: str) -> None:
    assert (await at(front, who, shared=True).says("/bind")).silent
    assert (await at(front, who).says("/bind")).here[0].text.startswith("This is not available here.")


async def test_a_bound_room_is_let_go_by_its_network_alone(front: Front) -> None:
    await proposed(front)
    (card,) = (await at(front, "second").says("/bind")).here
    await at(front, "second").presses(buttons(card)[0].action)
    # Taking it over for another network would take it away from this one.
    taken = await at(front, "foreign", shared=True).says("/bind OAS")
    assert not taken.forms
    for who in ("focal", "visitor", "foreign"):
        await at(front, who, shared=True).says("/unbind")
        assert (await room(front)).network == "ACS"
    answer = await at(front, "second", shared=True).says("/unbind")
    assert "solo se responde a /ayuda" in answer.here[0].text
    assert [letter.person for letter in answer.letters] == [DEMO_PEOPLE["coordinator"]]
    assert (await room(front)).network is None
    assert (await at(front, "focal", shared=True).says("/projects")).silent


async def test_an_operator_unbinds_from_afar(front: Front) -> None:
    await proposed(front)
    (card,) = (await at(front, "second").says("/bind")).here
    await at(front, "second").presses(buttons(card)[0].action)
    assert (await at(front, "coordinator").says("/unbind")).here[0].text.startswith("To disconnect a room")
    offered = (await at(front, "operator").says("/unbind")).here[0]
    button = next(item for item in buttons(offered) if item.label.startswith("Cooperation officers"))
    await at(front, "operator").presses(button.action)
    assert (await room(front)).network is None


async def test_a_zone_that_is_none_is_asked_for_again(front: Front) -> None:
    (form,) = (await at(front, "coordinator", shared=True).says("/bind")).forms
    answer = await at(front, "coordinator").sends(form, {**GIVEN, "zone": "Nowhereville"})
    assert answer.forms[0].problems[0][0] == "zone"
    assert (await at(front, "second").says("/bind")).here[0].text.startswith("Nothing waits")


async def test_the_owner_is_told_once_that_the_bot_is_out_of_the_room(front: Front) -> None:
    await proposed(front)
    (card,) = (await at(front, "second").says("/bind")).here
    await at(front, "second").presses(buttons(card)[0].action)
    removed = await at(front, "somebody", shared=True).sees(Happened(Lifecycle.REMOVED))
    assert [(letter.person, letter.message) for letter in removed.letters] == [
        (DEMO_PEOPLE["coordinator"], "bind.told_lost")
    ]
    assert removed.silent
    assert (await room(front)).active is False
    assert (await at(front, "somebody", shared=True).sees(Happened(Lifecycle.REMOVED))).letters == ()
    back = await at(front, "somebody", shared=True).sees(Happened(Lifecycle.JOINED))
    assert back.here[0].title
    assert (await room(front)).network == "ACS", "the choice of the network holds"
    assert len((await at(front, "x", shared=True).sees(Happened(Lifecycle.REMOVED))).letters) == 1


async def test_added_to_an_unknown_room_the_bot_says_once_what_it_is(front: Front) -> None:
    first = await at(front, "somebody", shared=True).sees(Happened(Lifecycle.JOINED))
    assert "This room is not connected to a network yet" in first.here[0].text
    assert buttons(first.here[0]) == []
    assert (await at(front, "somebody", shared=True).sees(Happened(Lifecycle.JOINED))).silent
    help_card = (await at(front, "focal", shared=True).says("/help")).here[0]
    assert [field.label for field in help_card.fields] == ["/help", "/privacy", "/start"]
    for text in ("/project ACS-SF-001", "Mexico", "/nonsense", "/start ACS-SF-001", "x" * 5000, "/"):
        assert (await at(front, "focal", shared=True).says(text)).silent


async def test_a_group_that_becomes_a_supergroup_stays_bound(front: Front) -> None:
    await proposed(front)
    (card,) = (await at(front, "second").says("/bind")).here
    await at(front, "second").presses(buttons(card)[0].action)
    await at(front, "somebody", shared=True).sees(Happened(Lifecycle.MIGRATED, "new-id"))
    async with front.database.reading() as session:
        assert (await rooms.get(session, "terminal", "bot", "new-id")).network == "ACS"


async def test_a_group_that_spoke_under_its_new_id_first_stays_bound(front: Front) -> None:
    await proposed(front)
    (card,) = (await at(front, "second").says("/bind")).here
    await at(front, "second").presses(buttons(card)[0].action)
    moved = Somebody(front, "somebody", group("new-id"))
    await moved.sees(Happened(Lifecycle.JOINED))
    await at(front, "somebody", shared=True).sees(Happened(Lifecycle.MIGRATED, "new-id"))
    async with front.database.reading() as session:
        assert (await rooms.get(session, "terminal", "bot", "new-id")).network == "ACS"
        assert (await rooms.get(session, "terminal", "bot", ROOM)).network is None
