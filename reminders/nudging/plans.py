"""Which occasion of a matter each person is told of, and at which instant. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from reminders.nudging import schedule
from reminders.nudging.recipients import Sent, recipients
from reminders.nudging.records import Matter, Why
from reminders.nudging.schedule import Hours, Occasion, Timed
from reminders.nudging.view import View

#: A nudge is planned so long before it is due; until then its subject is only looked at.
HORIZON: Final = timedelta(hours=36)
#: Whatever is owed is looked at again after so long: posts change hands, people go away.
AT_LEAST: Final = timedelta(days=7)
#: The same while an occasion has come that somebody else may be told of by then.
WHILE_DUE: Final = timedelta(days=1)
#: A moment after a planned nudge was due, the next one is looked for.
_AFTERWARDS: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """A person is told of an occasion at an instant. ``come``: the occasion has come already."""

    person: str
    at: datetime
    occasion: Occasion
    why: Why
    come: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """The plans for a matter as it stands now, and when to look at it again."""

    plans: tuple[Plan, ...]
    look_at: datetime

    def now_for(self, person: str) -> Plan | None:
        """What a person is to be told of now."""
        return next((plan for plan in self.plans if plan.person == person and plan.come), None)


def outlook(matter: Matter, view: View, now: datetime, only: str = "") -> Outlook:
    """Whom to tell of the occasion that has come, and of the next one where it is near.

    With ``only`` a person, what this one is to be told.
    """
    there = view.there(matter)
    told = view.told.get((matter.kind, matter.key), {})
    known = {person: tuple(sent.values()) for person, sent in told.items()}
    plans: list[Plan] = []
    looks = [now + AT_LEAST]
    if not there or not matter.occasions:
        looks.append(now + WHILE_DUE)

    def tell(person: str, item: Timed, at: datetime, *, come: bool) -> None:
        if item.occasion.key in told.get(person, {}):
            return
        why = recipients(matter, item.occasion, there, known).get(person)
        if why is not None:
            plans.append(Plan(person, at, item.occasion, why, come))

    for person in sorted(there & {only} if only else there):
        hours = view.hours[person]
        wanted = _timed(matter, person, hours, told.get(person, {}))
        if view.restored_at is not None:
            wanted = [item for item in wanted if item.at > view.restored_at]
        item = schedule.due(wanted, now)
        if item is not None:
            at = max(item.at, now) if item.occasion.at is not None else hours.at_or_after(now)
            tell(person, item, at, come=True)
            looks.append(now + WHILE_DUE)
        item = schedule.upcoming(wanted, now)
        if item is not None and item.at <= now + HORIZON:
            tell(person, item, item.at, come=False)
            looks.append(item.at + _AFTERWARDS)
        elif item is not None:
            looks.append(item.at - HORIZON + timedelta(hours=12))
    return Outlook(tuple(plans), max(now + _AFTERWARDS, min(looks)))


def is_told_of(matter: Matter, person: str, occasion: str, day: date) -> bool:
    """Whether an occasion, by its key, still holds on a day and a person did not put it off."""
    again = matter.snoozed.get(person)
    if again is not None and (again > day or occasion == _chosen(again)):
        return again <= day
    return any(item.key == occasion for item in matter.occasions)


def _chosen(again: date) -> str:
    """The key of the occasion that somebody chose by putting the others off."""
    return f"again {again.isoformat()}"


def _timed(matter: Matter, person: str, hours: Hours, told: Mapping[str, Sent]) -> list[Timed]:
    """The occasions for one person: what they put off is told on the day that they chose instead."""
    wanted = matter.occasions
    again = matter.snoozed.get(person)
    found = schedule.timed(wanted, hours)
    if again is not None and wanted:
        last = wanted[0].day - timedelta(wanted[0].offset)
        begins = hours.at_or_after(datetime.combine(again, time(), hours.zone))
        chosen = Timed(begins, Occasion(_chosen(again), again, (again - last).days))
        found = [chosen, *(item for item in found if item.at > begins)]
    return [item for item in found if matter.since is None or item.at >= matter.since]
