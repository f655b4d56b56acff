"""Work plans are read, whole, with the deadlines of their timelines; and listed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.texts import LocalText
from reminders.deadlines import reading as deadlines
from reminders.vague import VagueDate
from reminders.workplans.records import Measure, PlanLine, TimelineStep, WorkPlan
from reminders.workplans.tables import MeasureRow, StepRow, WorkPlanRow

_LINE: Final = (
    WorkPlanRow.key,
    WorkPlanRow.network,
    WorkPlanRow.titles,
    WorkPlanRow.institution,
    WorkPlanRow.group,
    WorkPlanRow.presented_on,
)


async def get(session: AsyncSession, key: str) -> WorkPlan | None:
    """The work plan with this key."""
    row = (
        await session.execute(
            sa.select(*_LINE, WorkPlanRow.aim, WorkPlanRow.objective).where(WorkPlanRow.key == key)
        )
    ).one_or_none()
    if row is None:
        return None
    return WorkPlan(
        key=row.key,
        network=row.network,
        titles=LocalText(row.titles),
        institution=row.institution,
        group=LocalText(row.group),
        aim=LocalText(row.aim),
        objective=LocalText(row.objective),
        presented_on=row.presented_on,
        measures=await _measures(session, key),
    )


async def listing(session: AsyncSession, networks: Collection[str] | None = None) -> list[PlanLine]:
    """The work plans, of these networks where some are given, the newest first."""
    wanted = sa.select(*_LINE)
    if networks is not None:
        wanted = wanted.where(WorkPlanRow.network.in_(list(networks)))
    rows = await session.execute(wanted.order_by(WorkPlanRow.presented_on.desc(), WorkPlanRow.key))
    return [
        PlanLine(key, network, LocalText(titles), institution, LocalText(group), presented_on)
        for key, network, titles, institution, group, presented_on in rows
    ]


async def of_deadline(session: AsyncSession, number: int) -> tuple[str, int] | None:
    """The key of the plan and the number of the measure whose timeline a deadline stands in."""
    row = (
        await session.execute(
            sa.select(StepRow.plan, StepRow.measure).where(StepRow.deadline == number).limit(1)
        )
    ).one_or_none()
    return (row.plan, row.measure) if row is not None else None


async def _measures(session: AsyncSession, plan: str) -> tuple[Measure, ...]:
    rows = (
        await session.execute(
            sa.select(StepRow.measure, StepRow.text, StepRow.timing, StepRow.when, StepRow.deadline)
            .where(StepRow.plan == plan)
            .order_by(StepRow.measure, StepRow.position)
        )
    ).all()
    known = await deadlines.several(session, [row.deadline for row in rows if row.deadline is not None])
    steps: dict[int, list[TimelineStep]] = {}
    for row in rows:
        when = VagueDate.of_code(row.when) if row.when else None
        owed = known.get(row.deadline) if row.deadline is not None else None
        steps.setdefault(row.measure, []).append(TimelineStep(LocalText(row.text), row.timing, when, owed))
    measures = await session.execute(
        sa.select(MeasureRow.number, MeasureRow.text, MeasureRow.expected_result)
        .where(MeasureRow.plan == plan)
        .order_by(MeasureRow.number)
    )
    return tuple(
        Measure(number, LocalText(text), LocalText(expected), tuple(steps.get(number, ())))
        for number, text, expected in measures
    )
