"""Keeping the directory by form: added, changed, and nothing of what others changed is lost."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal

import pytest

from bot.command import Problems
from directory import editing, institutions, networks, people, projects
from directory.database import Database
from directory.editing import Noun
from directory.projects import Amount, PartyRole
from directory.texts import local
from tests.bot.handlers.editing import card, coordinator, press, problems, several
from tests.support.asking import buttons, words
from tests.support.filling import Filling, form_of


async def test_a_project_is_added_by_form(demo: Database) -> None:
    asker = coordinator(demo)
    form = await asker.opens("/add project")
    assert [field.name for field in form.fields] == [
        "code",
        "title",
        "network",
        "status",
        "starts_on",
        "ends_on",
        "country",
        "budget",
    ]
    answers = {
        "code": "acs sf 002",
        "title": "Second meeting",
        "network": "ACS",
        "status": "planned",
        "starts_on": "15 April 2027",
        "ends_on": "2027-04-16",
        "country": "Mexico",
        "budget": "USD 18,500.00",
    }
    shown = card(await asker.sends(form, answers))
    assert shown.title == "ACS-SF-002 – Second meeting"
    assert "in the directory now" in shown.text
    async with demo.reading() as session:
        sheet = await projects.sheet(session, "ACS-SF-002")
    assert sheet is not None
    assert (sheet.titles, sheet.network, sheet.country) == (local(en="Second meeting"), "ACS", "MX")
    assert (sheet.starts_on, sheet.ends_on) == (date(2027, 4, 15), date(2027, 4, 16))
    assert sheet.budget == Amount(Decimal("18500"), "USD")
    assert "Second meeting" in words(await Filling(demo).hears("/project acs sf 2"))


@pytest.mark.parametrize(
    ("answers", "field", "part"),
    [
        ({"code": "ACS-SF-1"}, "code", "ACS-SF-001 is in the directory already"),
        ({"code": "meeting"}, "code", "at least one number"),
        ({"starts_on": "31 February 2027"}, "starts_on", "31 February 2027"),
        ({"ends_on": "2027-04-01"}, "ends_on", "15 April 2027"),
        ({"starts_on": "15 April 1027"}, "starts_on", ""),
        ({"budget": "USD 18.500"}, "budget", "18500"),
        ({"country": "Atlantis"}, "country", "Atlantis"),
    ],
)
async def test_what_cannot_be_is_asked_about_at_its_field(
    demo: Database, answers: dict[str, str], field: str, part: str
) -> None:
    asker = coordinator(demo)
    form = await asker.opens("/add project")
    whole = {"code": "ACS-SF-002", "title": "x", "network": "ACS", "starts_on": "2027-04-15"}
    found = problems(await asker.sends(form, whole | answers))
    assert list(found) == [field]
    assert part in found[field]
    async with demo.reading() as session:
        assert await projects.codes(session) == ["ACS-SF-001", "SDC-ML-SEG-3"]


async def test_every_noun_is_added_and_undone(demo: Database) -> None:
    asker = coordinator(demo)
    for noun, answers, key in (
        (
            "institution",
            {"name": "Reef Friends", "acronym": "RF", "kind": "agency", "parent": "ACS-DCRM"},
            "rf",
        ),
        ("post", {"title": "Reef adviser", "network": "ACS", "country": "Cuba"}, "acs-reef-adviser-cu"),
        (
            "person",
            {"given_name": "Ana", "family_name": "Zarza", "email": "a@z.org", "languages": "español, French"},
            "ana-zarza",
        ),
        (
            "membership",
            {"network": "ACS", "country": "Germany", "kind": "observer", "since": "2026-01-01"},
            "",
        ),
    ):
        form = await asker.opens(f"/add {noun}")
        shown = card(await asker.sends(form, answers))
        async with demo.reading() as session:
            if key:
                assert await editing.read(session, Noun(noun), key) is not None
        undone = card(await asker.presses(press(shown, "Undo this change")))
        assert "no longer in the directory" in undone.text
        again = card(await asker.presses(press(undone, "Undo this change")))
        assert "back in the directory" in again.text
    async with demo.reading() as session:
        body = await institutions.get(session, "rf")
        assert body is not None
        assert body.parent == "acs-dcrm"
        person = await people.get(session, "ana-zarza", 3)
        assert person is not None
        assert person.languages == ("es", "fr")
        assert [item.level for item in person.contacts] == [1]
        held = await networks.memberships_of(session, "DE")
        assert "ACS" in [item.network for item in held]


async def test_a_network_is_the_operators(demo: Database) -> None:
    refused = await coordinator(demo).hears("/add network")
    assert "New network" not in words(refused)
    operator = Filling(demo, "operator")
    form = await operator.opens("/add red")
    shown = card(await operator.sends(form, {"code": "reef", "name": "Reef network"}))
    assert shown.title == "Reef network"
    assert problems(await operator.sends(form, {"code": "ACS", "name": "x"}))["code"]
    retired = card(await operator.presses(press(shown, "Retire")))
    done = card(await operator.presses(press(retired, "Retire")))
    assert "Retired since" in done.text
    async with demo.reading() as session:
        assert "REEF" not in [item.code for item in await networks.every(session)]


async def test_a_text_is_changed_in_one_language(demo: Database) -> None:
    asker = coordinator(demo, "es")
    shown = await asker.hears("/editar proyecto acs sf 1")
    assert shown.subtitle == "Proyecto"
    texts = card(await asker.presses(press(shown, "Título y encabezados")))
    form = await asker.opens(press(texts, "Français"))
    assert form.fields[0].value.startswith("Première Réunion")
    done = card(await asker.sends(form, {"title": "Première rencontre"}))
    assert "Guardado." in done.text
    async with demo.reading() as session:
        sheet = await projects.sheet(session, "ACS-SF-001")
        assert sheet is not None
        assert sheet.titles.by_language["fr"] == "Première rencontre"
        assert sheet.titles.by_language["es"].startswith("Primera Reunión")
        assert sheet.network == "ACS"


async def test_a_list_is_added_to_changed_and_taken_from(demo: Database) -> None:
    asker = coordinator(demo)
    shown = await asker.hears("/edit ACS-SF-001")
    listed = card(await asker.presses(press(shown, "Parties")))
    form = await asker.opens(press(listed, "Add a new one"))
    found = problems(await asker.sends(form, {"role": "donor"}))
    assert list(found) == ["institution"]
    assert (
        "No institution"
        in problems(await asker.sends(form, {"role": "donor", "institution": "Zzyzx Foundation"}))[
            "institution"
        ]
    )
    done = card(await asker.sends(form, {"role": "donor", "institution": "COSUDE"}))
    async with demo.reading() as session:
        sheet = await projects.sheet(session, "ACS-SF-001")
    assert sheet is not None
    assert (sheet.parties[-1].role, sheet.parties[-1].institution) == (PartyRole.DONOR, "sdc")
    listed = card(await asker.presses(press(done, "Parties")))
    item = card(await asker.presses(buttons(listed)[len(sheet.parties) - 1].action))
    form = await asker.opens(press(item, "English"))
    await asker.sends(form, {"institution": "OAS", "role": "other_partner"})
    item_again = card(await asker.presses(press(item, "Remove from the list")))
    assert "list was changed" in item_again.text
    item = card(await asker.presses(buttons(item_again)[len(sheet.parties) - 1].action))
    removed = card(await asker.presses(press(item, "Remove from the list")))
    assert "Removed" in removed.text
    async with demo.reading() as session:
        after = await projects.sheet(session, "ACS-SF-001")
    assert after is not None
    assert after.parties == sheet.parties[:-1]


async def test_what_others_changed_meanwhile_is_shown_and_nothing_is_lost(demo: Database) -> None:
    asker = coordinator(demo)
    mine = await asker.opens("ed:p:ACS-SF-001:ba")
    theirs = await asker.opens("ed:p:ACS-SF-001:ba")
    other = await asker.opens("ed:p:ACS-SF-001:te:-:en")
    await asker.sends(theirs, {"status": "suspended", "country": "CO"})
    answer = await asker.sends(mine, {"status": "ongoing", "budget": "USD 100.00"})
    assert not isinstance(answer, Problems)
    again = form_of(answer)
    fields = {field.name: field for field in again.fields}
    assert "changed by somebody else" in again.text
    assert (fields["status"].value, fields["budget"].value) == ("ongoing", "USD 100")
    assert fields["status"].hint == "Recorded now: suspended"
    assert fields["country"].hint == "Recorded now: Colombia"
    # Another part of the record was not changed: it is saved without more ado.
    assert "Saved." in card(await asker.sends(other, {"context": "New context"})).text
    assert "Saved." in card(await asker.sends(again)).text
    async with demo.reading() as session:
        sheet = await projects.sheet(session, "ACS-SF-001")
    assert sheet is not None
    assert (sheet.status, sheet.budget, sheet.country) == ("ongoing", Amount(Decimal(100), "USD"), "MX")
    assert sheet.context == local(en="New context")


async def test_an_item_that_moved_is_found_and_one_that_is_gone_is_added(demo: Database) -> None:
    asker = coordinator(demo)
    second = await asker.opens("ed:p:ACS-SF-001:so:1:en")
    first = card(await asker.presses("ed:p:ACS-SF-001:so:0"))
    async with demo.reading() as session:
        before = await projects.sheet(session, "ACS-SF-001")
    assert before is not None
    await asker.presses(press(first, "Remove from the list"))
    assert "Saved." in card(await asker.sends(second, {"text": "Second, said better"})).text
    async with demo.reading() as session:
        sheet = await projects.sheet(session, "ACS-SF-001")
    assert sheet is not None
    assert sheet.specific_objectives[0].by_language["en"] == "Second, said better"
    assert sheet.specific_objectives[1:] == before.specific_objectives[2:]
    last = len(sheet.specific_objectives) - 1
    form = await asker.opens(f"ed:p:ACS-SF-001:so:{last}:en")
    item = card(await asker.presses(f"ed:p:ACS-SF-001:so:{last}"))
    await asker.presses(press(item, "Remove from the list"))
    answer = await asker.sends(form, {"text": "Not lost"})
    assert not isinstance(answer, Problems)
    again = form_of(answer)
    assert "removed this entry" in again.text
    await asker.sends(again)
    async with demo.reading() as session:
        sheet = await projects.sheet(session, "ACS-SF-001")
    assert sheet is not None
    assert sheet.specific_objectives[-1] == local(en="Not lost")


async def test_a_persons_own_values_are_neither_shown_nor_lost(demo: Database) -> None:
    asker = coordinator(demo)
    async with demo.reading() as session:
        before = await people.get(session, "demo-mx", 3)
    assert before is not None
    hidden = next(item for item in before.contacts if item.level == 3)
    shown = await asker.hears("/edit person demo-mx")
    listed = card(await asker.presses(press(shown, "Contact values")))
    assert hidden.value not in words(listed)
    place = before.contacts.index(hidden)
    assert "no longer" in words(card(await asker.presses(f"ed:h:demo-mx:ct:{place}")))
    form = await asker.opens("ed:h:demo-mx:ct:0:en")
    await asker.sends(form, {"value": "new@example.org"})
    async with demo.reading() as session:
        after = await people.get(session, "demo-mx", 3)
    assert after is not None
    assert hidden in after.contacts
    assert after.contacts[0].value == "new@example.org"
    assert after.contacts[0].confirmed_on is None
    mobile = after.contacts[2]
    assert mobile.level == 2
    form = await asker.opens("ed:h:demo-mx:ct:2:en")
    assert [choice.value for choice in form.fields[2].choices] == ["2"]
    told = words(await asker.hears("/history person demo-mx"))
    assert "Contact values" in told
    assert "example.org" not in told


async def test_two_who_save_different_parts_at_once_both_keep_theirs(demo: Database) -> None:
    asker = coordinator(demo)
    forms = [
        (await asker.opens("ed:p:ACS-SF-001:ba"), {"country": "CO"}),
        (await asker.opens("ed:p:ACS-SF-001:te:-:en"), {"context": "One"}),
        (await asker.opens("ed:p:ACS-SF-001:te:-:fr"), {"context": "Deux"}),
        (await asker.opens("ed:p:ACS-SF-001:na:-:es"), {"title": "Tres"}),
    ]
    answers = await asyncio.gather(*(asker.sends(form, changes) for form, changes in forms))
    assert all("Saved." in card(answer).text for answer in answers)
    async with demo.reading() as session:
        sheet = await projects.sheet(session, "ACS-SF-001")
    assert sheet is not None
    assert (sheet.country, sheet.context) == ("CO", local(en="One", fr="Deux"))
    assert sheet.titles.by_language["es"] == "Tres"


async def test_two_who_save_the_same_part_at_once_are_told(demo: Database) -> None:
    asker = coordinator(demo)
    forms = [await asker.opens("ed:i:imexci:ba") for _ in range(3)]
    answers = await asyncio.gather(
        *(
            asker.sends(form, {"website": f"https://example.org/{number}"})
            for number, form in enumerate(forms)
        )
    )
    replies = [answer for answer in answers if not isinstance(answer, Problems)]
    assert len(replies) == 3
    again = [reply for answer in replies for reply in several(answer) if reply.form is not None]
    assert len(again) == 2


async def test_for_whom_a_country_is_a_member_is_edited_by_name_or_code(demo: Database) -> None:
    asker = coordinator(demo)
    shown = await asker.hears("/edit membership ACS France")
    form = await asker.opens(next(item.action for item in buttons(shown) if ":ba" in item.action))
    wrong = await asker.sends(form, {"on_behalf_of": "Martinique, Atlantis"})
    assert isinstance(wrong, Problems)
    assert "Atlantis" in wrong.fields["on_behalf_of"]
    assert isinstance(await asker.sends(form, {"on_behalf_of": "France"}), Problems)
    await asker.sends(form, {"on_behalf_of": "Martinique, gp"})
    async with demo.reading() as session:
        held = [item for item in await networks.memberships_of(session, "FR") if item.network == "ACS"]
    assert any(item.on_behalf_of == ("MQ", "GP") for item in held)
