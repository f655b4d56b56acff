"""The cards of a poll: the one in rooms with the times and how many each suits, and a country's own answers.

A room reads counts, never who said what; the times are the room's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import words, zones
from bot.contract import Button, Card, Field, action
from bot.i18n import Translator, message
from directory import institutions
from directory.meetings import Unit, UnitKind, When, polls
from directory.meetings.polls import Count, Poll, Standing, State, Vote
from directory.meetings.polls.ranking import Ranked, rank

#: The buttons that show a poll, show one's own answers, give one, and give the same for every time.
SHOW: Final = "poll"
BALLOT: Final = "poll-ballot"
VOTE: Final = "poll-vote"
ALL: Final = "poll-all"
VOTES: Final[Mapping[Vote, str]] = {
    Vote.YES: message("poll.yes"),
    Vote.IF_NEED: message("poll.if_need"),
    Vote.NO: message("poll.no"),
}
#: How many of each vote are said of a time.
COUNTED: Final[Mapping[Vote, str]] = {
    Vote.YES: message("poll.count_yes"),
    Vote.IF_NEED: message("poll.count_if_need"),
    Vote.NO: message("poll.count_no"),
}
#: So many countries are named for which a time is at night.
NAMED: Final = 3


def title(t: Translator, poll: Poll) -> str:
    """What the meeting is called for which a date is looked for."""
    return words.said(t, poll.titles) or poll.code


def span(t: Translator, when: When, there: ZoneInfo) -> str:
    """From when until when, by the clocks of a zone: ``Thursday, 15 April 2027, 09:00–11:00``."""
    starts, ends = when.starts_at.astimezone(there), when.ends_at.astimezone(there)
    if starts.date() == ends.date():
        return t("poll.slot", day=t.weekday(starts), start=t.hour(starts, there), end=t.hour(ends, there))
    return t(
        "poll.slot_over",
        day=t.weekday(starts),
        start=t.hour(starts, there),
        last=t.weekday(ends),
        end=t.hour(ends, there),
    )


def brief(t: Translator, when: When) -> str:
    """Day and hour in a few characters, for a button."""
    starts = when.starts_at.astimezone(t.zone)
    return t("poll.brief", day=t.day_of_month(starts), start=t.hour(starts))


def counts(t: Translator, count: Count) -> str:
    """How many said what of a time."""
    given = {Vote.YES: count.yes, Vote.IF_NEED: count.if_need, Vote.NO: count.no}
    return " · ".join(t(COUNTED[vote], number=t.number(number)) for vote, number in given.items())


def _place(t: Translator, there: ZoneInfo, at: datetime) -> Field:
    return Field(t("poll.local_time"), zones.label(str(there), t, at))


def card(t: Translator, shown: Standing, now: datetime) -> Card:
    """The card as it stands in a room; ``t`` speaks the room's language in the room's zone."""
    poll = shown.poll
    fields = [_place(t, t.zone, next(iter(poll.slots.values())).starts_at)]
    if poll.chosen:
        fields.append(Field(t("poll.chosen"), span(t, poll.slots[poll.chosen], t.zone)))
    else:
        by_slot = {one.slot: one for one in rank(shown)}
        for slot, when in poll.slots.items():
            notes = [counts(t, shown.count(slot))]
            if night := by_slot[slot].night:
                notes.append(t.plural("poll.night", len(night)))
            fields.append(Field(numbered(t, slot, when), "\n".join(notes)))
    fields.append(
        Field(
            t("meeting.answered"),
            t(
                "meeting.answered_of",
                answered=t.number(len(shown.units) - len(shown.silent)),
                expected=t.number(len(shown.units)),
            ),
        )
    )
    taken = poll.is_open(now)
    if taken:
        fields.append(Field(t("poll.closes"), t.weekday(poll.close_on)))
    number = str(poll.number)
    return Card(
        title=title(t, poll),
        subtitle=t("poll.subtitle", code=poll.code, network=poll.network),
        text=t("poll.asked") if taken else "",
        fields=tuple(fields),
        footer="" if taken or poll.state is State.DRAFT else t("poll.closed"),
        buttons=((Button(t("poll.vote"), action(BALLOT, number)),),) if taken else (),
        summary=t("poll.summary_line", title=title(t, poll)),
    )


def numbered(t: Translator, slot: int, when: When) -> str:
    """A time with its number, in the reader's zone."""
    return f"{t.number(slot)}. {span(t, when, t.zone)}"


def ballot(t: Translator, shown: Standing, unit: Unit, name: str, note: str = "") -> Card:
    """What a unit says of each time, with the buttons to say it; only for those who answer for it."""
    poll = shown.poll
    mine = shown.ballots.get(unit)
    said = mine.votes if mine is not None else {}
    number = str(poll.number)
    fields = [_place(t, t.zone, next(iter(poll.slots.values())).starts_at)]
    rows: list[tuple[Button, ...]] = []
    for slot, when in poll.slots.items():
        given = said.get(slot)
        answer = t(VOTES[given]) if given is not None else t("poll.open")
        fields.append(Field(numbered(t, slot, when), answer, missing=given is None))
        rows.append(
            tuple(
                Button(
                    t("poll.button", slot=t.number(slot), vote=t(label)),
                    action(VOTE, number, str(slot), vote, unit.short),
                    selected=vote is given,
                )
                for vote, label in VOTES.items()
            )
        )
    rows.append(
        (
            Button(t("poll.all_yes"), action(ALL, number, Vote.YES, unit.short)),
            Button(t("poll.all_no"), action(ALL, number, Vote.NO, unit.short)),
        )
    )
    return Card(
        title=title(t, poll),
        subtitle=t("poll.subtitle", code=poll.code, network=poll.network),
        text="\n".join(filter(None, (note, t("poll.ballot", who=name)))),
        fields=tuple(fields),
        footer=t("poll.closes_on", day=t.weekday(poll.close_on)),
        buttons=tuple(rows),
    )


async def names(session: AsyncSession, t: Translator, units: Sequence[Unit]) -> dict[Unit, str]:
    """What countries and institutions are called, in the order of the given ones."""
    bodies = [unit.key for unit in units if unit.kind is UnitKind.INSTITUTION]
    known = await institutions.several(session, bodies) if bodies else {}
    return {
        unit: t.country(unit.key)
        if unit.kind is UnitKind.COUNTRY
        else words.full_name(t, known[unit.key])
        if unit.key in known
        else unit.key
        for unit in units
    }


def reasons(t: Translator, one: Ranked, called: Mapping[Unit, str]) -> str:
    """Why a time stands where it does: whom it suits, and for whom it is at night."""
    parts = [counts(t, one.count)]
    night = list(one.night.items())
    for unit, zone in night[:NAMED]:
        begins = t.hour(one.when.starts_at, ZoneInfo(zone))
        parts.append(t("poll.night_in", hour=begins, place=called[unit]))
    if len(night) > NAMED:
        parts.append(t.plural("poll.night_more", len(night) - NAMED))
    if not night:
        parts.append(t("poll.office" if not one.hours else "poll.awake"))
    return " · ".join(parts)


async def view(session: AsyncSession, number: int) -> Standing | None:
    """The poll with this number and its votes."""
    return await polls.standing(session, number)
