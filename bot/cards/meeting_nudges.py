"""The letters that remind of a meeting: an answer is awaited, it is near, or others are silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import meeting as card
from bot.cards import meeting_board, meeting_letters
from bot.cards.meeting import View
from bot.contract import Button, Card, Field, action
from bot.i18n import Translator, message
from directory import people
from directory.access import Condition, Decision, PlaceClass, Subject, decide
from directory.meetings import Answer, Unit, standing
from directory.search import fold
from reminders.nudging.records import Told, Why

#: So many of those who are silent are named; the board shows all.
NAMED: Final = 40
#: The fields of the card that letters show, by their labels.
_FIELDS: Final = (
    message("meeting.when"),
    message("meeting.local_time"),
    message("meeting.place"),
    message("meeting.answer_by"),
)


async def awaited(
    session: AsyncSession, t: Translator, person: str, told: Told, shown: View, now: datetime
) -> Card:
    """An answer is awaited: of the reader's units, with buttons to give it, else of whom it is."""
    meeting = shown.meeting
    mine = [unit for unit in await _units(session, person, shown, now) if unit not in shown.replies]
    if told.why not in (Why.OWES, Why.STANDS_IN) or not mine:
        return await _silent(session, t, shown, now)
    who = t.list([await meeting_letters.called(session, t, unit) for unit in mine])
    key = "meeting.nudge_owes" if told.why is Why.OWES else "meeting.nudge_stands_in"
    return _card(
        t,
        shown,
        t(key, who=who),
        _when_and_where(t, shown, now),
        # Of several units it is asked for which the answer is.
        card.answer_buttons(t, meeting, mine[0] if len(mine) == 1 else None),
    )


async def near(
    session: AsyncSession, t: Translator, person: str, told: Told, shown: View, now: datetime
) -> Card:
    """It is near: when, where, link and documents; whoever answered maybe is asked to decide."""
    meeting = shown.meeting
    units = await _units(session, person, shown, now)
    theirs = [
        reply
        for unit, reply in shown.replies.items()
        if unit in units or person in (reply.delegate, reply.by)
    ]
    undecided = bool(theirs) and all(reply.answer is Answer.MAYBE for reply in theirs)
    text = t("meeting.near_hour" if told.occasion.at is not None else "meeting.near")
    fields = [item for item in _when_and_where(t, shown, now) if item.label != t("meeting.answer_by")]
    who = await people.standing(session, person)
    meets = [Condition.INVITED] if theirs else []
    private = decide(who, PlaceClass.DIRECT, Subject.MEETING_DETAILS, meeting.network, meets)
    invited = private is Decision.ALLOWED
    if invited and meeting.link:
        fields.append(Field(t("meeting.link"), meeting.link, url=meeting.link))
    rows: tuple[tuple[Button, ...], ...] = ()
    if undecided:
        text = f"{text}\n{t('meeting.near_maybe')}"
        rows = card.answer_buttons(t, meeting, theirs[0].unit if len(theirs) == 1 else None)
    sections = card.agenda_and_documents(t, meeting) if invited else ()
    return replace(_card(t, shown, text, fields, rows), sections=sections)


async def _silent(session: AsyncSession, t: Translator, shown: View, now: datetime) -> Card:
    """For the coordination: how many have answered, and who has not."""
    meeting, tally = shown.meeting, shown.tally
    button = Button(t("meeting.who"), action(card.BOARD, str(meeting.number), meeting_board.SILENT))
    fields = _when_and_where(t, shown, now)
    units = [unit for unit in shown.units if unit not in shown.replies]
    fields.append(Field(t("meeting.awaited"), await awaited_names(session, t, units)))
    text = t("meeting.nudge_silent", answered=t.number(tally.answered), expected=t.number(tally.expected))
    return _card(t, shown, text, fields, ((button,),))


async def awaited_names(session: AsyncSession, t: Translator, units: Sequence[Unit]) -> str:
    """What those who are silent are called, in order; for the coordination alone, which may know guests."""
    names = sorted([await meeting_letters.called(session, t, unit) for unit in units[:NAMED]], key=fold)
    rest = len(units) - len(names)
    return t.plural("project.and_more", rest, names=", ".join(names)) if rest > 0 else t.list(names)


async def _units(session: AsyncSession, person: str, shown: View, now: datetime) -> list[Unit]:
    mine = await standing.units_of(session, person, shown.meeting.network, now.date())
    return [unit for unit in mine if unit in shown.units]


def _when_and_where(t: Translator, shown: View, now: datetime) -> list[Field]:
    """These fields of the meeting's card, as far as they are recorded."""
    wanted = [t(key) for key in _FIELDS]
    fields = card.card(t, shown, now).fields
    return [item for item in fields if item.label in wanted and not item.missing]


def _card(
    t: Translator, shown: View, text: str, fields: list[Field], rows: tuple[tuple[Button, ...], ...]
) -> Card:
    meeting = shown.meeting
    return Card(
        title=card.title(t, meeting),
        subtitle=t("meeting.subtitle", code=meeting.code, network=meeting.network),
        text=text,
        fields=tuple(fields),
        footer=t("nudge.quiet"),
        buttons=(*rows, (Button(t("meeting.show"), action(card.SHOW, str(meeting.number))),)),
    )
