"""A work plan is stored, with the deadlines of its timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import audit
from directory.audit import Actor
from directory.keys import checked
from reminders import deadlines
from reminders.deadlines import Source, SourceKind
from reminders.workplans import reading
from reminders.workplans.records import Timing, WorkPlan
from reminders.workplans.tables import MeasureRow, StepRow, WorkPlanRow

#: What the trail calls it.
KIND: Final = "work plan"


async def create(session: AsyncSession, actor: Actor, now: datetime, plan: WorkPlan) -> WorkPlan:
    """Store a new work plan; the deadlines of its timeline that have no number yet are stored with it.

    Their network and source are the plan's. Returns it as it is stored.

    Raises:
        ValueError: the key is none, numbers repeat, a step has no date although it needs one, or one of
            its deadlines is due at another time.
    """
    _check(plan)
    await session.execute(sa.insert(WorkPlanRow).values(_plan(plan)))
    if measures := list(_measures(plan)):
        await session.execute(sa.insert(MeasureRow), measures)
    for measure in plan.measures:
        for position, step in enumerate(measure.steps):
            owed = step.deadline
            if owed is not None and not owed.number:
                source = Source(SourceKind.WORK_PLAN, plan.key)
                owed = await deadlines.create(
                    session, actor, now, replace(owed, network=plan.network, source=source)
                )
            values = {
                "plan": plan.key,
                "measure": measure.number,
                "position": position,
                "text": dict(step.text.by_language),
                "timing": step.timing,
                "when": step.when.code if step.when is not None else "",
                "deadline": owed.number if owed is not None else None,
            }
            await session.execute(sa.insert(StepRow).values(values))
    await audit.changed(session, actor, now, "add", KIND, plan.key, None, _traced(plan), plan.network)
    stored = await reading.get(session, plan.key)
    assert stored is not None  # noqa: S101 - it was stored just now
    return stored


def _check(plan: WorkPlan) -> None:
    numbers = [measure.number for measure in plan.measures]
    if len(set(numbers)) != len(numbers):
        raise ValueError("measures have numbers of their own")
    for step in (step for measure in plan.measures for step in measure.steps):
        if (step.when is None) != (step.timing is Timing.CONSTANT):
            raise ValueError("a step has a date unless it is constant")
        if step.deadline is not None and not step.deadline.number and step.deadline.due != step.when:
            raise ValueError("a deadline of a timeline is due when its step says")


def _plan(plan: WorkPlan) -> dict[str, Any]:
    return {
        "key": checked(plan.key),
        "network": plan.network,
        "institution": plan.institution,
        "titles": dict(plan.titles.by_language),
        "group": dict(plan.group.by_language),
        "aim": dict(plan.aim.by_language),
        "objective": dict(plan.objective.by_language),
        "presented_on": plan.presented_on,
    }


def _measures(plan: WorkPlan) -> Iterator[dict[str, Any]]:
    for measure in plan.measures:
        yield {
            "plan": plan.key,
            "number": measure.number,
            "text": dict(measure.text.by_language),
            "expected_result": dict(measure.expected_result.by_language),
        }


def _traced(plan: WorkPlan) -> Mapping[str, object]:
    presented = plan.presented_on.isoformat() if plan.presented_on is not None else None
    return {**_plan(plan), "presented_on": presented, "measures": len(plan.measures)}
