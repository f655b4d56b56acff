"""``/audit`` and ``/breakglass``: who may read what of the trail, and the whole entry for a reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.command import Problems, Replies
from bot.contract import Card, Form, Reply, Said
from directory import audit
from directory.audit import Actor, Change
from directory.database import Database
from tests.support.asking import Asking, buttons, here, registry, words
from tests.support.traced import Traced, trail

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
COORDINATOR = Actor("terminal", "", "coordinator", "demo-coordinator", "coordinator", "direct")
FOCAL = Actor("terminal", "", "focal", "demo-mx", "focal_point", "direct")


async def written(database: Database) -> None:
    """Something of each kind, by several people, in two networks and in none."""
    async with database.writing() as session:
        await audit.changed_many(
            session,
            COORDINATOR,
            NOW,
            [
                Change("edit", "project", "ACS-SF-001", {"city": "Quito"}, {"city": "Lima"}, "ACS"),
                Change("edit", "person", "demo-mx", {"mobile": "+52 1"}, {"mobile": "+52 2"}, "ACS"),
                Change("edit", "institution", "imexci", {"city": "A"}, {"city": "B"}, "SEGIB"),
                Change("edit", "room", "group-1", {"language": "es"}, {"language": "fr"}),
            ],
        )
        await audit.changed_many(session, FOCAL, NOW, [Change("edit", "institution", "x", None, None)])


async def test_an_operator_reads_everything(demo: Database) -> None:
    await written(demo)
    said = words(await Asking(demo, "operator").hears("/audit"))
    assert "Whole installation" in said
    assert "project ACS-SF-001 (City: Quito → Lima)" in said
    assert "room" in said
    assert "Marisol Demoriche (coordination, ACS)" in said
    assert "+52" not in said, "values about a person are that person's"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "suspended: no → yes"),
        ("es", "suspensión: no → sí"),
        ("fr", "suspension\u00a0: non → oui"),
        ("pt", "suspensão: não → sim"),
    ],
)
async def test_values_are_said_in_the_reader_s_language(demo: Database, language: str, expected: str) -> None:
    async with demo.writing() as session:
        await audit.changed_many(
            session,
            COORDINATOR,
            NOW,
            [
                Change("suspend", "person", "demo-mx", {"suspended": False}, {"suspended": True}),
                Change(
                    "edit", "project", "P", {"starts_on": "2027-01-01"}, {"starts_on": "2027-02-03"}, "ACS"
                ),
            ],
        )
    assert expected in words(await Asking(demo, "focal", language).hears("/audit"))
    said = words(await Asking(demo, "operator", language).hears("/audit"))
    assert "2027-02-03" not in said
    assert "2027" in said


async def test_a_coordinator_reads_their_network_and_what_is_their_own(demo: Database) -> None:
    async with demo.writing() as session:
        for network in ("ACS", "SEGIB", None):
            await audit.changed(session, FOCAL, NOW, "edit", "project", f"P-{network}", None, None, network)
    said = words(await Asking(demo, "coordinator").hears("/audit"))
    assert "Network: ACS" in said
    assert said.count("changed: project") == 1


async def test_others_read_what_is_by_or_about_themselves(demo: Database) -> None:
    await written(demo)
    said = words(await Asking(demo, "focal").hears("/audit"))
    assert "What is by or about you" in said
    assert "mobile: +52 1 → +52 2" in said, "their own values"
    assert "institution" in said
    assert "ACS-SF-001" not in said
    assert "Nothing is recorded here" in words(await Asking(demo, "focal").hears("/audit ACS-SF-001"))


async def test_asked_in_a_room_even_an_operator_gets_no_more_than_their_own(demo: Database) -> None:
    await written(demo)
    operator = Asking(demo, "operator", shared=True)
    async with demo.reading() as session:
        context = await operator._context(session, Said(""))
        command = registry().named("audit")
        assert command is not None
        said = words(here(await command.run(context.directly(), "")))
    assert "What is by or about you" in said
    assert "Quito" not in said


async def test_by_object_by_person_and_by_day(demo: Database) -> None:
    await written(demo)
    operator = Traced(demo, "operator")
    assert "Quito → Lima" in words(await operator.card("/audit ACS-SF-001"))
    of_person = await operator.card("/audit Marisol Demoriche")
    assert of_person.title == "Changes to Marisol Demoriche"
    labels = {button.label: button.action for button in buttons(of_person)}
    done = here(await operator.presses(labels["What was done by them"]))
    assert done.title == "Done by Marisol Demoriche"
    assert "Quito → Lima" in words(done)
    looked = here(await operator.presses(labels["Who looked"]))
    assert looked.title == "Who looked up Marisol Demoriche"
    assert "Nothing is recorded here" in words(looked), "to read the trail is no look"
    assert "Quito" in words(await operator.card("/audit 2026-11-20"))
    assert "Quito" in words(await operator.card("/audit 20 November 2026"))
    assert "Quito" not in words(await operator.card("/audit 2026-11-19"))
    read = [entry for entry in await trail(demo) if entry.action == audit.READ_TRAIL]
    assert len(read) == 7, "reading about others leaves a trace"
    assert read[1].after["key"] == "demo-coordinator"
    assert "demo-coordinator" in read[0].after["named"]
    assert "this record" not in words(await operator.card("/audit"))


async def test_pages(demo: Database) -> None:
    async with demo.writing() as session:
        for n in range(20):
            await audit.changed(session, FOCAL, NOW, "edit", "project", f"P-{n:02}", None, None, "ACS")
    operator = Asking(demo, "operator")
    card = await operator.hears("/audit")
    pages = [card]
    while older := [button for button in buttons(card) if button.label == "Older"]:
        card = here(await operator.presses(older[0].action))
        pages.append(card)
    assert all(len(page.fields) == 8 for page in pages[:-1])
    assert len(pages[-1].fields) <= 8
    shown = " ".join(words(page) for page in pages)
    assert shown.count("changed: project") == 20


@pytest.mark.parametrize(
    "action", ["audit:x:::", "audit:t", "audit:t::2026-99-99:", "audit:t:::9x", "audit:t:::" + "9" * 30]
)
async def test_forged_pages_are_refused(demo: Database, action: str) -> None:
    assert "button" in words(here(await Asking(demo, "operator").presses(action)))


async def test_erased_people_leave_entries_without_them(demo: Database) -> None:
    await written(demo)
    async with demo.writing() as session:
        await audit.erase(session, "demo-mx")
    said = words(await Asking(demo, "operator").hears("/audit"))
    assert "person since erased" in said
    assert "Demoreda" not in said


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "changed: project ACS-SF-001"),
        ("es", "cambio: proyecto ACS-SF-001"),
        ("fr", "modification\u00a0: projet ACS-SF-001"),
        ("pt", "alteração: projeto ACS-SF-001"),
    ],
)
async def test_four_languages(demo: Database, language: str, expected: str) -> None:
    await written(demo)
    assert expected in words(await Asking(demo, "coordinator", language).hears("/audit"))


def form_of(replies: Replies) -> Form:
    assert isinstance(replies, Reply)
    assert replies.form is not None
    return replies.form


async def submit(operator: Traced, action: str, reason: str) -> Card | Problems:
    """Answer the form as the program would have it answered."""
    name, *arguments = action.split(":")
    found = registry().form(name)
    assert found is not None
    async with operator.database.writing() as session:
        context = await operator._context(session, Said(""))
        answer = await found[1](context, arguments, {"reason": reason})
        for effect in context.effects:
            await effect(session)
    return answer if isinstance(answer, Problems) else here(answer)


async def test_break_glass_asks_for_the_reason_shows_everything_and_tells_the_person(demo: Database) -> None:
    operator = Traced(demo, "operator")
    assert "@demo_" not in words(await Traced(demo, "operator").card("/contact Mexico"))
    form = form_of(await operator.asks("/breakglass Lucía Demoreda"))
    assert [item.name for item in form.fields] == ["reason"]
    card = await submit(operator, form.action, "lost access to both accounts")
    assert isinstance(card, Card)
    assert "@demo_" in words(card)
    assert not [button for button in buttons(card) if button.action.startswith("vcf:")]
    entry = (await trail(demo))[-1]
    assert (entry.action, entry.key, entry.level) == (audit.BREAK_GLASS, "demo-mx", 3)
    assert entry.note == "lost access to both accounts"
    (letter,) = operator.letters
    assert (letter.person, letter.message) == ("demo-mx", "breakglass.told")
    assert letter.values == {"name": "Ana Demopérez", "reason": "lost access to both accounts"}
    mine = words(await Asking(demo, "focal").hears("/lookups"))
    assert "saw your whole entry (reason given: lost access to both accounts)" in mine


async def test_break_glass_in_one_line(demo: Database) -> None:
    operator = Traced(demo, "operator")
    said = words(await operator.card("/breakglass Lucía Demoreda: lost access to both accounts"))
    assert "@demo_" in said
    assert len(operator.letters) == 1


@pytest.mark.parametrize("reason", ["", "x", "because", "          "])
async def test_break_glass_without_a_reason_shows_nothing(demo: Database, reason: str) -> None:
    operator = Traced(demo, "operator")
    said = words(await operator.card(f"/breakglass Lucía Demoreda: {reason}x"))
    assert "@demo_" not in said
    form = form_of(await operator.asks("/breakglass Lucía Demoreda"))
    assert isinstance(await submit(operator, form.action, reason), Problems)
    assert not operator.letters
    assert audit.BREAK_GLASS not in {entry.action for entry in await trail(demo)}


@pytest.mark.parametrize("who", ["visitor", "focal", "coordinator"])
async def test_break_glass_is_for_operators(demo: Database, who: str) -> None:
    asking = Traced(demo, who)
    refused = words(await asking.card("/breakglass Lucía Demoreda: lost access to both accounts"))
    assert "not available" in refused
    assert "button" in words(here(await asking.presses("glass:demo-mx")))
    card = await submit(asking, "glassed:demo-mx", "lost access to both accounts")
    assert isinstance(card, Card)
    assert "@" not in words(card)
    assert not asking.letters


async def test_break_glass_is_refused_where_others_read(demo: Database) -> None:
    operator = Traced(demo, "operator", shared=True)
    said = words(await operator.card("/breakglass Lucía Demoreda: lost access to both accounts"))
    assert "@demo_" not in said
    assert not operator.letters


async def test_break_glass_with_several_people_offers_them(demo: Database) -> None:
    operator = Traced(demo, "operator")
    card = await operator.card("/breakglass Demor")
    assert "Several people" in card.text
    (chosen,) = [button for button in buttons(card) if button.label == "Lucía Demoreda"]
    assert form_of(await operator.presses(chosen.action)).action == "glassed:demo-mx"
    assert "Nobody is called" in words(await operator.card("/breakglass Xyzzyx Qwertz"))
