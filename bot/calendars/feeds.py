"""What a link to a calendar shows: decided at each visit, by what its person may see at that moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.calendars import files
from bot.calendars.files import Shown
from bot.i18n import Translator, negotiate, zone
from directory import meetings, networks, people
from directory.access import Condition, Decision, PlaceClass, Standing, Subject, decide
from directory.feeds import Feed
from directory.meetings import Answer, Meeting, State, Unit, invited, standing
from directory.people import NAME_LEVEL

#: For how long meetings that are over stay in the calendar.
KEPT: Final = timedelta(days=180)
#: At most so many of a network: what a calendar program takes without complaint.
MOST: Final = 300


def name(t: Translator, network: str) -> str:
    """What a calendar is called; without a network it is the person's own."""
    return t("calendar.network_name", network=network) if network else t("calendar.own_name")


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a link shows, and when what it shows of meetings was changed last."""

    content: bytes
    changed_at: datetime


async def read(session: AsyncSession, feed: Feed, now: datetime) -> Calendar:
    """The calendar as it is for its person now.

    It is empty where they may see nothing any more, so that their programs let go of what they hold.
    """
    person = await people.get(session, feed.person, NAME_LEVEL)
    roles = await people.standing(session, feed.person)
    languages, own_zone = (person.languages, person.time_zone) if person is not None else ((), "")
    t = Translator(negotiate(*languages), zone(own_zone))
    shown: list[Shown] = []
    for network in await networks.every(session):
        if feed.network in ("", network.code) and _may(roles, Subject.MEETINGS, network.code):
            shown += await _of_network(session, feed, roles, network.code, now)
    shown.sort(key=lambda one: (one.meeting.starts_at, one.meeting.number))
    changed = max([feed.made_at, *(files.changed_at(one.meeting) for one in shown)])
    return Calendar(files.feed(t, name(t, feed.network), shown), changed)


async def _of_network(
    session: AsyncSession, feed: Feed, roles: Standing, network: str, now: datetime
) -> list[Shown]:
    """Of one's own those at which one is expected and has not declined, else all that were announced."""
    mine = await standing.units_of(session, feed.person, network, now.date())
    found = [
        meeting
        for meeting in await meetings.listing(
            session,
            networks=[network],
            units=None if feed.network else mine,
            begins=now - KEPT,
            states=(State.ANNOUNCED, State.CANCELLED),
            limit=MOST,
        )
        if files.is_known(meeting)
    ]
    answers = await invited.answers_of(session, [meeting.number for meeting in found], mine)
    return [
        Shown(meeting, _sees_details(roles, meeting, own))
        for meeting, own in ((meeting, answers.get(meeting.number, {})) for meeting in found)
        if feed.network or not _declined(own)
    ]


def _declined(own: Mapping[Unit, Answer | None]) -> bool:
    return bool(own) and all(answer is Answer.CANNOT for answer in own.values())


def _sees_details(roles: Standing, meeting: Meeting, own: Mapping[Unit, Answer | None]) -> bool:
    return _may(roles, Subject.MEETING_DETAILS, meeting.network, [Condition.INVITED] if own else [])


def _may(roles: Standing, subject: Subject, network: str, meets: Sequence[Condition] = ()) -> bool:
    return decide(roles, PlaceClass.DIRECT, subject, network, meets) is Decision.ALLOWED
