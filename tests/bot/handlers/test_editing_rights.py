"""Who keeps which part of the directory, and in which language they are answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from directory import institutions, people, posts, projects
from directory.access import Role
from directory.database import Database
from tests.bot.handlers.editing import card, coordinator, several
from tests.support.asking import buttons, here, private, words
from tests.support.filling import Filling, form_of


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
    assert len(several(replies)) == 1
    replies = await asker.asks("/edit person demo-mx")
    assert "Demo" not in words(here(replies))
    assert len(private(replies)) == 1


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
            answers = several(replies)
            for reply in answers:
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
