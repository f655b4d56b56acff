"""What a work plan is: measures with what is expected of each and when."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from directory.texts import NO_TEXT, LocalText
from reminders.deadlines import Deadline
from reminders.vague import VagueDate


class Timing(enum.StrEnum):
    """How a step of a timeline stands to its date."""

    WITHIN = "within"
    """In that month, quarter, semester or year."""
    BY = "by"
    """At its end at the latest."""
    FROM = "from"
    """From its beginning on, without an end."""
    CONSTANT = "constant"
    """All the time: there is no date."""


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """A step of a measure's timeline. ``deadline`` is what is owed of it, where it is a deadline."""

    text: LocalText
    timing: Timing
    when: VagueDate | None = None
    deadline: Deadline | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure, numbered within its plan from 1 on."""

    number: int
    text: LocalText
    expected_result: LocalText = NO_TEXT
    steps: tuple[TimelineStep, ...] = ()

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """The deadlines of its timeline."""
        return tuple(step.deadline for step in self.steps if step.deadline is not None)

    @property
    def is_designated(self) -> bool:
        """Whether every deadline of it that is open has an owner; one without deadlines has none to have."""
        return all(deadline.owners for deadline in self.deadlines if deadline.is_open)


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """A work plan. ``network`` is whose coordinators look after it; ``institution`` the body that has it."""

    key: str
    network: str
    titles: LocalText
    institution: str | None = None
    group: LocalText = NO_TEXT
    aim: LocalText = NO_TEXT
    objective: LocalText = NO_TEXT
    presented_on: date | None = None
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a list of work plans."""

    key: str
    network: str
    titles: LocalText
    institution: str | None
    group: LocalText
    presented_on: date | None
