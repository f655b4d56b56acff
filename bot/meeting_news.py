"""What the digests of a room say of meetings.

Once a week it is which are new, and how many have not answered; on each day on which the silent are asked it
is also which countries and institutions those are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import meeting as cards
from bot.contract import Field, Section
from bot.i18n import Translator, message
from directory import meetings
from directory.meetings import Meeting, Tally, standing
from directory.search import fold
from reminders.deadlines import concerning
from reminders.digests.contents import NAMED_BESIDE, falls_on
from reminders.digests.tables import Kind
from reminders.nudging.meetings import LEADS
from reminders.nudging.schedule import on_weekend

#: Meetings further ahead are told of when they come nearer.
AHEAD = timedelta(days=366)
#: So many of those awaited are named.
NAMED = 30
#: After an outage it is told of what came up on so many days, in days.
_MISSED = 7


class MeetingNews:
    """Implements ``bot.digesting.Contributor``."""

    async def sections(
        self, session: AsyncSession, t: Translator, network: str, kind: Kind, day: date
    ) -> Sequence[Section]:
        """Titles, times, counts, and who is awaited; never names of people."""
        today = datetime.combine(day, time(), t.zone)
        ahead = await meetings.listing(session, networks=(network,), begins=today, ends=today + AHEAD)
        asked = {item.number for item in ahead if _is_asked(item, kind, day)}
        fields = [
            Field(_named(t, item), line)
            for item in ahead
            if item.number in asked and (line := await _awaited(session, t, item))
        ]
        found = [_section(t, message("digest.awaited"), fields[:NAMED_BESIDE], len(fields))] if fields else []
        if kind is not Kind.WEEKLY:
            return found
        since = today - timedelta(days=day.weekday() + 7)
        new = [item for item in ahead if item.announced_at is not None and item.announced_at >= since]
        waiting = []
        for item in ahead:
            if item.number not in asked and (item.answer_by is None or item.answer_by >= day):
                tally = await meetings.tally(session, item.number)
                if tally.silent > 0:
                    waiting.append((item, tally))
        if new:
            fields = [Field(_named(t, item), cards.span(t, item, t.zone)) for item in new[:NAMED_BESIDE]]
            found.append(_section(t, message("digest.new_meetings"), fields, len(new)))
        if waiting:
            fields = [
                Field(_named(t, item), _waits(t, item, tally)) for item, tally in waiting[:NAMED_BESIDE]
            ]
            found.append(_section(t, message("digest.unanswered"), fields, len(waiting)))
        return found

    async def turned_to(
        self, session: AsyncSession, network: str, kind: Kind, day: date
    ) -> Mapping[str, str]:
        """Whoever is there for what is awaited, with the post that they are there for."""
        today = datetime.combine(day, time(), UTC)
        ahead = await meetings.listing(session, networks=(network,), begins=today, ends=today + AHEAD)
        asked = [item for item in ahead if _is_asked(item, kind, day)][:NAMED_BESIDE]
        wanted = {(network, unit) for item in asked for unit in await meetings.silent(session, item.number)}
        keys = await standing.posts_of_units(session, wanted)
        held = await concerning.holders(session, sorted({key for some in keys.values() for key in some}), day)
        return {post.first: post.post for post in held.values() if post.first is not None}


def _is_asked(meeting: Meeting, kind: Kind, day: date) -> bool:
    """Whether the silent are asked on a day, or were on one of those before it on which nothing was told."""
    days = range(_MISSED if kind is Kind.CATCH_UP else 1)
    last = meeting.last_day
    return last >= day and any(
        falls_on(day - timedelta(number), last, LEADS, (), on_weekend) for number in days
    )


async def _awaited(session: AsyncSession, t: Translator, meeting: Meeting) -> str:
    """How many have answered, and who has not; nothing where everybody has."""
    shown = await cards.view(session, meeting.number)
    if shown is None or not shown.tally.silent:
        return ""
    units = [unit for unit in shown.units if unit not in shown.replies]
    # Guests invited by name have none in a room: they are counted.
    names = sorted((name for unit in units if (name := cards.unit_name(t, shown, unit))), key=fold)
    rest = len(units) - len(names[:NAMED])
    named = ", ".join(names[:NAMED])
    who = t.plural("digest.and_others", rest, names=named) if named and rest else t.list(names[:NAMED])
    answered, expected = t.number(shown.tally.answered), t.number(shown.tally.expected)
    if not names:
        return t("digest.answered", answered=answered, expected=expected)
    return t("digest.awaited_line", answered=answered, expected=expected, who=who)


def _named(t: Translator, meeting: Meeting) -> str:
    return f"{meeting.code} · {cards.title(t, meeting)}"


def _waits(t: Translator, meeting: Meeting, tally: Tally) -> str:
    silent, expected = t.number(tally.silent), t.number(tally.expected)
    if meeting.answer_by is None:
        return t("digest.silent", silent=silent, expected=expected)
    return t("digest.silent_until", silent=silent, expected=expected, day=t.day(meeting.answer_by))


def _section(t: Translator, heading: str, fields: list[Field], count: int) -> Section:
    if count > len(fields):
        fields.append(Field("", t.plural("digest.more", count - len(fields))))
    return Section(t(heading, number=t.number(count)), fields=tuple(fields))
