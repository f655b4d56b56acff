"""Who may answer a whole form, when, how often; and that nothing of it is lost or done twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

import pytest

from bot.contract import FieldKind, FormStyle, Operation, PlaceKind, Pressed, Said, Submitted
from bot.forms import rows
from bot.forms.rows import Outcome
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from tests.bot.forms.people import ANSWERS, Clock, Person, action_of, link, outcomes, running, saved


async def test_a_form_is_sent_once(demo: Database) -> None:
    async with running(demo, FormStyle.PAGE) as platform:
        person = Person(platform)
        (shown,) = await person.does(Said("/sample"))
        assert shown.operation is Operation.FORM
        assert shown.form is not None
        key = shown.form.key
        assert len(key) >= 22
        ended, answer = (await person.does(Submitted(key, ANSWERS, "m9"), 2))[-2:]
        assert (ended.operation, ended.target, ended.cards[0].text) == (Operation.EDIT, "m9", "Sent.")
        assert answer.cards[0].title == "Saved"
        again = await person.submits(key, ANSWERS | {"post": "Other"})
        assert "already sent" in again.cards[0].text
    assert await saved(demo) == ["Adviser"]
    assert await outcomes(demo) == [(Outcome.SENT, "", "{}")]


async def test_the_same_event_twice_is_one_submission(demo: Database) -> None:
    async with running(demo, FormStyle.PAGE) as platform:
        person = Person(platform)
        (shown,) = await person.does(Said("/sample"))
        assert shown.form is not None
        event = platform.event(Submitted(shown.form.key, ANSWERS), event_id="same")
        await platform.receive(event)
        await platform.receive(event)
        await platform.until(2)
        assert (await person.says("/start")).title
    assert len(platform.sent) == 3
    assert await saved(demo) == ["Adviser"]


@pytest.mark.parametrize("style", [FormStyle.PAGE, FormStyle.DIALOG])
async def test_nobody_else_may_send_it(demo: Database, style: FormStyle) -> None:
    async with running(demo, style) as platform:
        (shown,) = await Person(platform).does(Said("/sample"))
        assert shown.form is not None
        key = shown.form.key
        foreign = await Person(platform, "u2", "p2").submits(key, ANSWERS)
        assert foreign.operation is Operation.POST
        forged = await Person(platform).submits("A" * 22, ANSWERS)
        group = await Person(platform).submits(key, ANSWERS, place="g1", kind=PlaceKind.GROUP)
        second_hand = await Person(platform).submits(key, ANSWERS, relayed=True)
        said = {message.cards[0].text for message in (foreign, forged, group, second_hand)}
        assert said == {"This form is not open for you. Nothing was changed."}
        for person in (Person(platform, "u2", "p2"), Person(platform, "u2", "p1")):
            assert "not open for you" in (await person.presses(shown.cards[0], "Cancel")).text
    assert await saved(demo) == []
    assert [outcome for outcome, _, _ in await outcomes(demo)] == [Outcome.OPEN]


async def test_it_lasts_a_day(demo: Database) -> None:
    clock = Clock()
    async with running(demo, FormStyle.PAGE, clock) as platform:
        person = Person(platform)
        (shown,) = await person.does(Said("/sample"))
        assert shown.form is not None
        clock.ahead = timedelta(hours=24, seconds=1)
        late = await person.submits(shown.form.key, ANSWERS)
        assert "24 hours" in late.cards[0].text
        assert (late.operation, late.target) == (Operation.EDIT, "m9")
        async with demo.writing() as session:
            await rows.prune(session, clock())
        assert "24 hours" in (await person.submits(shown.form.key, ANSWERS)).cards[0].text
    assert await saved(demo) == []
    assert await outcomes(demo) == [(Outcome.OPEN, "", "{}")]


async def test_problems_keep_everything_else(demo: Database) -> None:
    async with running(demo, FormStyle.PAGE) as platform:
        person = Person(platform)
        (shown,) = await person.does(Said("/sample"))
        assert shown.form is not None
        typed = {"post": "taken", "status": "x", "begins": "03/04/2027", "land": "mexico", "email": "a@b"}
        again = await person.submits(shown.form.key, typed)
        assert (again.operation, again.target) == (Operation.FORM, "m9")
        assert again.form is not None
        assert [name for name, _ in again.form.problems] == ["status", "begins", "email"]
        values = {field.name: field.value for field in again.form.form.fields if field.value}
        # What is read in two ways is picked and no longer typed.
        del typed["begins"]
        assert values == typed | {"land": "Mexico"}
        assert await saved(demo) == []
        again = await person.submits(shown.form.key, ANSWERS | {"post": "taken"})
        assert again.form is not None
        assert dict(again.form.problems) == {"post": "This post exists already. Please choose another name."}
        assert await saved(demo) == []
        await person.does(Submitted(shown.form.key, ANSWERS), 1)
    assert await saved(demo) == ["Adviser"]


@pytest.mark.parametrize("style", [FormStyle.PAGE, FormStyle.DIALOG])
@pytest.mark.parametrize(
    ("name", "typed", "readings"),
    [
        ("begins", "05/06/2027", {"2027-06-05", "2027-05-06"}),
        ("budget", "USD 1.234", {"USD 1234.00", "USD 1.2340"}),
        ("land", "Congo", {"CD", "CG"}),
    ],
)
async def test_an_answer_of_several_readings_is_picked(
    demo: Database, style: FormStyle, name: str, typed: str, readings: set[str]
) -> None:
    async with running(demo, style) as platform:
        person = Person(platform)
        (shown,) = await person.does(Said("/sample"))
        assert shown.form is not None
        key = shown.form.key
        again = await person.submits(key, ANSWERS | {name: typed})
        assert again.form is not None
        field = next(item for item in again.form.form.fields if item.name == name)
        assert field.kind is FieldKind.CHOICE
        *offered, other = [choice.value for choice in field.choices]
        assert len(set(offered) & readings) == 2
        assert [item for item, _ in again.form.problems] == [name]
        anew = await person.submits(key, ANSWERS | {name: other})
        assert anew.form is not None
        field = next(item for item in anew.form.form.fields if item.name == name)
        assert (field.kind is FieldKind.CHOICE, field.value) == (False, "")
        assert "anew" in dict(anew.form.problems)[name]
        await person.submits(key, ANSWERS | {name: typed})
        answers = await person.does(Submitted(key, ANSWERS | {name: offered[0]}, "m9"), 2)
        assert answers[-1].cards[0].title == "Saved"
    assert await saved(demo) == ["Adviser"]


async def test_a_form_asked_in_a_group_is_answered_directly(demo: Database) -> None:
    async with running(demo, FormStyle.STEPS) as platform:
        note, step = await Person(platform).does(Said("/sample"), 2, place="g1", kind=PlaceKind.GROUP)
        assert (note.place.id, step.place.id) == ("g1", "u1")
        assert "Post" not in note.cards[0].text
        assert step.cards[0].title == "1 of 9 · Post"
        # What is said in the group is no answer.
        await Person(platform).does(Said("/start"), 1, place="g1", kind=PlaceKind.GROUP)
        assert (await Person(platform, place="u1").says("Adviser")).title == "2 of 9 · Status"


@pytest.mark.parametrize("style", [FormStyle.PAGE, FormStyle.STEPS])
async def test_rights_are_asked_about_again_when_it_is_sent(demo: Database, style: FormStyle) -> None:
    async with running(demo, style) as platform:
        person = Person(platform)
        assert "not available" in (await person.says("/guarded")).text
        await link(demo, DEMO_PEOPLE["coordinator"])
        (shown,) = await person.does(Said("/guarded"))
        card = shown.cards[0]
        if style is FormStyle.STEPS:
            card = await person.says("Adviser")
            card = await person.presses(card, "Skip")
        await link(demo, None)
        if shown.form is not None:
            refused = (await person.submits(shown.form.key, {"post": "Adviser"})).cards[0]
        else:
            refused = await person.presses(card, "Send it")
        assert "not available" in refused.text
        assert await saved(demo) == []
        await link(demo, DEMO_PEOPLE["coordinator"])
        if shown.form is not None:
            await person.submits(shown.form.key, {"post": "Adviser"}, 2)
        else:
            await person.presses(card, "Send it", 2)
    assert await saved(demo) == ["Adviser"]


async def test_two_submissions_at_once_are_one(demo: Database) -> None:
    """Two processes take the same form at the same time, each from an event of its own."""
    async with running(demo, FormStyle.PAGE) as platform:
        (shown,) = await Person(platform).does(Said("/sample"))
        assert shown.form is not None
        where: Final = ("p1", "p3", "p4", "p5")
        await asyncio.gather(
            *(
                platform.receive(platform.event(Submitted(shown.form.key, ANSWERS), place=place))
                for place in where
            )
        )
        await platform.until(1 + len(where))
    titles = [message.cards[0].title for message in platform.sent[1:]]
    assert sorted(titles) == ["", "", "", "Saved"]
    assert await saved(demo) == ["Adviser"]


async def test_words_in_a_chat_with_whole_forms_are_questions(demo: Database) -> None:
    async with running(demo, FormStyle.DIALOG) as platform:
        person = Person(platform)
        (shown,) = await person.does(Said("/sample"))
        assert "Mexico" in (await person.says("/country mx")).title
        (again,) = await person.does(Pressed(action_of(shown.cards[0], "Open the form"), "m1"))
        assert again.form == shown.form
        ended = await person.presses(shown.cards[0], "Cancel")
        assert ended.text == "Cancelled. Nothing was changed."
        late = await person.submits(shown.form.key if shown.form else "", ANSWERS)
        assert "was cancelled" in late.cards[0].text
