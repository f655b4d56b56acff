"""Answering a meeting: for which unit, what is said to whoever answered, and who else is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import meeting as card
from bot.cards import meeting_letters, meeting_requests
from bot.cards.meeting import View
from bot.command import Context, Replies
from bot.contract import Button, Card, Field, Reply, Where, action
from bot.i18n import Translator, message, negotiate, zone
from directory import meetings, people
from directory.access import Condition, Decision, Subject
from directory.letters import Letter
from directory.meetings import Answer, Answered, Closed, NotExpected, Seat, Unit, standing
from directory.people import NAME_LEVEL

#: What is said of a seat.
_SEATS: Final = {
    Seat.SEATED: message("meeting.seat_yours"),
    Seat.WAITING: message("meeting.seat_waiting"),
    Seat.OFFERED: message("meeting.seat_offered"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is to a meeting: the units that they answer for, and whether they coordinate it."""

    units: tuple[Unit, ...]
    coordinates: bool


async def own(context: Context, shown: View) -> Standing:
    """What the asker is to a meeting."""
    network = shown.meeting.network
    coordinates = context.decide(Subject.ANNOUNCE, network) in (Decision.ALLOWED, Decision.DIRECT_CHAT)
    person = context.asker.person_key
    if person is None:
        return Standing((), coordinates)
    mine = await standing.units_of(context.session, person, network, context.now.date())
    expected = set(shown.units)
    return Standing(tuple(unit for unit in mine if unit in expected), coordinates)


def may_see_details(context: Context, shown: View, mine: Standing) -> bool:
    """Whether the asker may see the link, the documents and the names of a meeting."""
    meets = [Condition.INVITED] if mine.units else []
    decided = context.decide(Subject.MEETING_DETAILS, shown.meeting.network, meets=meets)
    return decided in (Decision.ALLOWED, Decision.DIRECT_CHAT)


async def answer(context: Context, number: int, given: Answer, chosen: Unit | None) -> Replies:
    """Take an answer of the asker; ``chosen`` is the unit where the asker may answer for several."""
    t, session = context.t, context.session
    shown = await card.view(session, number)
    if shown is None:
        return private(Card(text=t("meeting.unknown", code=meetings.code(number))))
    context = await personally(context, shown.meeting)
    t, network = context.t, shown.meeting.network
    if context.decide(Subject.ANSWER_INVITATION, network) not in (Decision.ALLOWED, Decision.DIRECT_CHAT):
        return private(Card(text=t("dispatch.refused")), t.language)
    mine = await own(context, shown)
    on_behalf = chosen is not None and chosen not in mine.units
    if on_behalf and not mine.coordinates:
        return private(Card(text=t("dispatch.refused")), t.language)
    if chosen is None and len(mine.units) > 1:
        return private(_which(t, shown, mine.units, given), t.language)
    unit = chosen or (mine.units[0] if mine.units else None)
    if unit is None:
        await meeting_requests.ask_to_add(context, shown)
        return private(_not_expected(context, shown), t.language)
    try:
        done = await meetings.answer(
            session, context.actor, context.now, number, unit, given, on_behalf=on_behalf
        )
    except Closed as problem:
        return private(Card(text=closed(t, problem.meeting)), t.language)
    except NotExpected:
        return private(_not_expected(context, shown), t.language)
    await tell_others(context, shown, done)
    return private(confirmation(t, shown, done), t.language)


async def own_zone(context: Context, otherwise: str) -> ZoneInfo:
    """The asker's own zone: as they chose it, as their entry says, else that of this name."""
    key = context.asker.person_key
    known = await people.get(context.session, key, NAME_LEVEL) if key is not None else None
    return zone(context.asker.account.time_zone, known.time_zone if known is not None else "", otherwise)


async def personally(context: Context, meeting: meetings.Meeting) -> Context:
    """The same question, answered as private answers are: in the asker's own language and time.

    What is asked in a room is otherwise answered in the room's.
    """
    account, sender = context.asker.account, context.incoming.sender
    there = await own_zone(context, meeting.when.zone)
    return replace(context, t=Translator(negotiate(account.language, sender.language), there))


def private(shown: Card, language: str = "") -> Reply:
    """For the eyes of whoever pressed, in their own language where that is not the room's."""
    return Reply(shown, Where.PRIVATE, language=language)


def closed(t: Translator, meeting: meetings.Meeting) -> str:
    """Why no answers are taken."""
    if meeting.state is meetings.State.CANCELLED:
        return t("meeting.closed_cancelled", code=meeting.code)
    if meeting.state is meetings.State.ANNOUNCED:
        return t("meeting.closed_over", code=meeting.code)
    return t("meeting.closed_draft", code=meeting.code)


def _which(t: Translator, shown: View, units: Sequence[Unit], given: Answer) -> Card:
    number = str(shown.meeting.number)
    rows = tuple(
        (
            Button(
                card.unit_name(t, shown, unit) or t("meeting.myself"),
                action(card.ANSWER, number, given, unit.short),
            ),
        )
        for unit in units
    )
    return Card(text=t("meeting.which_unit", answer=t(card.ANSWERS[given])), buttons=rows)


def _not_expected(context: Context, shown: View) -> Card:
    t = context.t
    return Card(
        text=t("meeting.not_expected", title=card.title(t, shown.meeting), network=shown.meeting.network)
    )


def confirmation(t: Translator, shown: View, done: Answered) -> Card:
    """What was recorded, and what can be added to it."""
    meeting, reply = done.meeting, done.after
    number, unit = str(meeting.number), reply.unit
    name = card.unit_name(t, shown, unit) or t("meeting.myself")
    fields = [Field(name, t(card.ANSWERS[reply.answer]))]
    if reply.size > 1:
        fields.append(Field(t("meeting.delegation"), t.number(reply.size)))
    on_behalf = reply.on_behalf
    notes = [t(_SEATS[reply.seat])] if reply.seat in _SEATS else []
    if reply.late:
        notes.append(t("meeting.late"))
    if done.before is not None and done.before.answer is not reply.answer:
        notes.append(t("meeting.instead_of", answer=t(card.ANSWERS[done.before.answer])))
    rows: list[tuple[Button, ...]] = [
        (
            Button(t("meeting.who_comes"), action(card.DELEGATION, number, unit.short)),
            Button(t("meeting.note"), action(card.NOTE, number, unit.short)),
        )
    ]
    if reply.answer in (Answer.ATTENDING, Answer.ONLINE, Answer.MAYBE):
        rows.append((Button(t("meeting.to_calendar"), action(card.CALENDAR, number)),))
    return Card(
        title=card.title(t, meeting),
        text="\n".join([t("meeting.recorded_for", who=name) if on_behalf else t("meeting.recorded"), *notes]),
        fields=tuple(fields),
        footer=card.span(t, meeting, t.zone),
        buttons=tuple(rows),
    )


async def tell_others(context: Context, shown: View, done: Answered) -> None:
    """Tell whoever had answered before that it is different now, and to whom a seat is offered."""
    before, after = done.before, done.after
    meeting = done.meeting
    if before is not None and before.answer is not after.answer and before.by not in ("", after.by):
        await meeting_letters.tell(
            context, [before.by], message("meeting.told_replaced"), meeting, unit=after.unit
        )
    if after.on_behalf and done.changed:
        there = await standing.speakers(context.session, after.unit, meeting.network, context.now.date())
        whom = [speaker.person for speaker in there]
        await meeting_letters.tell(context, whom, message("meeting.told_on_behalf"), meeting, unit=after.unit)
    for offer in done.offers:
        for letter in await offer_letters(context.session, context.now, meeting, offer):
            context.tell(letter.person, letter.message, **letter.values)


async def offer_letters(
    session: AsyncSession, now: datetime, meeting: meetings.Meeting, offer: meetings.Reply
) -> list[Letter]:
    """The letters that offer a seat, to everybody who may answer for the unit that it is offered to."""
    left = (offer.offered_until or now) - now
    there = await standing.speakers(session, offer.unit, meeting.network, now.date())
    return await meeting_letters.letters(
        session,
        now,
        [speaker.person for speaker in there],
        message("meeting.told_offer"),
        meeting,
        unit=offer.unit,
        hours=str(max(1, round(left.total_seconds() / 3600))),
        take=Answer.ATTENDING.value,
        leave=Answer.CANNOT.value,
    )
