"""Work plans, and the one of the demo."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import pytest

from directory.audit import Actor
from directory.database import Database
from directory.texts import LocalText, local
from reminders import workplans
from reminders.deadlines import Deadline, SourceKind, State
from reminders.vague import VagueDate
from reminders.workplans import Measure, TimelineStep, Timing, WorkPlan

NOW: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
ACTOR: Final = Actor("browser", "", "c", "demo-coordinator", "coordinator", "direct")
PLAN: Final = "iacd-wg3-2022"


async def test_the_plan_of_the_demo_is_whole(demo: Database) -> None:
    async with demo.reading() as session:
        assert [line.key for line in await workplans.listing(session, ["OAS"])] == [PLAN]
        assert await workplans.listing(session, ["ACS"]) == []
        plan = await workplans.get(session, PLAN)
        assert plan is not None
        assert await workplans.of_deadline(session, 10**6) is None
        for measure in plan.measures:
            for deadline in measure.deadlines:
                assert await workplans.of_deadline(session, deadline.number) == (PLAN, measure.number)
    assert (plan.institution, plan.presented_on) == ("iacd", date(2022, 6, 22))
    timelines = {
        measure.number: [
            (step.timing, step.when.code if step.when else "", step.deadline is not None)
            for step in measure.steps
        ]
        for measure in plan.measures
    }
    assert timelines == {
        1: [(Timing.WITHIN, "2022-S2", True), (Timing.WITHIN, "2023-Q1", True)],
        2: [(Timing.WITHIN, "2022-S2", True), (Timing.WITHIN, "2023-01", True)],
        3: [(Timing.FROM, "2022-Q4", False)],
        4: [(Timing.FROM, "2022-Q4", False)],
        5: [(Timing.CONSTANT, "", False), (Timing.WITHIN, "2022-S2", True), (Timing.BY, "2023-01", True)],
    }
    texts = [plan.titles, plan.group, plan.aim, plan.objective]
    for measure in plan.measures:
        assert measure.is_designated == (not measure.deadlines), "who does what is left to the board"
        texts += [measure.text, measure.expected_result, *(step.text for step in measure.steps)]
        for deadline in measure.deadlines:
            assert (deadline.state, deadline.owners) == (State.OPEN, ())
            assert (deadline.source.kind, deadline.source.key) == (SourceKind.WORK_PLAN, PLAN)
    assert all(is_whole(text) for text in texts)


def is_whole(text: LocalText) -> bool:
    return set(text.by_language) == {"en", "es", "fr", "pt"} and all(text.by_language.values())


def small(*steps: TimelineStep, number: int = 1, key: str = "plan") -> WorkPlan:
    return WorkPlan(key, "ACS", local(en="Plan"), measures=(Measure(number, local(en="Do"), steps=steps),))


JANUARY: Final = VagueDate.of_code("2027-01")
OWED: Final = Deadline(0, "", local(en="Paper"), VagueDate.of_code("2027-02"))


async def test_what_is_no_plan_is_not_stored(database: Database) -> None:
    wrong = (
        small(key="No key"),
        small(TimelineStep(local(), Timing.WITHIN)),
        small(TimelineStep(local(), Timing.CONSTANT, JANUARY)),
        small(TimelineStep(local(), Timing.BY, JANUARY, OWED)),
        replace(small(), measures=(*small().measures, *small().measures)),
    )
    async with database.writing() as session:
        for plan in wrong:
            with pytest.raises(ValueError, match=r".+"):
                await workplans.create(session, ACTOR, NOW, plan)


async def test_a_plan_is_stored_with_its_deadlines(demo: Database) -> None:
    step = TimelineStep(local(fr="Texte"), Timing.BY, JANUARY, replace(OWED, due=JANUARY))
    async with demo.writing() as session:
        stored = await workplans.create(session, ACTOR, NOW, small(step))
    async with demo.reading() as session:
        assert await workplans.get(session, "plan") == stored
        assert await workplans.get(session, "other") is None
    (deadline,) = stored.measures[0].deadlines
    assert (deadline.network, deadline.due, deadline.number > 0) == ("ACS", JANUARY, True)
