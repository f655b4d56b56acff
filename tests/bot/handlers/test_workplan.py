"""Work plans: what is shown of them to whom, lights and drift, and how an owner is designated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.cards import workplan
from bot.cards.deadline_words import Light
from directory import accounts, people
from directory.access import Role
from directory.accounts import Account
from directory.database import Database
from directory.people import Person
from directory.texts import local
from reminders.deadlines import Deadline, Owner, OwnerKind, State, reading
from reminders.vague import VagueDate
from reminders.workplans import Measure, TimelineStep, Timing
from tests.support.asking import Asking, buttons, here, words
from tests.support.front import Front, Somebody, direct

TODAY = date(2026, 11, 24)
MEXICO = (Owner(OwnerKind.COUNTRY, "MX"),)


def measure(*deadlines: Deadline) -> Measure:
    steps = [TimelineStep(local(en="step"), Timing.WITHIN, item.due, item) for item in deadlines]
    return Measure(1, local(en="measure"), steps=tuple(steps))


def due(days: int, *, planned: int | None = None, owners: tuple[Owner, ...] = MEXICO) -> Deadline:
    """A deadline so many days from today."""
    first = TODAY + timedelta(days if planned is None else planned)
    return Deadline(
        1,
        "OAS",
        local(en="x"),
        VagueDate.on(TODAY + timedelta(days)),
        owners=owners,
        planned=VagueDate.on(first),
    )


@pytest.mark.parametrize(
    ("deadlines", "light", "drift"),
    [
        ((), None, None),
        ((due(15),), Light.ON_TIME, 0),
        ((due(14),), Light.SOON, 0),
        ((due(0),), Light.SOON, 0),
        ((due(-1),), Light.OVERDUE, 1),
        ((due(30, planned=20), due(40)), Light.ON_TIME, 10),
        ((due(-3), due(40)), Light.OVERDUE, 3),
        ((due(-3, owners=()), due(40)), Light.NOT_DESIGNATED, 3),
        ((replace(due(-3), state=State.DONE, done_on=TODAY - timedelta(5)), due(40)), Light.ON_TIME, 0),
        ((replace(due(-3), state=State.DONE, done_on=TODAY - timedelta(5)),), Light.DONE, -2),
    ],
)
def test_a_measure_shows_the_worst_of_its_deadlines_and_the_longest_delay(
    deadlines: tuple[Deadline, ...], light: Light | None, drift: int | None
) -> None:
    one = measure(*deadlines)
    assert workplan.light(one, TODAY) is light
    assert workplan.drift(one, TODAY) == drift


#: What the plan of the demo says in each language.
SAID = {
    "en": ("Measure 5", "Not yet designated ⚪", "days later than planned", "Under way"),
    "es": ("Medida 5", "Por designar ⚪", "días después de lo previsto", "En curso"),
    "fr": ("Mesure 5", "Pas encore désigné ⚪", "jours après la date prévue", "En cours"),
    "pt": ("Medida 5", "Ainda por designar ⚪", "dias depois do previsto", "Em andamento"),
}


async def test_the_plan_of_the_demo_is_whole_in_every_language(network: Database) -> None:
    for language, said in SAID.items():
        asking = Asking(network, "coordinator", language)
        card = await asking.hears("/workplan")
        assert all(text in words(card) for text in said), language
        for button in buttons(card):
            page = words(here(await asking.presses(button.action)))
            assert "(en inglés)" not in page
            assert "(en anglais)" not in page
            assert "(em inglês)" not in page
    asking = Asking(network, "coordinator")
    for question in ("/workplan IACD", "/workplan Grupo de Trabajo 3", "/workplan OEA"):
        assert "Measure 5" in words(await asking.hears(question)), question
    assert "zzqx" in words(await asking.hears("/workplan zzqx"))


async def test_whoever_coordinates_the_network_designates(demo: Database) -> None:
    async with demo.writing() as session:
        for who, of in (("theirs", "OAS"), ("other", "ACS")):
            await people.add(session, [Person(who, who.title(), "Demonova")])
            await people.grant(session, who, Role.COORDINATOR, of)
            await accounts.save_account(session, Account("terminal", "", who, who))
    front = Front(demo)
    plan = (await Somebody(front, "theirs", direct("theirs")).says("/workplan")).here[0]
    turn = buttons(plan)[1].action
    labels = {}
    for who in ("theirs", "other"):
        (page,) = (await Somebody(front, who, direct(who)).presses(turn)).here
        labels[who] = [button for button in buttons(page) if "designate" in button.label]
    assert not labels["other"]
    asker = Somebody(front, "theirs", direct("theirs"))
    (form,) = (await asker.presses(labels["theirs"][0].action)).forms
    answer = await asker.sends(form, {"owners": "Peru"})
    assert "The owner has been designated" in words(answer.here[0])
    (page,) = (await asker.presses(turn)).here
    assert "Peru" in words(page)
    assert sum("designate" in button.label for button in buttons(page)) == len(labels["theirs"]) - 1
    number = int(labels["theirs"][0].action.split(":")[1])
    async with demo.reading() as session:
        found = await reading.get(session, number)
    assert found is not None
    assert found.owners == (Owner(OwnerKind.COUNTRY, "PE"),)
