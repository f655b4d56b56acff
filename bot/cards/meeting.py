"""The card of a meeting: when and where, who has answered, and the buttons to answer with.

The same card stands in every room, in the room's language and local time. It shows counts and flags, never
who answered for a country, and it stays short however many answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import words, zones
from bot.contract import Button, Card, Field, Section, action
from bot.i18n import Translator, message
from directory import institutions, meetings
from directory.countries import flag
from directory.meetings import Answer, Meeting, QuorumKind, Reply, State, Tally, Unit, UnitKind
from directory.meetings.reading import count

#: The button that shows a meeting: its number and the page.
SHOW: Final = "meeting"
#: The button that answers: the meeting's number, the answer, and the unit where that is not the only one.
ANSWER: Final = "mt-answer"
#: The button that says when it is in the reader's own time.
TIME: Final = "meeting-time"
#: The button that gives the calendar file.
CALENDAR: Final = "meeting-ics"
#: The button that shows who has answered: number, filter, page.
BOARD: Final = "meeting-board"
#: The button of those invited that says that they are there: the number, and the unit where it must be said.
HERE: Final = "meeting-here"
#: The button of what was decided: the number and where its page begins.
DECISIONS: Final = "meeting-decided"
#: The button of the coordination's letter that lets one more be expected: the number and the unit.
ADD: Final = "meeting-add"
#: The buttons that ask for a note, and for who comes: number and unit.
NOTE: Final = "meeting-note"
DELEGATION: Final = "meeting-people"

#: The page of a meeting for those invited.
DETAILS: Final = "details"

ANSWERS: Final[Mapping[Answer, str]] = {
    Answer.ATTENDING: message("meeting.attending"),
    Answer.ONLINE: message("meeting.online"),
    Answer.MAYBE: message("meeting.maybe"),
    Answer.CANNOT: message("meeting.cannot"),
}
#: What stands before how many gave each answer.
COUNTED: Final[Mapping[Answer, str]] = {
    Answer.ATTENDING: message("meeting.counted_attending"),
    Answer.ONLINE: message("meeting.counted_online"),
    Answer.MAYBE: message("meeting.counted_maybe"),
    Answer.CANNOT: message("meeting.counted_cannot"),
}
#: What a unit is said to have answered.
ANSWERED_AS: Final[Mapping[Answer, str]] = {
    Answer.ATTENDING: message("meeting.board_attending"),
    Answer.ONLINE: message("meeting.board_online"),
    Answer.MAYBE: message("meeting.board_maybe"),
    Answer.CANNOT: message("meeting.board_cannot"),
}
#: How many flags of one answer a card shows; the rest is counted.
FLAGS: Final = 40


@dataclass(frozen=True, slots=True)
class View:
    """A meeting with all that its cards show. ``acronyms`` are those of the institutions expected."""

    meeting: Meeting
    units: Sequence[Unit]
    replies: Mapping[Unit, Reply]
    acronyms: Mapping[str, institutions.Institution]

    @property
    def tally(self) -> Tally:
        """How it stands."""
        return count(self.units, self.replies.values())


async def view(session: AsyncSession, number: int) -> View | None:
    """The meeting with this number and its answers."""
    meeting = await meetings.get(session, number)
    if meeting is None:
        return None
    units = await meetings.expected(session, number)
    bodies = {unit.key for unit in units if unit.kind is UnitKind.INSTITUTION}
    return View(
        meeting,
        units,
        await meetings.replies(session, number),
        await institutions.several(session, bodies) if bodies else {},
    )


def title(t: Translator, meeting: Meeting) -> str:
    """What a meeting is called, and that it is cancelled where it is."""
    name = words.said(t, meeting.titles) or meeting.code
    return t("meeting.cancelled_title", title=name) if meeting.state is State.CANCELLED else name


def card(t: Translator, shown: View, now: datetime) -> Card:
    """The card as it stands in a room; ``t`` speaks the room's language in the room's zone."""
    meeting, tally = shown.meeting, shown.tally
    fields = [
        Field(t("meeting.when"), span(t, meeting, t.zone)),
        *_there(t, meeting),
        words.recorded(t, t("meeting.place"), words.said(t, meeting.places)),
        *(answers(t, shown) if tally.answered or not meeting.is_over(now) else ()),
    ]
    if meeting.quorum.kind is not QuorumKind.NONE:
        fields.append(Field(t("meeting.quorum"), quorum(t, meeting, tally)))
    if meeting.answer_by is not None and meeting.is_answered(now):
        fields.append(Field(t("meeting.answer_by"), t.weekday(meeting.answer_by)))
    return Card(
        title=title(t, meeting),
        subtitle=t("meeting.subtitle", code=meeting.code, network=meeting.network),
        fields=tuple(fields),
        footer=_footer(t, meeting, now),
        buttons=buttons(t, meeting, now),
        summary=t(
            "meeting.summary_line", title=title(t, meeting), when=t.day(meeting.starts_at.astimezone(t.zone))
        ),
    )


def span(t: Translator, meeting: Meeting, there: ZoneInfo) -> str:
    """From when until when, in a zone: city and UTC offset stand beside it."""
    starts, ends = meeting.starts_at.astimezone(there), meeting.ends_at.astimezone(there)
    city, offset = zones.city(str(there), t), t.offset(there, starts)
    place = city if city == offset else t("timezone.label", city=city, offset=offset)
    if starts.date() == ends.date():
        return t(
            "meeting.span_day",
            day=t.weekday(starts),
            start=t.hour(starts, there),
            end=t.hour(ends, there),
            place=place,
        )
    return t(
        "meeting.span_days",
        day=t.weekday(starts),
        start=t.hour(starts, there),
        last=t.weekday(ends),
        end=t.hour(ends, there),
        place=place,
    )


def _there(t: Translator, meeting: Meeting) -> list[Field]:
    """The local time of the meeting, where that is another than the reader's."""
    there = ZoneInfo(meeting.when.zone)
    starts = meeting.starts_at
    if starts.astimezone(there).utcoffset() == starts.astimezone(t.zone).utcoffset():
        return []
    return [Field(t("meeting.local_time"), span(t, meeting, there))]


def answers(t: Translator, shown: View) -> list[Field]:
    """How many of those expected have answered, and for each answer how many and who, as flags."""
    tally = shown.tally
    fields = [
        Field(
            t("meeting.answered"),
            t("meeting.answered_of", answered=t.number(tally.answered), expected=t.number(tally.expected)),
        )
    ]
    for given, label in COUNTED.items():
        units = [
            unit
            for unit in shown.units
            if (reply := shown.replies.get(unit)) is not None and reply.answer is given
        ]
        if units:
            fields.append(
                Field(
                    t(label), t("meeting.count_of", number=t.number(len(units)), who=_marks(t, shown, units))
                )
            )
    capacity = shown.meeting.capacity
    if capacity:
        taken = t("meeting.seats_of", taken=t.number(tally.seats_taken), seats=t.number(capacity))
        waiting = t.plural("meeting.waiting", tally.waiting) if tally.waiting else ""
        fields.append(Field(t("meeting.seats"), " · ".join(filter(None, (taken, waiting)))))
    return fields


def _marks(t: Translator, shown: View, units: Sequence[Unit]) -> str:
    """Flags of countries, acronyms of institutions; people invited by name are only counted."""
    marks = [mark for unit in units if (mark := _mark(t, shown, unit))]
    rest = len(marks) - FLAGS
    text = " ".join(marks[:FLAGS])
    return f"{text} +{t.number(rest)}" if rest > 0 else text


def _mark(t: Translator, shown: View, unit: Unit) -> str:
    if unit.kind is UnitKind.COUNTRY:
        return flag(unit.key)
    body = shown.acronyms.get(unit.key)
    return words.short_name(t, body) if body is not None else ""


def unit_name(t: Translator, shown: View, unit: Unit) -> str:
    """What a unit is called; empty for a person, whose name is for others to look up."""
    if unit.kind is UnitKind.COUNTRY:
        return t.country(unit.key)
    body = shown.acronyms.get(unit.key)
    return words.full_name(t, body) if body is not None else ""


def quorum(t: Translator, meeting: Meeting, tally: Tally) -> str:
    """Whether there is a quorum, or how many are wanting."""
    needed = meeting.quorum.needed(tally.expected)
    missing = needed - tally.coming
    if missing <= 0:
        return t("meeting.quorum_reached", needed=t.number(needed))
    return t.plural("meeting.quorum_missing", missing, needed=t.number(needed))


def _footer(t: Translator, meeting: Meeting, now: datetime) -> str:
    if meeting.state is State.CANCELLED:
        return t("meeting.cancelled")
    return t("meeting.over") if meeting.is_over(now) else ""


def with_buttons(shown: Card, rows: tuple[tuple[Button, ...], ...]) -> Card:
    """A card with more rows of buttons."""
    return replace(shown, buttons=(*shown.buttons, *rows))


def agenda_and_documents(t: Translator, meeting: Meeting) -> tuple[Section, ...]:
    """The agenda and what there is to read."""
    sections = []
    if meeting.agenda:
        items = [
            f"{t.number(number)}. {words.said(t, item)}" for number, item in enumerate(meeting.agenda, 1)
        ]
        sections.append(Section(t("meeting.agenda"), "\n".join(items)))
    if meeting.documents:
        fields = tuple(
            Field(words.said(t, document.titles) or document.url, document.url, url=document.url)
            for document in meeting.documents
        )
        sections.append(Section(t("meeting.documents"), fields=fields))
    return tuple(sections)


def answer_buttons(
    t: Translator, meeting: Meeting, unit: Unit | None = None
) -> tuple[tuple[Button, ...], ...]:
    """The buttons that answer, for a unit where that is said."""
    arguments = (unit.short,) if unit is not None else ()
    given = [
        Button(t(label), action(ANSWER, str(meeting.number), name, *arguments))
        for name, label in ANSWERS.items()
    ]
    return tuple(given[:2]), tuple(given[2:])


def is_running(meeting: Meeting, now: datetime) -> bool:
    """Whether it has begun and is not over."""
    return meeting.is_answered(now) and meeting.starts_at <= now


def here_button(t: Translator, meeting: Meeting) -> Button:
    """The button that says that one is there."""
    return Button(t("meeting.here"), action(HERE, str(meeting.number)))


def buttons(t: Translator, meeting: Meeting, now: datetime) -> tuple[tuple[Button, ...], ...]:
    """The buttons of the card: answers as long as they are taken, then what else can be asked."""
    number = str(meeting.number)
    rows: list[tuple[Button, ...]] = []
    if is_running(meeting, now):
        rows.append((here_button(t, meeting),))
    if meeting.is_answered(now):
        rows += answer_buttons(t, meeting)
    rows.append((Button(t("meeting.details"), action(SHOW, number, DETAILS)),))
    rows.append(
        (
            Button(t("meeting.my_time"), action(TIME, number)),
            Button(t("meeting.who"), action(BOARD, number)),
        )
    )
    if meeting.is_answered(now):
        rows.append((Button(t("meeting.to_calendar"), action(CALENDAR, number)),))
    return tuple(rows)
