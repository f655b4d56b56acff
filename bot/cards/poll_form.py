"""What is asked for a new poll, by form or on one line, and the poll that the answers make."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

from bot import parsing
from bot.cards import deadline_line, meeting_form, zones
from bot.command import Context, Value
from bot.contract import Choice, FieldKind, Form, FormField, action
from bot.i18n import Translator
from directory import dates
from directory.meetings import NotThere, Twice, Unit, polls
from directory.meetings.polls import Poll
from directory.meetings.when import instant
from directory.texts import LocalText

#: The form of a new poll: the network.
NEW: Final = "poll-new"
#: The longest that one of its times can last, in hours.
LONGEST: Final = 12
#: A poll is open for so many days unless something else is said, and its first time comes before.
OPEN_DAYS: Final = 14
TITLE, ZONE, EXPECTED, HOURS, CLOSES, NETWORK = "title", "zone", "expected", "hours", "closes", "network"
#: What each part of a line is called, in every language, folded.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    ZONE: (
        *("in", "zone", "city", "en", "zona", "ciudad", "fuseau", "ville"),
        *("em", "fuso", "cidade"),
    ),
    EXPECTED: (
        *("with", "expected", "con", "esperados", "avec", "attendus", "com", "convidados"),
        *("countries", "paises", "pays"),
    ),
    HOURS: ("hours", "lasts", "horas", "dura", "heures", "dure"),
    CLOSES: ("until", "closes", "hasta", "cierre", "jusque", "cloture", "ate", "fecha"),
    NETWORK: ("network", "red", "reseau", "rede"),
}
_PARTS: Final = {name: part for part, names in _NAMES.items() for name in names}
#: A day and a time of day: "2027-04-15 09:00", "15 April 2027 14h30".
_SLOT: Final = re.compile(r"(.+?)[\s,T]+(\d{1,2})\s?[:.hH]\s?(\d{2})?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Made:
    """The poll and those expected, or what is wrong, by field."""

    poll: Poll | None = None
    units: tuple[Unit, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)


def form(t: Translator, network: str) -> Form:
    """The form of a new poll."""
    rooms = (
        Choice(meeting_form.ALL_ROOMS, t("meeting.f_rooms_all")),
        Choice(meeting_form.NO_ROOMS, t("meeting.f_rooms_none")),
    )
    fields = (
        FormField(TITLE, t("meeting.f_title"), max_length=meeting_form.TITLE),
        FormField("slots", t("poll.f_slots"), FieldKind.LONG_TEXT, t("poll.f_slots_hint"), max_length=800),
        FormField(HOURS, t("poll.f_hours"), FieldKind.NUMBER, value="1"),
        FormField(ZONE, t("meeting.f_zone"), hint=t("meeting.f_zone_hint"), value=zones.city(str(t.zone), t)),
        FormField(
            EXPECTED,
            t("meeting.f_expected"),
            FieldKind.LONG_TEXT,
            t("meeting.f_expected_hint"),
            t("meeting.everybody"),
            max_length=meeting_form.LONG,
        ),
        FormField(CLOSES, t("poll.f_closes"), FieldKind.DATE, t("poll.f_closes_hint"), required=False),
        FormField("rooms", t("meeting.f_rooms"), FieldKind.CHOICE, "", meeting_form.ALL_ROOMS, choices=rooms),
    )
    return Form(
        action(NEW, network),
        t("poll.new_title", network=network),
        fields,
        t("meeting.f_submit"),
        t("poll.f_text"),
    )


async def read(context: Context, network: str, given: Mapping[str, Value]) -> Made:
    """The poll that the answers make."""
    t = context.t
    problems: dict[str, str] = {}
    zone = meeting_form.read_zone(context, _text(given, ZONE), problems)
    units = await meeting_form.read_expected(context, _text(given, EXPECTED), network, problems)
    minutes = _minutes(t, given.get(HOURS), problems)
    starts = _starts(context, _text(given, "slots"), zone, problems) if zone is not None else ()
    closes = given.get(CLOSES)
    if starts and zone is not None and not problems:
        here = context.now.astimezone(zone).date()
        last = starts[0].date() - timedelta(1)
        if not isinstance(closes, date):
            closes = max(here, min(here + timedelta(OPEN_DAYS), last))
        elif closes < here:
            problems[CLOSES] = t("poll.closes_past")
        elif closes > starts[0].date():
            problems[CLOSES] = t("poll.closes_after")
    if problems or zone is None or not starts or not isinstance(closes, date):
        return Made(problems=problems)
    titles = LocalText({t.language: _text(given, TITLE)})
    return Made(Poll(0, network, titles, str(zone), starts, minutes, closes), units)


def line(context: Context, text: str) -> tuple[str, dict[str, Value], str] | None:
    """What a line says: the network, if it names one, the answers of the form, and a part that is none.

    ``None`` where it does not begin with a title in quotation marks.
    """
    t = context.t
    found = deadline_line.take_apart(text, _PARTS)
    if found is None:
        return None
    given: dict[str, Value] = {
        TITLE: found.title,
        "slots": found.due,
        ZONE: found.parts.get(ZONE) or zones.city(str(t.zone), t),
        EXPECTED: found.parts.get(EXPECTED) or t("meeting.everybody"),
        HOURS: _decimal(found.parts.get(HOURS, "1")),
    }
    unknown = next(iter(found.unknown), "")
    if closes := found.parts.get(CLOSES):
        days = _days(closes, context)
        given[CLOSES] = days[0] if len(days) == 1 else None
        unknown = unknown or ("" if len(days) == 1 else closes)
    return found.parts.get(NETWORK, "").upper(), given, unknown


def _text(given: Mapping[str, Value], name: str) -> str:
    value = given.get(name)
    return value.strip() if isinstance(value, str) else ""


def _decimal(text: str) -> Value:
    try:
        return Decimal(text.replace(",", ".").rstrip(" h"))
    except InvalidOperation:
        return None


def _minutes(t: Translator, value: Value, problems: dict[str, str]) -> int:
    if not isinstance(value, Decimal) or not value.is_finite() or not 0 < value <= LONGEST:
        problems[HOURS] = t("poll.bad_hours", most=t.number(LONGEST))
        return 0
    return max(5, int(value * 60))


def _starts(context: Context, text: str, zone: ZoneInfo, problems: dict[str, str]) -> tuple[datetime, ...]:
    """The wall times that a text names, in order, each once."""
    t = context.t
    found: set[datetime] = set()
    for part in filter(None, (part.strip(" -•\t") for part in re.split(r"[;,\n]", text))):
        match = _SLOT.fullmatch(part)
        days = _days(match[1], context) if match is not None else ()
        hour, minute = (int(match[2]), int(match[3] or 0)) if match is not None else (24, 0)
        if len(days) != 1 or hour > 23 or minute > 59:
            problems["slots"] = t("poll.bad_slot", text=parsing.echo(part))
            return ()
        local = datetime.combine(days[0], time(hour, minute))
        problem = _refused(t, local, zone, context.now)
        if problem:
            problems["slots"] = problem
            return ()
        found.add(local)
    if not 2 <= len(found) <= polls.MOST_SLOTS:
        problems["slots"] = t("poll.how_many", most=t.number(polls.MOST_SLOTS))
        return ()
    return tuple(sorted(found))


def _refused(t: Translator, local: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Why a wall time cannot be offered; empty where it can."""
    try:
        at = instant(local, zone)
    except NotThere as problem:
        before, after = (f"{one:%H:%M}" for one in (problem.before, problem.after))
        return t("meeting.not_there", time=f"{local:%H:%M}", before=before, after=after)
    except Twice:
        return t("poll.twice", time=f"{local:%H:%M}", day=t.day(local.date()))
    return "" if at > now.astimezone(UTC) else t("poll.slot_past", day=t.day(local.date()))


def _days(text: str, context: Context) -> Sequence[date]:
    try:
        return dates.days(text, context.now.astimezone(context.t.zone).date())
    except ValueError:
        return ()
