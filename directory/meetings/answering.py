"""Answers to a meeting: one for each unit, seats in the order in which they were asked for.

The meeting's row is locked first, so answers to one meeting are given one after the other: of twenty that
want the last seat at the same instant one gets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import audit
from directory.audit import Actor
from directory.meetings import reading
from directory.meetings.records import Answer, Meeting, Reply, Seat, Unit
from directory.meetings.tables import ReplyRow
from directory.meetings.writing import MEETING, touch

#: For how long a seat that became free is kept for whoever it is offered to.
OFFER: Final = timedelta(hours=24)
#: Shorter before the meeting: half of the time that is left, at least this.
SHORTEST_OFFER: Final = timedelta(minutes=10)
_PLAIN: Final = {"synchronize_session": False}
#: What belongs to the answer itself; delegation, names and note are added to it and stay.
_KEPT: Final = ("delegate", "delegate_name", "size", "names", "note", "proxy")


class Closed(Exception):
    """No answers are taken: the meeting is not announced, is cancelled or over. ``meeting`` is how it is."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(meeting.state)
        self.meeting = meeting


class NotExpected(Exception):
    """The unit is not among those expected."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer did: how the unit's reply was before and is now, and to whom seats are offered by it."""

    meeting: Meeting
    before: Reply | None
    after: Reply
    offers: tuple[Reply, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything is different from before."""
        return self.before is None or replace(self.before, answered_at=self.after.answered_at) != self.after


async def answer(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    number: int,
    unit: Unit,
    given: Answer,
    *,
    on_behalf: bool = False,
) -> Answered:
    """Take a unit's answer in place of its earlier one.

    Raises:
        LookupError: there is no such meeting.
        Closed: no answers are taken (any more).
        NotExpected: the unit is not expected.
    """
    meeting = await _open(session, now, number)
    if unit not in await reading.expected(session, number):
        raise NotExpected(unit.short)
    before = await reading.reply(session, number, unit)
    if before is not None and before.seat is Seat.OFFERED and given is Answer.ATTENDING:
        return await accept(session, actor, now, number, unit)
    base = before or Reply(unit, given, "", now)
    after = replace(
        base,
        answer=given,
        by=actor.person_key or "",
        answered_at=now,
        on_behalf=on_behalf,
        late=_is_late(meeting, now),
        proxy=base.proxy if given in (Answer.CANNOT, Answer.MAYBE) else None,
    )
    if before is not None and (before.answer, before.by, before.on_behalf) == (given, after.by, on_behalf):
        # The same again (a repeat, a second press): the first moment counts, and the seat stays.
        return Answered(meeting, before, before)
    after = await _seated(session, meeting, before, after, now)
    return await _settle(session, actor, now, meeting, before, after, "answer")


async def complete(
    session: AsyncSession, actor: Actor, now: datetime, number: int, unit: Unit, **details: Any
) -> Answered:
    """Add to a unit's answer: ``delegate``, ``delegate_name``, ``size``, ``names``, ``note``, ``proxy``.

    Raises as :func:`answer` does; :class:`NotExpected` too where the unit has not answered.
    """
    if not details.keys() <= set(_KEPT):
        raise TypeError(f"not part of an answer: {sorted(details.keys() - set(_KEPT))}")
    meeting = await _open(session, now, number)
    before = await reading.reply(session, number, unit)
    if before is None:
        raise NotExpected(unit.short)
    after = replace(before, **details)
    if after.size != before.size:
        after = await _seated(session, meeting, before, after, now)
    return await _settle(session, actor, now, meeting, before, after, "answer_details")


async def accept(session: AsyncSession, actor: Actor, now: datetime, number: int, unit: Unit) -> Answered:
    """Take a seat that is offered. Where it is offered no longer the reply is as it was."""
    meeting = await _open(session, now, number)
    before = await reading.reply(session, number, unit)
    if before is None:
        raise NotExpected(unit.short)
    if before.seat is not Seat.OFFERED or before.offered_until is None or before.offered_until <= now:
        return Answered(meeting, before, before)
    after = replace(before, seat=Seat.SEATED, offered_until=None, waiting_from=None)
    return await _settle(session, actor, now, meeting, before, after, "take_seat")


async def decline(session: AsyncSession, actor: Actor, now: datetime, number: int, unit: Unit) -> Answered:
    """Let an offered seat go to the next; the unit cannot come."""
    return await answer(session, actor, now, number, unit, Answer.CANNOT)


async def check_in(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    number: int,
    unit: Unit,
    *,
    there: bool = True,
    on_behalf: bool = False,
) -> Answered:
    """Note that a unit is there, or take that back. Who had not answered has answered by coming.

    ``on_behalf``: the coordination has seen them.

    Raises:
        NotExpected: the unit is not expected.
        Closed: the meeting is not announced or cancelled; it may be over.
    """
    meeting = await reading.get(session, number, locked=True)
    if meeting is None:
        raise LookupError(f"there is no meeting {number}")
    if meeting.announced_at is None or not meeting.is_answered(min(now, meeting.starts_at)):
        raise Closed(meeting)
    if unit not in await reading.expected(session, number):
        raise NotExpected(unit.short)
    before = await reading.reply(session, number, unit)
    base = before or Reply(
        unit, Answer.ATTENDING, actor.person_key or "", now, on_behalf=on_behalf, late=True
    )
    after = replace(base, checked_in_at=(base.checked_in_at or now) if there else None)
    return await _settle(session, actor, now, meeting, before, after, "check_in" if there else "check_out")


async def offers_over(session: AsyncSession, now: datetime) -> bool:
    """Whether the time of any offer is over."""
    due = sa.select(ReplyRow.meeting).where(ReplyRow.seat == Seat.OFFERED, ReplyRow.offered_until <= now)
    return (await session.execute(due.limit(1))).first() is not None


async def expire_offers(session: AsyncSession, now: datetime) -> list[Answered]:
    """Offers whose time is over go back to the waiting list's end, and to the next; each is returned once."""
    due = await session.execute(
        sa.select(ReplyRow.meeting)
        .where(ReplyRow.seat == Seat.OFFERED, ReplyRow.offered_until <= now)
        .distinct()
        .order_by(ReplyRow.meeting)
    )
    done: list[Answered] = []
    for number in list(due.scalars()):
        meeting = await reading.get(session, number, locked=True)
        if meeting is None:
            continue
        for before in (await reading.replies(session, number)).values():
            if (
                before.seat is Seat.OFFERED
                and before.offered_until is not None
                and before.offered_until <= now
            ):
                after = replace(before, seat=Seat.WAITING, offered_until=None, waiting_from=now)
                await _write(session, number, after)
                offers = await offer_next(session, meeting, now) if meeting.is_answered(now) else ()
                done.append(Answered(meeting, before, after, tuple(offers)))
        await touch(session, number)
    return done


async def offer_next(session: AsyncSession, meeting: Meeting, now: datetime) -> Sequence[Reply]:
    """Offer the seats that are free to those who wait, in their order, as long as the next one fits."""
    if not meeting.capacity:
        return ()
    answered = (await reading.replies(session, meeting.number)).values()
    free = meeting.capacity - _taken(answered)
    waiting = sorted(
        (reply for reply in answered if reply.seat is Seat.WAITING),
        key=lambda reply: (reply.waiting_from or now, reply.unit),
    )
    offers = []
    for reply in waiting:
        if reply.size > free:
            break
        free -= reply.size
        offered = replace(reply, seat=Seat.OFFERED, offered_until=_until(meeting, now))
        await _write(session, meeting.number, offered)
        offers.append(offered)
    return offers


def _until(meeting: Meeting, now: datetime) -> datetime:
    half = (meeting.starts_at - now) / 2
    return now + max(min(OFFER, half), SHORTEST_OFFER)


def _taken(answered: Any) -> int:
    return sum(reply.size for reply in answered if reply.seat in (Seat.SEATED, Seat.OFFERED))


async def _open(session: AsyncSession, now: datetime, number: int) -> Meeting:
    meeting = await reading.get(session, number, locked=True)
    if meeting is None:
        raise LookupError(f"there is no meeting {number}")
    if not meeting.is_answered(now):
        raise Closed(meeting)
    return meeting


def _is_late(meeting: Meeting, now: datetime) -> bool:
    if meeting.answer_by is None:
        return False
    return now.astimezone(ZoneInfo(meeting.when.zone)).date() > meeting.answer_by


async def _seated(
    session: AsyncSession, meeting: Meeting, before: Reply | None, after: Reply, now: datetime
) -> Reply:
    """``after`` with its seat: kept, given, or a place on the waiting list."""
    none = replace(after, seat=Seat.NONE, waiting_from=None, offered_until=None)
    if after.answer is not Answer.ATTENDING:
        return none
    if not meeting.capacity:
        return none
    others = [
        reply
        for unit, reply in (await reading.replies(session, meeting.number)).items()
        if unit != after.unit
    ]
    free = meeting.capacity - _taken(others)
    had = before is not None and before.seat is Seat.SEATED
    # Nobody passes those who wait; who has a seat keeps it as long as the delegation fits.
    in_turn = had or not any(reply.seat is Seat.WAITING for reply in others)
    if after.size <= free and in_turn:
        return replace(none, seat=Seat.SEATED)
    waits_from = before.waiting_from if before is not None and before.waiting_from is not None else now
    return replace(none, seat=Seat.WAITING, waiting_from=waits_from)


async def _settle(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    meeting: Meeting,
    before: Reply | None,
    after: Reply,
    action: str,
) -> Answered:
    await _write(session, meeting.number, after)
    offers = await offer_next(session, meeting, now) if meeting.is_answered(now) else ()
    # The unit may be the first of the waiting list itself: what it waited for is there.
    after = next((reply for reply in offers if reply.unit == after.unit), after)
    await touch(session, meeting.number)
    await audit.changed(
        session,
        actor,
        now,
        action,
        MEETING,
        meeting.code,
        {after.unit.short: _traced(before)} if before is not None else None,
        {after.unit.short: _traced(after)},
        meeting.network,
        about=after.delegate or after.by or None,
    )
    return Answered(meeting, before, after, tuple(reply for reply in offers if reply.unit != after.unit))


async def _write(session: AsyncSession, number: int, reply: Reply) -> None:
    values = {
        "answer": reply.answer,
        "by": reply.by,
        "answered_at": reply.answered_at,
        "on_behalf": reply.on_behalf,
        "late": reply.late,
        "seat": reply.seat,
        "waiting_from": reply.waiting_from,
        "offered_until": reply.offered_until,
        "delegate": reply.delegate,
        "delegate_name": reply.delegate_name,
        "size": reply.size,
        "names": list(reply.names),
        "note": reply.note,
        "proxy": reply.proxy.short if reply.proxy is not None else "",
        "checked_in_at": reply.checked_in_at,
    }
    changed = await session.execute(
        sa.update(ReplyRow)
        .where(reading.is_reply(number, reply.unit))
        .values(**values)
        .returning(ReplyRow.key),
        execution_options=_PLAIN,
    )
    if changed.first() is None:
        unit = reply.unit
        await session.execute(
            sa.insert(ReplyRow).values(meeting=number, kind=unit.kind, key=unit.key, **values)
        )


def _traced(reply: Reply | None) -> dict[str, object] | None:
    if reply is None:
        return None
    return {
        "answer": reply.answer.value,
        "seat": reply.seat.value,
        "size": reply.size,
        "delegate": reply.delegate or reply.delegate_name,
        "names": list(reply.names),
        "note": reply.note,
        "proxy": reply.proxy.short if reply.proxy is not None else "",
        "on_behalf": reply.on_behalf,
        "checked_in": reply.checked_in_at is not None,
    }
