"""Meetings as what people are reminded of: who is silent is asked, and who comes is told that it is near."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from directory import meetings, reviews
from directory.meetings import Answer, Meeting, Reply, Seat, Unit, UnitKind, standing
from reminders.deadlines import concerning
from reminders.deadlines.records import Concerned, PostHolders
from reminders.nudging.records import Matter
from reminders.nudging.schedule import Occasion, occasions

#: The kinds, as rows name them; the key of both is the meeting's number.
INVITATION: Final = "invitation"
MEETING: Final = "meeting"
#: Days before the last day for answers on which whoever is silent is asked.
LEADS: Final = (14, 7, 3, 1)
#: How long before a meeting whoever comes is told once more.
SHORTLY: Final = timedelta(hours=1)
#: Whoever did nothing about so many letters is joined by whoever stands in.
_SILENT_AFTER: Final = 1
#: From the day before the last one on the coordinators are told who is silent.
_PATIENCE: Final = -2
#: Answers of which one is told that a meeting is near.
_COMES: Final = (Answer.ATTENDING, Answer.ONLINE, Answer.MAYBE)


class _OfMeetings:
    """What both have in common: which meetings there are to look at. ``now`` is the program's clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._seen: dict[int, int] = {}

    async def unwatched(self, session: AsyncSession, limit: int) -> list[str]:
        """The coming meetings that are new or changed since this was asked last: of any of them."""
        present = await meetings.versions(session, self._now())
        new = [number for number, version in present.items() if self._seen.get(number) != version][:limit]
        self._seen = {number: self._seen[number] for number in present if number in self._seen}
        self._seen |= {number: present[number] for number in new}
        return [str(number) for number in new]


class Invitations(_OfMeetings):
    """Implements ``Subject``: meetings that countries and institutions have not answered.

    Asked are the holder of each silent one, whoever stands in where the holder is away or silent, and at last
    the coordinators; before the last day for answers, or before the meeting where none is set.
    """

    kind: Final = INVITATION

    async def matters(self, session: AsyncSession, keys: Collection[str], now: datetime) -> dict[str, Matter]:
        """The coming meetings among the keys that somebody has not answered."""
        found = await _coming(session, keys, now)
        expected = await meetings.expected_at(session, found)
        answered = await meetings.replies_to(session, found)
        silent = {
            number: [unit for unit in units if unit not in answered[number]]
            for number, units in expected.items()
        }
        owed = [
            meeting for meeting in found.values() if silent[meeting.number] and not _is_late(meeting, now)
        ]
        asked = {(meeting.network, unit) for meeting in owed for unit in silent[meeting.number]}
        held = await _holders(session, asked, now)
        coordinators = await reviews.coordinators(session)
        return {
            str(meeting.number): Matter(
                INVITATION,
                str(meeting.number),
                meeting.network,
                occasions(meeting.last_day, LEADS, ()),
                Concerned(
                    tuple(
                        post
                        for unit in silent[meeting.number]
                        for post in held.get((meeting.network, unit), ())
                    ),
                    tuple(coordinators.get(meeting.network, ())),
                ),
                meeting.announced_at,
                patience=_PATIENCE,
                silent_after=_SILENT_AFTER,
            )
            for meeting in owed
        }


class Beginnings(_OfMeetings):
    """Implements ``Subject``: meetings that are near, for those who said that they come, or may come.

    They are told the day before, at the beginning of their working day, and an hour before to the minute.
    """

    kind: Final = MEETING

    async def matters(self, session: AsyncSession, keys: Collection[str], now: datetime) -> dict[str, Matter]:
        """The coming meetings among the keys to which somebody comes."""
        found = await _coming(session, keys, now)
        expected = await meetings.expected_at(session, found)
        answered = await meetings.replies_to(session, found)
        come = {
            number: [
                reply
                for unit, reply in replies.items()
                if unit in expected[number] and reply.answer in _COMES and reply.seat is not Seat.WAITING
            ]
            for number, replies in answered.items()
        }
        nobody = {
            (found[number].network, reply.unit)
            for number, replies in come.items()
            for reply in replies
            if not _named(reply)
        }
        held = await _holders(session, nobody, now)
        matters = {}
        for number, replies in come.items():
            meeting = found[number]
            told: list[PostHolders] = []
            for reply in replies:
                named = [PostHolders(f"{reply.unit.short}:{person}", person) for person in _named(reply)]
                told += named or held.get((meeting.network, reply.unit), ())
            if told:
                matters[str(number)] = Matter(
                    MEETING, str(number), meeting.network, tuple(_near(meeting)), Concerned(tuple(told))
                )
        return matters


def _near(meeting: Meeting) -> Iterator[Occasion]:
    """The day before and the hour before; a meeting that is moved has others."""
    starts = meeting.starts_at
    name, day = f"{starts:%Y%m%dT%H%MZ}", starts.date()
    yield Occasion(f"{name}-1d", day - timedelta(1), -1, of=starts)
    yield Occasion(f"{name}-1h", day, at=starts - SHORTLY)


def _named(reply: Reply) -> list[str]:
    """Who comes, and who said so unless that was the coordination; as people's keys."""
    said = "" if reply.on_behalf else reply.by
    return [person for person in dict.fromkeys((reply.delegate, said)) if person]


def _is_late(meeting: Meeting, now: datetime) -> bool:
    return now.astimezone(ZoneInfo(meeting.when.zone)).date() > meeting.last_day


async def _coming(session: AsyncSession, keys: Collection[str], now: datetime) -> dict[int, Meeting]:
    known = await meetings.several(session, [int(key) for key in keys])
    return {
        number: meeting
        for number, meeting in known.items()
        if meeting.is_answered(now) and meeting.starts_at > now
    }


async def _holders(
    session: AsyncSession, units: Collection[tuple[str, Unit]], now: datetime
) -> dict[tuple[str, Unit], tuple[PostHolders, ...]]:
    """Who is there for each unit in a network; somebody invited by name is there for themselves."""
    keys = await standing.posts_of_units(session, units)
    held = await concerning.holders(
        session, sorted({post for some in keys.values() for post in some}), now.date()
    )
    found = {pair: tuple(held[post] for post in some) for pair, some in keys.items()}
    for network, unit in units:
        if unit.kind is UnitKind.PERSON:
            found[network, unit] = (PostHolders(unit.short, unit.key),)
    return found
