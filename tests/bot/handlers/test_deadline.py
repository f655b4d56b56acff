"""Deadlines: who may set, answer for and change them; what is asked about; what comes too late."""

from __future__ import annotations

import pytest

from bot.demo import bind_room
from directory import accounts, people
from directory.access import Role
from directory.accounts import Account
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from directory.people import Person
from reminders.deadlines import Deadline, Owner, OwnerKind, State, number_of, reading
from tests.support.asking import buttons, words
from tests.support.front import Answer, Front, Somebody, direct, group

STALE = "This button is no longer in use. Please ask the question again."
REFUSED = "This is not available here. /help shows what can be asked."


@pytest.fixture
async def front(demo: Database) -> Front:
    """The demo network; the focal point of Haiti and a coordinator of another network can write as well."""
    async with demo.writing() as session:
        await accounts.save_account(session, Account("terminal", "", "haiti", "demo-ht"))
        await people.add(session, [Person("foreign", "Foreign", "Demonova")])
        await people.grant(session, "foreign", Role.COORDINATOR, "OAS")
        await accounts.save_account(session, Account("terminal", "", "foreign", "foreign"))
    return Front(demo)


def at(front: Front, who: str, language: str = "en") -> Somebody:
    return Somebody(front, who, direct(who), language=language)


async def stored(front: Front, number: int) -> Deadline:
    async with front.database.reading() as session:
        found = await reading.get(session, number)
    assert found is not None
    return found


async def made(front: Front, who: str, line: str) -> int:
    """Set a deadline on one line and agree to how it was read; its number."""
    (form,) = (await at(front, who).says(f"/deadline {line}")).forms
    answer = await at(front, who).sends(form, {})
    number = number_of(answer.here[0].title.split(" ·")[0])
    assert number is not None, words(answer.here[0])
    return number


def action(answer: Answer, label: str) -> str:
    """The action of the button with this label on what was answered."""
    found = [button for card in answer.here for button in buttons(card) if label in button.label]
    assert found, f"no button {label!r}"
    return found[0].action


async def press(front: Front, who: str, number: int, label: str) -> Answer:
    card = await at(front, who).says(f"/deadline d{number}")
    return await at(front, who).presses(action(card, label))


async def test_the_coordination_sets_deadlines_for_anybody_and_a_focal_point_for_the_own_country(
    front: Front,
) -> None:
    number = await made(front, "coordinator", '"Guidelines document" 2031-01 owner:Haiti,Cuba lead:30,7,1')
    deadline = await stored(front, number)
    assert deadline.due.code == "2031-01"
    assert deadline.owners == (Owner(OwnerKind.COUNTRY, "HT"), Owner(OwnerKind.COUNTRY, "CU"))
    assert deadline.lead == (30, 7, 1)
    own = await made(front, "focal", '"National report" 2031 owner:Mexico')
    assert (await stored(front, own)).created_by == DEMO_PEOPLE["focal"]
    for line in ('"Foreign" 2031 owner:Haiti', '"Mixed" 2031 owner:Mexico,Haiti', '"Nobody" 2031'):
        answer = await at(front, "focal").says(f"/deadline {line}")
        assert not answer.forms
        assert "your own country" in words(answer.here[0]), line
    for who in ("visitor", "operator", "foreign"):
        answer = await at(front, who).says('/deadline "Report" 2031 owner:Mexico network:ACS')
        assert not answer.forms, who


async def test_what_could_be_two_things_is_asked_about_and_nothing_is_stored_unseen(front: Front) -> None:
    asker = at(front, "coordinator")
    (form,) = (await asker.says('/deadline "Report" 05/06/2031 owner:"focal point"')).forms
    due, owner = (field for field in form.form.fields if field.choices)
    assert [choice.label for choice in due.choices] == ["5 June 2031", "6 May 2031"]
    assert "Focal point for international cooperation, Barbados" in [item.label for item in owner.choices]
    chosen = {due.name: "2031-06-05", owner.name: owner.choices[0].value}
    (shown,) = (await asker.sends(form, chosen)).forms
    assert "Due: 5 June 2031" in shown.form.text
    # What is changed in the form that shows it is shown again before it is stored.
    (again,) = (await asker.sends(shown, {"due": "Q1 2031"})).forms
    assert "1st quarter 2031 (at the latest 31 March 2031)" in again.form.text
    answer = await asker.sends(again, {})
    assert "The deadline has been saved." in words(answer.here[0])


#: What cannot be read, and what is answered.
UNREAD = (
    ('"Report" 2031-13 owner:Mexico', "no such date"),
    ('"Report" someday owner:Mexico', "not understood as a date"),
    ('"Report" 15 April owner:Mexico', "does not say which year"),
    ('"Report" 2031 owner:zzqx', "No country, institution or post"),
    ('"Report" 2031 owner:Mexico lead:often', "not a list of days"),
    ('"Report" 2031 owner:Mexico after:D-999', "no deadline “D-999”"),
    ('"Report" 2031 owner:Mexico repeat:sometimes', "Type weekly"),
    ('"Report" 2031 colour:red', "“colour:” is not known"),
    ("Report 2031", "is not the code of a deadline"),
)


async def test_what_cannot_be_read_is_answered_with_what_to_type(front: Front) -> None:
    for line, said in UNREAD:
        answer = await at(front, "coordinator").says(f"/deadline {line}")
        assert not answer.forms
        assert said in words(answer.here[0]), line


async def test_what_one_person_said_of_it_a_later_press_hears(front: Front) -> None:
    number = await made(front, "coordinator", '"Report" 2031 owner:Mexico,Haiti')
    mine = await at(front, "focal").says(f"/deadline D-{number}")
    theirs = await at(front, "haiti").says(f"/deadline D-{number}")
    (form,) = (await at(front, "focal").presses(action(mine, "Done"))).forms
    (late,) = (await at(front, "haiti").presses(action(theirs, "Ask for more time"))).forms
    answer = await at(front, "focal").sends(
        form, {"note": "Sent <b>today</b>", "link": "https://example.org/r"}
    )
    assert "Marked as done" in words(answer.here[0])
    assert [letter.message for letter in answer.letters] == ["deadline.told_done"]
    answer = await at(front, "haiti").sends(late, {"due": "2032", "reason": "more data"})
    assert "marked done in the meantime" in words(answer.here[0])
    for label in ("Remind me later", "Not mine"):
        answer = await at(front, "haiti").presses(action(theirs, label))
        assert "marked done in the meantime" in words(answer.here[0])
    # What shows it is for those whom it concerns; nobody else reads it, least of all in a room.
    assert "example.org/r" in words((await at(front, "haiti").says(f"/deadline D-{number}")).here[0])
    async with front.database.writing() as session:
        await accounts.save_account(session, Account("terminal", "", "cuba", "demo-cu"))
    assert "example.org/r" not in words((await at(front, "cuba").says(f"/deadline D-{number}")).here[0])


async def test_more_time_is_for_the_coordination_to_grant_once(front: Front) -> None:
    number = await made(front, "coordinator", '"Report" 2031-03 owner:Mexico')
    (form,) = (await press(front, "focal", number, "Ask for more time")).forms
    (form,) = (await at(front, "focal").sends(form, {"due": "2031-02", "reason": "late"})).forms
    assert dict(form.problems).keys() == {"due"}
    answer = await at(front, "focal").sends(form, {"due": "2e trimestre 2031", "reason": "late data"})
    (letter,) = answer.letters
    assert (letter.person, letter.message) == (DEMO_PEOPLE["coordinator"], "deadline.told_time_asked")
    yes = f"dl-yes:{letter.values['request']}"
    for who in ("focal", "foreign", "operator", "visitor"):
        answer = await at(front, who).presses(yes)
        assert words(answer.here[0]) == REFUSED, who
    answer = await at(front, "coordinator").presses(yes)
    assert "More time is granted" in words(answer.here[0])
    assert [(item.person, item.message) for item in answer.letters] == [
        (DEMO_PEOPLE["focal"], "deadline.told_time_granted")
    ]
    assert (await stored(front, number)).due.code == "2031-Q2"
    answer = await at(front, "coordinator").presses(f"dl-no:{letter.values['request']}")
    assert "granted already" in words(answer.here[0])
    assert not answer.letters


async def test_another_owner_is_accepted_in_the_place_of_whoever_proposed_it(front: Front) -> None:
    number = await made(front, "coordinator", '"Report" 2031-03 owner:Mexico,Cuba')
    (form,) = (await press(front, "focal", number, "Not mine")).forms
    answer = await at(front, "focal").sends(form, {"owner": "Haiti", "reason": "theirs"})
    (letter,) = answer.letters
    assert letter.values["of"] == "México"
    answer = await at(front, "coordinator").presses(f"dl-yes:{letter.values['request']}")
    assert {(item.person, item.message) for item in answer.letters} == {
        (DEMO_PEOPLE["focal"], "deadline.told_owner_accepted"),
        ("demo-ht", "deadline.told_assigned"),
    }
    assert [owner.key for owner in (await stored(front, number)).owners] == ["HT", "CU"]
    answer = await at(front, "focal").presses(f"dl-done:{number}")
    assert words(answer.here[0]) == REFUSED, "it is not owed by Mexico any more"


async def test_only_who_planned_it_changes_it(front: Front) -> None:
    theirs = await made(front, "coordinator", '"Set for Mexico" 2031-03 owner:Mexico')
    own = await made(front, "focal", '"Set by Mexico" 2031-03 owner:Mexico')
    for name in ("edit", "move", "own", "cancel"):
        refused = await at(front, "focal").presses(f"dl-{name}:{theirs}")
        assert words(refused.here[0]) == REFUSED, name
        assert (await at(front, "focal").presses(f"dl-{name}:{own}")).forms, name
        assert (await at(front, "coordinator").presses(f"dl-{name}:{own}")).forms, name
        for who in ("haiti", "foreign", "operator"):
            refused = await at(front, who).presses(f"dl-{name}:{own}")
            assert words(refused.here[0]) == REFUSED, (who, name)
    (form,) = (await at(front, "focal").presses(f"dl-own:{own}")).forms
    (form,) = (await at(front, "focal").sends(form, {"owners": "Haiti"})).forms
    assert "your own country" in dict(form.problems)["owners"]
    (form,) = (await at(front, "focal").presses(f"dl-cancel:{own}")).forms
    answer = await at(front, "focal").sends(form, {"reason": "not needed"})
    assert (await stored(front, own)).state is State.CANCELLED
    (form,) = (await at(front, "focal").presses(action(answer, "Reopen"))).forms
    await at(front, "focal").sends(form, {})
    assert (await stored(front, own)).is_open


async def test_a_series_goes_on_or_ends(front: Front) -> None:
    number = await made(front, "coordinator", '"Monthly note" 2031-01 owner:Mexico repeat:monthly')
    (form,) = (await press(front, "coordinator", number, "Cancel deadline")).forms
    await at(front, "coordinator").sends(form, {"which": "one"})
    following = await stored(front, number + 1)
    assert following.due.code == "2031-02"
    (form,) = (await press(front, "coordinator", following.number, "Cancel deadline")).forms
    await at(front, "coordinator").sends(form, {"which": "all"})
    async with front.database.reading() as session:
        assert await reading.get(session, number + 2) is None


async def test_a_file_is_evidence_only_while_the_form_waits_for_it(front: Front) -> None:
    number = await made(front, "coordinator", '"Report" 2031 owner:Mexico')
    focal = at(front, "focal")
    assert (await focal.presses(f"dl-done:{number}")).forms
    for size, said in ((2 << 20, "more than 1 MB"), (1000, "Marked as done")):
        answer = await focal.brings("../report?.pdf", b"%" * size)
        text = "\n".join(
            (*map(words, answer.here), *(problem for form in answer.forms for _, problem in form.problems))
        )
        assert said in text
    deadline = await stored(front, number)
    assert [(item.file_name, item.size) for item in deadline.evidence] == [("report_.pdf", 1000)]
    answer = await focal.presses(f"dle:{number}:{deadline.evidence[0].number}")
    assert [len(item.content) for item in answer.here[0].attachments] == [1000]
    answer = await at(front, "haiti").presses(f"dle:{number}:{deadline.evidence[0].number}")
    assert words(answer.here[0]) == STALE
    answer = await focal.brings("late.pdf", b"%")
    assert words(answer.here[0]) == REFUSED, "without the form a file is a list to import"


async def test_a_room_sees_what_is_public_and_answers_go_to_the_direct_chat(front: Front) -> None:
    async with front.database.writing() as session:
        await bind_room(session, "terminal", "bot", "room")
    number = await made(front, "coordinator", '"Report" 2031 owner:Mexico')
    for who in ("visitor", "focal"):
        there = Somebody(front, who, group("room"))
        answer = await there.says(f"/deadline D-{number}")
        assert "Mexico" in words(answer.here[0])
        pressed = await there.presses(action(answer, "Done"))
        assert bool(pressed.forms) is (who == "focal")
    assert words((await at(front, "visitor").says(f"/deadline D-{number}")).here[0]) == REFUSED
