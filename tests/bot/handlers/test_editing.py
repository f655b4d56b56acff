"""Adding, editing, retiring, undoing and the history of records, as a coordinator and as others."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bot.command import Problems, Replies
from bot.contract import Card, Reply
from directory import editing, institutions, networks, people, posts, projects, search
from directory.access import Role
from directory.audit import Actor
from directory.database import Database
from directory.editing import Noun
from directory.importing import Defaults, Request, Trace, make, store
from directory.projects import Amount, PartyRole
from directory.search import Kind
from directory.texts import local
from tests.support.asking import buttons, here, private, words
from tests.support.filling import Filling, form_of


def coordinator(demo: Database, language: str = "en") -> Filling:
    return Filling(demo, "coordinator", language)


def card(answer: Replies | Problems) -> Card:
    assert not isinstance(answer, Problems), answer
    return here(answer)


def problems(answer: Replies | Problems) -> dict[str, str]:
    assert isinstance(answer, Problems), answer
    return dict(answer.fields)


def press(shown: Card, label: str) -> str:
    return next(button.action for button in buttons(shown) if button.label == label)


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


async def test_retired_is_said_by_code_and_not_found(demo: Database) -> None:
    asker, visitor = coordinator(demo), Filling(demo)
    for command, noun, code in (
        ("project", "project", "ACS-SF-001"),
        ("institution", "institution", "imexci"),
        ("contact", "post", "acs-dcrm-adviser"),
        ("find", "post", "acs-dcrm-secretary"),
    ):
        sure = await asker.hears(f"/retire {noun} {code}")
        assert "can be undone" in sure.text
        done = card(await asker.presses(press(sure, "Retire")))
        assert "Retired." in done.text
        assert "Retired since" in words(await visitor.hears(f"/{command} {code}"))
        assert "Put back into use" in words(await asker.hears(f"/edit {noun} {code}"))
    async with demo.reading() as session:
        assert await search.find(session, "IMEXCI", kinds=(Kind.INSTITUTION,), max_level=0) == []
    assert "ACS-SF-001" not in words(await visitor.hears("/projects"))
    undone = await asker.hears("/undo")
    assert "Change undone" in undone.text
    assert "Put back" not in words(undone)
    back = card(await asker.presses("rs:i:imexci"))
    assert "in use again" in back.text
    assert "Retired" not in words(await visitor.hears("/institution imexci"))


async def test_undo_is_of_ones_own_last_change_or_of_an_object(demo: Database) -> None:
    asker = coordinator(demo)
    assert "no change of yours" in (await asker.hears("/undo")).text
    form = await asker.opens("ed:p:ACS-SF-001:ba")
    await asker.sends(form, {"status": "ongoing"})
    form = await asker.opens("ed:i:imexci:ba")
    await asker.sends(form, {"website": "https://imexci.example.org"})
    undone = await asker.hears("/undo project acs-sf-1")
    assert "Status (ongoing → completed)" in undone.text
    # The undoing is the last change now; undoing that brings the change back.
    again = await asker.hears("/undo")
    assert "Status (completed → ongoing)" in again.text
    told = words(await asker.hears("/history ACS-SF-001"))
    assert told.count("Marisol Demoriche") == 3
    assert "changed: Status (completed → ongoing)" in told
    async with demo.reading() as session:
        body = await institutions.get(session, "imexci")
    assert body is not None
    assert body.website == "https://imexci.example.org"


async def test_a_change_that_was_changed_since_stays(demo: Database) -> None:
    asker = coordinator(demo)
    shown = card(await asker.sends(await asker.opens("ed:p:ACS-SF-001:ba"), {"status": "ongoing"}))
    await asker.sends(await asker.opens("ed:p:ACS-SF-001:ba"), {"status": "suspended"})
    kept = card(await asker.presses(press(shown, "Undo this change")))
    assert "changed again since" in kept.text
    assert "/edit ACS-SF-001" in kept.text


async def test_history_has_pages(demo: Database) -> None:
    asker = coordinator(demo)
    for number in range(10):
        form = await asker.opens("ed:i:imexci:ba")
        await asker.sends(form, {"website": f"https://example.org/{number}"})
    first = await asker.hears("/history institution imexci")
    assert len(first.fields) == 8
    second = card(await asker.presses(press(first, "Older changes")))
    assert len(second.fields) == 2
    assert "Older changes" not in words(second)


@pytest.mark.parametrize("who", ["visitor", "focal", "unverified"])
@pytest.mark.parametrize(
    "press_",
    ["ed:p:ACS-SF-001", "ed:h:demo-mx:ct", "rt:p:ACS-SF-001:y", "rs:i:imexci", "hi:h:demo-mx", "ad:p"],
)
async def test_others_change_nothing_by_button(demo: Database, who: str, press_: str) -> None:
    answer = here(await Filling(demo, who).presses(press_))
    assert "no longer" in answer.text
    async with demo.reading() as session:
        sheet = await projects.sheet(session, "ACS-SF-001")
    assert sheet is not None
    assert sheet.retired_on is None


async def test_a_form_does_nothing_for_who_may_not(demo: Database) -> None:
    form = await coordinator(demo).opens("ed:p:ACS-SF-001:ba")
    answer = card(await Filling(demo, "focal").sends(form, {"status": "ongoing"}))
    assert "can no longer" in answer.text
    new = await coordinator(demo).opens("/add institution")
    refused = card(await Filling(demo, "focal").sends(new, {"name": "x", "kind": "office"}))
    assert refused.text
    async with demo.reading() as session:
        assert await institutions.get(session, "x") is None


async def test_a_coordinator_keeps_their_own_network_only(demo: Database) -> None:
    asker = coordinator(demo)
    async with demo.writing() as session:
        sheet = await projects.sheet(session, "ACS-SF-001")
        assert sheet is not None
        await projects.put(session, replace(sheet, network="OAS"))
        post = await posts.get(session, "acs-fp-mx")
        assert post is not None
        await posts.change(session, replace(post, network="OAS"))
    assert "Nothing that you may edit" in (await asker.hears("/edit ACS-SF-001")).text
    assert "no longer" in card(await asker.presses("ed:p:ACS-SF-001:ba")).text
    assert "Nothing that you may edit" in (await asker.hears("/edit post acs-fp-mx")).text
    form = await asker.opens("/add project")
    assert [choice.value for choice in form.fields[2].choices] == ["ACS"]


async def test_in_a_group_the_form_goes_to_the_direct_chat(demo: Database) -> None:
    asker = Filling(demo, "coordinator", shared=True, by_policy=True)
    replies = await asker.asks("/add project")
    assert form_of(replies).action == "addf:p:en"
    assert len(_several(replies)) == 1
    replies = await asker.asks("/edit person demo-mx")
    assert "Demo" not in words(here(replies))
    assert len(private(replies)) == 1


def _several(replies: Replies) -> list[Reply]:
    return [replies] if isinstance(replies, Reply) else list(replies)


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt"])
async def test_every_card_and_form_speaks_the_askers_language(demo: Database, language: str) -> None:
    asker = coordinator(demo, language)
    for noun, key in (
        ("p", "ACS-SF-001"),
        ("i", "imexci"),
        ("o", "acs-fp-mx"),
        ("h", "demo-mx"),
        ("n", "ACS"),
        ("m", "1"),
    ):
        shown = card(await asker.presses(f"ed:{noun}:{key}"))
        for button in buttons(shown):
            replies = await asker.presses(button.action)
            several = _several(replies)
            for reply in several:
                text = words(reply.card) if reply.form is None else reply.form.title + reply.form.text
                assert text
                assert "edit." not in text
                assert "{" not in text


async def test_who_keeps_the_directory_is_retired_by_the_operator_alone(demo: Database) -> None:
    asker, operator = coordinator(demo), Filling(demo, "operator")
    for noun in ("person demo-operator", "person Ana Demopérez"):
        assert "Nothing that you may edit" in (await asker.hears(f"/edit {noun}")).text
    assert "no longer" in card(await asker.presses("ed:h:demo-operator:ct")).text
    assert "Retire" not in words(await asker.hears("/edit person demo-coordinator"))
    assert "no longer" in card(await asker.presses("rt:h:demo-operator:y")).text
    assert "Retired." in card(await operator.presses("rt:h:demo-coordinator:y")).text
    async with demo.writing() as session:
        await people.grant(session, "demo-mx", Role.COORDINATOR, "ACS")
    other = Filling(demo, "focal")
    assert "no longer" in card(await other.presses("rs:h:demo-coordinator")).text
    assert "no longer" in card(await other.presses("ed:h:demo-coordinator:ct")).text
    # A retired person has the rights of a stranger.
    assert "no longer" in card(await asker.presses("ed:p:ACS-SF-001")).text
    assert "in use again" in card(await operator.presses("rs:h:demo-coordinator")).text
    assert "Title" in words(card(await asker.presses("ed:p:ACS-SF-001")))


async def test_a_retired_post_gives_no_rights(demo: Database) -> None:
    async with demo.reading() as session:
        assert (await people.standing(session, "demo-mx")).verified_in == {"ACS"}
    await coordinator(demo).presses("rt:o:acs-fp-mx:y")
    async with demo.reading() as session:
        assert not (await people.standing(session, "demo-mx")).verified_in


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
    again = [reply for answer in replies for reply in _several(answer) if reply.form is not None]
    assert len(again) == 2


async def test_an_import_is_taken_back_as_a_whole_by_its_own_button(demo: Database) -> None:
    asker, now = coordinator(demo), datetime.now(UTC)
    await asker.sends(await asker.opens("ed:p:ACS-SF-001:ba"), {"status": "ongoing"})
    actor = Actor("terminal", "", "coordinator", "demo-coordinator", "coordinator", "direct")
    request = Request(b"Code;Title\nACS-SF-7;Imported", now.date(), defaults=Defaults("ACS"))
    async with demo.writing() as session:
        plan = await make(session, request)
        number = await store.new(
            session,
            now,
            kind=plan.kind,
            file_name="list.csv",
            network="ACS",
            owner="terminal::coordinator",
            counts={},
        )
        trace = Trace()
        await store.carry_out(session, number, trace.of(plan.changes(session)), now)
        await trace.enter(session, actor, now, number, network="ACS")
    offered = await asker.hears("/undo")
    assert "list.csv" in offered.text
    assert await projects_now(demo) == ["ACS-SF-001", "ACS-SF-7", "SDC-ML-SEG-3"]
    card(await asker.presses(press(offered, "Undo this change")))
    assert await projects_now(demo) == ["ACS-SF-001", "SDC-ML-SEG-3"]
    # What was done before the import is the last change again.
    assert "Status (ongoing → completed)" in (await asker.hears("/undo")).text


async def projects_now(demo: Database) -> list[str]:
    async with demo.reading() as session:
        return await projects.codes(session)


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
