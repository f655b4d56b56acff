"""What is retired, undone and told of a record, and an import that is taken back."""

from __future__ import annotations

from datetime import UTC, datetime

from directory import institutions, projects, search
from directory.audit import Actor
from directory.database import Database
from directory.importing import Defaults, Request, Trace, make, store
from directory.search import Kind
from tests.bot.handlers.editing import card, coordinator, press
from tests.support.asking import words
from tests.support.filling import Filling


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
