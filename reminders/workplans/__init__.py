"""Work plans: measures, what is expected of each, and its timeline, whose steps may be deadlines."""

from reminders.workplans.reading import get, listing, of_deadline
from reminders.workplans.records import Measure, PlanLine, TimelineStep, Timing, WorkPlan
from reminders.workplans.writing import create

__all__ = [
    "Measure",
    "PlanLine",
    "TimelineStep",
    "Timing",
    "WorkPlan",
    "create",
    "get",
    "listing",
    "of_deadline",
]
