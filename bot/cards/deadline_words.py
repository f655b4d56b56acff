"""How deadlines are said: their traffic light, their date, where they come from, what happened to them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date
from typing import Final

from bot.cards import words
from bot.i18n import Translator, message
from directory.search import fold
from reminders.deadlines.records import Deadline, Happened, SourceKind, State
from reminders.vague import Precision, VagueDate

#: What is due within so many days is due soon.
SOON_DAYS: Final = 14


class Light(enum.StrEnum):
    """The traffic light of a deadline."""

    DONE = "done"
    ON_TIME = "on_time"
    SOON = "soon"
    OVERDUE = "overdue"
    NOT_DESIGNATED = "not_designated"
    """Nobody owes it yet, so that nobody is late with it."""
    CANCELLED = "cancelled"


#: Each in one word, with its sign: what a list and a legend say.
LIGHTS: Final[Mapping[Light, str]] = {
    Light.DONE: message("deadline.light_done"),
    Light.ON_TIME: message("deadline.light_on_time"),
    Light.SOON: message("deadline.light_soon"),
    Light.OVERDUE: message("deadline.light_overdue"),
    Light.NOT_DESIGNATED: message("deadline.light_not_designated"),
    Light.CANCELLED: message("deadline.light_cancelled"),
}
SOURCES: Final[Mapping[SourceKind, str]] = {
    SourceKind.WORK_PLAN: message("deadline.source_work_plan"),
    SourceKind.PROJECT: message("deadline.source_project"),
    SourceKind.AGREEMENT: message("deadline.source_agreement"),
    SourceKind.MEETING: message("deadline.source_meeting"),
    SourceKind.DECISION: message("deadline.source_decision"),
}
HAPPENED: Final[Mapping[Happened, str]] = {
    Happened.CREATED: message("deadline.step_created"),
    Happened.CHANGED: message("deadline.step_changed"),
    Happened.MOVED: message("deadline.step_moved"),
    Happened.ASSIGNED: message("deadline.step_assigned"),
    Happened.DONE: message("deadline.step_done"),
    Happened.EVIDENCE: message("deadline.step_evidence"),
    Happened.REOPENED: message("deadline.step_reopened"),
    Happened.CANCELLED: message("deadline.step_cancelled"),
    Happened.SNOOZED: message("deadline.step_snoozed"),
    Happened.TIME_ASKED: message("deadline.step_time_asked"),
    Happened.TIME_GRANTED: message("deadline.step_time_granted"),
    Happened.TIME_DECLINED: message("deadline.step_time_declined"),
    Happened.OWNER_PROPOSED: message("deadline.step_owner_proposed"),
    Happened.OWNER_ACCEPTED: message("deadline.step_owner_accepted"),
    Happened.OWNER_DECLINED: message("deadline.step_owner_declined"),
}
#: How often something comes, by the frequency and the interval of its rule.
EVERY: Final[Mapping[tuple[str, int], str]] = {
    ("WEEKLY", 1): message("deadline.weekly"),
    ("MONTHLY", 1): message("deadline.monthly"),
    ("MONTHLY", 3): message("deadline.quarterly"),
    ("MONTHLY", 6): message("deadline.half_yearly"),
    ("YEARLY", 1): message("deadline.yearly"),
}
#: The parts of a rule that only say which day of the month it is.
_DAYS: Final = frozenset(("BYMONTH", "BYMONTHDAY", "BYSETPOS"))


def light(deadline: Deadline, day: date) -> Light:
    """The traffic light of a deadline on a day."""
    if deadline.state is State.DONE:
        return Light.DONE
    if deadline.state is State.CANCELLED:
        return Light.CANCELLED
    if not deadline.owners:
        return Light.NOT_DESIGNATED
    left = (deadline.due.last - day).days
    if left < 0:
        return Light.OVERDUE
    return Light.SOON if left <= SOON_DAYS else Light.ON_TIME


def state(t: Translator, deadline: Deadline, day: date) -> str:
    """Where a deadline stands, in a sentence of its own: ``Overdue by 3 days``."""
    left = (deadline.due.last - day).days
    match light(deadline, day):
        case Light.DONE if deadline.done_on is not None:
            return t("deadline.done_on", day=t.day(deadline.done_on))
        case Light.OVERDUE:
            return t.plural("deadline.overdue_by", -left)
        case Light.SOON if left:
            return t.plural("deadline.soon_in", left)
        case Light.SOON:
            return t("deadline.due_today")
        case Light.ON_TIME:
            return t.plural("deadline.on_time_left", left)
        case other:
            return t(LIGHTS[other])


def due(t: Translator, when: VagueDate) -> str:
    """A date, and where it is vague its last day, from which everything is counted."""
    if when.precision is Precision.DAY:
        return t.day(when.first)
    return t("deadline.at_the_latest", date=t.vague(when), day=t.day(when.last))


def drift(t: Translator, days: int) -> str:
    """By how many days something is later or earlier than planned."""
    if days == 0:
        return t("deadline.as_planned")
    if days > 0:
        return t.plural("deadline.days_later", days)
    return t.plural("deadline.days_earlier", -days)


def named(t: Translator, deadline: Deadline) -> str:
    """Code and title: ``D-12 · Guidelines document``."""
    return t("deadline.named", code=deadline.code, title=words.plain(t, deadline.titles) or deadline.code)


def rule(t: Translator, text: str) -> str:
    """How often a series comes: in words where there are any, else its rule as it is written (RFC 5545)."""
    parts = dict(part.partition("=")[::2] for part in text.split(";"))
    known = EVERY.get((parts.pop("FREQ", ""), int(parts.pop("INTERVAL", "1"))))
    return t(known) if known is not None and parts.keys() <= _DAYS else text


def source(t: Translator, deadline: Deadline) -> str:
    """Where a deadline comes from; empty where that is not recorded."""
    of = deadline.source
    if of.kind is SourceKind.NONE:
        return words.said(t, of.text)
    kind, text = t(SOURCES[of.kind]), words.said(t, of.text)
    if fold(text).startswith(fold(kind)):
        return text
    parts = [kind, of.key, text]
    return " · ".join(part for part in parts if part)
