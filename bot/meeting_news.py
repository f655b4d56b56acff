"""What the weekly digest of a room says of meetings: which are new, and who has not answered, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import meeting as cards
from bot.contract import Field, Section
from bot.i18n import Translator, message
from directory import meetings
from directory.meetings import Meeting, Tally
from reminders.digests.contents import NAMED_BESIDE
from reminders.digests.tables import Kind

#: Meetings further ahead are told of when they come nearer.
AHEAD = timedelta(days=366)


class MeetingNews:
    """Implements ``bot.digesting.Contributor``."""

    async def sections(
        self, session: AsyncSession, t: Translator, network: str, kind: Kind, day: date
    ) -> Sequence[Section]:
        """New meetings and invitations that wait for answers, on Mondays: titles, times, counts, no more."""
        if kind is not Kind.WEEKLY:
            return ()
        today = datetime.combine(day, time(), t.zone)
        ahead = await meetings.listing(session, networks=(network,), begins=today, ends=today + AHEAD)
        since = today - timedelta(days=day.weekday() + 7)
        new = [item for item in ahead if item.announced_at is not None and item.announced_at >= since]
        waiting = []
        for item in ahead:
            if item.answer_by is None or item.answer_by >= day:
                tally = await meetings.tally(session, item.number)
                if tally.silent > 0:
                    waiting.append((item, tally))
        found = []
        if new:
            fields = [Field(_named(t, item), cards.span(t, item, t.zone)) for item in new[:NAMED_BESIDE]]
            found.append(_section(t, message("digest.new_meetings"), fields, len(new)))
        if waiting:
            fields = [
                Field(_named(t, item), _waits(t, item, tally)) for item, tally in waiting[:NAMED_BESIDE]
            ]
            found.append(_section(t, message("digest.unanswered"), fields, len(waiting)))
        return found


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
