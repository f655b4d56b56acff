"""Work plans: measures, what is expected of each, and its timeline, whose steps may be deadlines."""

from reminders.workplans.records import Measure, PlanLine, TimelineStep, Timing, WorkPlan

__all__ = ["Measure", "PlanLine", "TimelineStep", "Timing", "WorkPlan"]
