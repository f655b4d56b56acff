"""Who is told of an occasion, and why. Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reminders.deadlines.records import PostHolders
from reminders.nudging.records import Matter, Why
from reminders.nudging.schedule import Occasion


@dataclass(frozen=True, slots=True)
class Sent:
    """That a person was told: of the occasion of which day, and when."""

    day: date
    at: datetime


#: What each person was told of a matter.
History = Mapping[str, Sequence[Sent]]


def recipients(matter: Matter, occasion: Occasion, there: Container[str], told: History) -> dict[str, Why]:
    """Whom to tell. ``there`` are the people who can be written to, may know of it and want to."""
    coordinators = [person for person in matter.concerned.coordinators if person in there]
    if matter.undesignated:
        return dict.fromkeys(coordinators, Why.UNDESIGNATED)
    found: dict[str, Why] = {}
    for post in matter.concerned.posts:
        for person, why in _of_post(post, matter, occasion, there, told).items():
            found[person] = Why.OWES if Why.OWES in (why, found.get(person)) else why
    if occasion.offset > matter.patience:
        found = dict.fromkeys(coordinators, Why.OVERDUE) | found
    elif not found:
        found = {
            person: Why.NOBODY
            for person in coordinators
            if all(sent.day == occasion.day for sent in told.get(person, ()))
        }
    return found


def _of_post(
    post: PostHolders, matter: Matter, occasion: Occasion, there: Container[str], told: History
) -> dict[str, Why]:
    named = (*((post.holder,) if post.holder else ()), *post.acting, *post.alternates)
    order = [person for person in dict.fromkeys(named) if person in there and person not in post.away]
    # The first who is there; each who is silent is joined by the next.
    found: dict[str, Why] = {}
    for person in order:
        found[person] = Why.OWES if person == post.holder else Why.STANDS_IN
        if _unheard(told.get(person, ()), matter.heard.get(person), occasion) < matter.silent_after:
            break
    return found


def _unheard(told: Sequence[Sent], heard: datetime | None, occasion: Occasion) -> int:
    """About how many letters somebody did nothing."""
    return sum(sent.day < occasion.day and (heard is None or sent.at > heard) for sent in told)
