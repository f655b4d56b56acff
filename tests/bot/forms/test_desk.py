"""Who may answer a form, when, how often; and that nothing of it is lost or done twice."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest
import sqlalchemy as sa

from bot.app import Enlace
from bot.contract import Card, FormStyle, Operation, Outgoing, PlaceKind, Pressed, Said, Submitted
from bot.forms import rows
from bot.forms.rows import FormRow, Outcome
from bot.i18n import utc_now
from bot.metrics import Metrics
from directory import accounts
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from tests.support.recording import Recording
from tests.support.sample_form import marks, registry

EVENT_IDS: Final = itertools.count(1)
ANSWERS: Final = {"post": "Adviser", "status": "full", "begins": "2027-04-15"}


class Clock:
    """The time, and what a test moved it on by."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


class Person:
    """Somebody on a platform that keeps what it was sent."""

    def __init__(self, platform: Recording, user: str = "u1", place: str = "p1") -> None:
        self.platform = platform
        self.user = user
        self.place = place

    async def does(self, event: Said | Pressed | Submitted, count: int = 1, **more: object) -> list[Outgoing]:
        """The messages that an event brings, ``count`` of them."""
        before = len(self.platform.sent)
        where: dict[str, object] = {"user": self.user, "place": self.place} | more
        await self.platform.receive(self.platform.event(event, **where))  # type: ignore[arg-type]
        await self.platform.until(before + count)
        return self.platform.sent[before:]

    async def says(self, text: str, count: int = 1) -> Card:
        """Type; the last card that comes."""
        return (await self.does(Said(text), count))[-1].cards[0]

    async def presses(self, card: Card, label: str, count: int = 1, **more: object) -> Card:
        """Press a button of a card."""
        return (await self.does(Pressed(action_of(card, label), "m1"), count, **more))[-1].cards[0]

    async def submits(self, key: str, values: Mapping[str, str], count: int = 1, **more: object) -> Outgoing:
        """Send a whole form."""
        return (await self.does(Submitted(key, values, "m9"), count, **more))[-1]


def action_of(card: Card, label: str) -> str:
    return next(button.action for row in card.buttons for button in row if label in button.label)


@contextlib.asynccontextmanager
async def running(
    database: Database, style: FormStyle, clock: Clock | None = None
) -> AsyncIterator[Recording]:
    platform = Recording()
    # After a restart a platform goes on counting its events.
    platform._ids = EVENT_IDS
    platform.forms = style
    app = Enlace(database, registry(), Metrics(database), now=clock or Clock())
    async with app.running([platform]):
        await app.until_up(platform)
        yield platform


async def link(database: Database, person: str | None) -> None:
    """Make the account of :class:`Person` somebody's, or nobody's."""
    async with database.writing() as session:
        known = await accounts.account(session, "recording", "", "u1")
        await accounts.save_account(session, replace(known, person_key=person))


async def saved(database: Database) -> list[str]:
    async with database.reading() as session:
        return await marks(session)


async def outcomes(database: Database) -> list[tuple[Outcome, str, str]]:
    async with database.reading() as session:
        found = await session.execute(
            sa.select(FormRow.outcome, FormRow.form, FormRow.progress).order_by(FormRow.id)
        )
        return [(outcome, form, progress) for outcome, form, progress in found]


# Whole forms


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
        assert values == typed | {"land": "Mexico"}
        assert await saved(demo) == []
        again = await person.submits(shown.form.key, ANSWERS | {"post": "taken"})
        assert again.form is not None
        assert dict(again.form.problems) == {"post": "This post exists already. Please choose another name."}
        assert await saved(demo) == []
        await person.does(Submitted(shown.form.key, ANSWERS), 1)
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


# Step by step


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
