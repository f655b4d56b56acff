"""Writes of polls: drafted, opened, voted in, closed, turned into a meeting; and the erasure of a person.

The poll's row is locked first, so that votes and the choice come one after the other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import audit
from directory.audit import Actor
from directory.meetings import records, writing
from directory.meetings.polls import reading
from directory.meetings.polls.records import Ballot, Poll, State, Vote
from directory.meetings.polls.tables import PollRoomRow, PollRow, PollUnitRow, VoteRow
from directory.meetings.records import Unit

#: What the trail calls a poll.
POLL: Final = "poll"
#: The silent are reminded no more often than this.
AGAIN: Final = timedelta(hours=20)
_PLAIN: Final = {"synchronize_session": False}


class Closed(Exception):
    """What was wanted cannot be done with a poll in this state (any more). ``poll`` is how it is."""

    def __init__(self, poll: Poll) -> None:
        super().__init__(poll.state)
        self.poll = poll


class NotExpected(Exception):
    """The unit is not among those expected."""


@dataclass(frozen=True, slots=True)
class Voted:
    """What a unit said before, if anything, and says now."""

    poll: Poll
    before: Ballot | None
    after: Ballot

    @property
    def changed(self) -> bool:
        """Whether anything is said otherwise than before."""
        return self.before is None or self.before.votes != self.after.votes


async def draft(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    poll: Poll,
    units: Collection[Unit],
    rooms: Collection[int] = (),
) -> Poll:
    """Store a new poll as a draft, who is expected, and in which rooms it is to be shown."""
    stored = replace(poll, state=State.DRAFT, created_by=actor.person_key or "", created_at=now)
    number = (
        await session.execute(sa.insert(PollRow).values(_values(stored)).returning(PollRow.id))
    ).scalar_one()
    stored = replace(stored, number=number)
    for row, keys in (
        (PollUnitRow, [{"kind": unit.kind, "key": unit.key} for unit in dict.fromkeys(units)]),
        (PollRoomRow, [{"room": room} for room in dict.fromkeys(rooms)]),
    ):
        if keys:
            await session.execute(sa.insert(row), [{"poll": number, **key} for key in keys])
    await audit.changed(session, actor, now, "add", POLL, stored.code, None, _traced(stored), poll.network)
    return stored


async def start(session: AsyncSession, actor: Actor, now: datetime, number: int) -> Poll:
    """Open a draft: votes are taken, and rooms see it. Raises :class:`Closed` where it is no draft."""
    present = await _locked(session, number)
    if present.state is not State.DRAFT or present.closes_at <= now:
        raise Closed(present)
    return await _store(
        session, actor, now, present, replace(present, state=State.OPEN, opened_at=now), "open"
    )


async def vote(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    number: int,
    unit: Unit,
    votes: Mapping[int, Vote],
    *,
    on_behalf: bool = False,
) -> Voted:
    """Take what a unit says of some slots; of others it stays as it was.

    Raises:
        LookupError: there is no such poll, or no such slot.
        Closed: no votes are taken (any more).
        NotExpected: the unit is not expected.
    """
    poll = await _locked(session, number)
    if not poll.is_open(now):
        raise Closed(poll)
    if not votes.keys() <= poll.slots.keys():
        raise LookupError("there is no such slot")
    if unit not in await reading.expected(session, number):
        raise NotExpected(unit.short)
    before = (await reading.ballots(session, number)).get(unit)
    known = dict(before.votes) if before is not None else {}
    after = Ballot(unit, known | dict(votes), actor.person_key or "", on_behalf)
    if before is not None and before.votes == after.votes:
        # The same again, a repeat or a second press: whoever said it first said it.
        return Voted(poll, before, before)
    changed = [slot for slot, given in votes.items() if known.get(slot) is not given]
    theirs = sa.and_(VoteRow.poll == number, VoteRow.kind == unit.kind, VoteRow.key == unit.key)
    await session.execute(
        sa.delete(VoteRow).where(theirs, VoteRow.slot.in_(changed)), execution_options=_PLAIN
    )
    said = {"by": after.by, "on_behalf": on_behalf, "voted_at": now}
    rows = [
        {"poll": number, "kind": unit.kind, "key": unit.key, "slot": slot, "vote": votes[slot], **said}
        for slot in changed
    ]
    await session.execute(sa.insert(VoteRow), rows)
    await _touch(session, number)
    await audit.changed(
        session,
        actor,
        now,
        "answer",
        POLL,
        poll.code,
        {"for": unit.short, **_said(known)} if known else None,
        {"for": unit.short, **_said(after.votes), "on_behalf": on_behalf},
        poll.network,
    )
    return Voted(poll, before, after)


async def close(session: AsyncSession, actor: Actor, now: datetime, number: int) -> Poll:
    """Take no more votes, or drop a draft."""
    present = await _locked(session, number)
    if present.state is State.CLOSED:
        raise Closed(present)
    return await _store(session, actor, now, present, replace(present, state=State.CLOSED), "close")


async def close_due(session: AsyncSession, now: datetime) -> list[Poll]:
    """Close the polls whose last day is over; each is returned once."""
    changed = await session.execute(
        sa.update(PollRow)
        .where(PollRow.state == State.OPEN, PollRow.closes_at <= now)
        .values(state=State.CLOSED, version=PollRow.version + 1)
        .returning(PollRow.id),
        execution_options=_PLAIN,
    )
    found = [await reading.get(session, number) for number in sorted(changed.scalars())]
    return [poll for poll in found if poll is not None]


async def choose(
    session: AsyncSession, actor: Actor, now: datetime, number: int, slot: int
) -> records.Meeting:
    """Make a slot the draft of a meeting with those expected, in the same rooms, and close the poll.

    Votes are no answers to the meeting. Raises :class:`Closed` where one was chosen before, or the poll is a
    draft; a ``LookupError`` where there is no such slot.
    """
    present = await _locked(session, number)
    if present.state is State.DRAFT or present.meeting is not None:
        raise Closed(present)
    when = present.slots[slot]
    rooms = await session.scalars(sa.select(PollRoomRow.room).where(PollRoomRow.poll == number))
    made = await writing.draft(
        session,
        actor,
        now,
        records.Meeting(0, present.network, present.titles, when),
        await reading.expected(session, number),
        list(rooms),
    )
    wanted = replace(present, state=State.CLOSED, chosen=slot, meeting=made.number)
    await _store(session, actor, now, present, wanted, "choose")
    return made


async def remind(session: AsyncSession, now: datetime, number: int) -> bool:
    """Note that the silent are reminded now; false where they were a short while ago."""
    present = await _locked(session, number)
    if not present.is_open(now):
        raise Closed(present)
    if present.reminded_at is not None and present.reminded_at > now - AGAIN:
        return False
    await session.execute(
        sa.update(PollRow).where(PollRow.id == number).values(reminded_at=now), execution_options=_PLAIN
    )
    return True


async def forget(session: AsyncSession, person: str) -> None:
    """Erase a person: who voted, and who made a poll. That a country voted stays."""
    for row, column in ((VoteRow, VoteRow.by), (PollRow, PollRow.created_by)):
        await session.execute(
            sa.update(row).where(column == person).values({column.key: ""}), execution_options=_PLAIN
        )


async def _touch(session: AsyncSession, number: int) -> None:
    await session.execute(
        sa.update(PollRow).where(PollRow.id == number).values(version=PollRow.version + 1),
        execution_options=_PLAIN,
    )


async def _locked(session: AsyncSession, number: int) -> Poll:
    found = await reading.get(session, number, locked=True)
    if found is None:
        raise LookupError(f"there is no poll {number}")
    return found


async def _store(
    session: AsyncSession, actor: Actor, now: datetime, before: Poll, wanted: Poll, action: str
) -> Poll:
    stored = replace(wanted, version=before.version + 1)
    await session.execute(
        sa.update(PollRow).where(PollRow.id == before.number).values(_values(stored)),
        execution_options=_PLAIN,
    )
    old, new = _traced(before), _traced(stored)
    await audit.changed(session, actor, now, action, POLL, before.code, old, new, before.network)
    return stored


def _said(votes: Mapping[int, Vote]) -> dict[str, object]:
    return {f"slot_{slot}": given.value for slot, given in sorted(votes.items())}


def _values(poll: Poll) -> dict[str, Any]:
    return {
        "network": poll.network,
        "titles": dict(poll.titles.by_language),
        "zone": poll.zone,
        "starts": [start.isoformat() for start in poll.starts],
        "minutes": poll.minutes,
        "close_on": poll.close_on,
        "closes_at": poll.closes_at,
        "state": poll.state,
        "version": poll.version,
        "chosen": poll.chosen,
        "meeting": poll.meeting,
        "created_by": poll.created_by,
        "created_at": poll.created_at,
        "opened_at": poll.opened_at,
        "reminded_at": poll.reminded_at,
    }


def _traced(poll: Poll) -> Mapping[str, object]:
    """What the trail keeps of a poll, in terms of JSON."""
    kept = ("network", "titles", "zone", "starts", "minutes", "state", "chosen", "meeting")
    values = _values(poll)
    return {name: values[name] for name in kept} | {"close_on": poll.close_on.isoformat()}
