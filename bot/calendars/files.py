"""Calendar files: meetings as RFC 5545 writes them, in the reader's language.

The identifier of a meeting never changes and its sequence grows, so that a file opened later, or a link
looked at again, changes the entry that is there. Nobody's address is in it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.calendars import zones
from bot.cards import meeting as card
from bot.cards import words
from bot.i18n import Translator
from directory.meetings import Meeting, State
from directory.meetings.when import instants

if TYPE_CHECKING:
    from icalendar import Event

MEDIA_TYPE: Final = "text/calendar"
#: How long before a meeting a calendar reminds of it.
ALARMS: Final = (timedelta(days=1), timedelta(hours=1))
#: How soon a calendar is to look at a link again.
REFRESH: Final = timedelta(hours=1)
#: Categories of characters that no value may have.
_NO_TEXT: Final = ("Cc", "Zl", "Zp")
#: Nobody's address (RFC 2606, 2): an organizer is wanted (RFC 5546, 3.2.1), mail to one is not.
_NOBODY: Final = "mailto:{network}@enlace.invalid"


@dataclass(frozen=True, slots=True)
class Shown:
    """A meeting for a reader. ``details``: they may see the link, the agenda and the documents."""

    meeting: Meeting
    details: bool


def file(t: Translator, shown: Shown) -> bytes:
    """The file that puts one meeting into a calendar, and takes it out again where it is cancelled."""
    cancelled = shown.meeting.state is State.CANCELLED
    return _calendar(t, [shown], "CANCEL" if cancelled else "PUBLISH")


def feed(t: Translator, name: str, shown: Sequence[Shown]) -> bytes:
    """What a calendar that looks at a link regularly is given: all that is to be in it now."""
    return _calendar(t, shown, "PUBLISH", name)


def is_known(meeting: Meeting) -> bool:
    """Whether calendars may hold it: it is announced, or was before it was cancelled."""
    cancelled = meeting.state is State.CANCELLED and meeting.announced_at is not None
    return cancelled or meeting.state is State.ANNOUNCED


def changed_at(meeting: Meeting) -> datetime:
    """When what a calendar shows of a meeting was changed last."""
    known = meeting.changed_at or meeting.announced_at or meeting.created_at
    return known or meeting.starts_at


def _calendar(t: Translator, shown: Sequence[Shown], method: str, name: str = "") -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//Enlace//Enlace//{t.language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        # What Google, Outlook and Apple read, and what RFC 7986 calls the same.
        for label in ("name", "x-wr-calname"):
            calendar.add(label, _plain(name))
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", f"PT{REFRESH // timedelta(hours=1)}H")
    spans: dict[str, list[datetime]] = {}
    for one in shown:
        if _in_its_zone(one.meeting):
            spans.setdefault(one.meeting.when.zone, []).extend((one.meeting.starts_at, one.meeting.ends_at))
    for zone, used in sorted(spans.items()):
        calendar.add_component(zones.component(ZoneInfo(zone), min(used), max(used)))
    for one in shown:
        calendar.add_component(_event(t, one))
    return bytes(calendar.to_ical())


def _event(t: Translator, shown: Shown) -> Event:
    from icalendar import Alarm, Event

    meeting = shown.meeting
    changed = changed_at(meeting).astimezone(UTC).replace(microsecond=0)
    title, cancelled = _plain(card.title(t, meeting)), meeting.state is State.CANCELLED
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    for label, at in zip(("dtstart", "dtend"), _times(meeting), strict=True):
        event.add(label, at)
    language = {"LANGUAGE": t.language}
    event.add("summary", title, parameters=language)
    if place := _place(t, shown):
        event.add("location", place)
    event.add("description", _plain(_description(t, shown), kept="\n"), parameters=language)
    if shown.details and meeting.link:
        event.add("url", _plain(meeting.link).replace(" ", ""))
    nobody = _NOBODY.format(network=meeting.network.lower())
    event.add("organizer", nobody, parameters={"CN": meeting.network})
    event.add("categories", [meeting.network])
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    for before in () if cancelled else ALARMS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", -before)
        event.add_component(alarm)
    return event


def _in_its_zone(meeting: Meeting) -> bool:
    """Whether its times can be written as wall times.

    Those that clocks pass twice or skip are read in more ways than one: they are written in UTC.
    """
    when = meeting.when
    zone = ZoneInfo(when.zone)
    return when.zone != "UTC" and all(len(instants(local, zone)) == 1 for local in (when.start, when.end))


def _times(meeting: Meeting) -> tuple[datetime, datetime]:
    if not _in_its_zone(meeting):
        return meeting.starts_at, meeting.ends_at
    zone = ZoneInfo(meeting.when.zone)
    return meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)


def _place(t: Translator, shown: Shown) -> str:
    """Where it is: the place, else the link for those who may see it."""
    place = words.said(t, shown.meeting.places)
    return _plain(place or (shown.meeting.link if shown.details else ""))


def _description(t: Translator, shown: Shown) -> str:
    meeting = shown.meeting
    lines = [t("meeting.subtitle", code=meeting.code, network=meeting.network)]
    if shown.details and meeting.link:
        lines.append(_line(t, t("meeting.link"), meeting.link))
    if meeting.languages:
        spoken = t.list([t.language_name(code) for code in meeting.languages])
        key = "meeting.languages_interpreted" if meeting.interpretation else "meeting.languages_plain"
        lines.append(_line(t, t("meeting.languages"), t(key, languages=spoken)))
    if meeting.answer_by is not None and meeting.state is not State.CANCELLED:
        lines.append(_line(t, t("meeting.answer_by"), t.weekday(meeting.answer_by)))
    for section in card.agenda_and_documents(t, meeting) if shown.details else ():
        lines += ["", section.heading, *filter(None, [section.text])]
        lines += [_line(t, field.label, field.value) for field in section.fields]
    return "\n".join(lines)


def _line(t: Translator, label: str, value: str) -> str:
    return t("calendar.line", label=label, value=value)


def _plain(text: str, kept: str = "") -> str:
    """A text without what ends a line or is no text at all; the writer escapes the rest."""
    return "".join(
        character if character in kept or unicodedata.category(character) not in _NO_TEXT else " "
        for character in text
    )
