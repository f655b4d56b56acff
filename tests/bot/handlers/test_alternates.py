"""Who holds a post proposes an alternate for it; the coordination decides."""

from __future__ import annotations

import pytest

from directory import accounts, audit, handover, invitations, people, posts
from directory.access import Role
from directory.accounts import Account
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from directory.invitations import alternates
from directory.people import Person
from directory.posts import Nomination, Standing
from tests.support.asking import buttons, words
from tests.support.front import Answer, Front, Somebody, direct, group

GIVEN = {
    "given_name": "Eva",
    "family_name": "Demonova",
    "email": "eva.demonova@example.org",
    "language": "fr",
    "reference": "N/2027/17",
}
LINE = "/invite Eva Demonova; eva.demonova@example.org; fr; N/2027/17"
FOCAL = DEMO_PEOPLE["focal"]


@pytest.fixture
async def front(demo: Database) -> Front:
    async with demo.writing() as session:
        await people.add(session, [Person("foreign", "Foreign", "Demonova")])
        await people.grant(session, "foreign", Role.COORDINATOR, "OAS")
        await accounts.save_account(session, Account("terminal", "", "foreign", "foreign"))
    return Front(demo)


def at(front: Front, who: str) -> Somebody:
    return Somebody(front, who, direct(who))


async def proposed(front: Front) -> Answer:
    (form,) = (await at(front, "focal").says("/invite")).forms
    return await at(front, "focal").sends(form, GIVEN)


async def own_post(front: Front) -> str:
    async with front.database.reading() as session:
        return (await posts.of_person(session, FOCAL))[0].key


async def named(front: Front) -> list[Nomination]:
    async with front.database.reading() as session:
        key = await own_post(front)
        there = (await posts.nominations(session, [key]))[key]
    return [item for item in there if item.reference == GIVEN["reference"]]


async def test_the_coordination_is_asked_with_two_buttons_and_the_proposer_told(front: Front) -> None:
    answer = await proposed(front)
    assert "The coordination was told and decides" in words(answer.here[0])
    letters = [letter for letter in answer.letters if letter.message == "alternate.told_proposed"]
    assert [letter.person for letter in letters] == [DEMO_PEOPLE["coordinator"]]
    assert letters[0].values["email"] == GIVEN["email"]
    assert await named(front) == [], "nothing holds before the coordination agrees"
    card = (await at(front, "coordinator").says("/invitations")).here[0]
    yes, no = buttons(card)[:2]
    assert (yes.label, no.label) == ("Yes, invite: Eva Demonova", "No: Eva Demonova")
    answer = await at(front, "coordinator").presses(yes.action)
    assert "Invitation for Eva Demonova" in words(answer.here[0])
    assert [(letter.person, letter.message) for letter in answer.letters] == [(FOCAL, "alternate.told_yes")]
    (nomination,) = await named(front)
    assert (nomination.standing, nomination.confirmed_on) == (Standing.ALTERNATE, None)
    async with front.database.reading() as session:
        assert await handover.holds(session, nomination.post, FOCAL, nomination.since)
        (out,) = await invitations.unused(session, None)
        history = await audit.history(session, "nomination", nomination.post)
        assert await alternates.waiting(session) == []
    assert out.invitee is not None
    assert (out.invitee.person, out.invitee.reference) == (nomination.person, "")
    assert {entry.action for entry in history} == {"propose", "nominate"}
    again = await at(front, "coordinator").presses(yes.action)
    assert again.here[0].text.startswith("This button is no longer in use")
    assert len(await named(front)) == 1


async def test_declined_nobody_is_named(front: Front) -> None:
    await proposed(front)
    card = (await at(front, "coordinator").says("/invitations")).here[0]
    answer = await at(front, "coordinator").presses(buttons(card)[1].action)
    assert "Eva Demonova is not named" in words(answer.here[0])
    assert [letter.message for letter in answer.letters] == ["alternate.told_no"]
    assert await named(front) == []
    async with front.database.reading() as session:
        assert await invitations.with_email(session, GIVEN["email"]) is None


async def test_only_the_coordination_of_the_network_decides(front: Front) -> None:
    await proposed(front)
    async with front.database.reading() as session:
        (waiting,) = await alternates.waiting(session)
    for who in ("focal", "visitor", "foreign"):
        answer = await at(front, who).presses(f"alternate-yes:{waiting.id}")
        assert not answer.letters
        assert await named(front) == []
    assert GIVEN["email"] not in words((await at(front, "foreign").says("/invitations")).here[0])


@pytest.mark.parametrize("who", ["visitor", "past"])
async def test_who_holds_no_post_proposes_nobody(front: Front, who: str) -> None:
    async with front.database.writing() as session:
        await accounts.save_account(session, Account("terminal", "", "past", "demo-mx-past"))
    answer = await at(front, who).says(LINE)
    assert answer.here[0].text.startswith("This is not available here.")
    assert not answer.letters


async def test_what_cannot_be_is_said_and_an_address_tells_nothing(front: Front) -> None:
    focal = at(front, "focal")
    assert "e-mail" in words((await focal.says("/invite Eva Demonova; nothing; fr; N/1")).here[0])
    assert "letter" in words((await focal.says("/invite Eva Demonova; eva@example.org; fr;")).here[0])
    async with front.database.reading() as session:
        own = await people.get(session, FOCAL, 1)
        other = await people.get(session, DEMO_PEOPLE["coordinator"], 1)
    assert own is not None
    assert other is not None
    mine, theirs = (person.contacts[0].value for person in (own, other))
    assert "your own address" in words((await focal.says(f"/invite Eva D; {mine}; fr; N/1")).here[0])
    for email in (theirs, "unknown@example.org"):
        said = words((await focal.says(f"/invite Eva D; {email}; fr; N/1")).here[0])
        assert said.startswith("Eva D is proposed as alternate")
    assert "proposed already" in words((await focal.says(f"/invite Eva D; {theirs}; fr; N/1")).here[0])
    await focal.says(LINE)
    assert "wait already" in words((await focal.says("/invite E D; e@example.org; fr; N/1")).here[0])


async def test_whoever_left_the_post_names_nobody_any_more(front: Front) -> None:
    await proposed(front)
    card = (await at(front, "coordinator").says("/invitations")).here[0]
    async with front.database.writing() as session:
        key = (await posts.of_person(session, FOCAL))[0].key
        today = (await alternates.waiting(session))[0].made_at.date()
        await handover.leave(session, key, FOCAL, today)
    answer = await at(front, "coordinator").presses(buttons(card)[0].action)
    assert words(answer.here[0]).startswith("Nothing was changed")
    assert await named(front) == []


async def test_somebody_who_has_an_account_is_told_and_needs_no_code(front: Front) -> None:
    async with front.database.reading() as session:
        known = await people.get(session, "demo-mx-past", 1)
        assert known is not None
        email = next(item.value for item in known.contacts if "@" in item.value)
    async with front.database.writing() as session:
        await accounts.save_account(session, Account("terminal", "", "past", "demo-mx-past"))
    await at(front, "focal").says(f"/invite Some Body; {email}; es; N/2027/17")
    card = (await at(front, "coordinator").says("/invitations")).here[0]
    answer = await at(front, "coordinator").presses(buttons(card)[0].action)
    assert "They have an account already" in words(answer.here[0])
    assert {(letter.person, letter.message) for letter in answer.letters} == {
        (FOCAL, "alternate.told_yes"),
        ("demo-mx-past", "alternate.told_named"),
    }
    (nomination,) = await named(front)
    assert nomination.person == "demo-mx-past"


async def test_in_a_room_the_form_goes_to_the_direct_chat(front: Front) -> None:
    from bot.demo import bind_room

    async with front.database.writing() as session:
        await bind_room(session, "terminal", "bot", "room")
    answer = await Somebody(front, "focal", group("room")).says("/invite")
    assert len(answer.forms) == 1
    assert [words(card) for card in answer.here] == [
        "What may not be shown in a shared room was sent to you directly."
    ]
