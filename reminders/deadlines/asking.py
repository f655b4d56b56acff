"""An owner asks for more time or proposes another owner; a coordinator says yes or no."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from directory import audit
from directory.audit import Actor
from reminders.deadlines import requests, writing
from reminders.deadlines.records import (
    Deadline,
    Happened,
    Owner,
    Request,
    RequestKind,
    RequestState,
    code,
)
from reminders.deadlines.writing import KIND
from reminders.vague import VagueDate


class Decided(ValueError):
    """Somebody decided on the request before, or it lapsed. ``request`` is as it is."""

    def __init__(self, request: Request) -> None:
        super().__init__(f"the request is {request.state}")
        self.request = request


async def ask_for_time(
    session: AsyncSession, actor: Actor, now: datetime, number: int, by: str, due: VagueDate, reason: str = ""
) -> Request:
    """``by``, a person, asks that an open deadline be due at another time.

    Raises:
        LookupError: there is no such deadline.
        Ended: it is not open.
    """
    before = await writing.opened(session, number)
    asked = Request(0, number, RequestKind.MORE_TIME, by, now, reason, due=due)
    after: dict[str, object] = {"due": due.code}
    await _trace(session, actor, now, Happened.TIME_ASKED, before, {"due": before.due.code}, after, reason)
    return await requests.put(session, asked)


async def propose_owner(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    number: int,
    by: str,
    owner: Owner,
    of: Owner | None = None,
    reason: str = "",
) -> Request:
    """``by``, a person, says that an open deadline is for another owner, in the place of ``of``.

    Raises:
        LookupError: there is no such deadline.
        Ended: it is not open.
    """
    before = await writing.opened(session, number)
    asked = Request(0, number, RequestKind.OTHER_OWNER, by, now, reason, owner=owner, of=of)
    after: dict[str, object] = {
        "owners": [f"{item.kind}:{item.key}" for item in _in_place(before, owner, of)]
    }
    known = writing.traced(before)["owners"]
    await _trace(session, actor, now, Happened.OWNER_PROPOSED, before, {"owners": known}, after, reason)
    return await requests.put(session, asked)


async def decide(
    session: AsyncSession, actor: Actor, now: datetime, number: int, *, granted: bool, note: str = ""
) -> tuple[Request, Deadline]:
    """Say yes or no to a request; returns it as decided, and the deadline as it is now.

    Raises:
        LookupError: there is no such request.
        Decided: somebody was faster, or the deadline ended meanwhile.
    """
    asked = await requests.get(session, number)
    if asked is None:
        raise LookupError(str(number))
    # The deadline is locked before its requests, as whoever ends it does.
    before = await writing.locked(session, asked.deadline)
    state = RequestState.GRANTED if granted else RequestState.DECLINED
    if not await requests.decide(session, number, state, actor.person_key or "", now):
        raise Decided(await _known(session, number))
    after = before
    if not granted:
        what = Happened.TIME_DECLINED if asked.due is not None else Happened.OWNER_DECLINED
        await _trace(session, actor, now, what, before, None, None, note)
    elif asked.due is not None:
        after = await writing.move(
            session, actor, now, before.number, asked.due, note or asked.reason, Happened.TIME_GRANTED
        )
    elif asked.owner is not None:
        owners = _in_place(before, asked.owner, asked.of)
        after = await writing.assign(
            session, actor, now, before.number, owners, note or asked.reason, Happened.OWNER_ACCEPTED
        )
    return await _known(session, number), after


def _in_place(deadline: Deadline, owner: Owner, of: Owner | None) -> tuple[Owner, ...]:
    """The owners with ``owner`` where ``of`` was; in everybody's place where that is none of them."""
    if of not in deadline.owners:
        return (owner,)
    return tuple(dict.fromkeys(owner if item == of else item for item in deadline.owners))


async def _known(session: AsyncSession, number: int) -> Request:
    asked = await requests.get(session, number)
    if asked is None:
        raise LookupError(str(number))
    return asked


async def _trace(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    what: Happened,
    deadline: Deadline,
    before: dict[str, object] | None,
    after: dict[str, object] | None,
    note: str,
) -> None:
    await audit.changed(
        session, actor, now, what, KIND, code(deadline.number), before, after, deadline.network, note=note
    )
