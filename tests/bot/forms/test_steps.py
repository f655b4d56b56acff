"""A form that is asked question by question, and that nothing of it is lost or done twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.app import Enlace
from bot.contract import FormStyle, PlaceKind, Pressed, Said
from bot.forms.rows import Outcome
from bot.metrics import Metrics
from directory.database import Database
from tests.bot.forms.people import Person, action_of, outcomes, running, saved
from tests.support.recording import Recording
from tests.support.sample_form import registry


async def test_step_by_step(demo: Database) -> None:
    async with running(demo, FormStyle.STEPS) as platform:
        person = Person(platform)
        assert (await person.says("/sample")).title == "1 of 9 · Post"
        card = await person.says("project ACS")
        assert (card.title, card.fields[0].value) == ("2 of 9 · Status", "project ACS")
        card = await person.presses(card, "Full member")
        assert card.title == "3 of 9 · First day"
        card = await person.says("03/04/2027")
        assert "3 April 2027 or 4 March 2027" in card.text
        card = await person.presses(card, "4 March 2027")
        assert (card.title, card.fields[0].value) == ("4 of 9 · Hour", "4 March 2027")
        assert "First Meeting" in (await person.says("/project ACS-SF-001")).title
        for _ in range(6):
            card = await person.presses(card, "Skip")
        assert card.subtitle == "Please check before it is sent"
        assert (await person.says("what now")).subtitle == card.subtitle
        assert (await person.presses(card, "Save the post", 2)).title == "Saved"
        assert "already sent" in (await person.presses(card, "Save the post")).text
        assert "already sent" in (await person.presses(card, "Cancel")).text
        # The form is over: words are questions again.
        assert "Adviser" not in (await person.says("xyzzy quux plugh")).text
    assert await saved(demo) == ["project ACS"]


async def test_a_button_pressed_twice_answers_one_question(demo: Database) -> None:
    async with running(demo, FormStyle.STEPS) as platform:
        person = Person(platform)
        await person.says("/sample")
        status = await person.says("Adviser")
        assert (await person.presses(status, "Observer")).title == "3 of 9 · First day"
        assert (await person.presses(status, "Full member")).title == "3 of 9 · First day"
        day = await person.presses(status, "Back")
        assert day.title == "3 of 9 · First day"
        assert (await person.presses(day, "Back")).fields[0].value == "Observer"


@pytest.mark.parametrize("label", ["Full member", "Back", "Cancel"])
async def test_buttons_of_steps_are_bound_to_their_person_and_place(demo: Database, label: str) -> None:
    async with running(demo, FormStyle.STEPS) as platform:
        await Person(platform).says("/sample")
        card = await Person(platform).says("Adviser")
        for who in (Person(platform, "u2"), Person(platform, "u2", "p2")):
            assert "not open for you" in (await who.presses(card, label)).text
        there = await Person(platform).presses(card, label, place="g1", kind=PlaceKind.GROUP)
        assert "not open for you" in there.text
        assert (await Person(platform).says("Full member")).title == "3 of 9 · First day"


async def test_nonsense_actions_change_nothing(demo: Database) -> None:
    async with running(demo, FormStyle.STEPS) as platform:
        person = Person(platform)
        card = await person.says("/sample")
        key = action_of(card, "Cancel").split(":")[1]
        for action in (
            "form",
            "form:",
            f"form:{key}",
            f"form:{key}:c",
            f"form:{key}:c:0:99",
            f"form:{key}:c:99:0",
            f"form:{key}:o:0:0",
            f"form:{key}:e:1",
            f"form:{key}:n:0",
            f"form:{key}:s:0",
            f"form:{key}:zz:-1:x",
        ):
            (answer,) = await person.does(Pressed(action, "m1"))
            assert answer.cards[0].text or answer.cards[0].title == "1 of 9 · Post", action
        (early,) = await person.does(Pressed(f"form:{key}:send", "m1"))
        assert "needs an answer" in early.cards[0].text
    assert await saved(demo) == []


async def test_one_form_at_a_time_in_a_chat(demo: Database) -> None:
    async with running(demo, FormStyle.STEPS) as platform:
        person = Person(platform)
        first = await person.says("/sample")
        second = await person.says("/sample short")
        assert "“Sample post”" in second.footer
        assert "Another form" in (await person.presses(first, "Cancel")).text
        assert (await person.says("Adviser")).title == "2 of 2 · Head"
        assert "Short form" in (await person.says("/cancel")).text
        assert "No form" in (await person.says("/cancel")).text
        assert "was cancelled" in (await person.presses(second, "Cancel")).text
    states = [outcome for outcome, _, _ in await outcomes(demo)]
    assert states == [Outcome.REPLACED, Outcome.CANCELLED]


async def test_a_form_that_is_filled_begins_at_its_review(demo: Database) -> None:
    async with running(demo, FormStyle.STEPS) as platform:
        person = Person(platform)
        card = await person.says("/sample filled")
        assert [item.value for item in card.fields[:5]] == [
            "Adviser",
            "Associate",
            "15 April 2027",
            "not given",
            "Mexico",
        ]
        card = await person.presses(card, "Country")
        assert card.fields[0].value == "Mexico"
        card = await person.presses(card, "Leave empty")
        assert card.fields[4].missing
        assert (await person.presses(card, "Save the post", 2)).title == "Saved"


async def test_what_a_handler_refuses_is_asked_again(demo: Database) -> None:
    async with running(demo, FormStyle.STEPS) as platform:
        person = Person(platform)
        await person.says("/sample filled")
        card = await person.says("nothing")
        card = await person.presses(card, "Post")
        card = await person.says("taken")
        card = await person.presses(card, "Save the post")
        assert card.title == "1 of 9 · Post"
        assert "exists already" in card.text
        assert await saved(demo) == []
        card = await person.says("free")
        assert (await person.presses(card, "Save the post", 2)).title == "Saved"
    assert await saved(demo) == ["free"]


async def test_a_restart_in_the_middle_loses_nothing(demo: Database) -> None:
    async with running(demo, FormStyle.STEPS) as platform:
        await Person(platform).says("/sample short")
        await Person(platform).says("Adviser")
    async with running(demo, FormStyle.STEPS) as platform:
        person = Person(platform)
        card = await person.says("nobody of that name")
        assert card.title == "2 of 2 · Head"
        card = await person.presses(card, "Skip")
    async with running(demo, FormStyle.STEPS) as platform:
        assert (await Person(platform).presses(card, "Send it", 2)).title == "Saved"
    assert await saved(demo) == ["Adviser"]


async def test_a_failure_between_change_and_answer_leaves_both_undone(demo: Database) -> None:
    failing = ["in_answer"]

    async def point(name: str) -> None:
        if failing and name == failing[0]:
            failing.pop()
            raise ConnectionError("the database went away")

    platform = Recording()
    app = Enlace(demo, registry(), Metrics(demo), point=point)
    async with app.running([platform]):
        await app.until_up(platform)
        person = Person(platform)
        assert (await person.says("/sample short")).title == "1 of 2 · Post"
        failing.append("in_answer")
        card = await person.says("Adviser")
        assert card.title == "2 of 2 · Head"
        card = await person.presses(card, "Skip")
        failing.append("in_answer")
        assert (await person.presses(card, "Send it", 2)).title == "Saved"
    assert await saved(demo) == ["Adviser"]
    assert len(platform.sent) == 5


async def test_who_is_no_person_gets_no_form(demo: Database) -> None:
    async with running(demo, FormStyle.STEPS) as platform:
        event = platform.event(Said("/sample"))
        await platform.receive(replace(event, sender=replace(event.sender, person=False)))
        await platform.until(1)
        assert "personal account" in platform.texts()[0]
    assert await outcomes(demo) == []
