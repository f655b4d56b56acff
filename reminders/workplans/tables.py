"""The tables of work plans."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Json, one_of
from reminders.vague import CODE_LENGTH
from reminders.workplans.records import Timing


class WorkPlanRow(Base):
    """Table ``work_plan``."""

    __tablename__ = "work_plan"

    key: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    network: Mapped[str] = mapped_column(sa.ForeignKey("network.code"), index=True)
    institution: Mapped[str | None] = mapped_column(sa.ForeignKey("institution.key"), index=True)
    titles: Mapped[dict[str, str]] = mapped_column(Json)
    group: Mapped[dict[str, str]] = mapped_column(Json)
    aim: Mapped[dict[str, str]] = mapped_column(Json)
    objective: Mapped[dict[str, str]] = mapped_column(Json)
    presented_on: Mapped[date | None] = mapped_column(sa.Date)


class MeasureRow(Base):
    """Table ``work_plan_measure``."""

    __tablename__ = "work_plan_measure"

    plan: Mapped[str] = mapped_column(sa.ForeignKey("work_plan.key"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[dict[str, str]] = mapped_column(Json)
    expected_result: Mapped[dict[str, str]] = mapped_column(Json)


class StepRow(Base):
    """Table ``work_plan_step``: the timeline of a measure, in order."""

    __tablename__ = "work_plan_step"
    __table_args__ = (
        sa.ForeignKeyConstraint(["plan", "measure"], ["work_plan_measure.plan", "work_plan_measure.number"]),
        sa.UniqueConstraint("plan", "measure", "position"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    plan: Mapped[str] = mapped_column(sa.String(32))
    measure: Mapped[int]
    position: Mapped[int]
    text: Mapped[dict[str, str]] = mapped_column(Json)
    timing: Mapped[Timing] = mapped_column(one_of(Timing, "timing"))
    when: Mapped[str] = mapped_column(sa.String(CODE_LENGTH), default="")
    deadline: Mapped[int | None] = mapped_column(sa.ForeignKey("deadline.id"), index=True)
