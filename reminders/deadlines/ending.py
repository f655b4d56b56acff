"""Deadlines end: they are done, with what shows it, or cancelled; and they are opened again.

Where one of a series ends, what follows in the series is made at once.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.audit import Actor
from reminders.deadlines import requests, series, writing
from reminders.deadlines.records import LARGEST_FILE, Deadline, Evidence, File, Happened, State
from reminders.deadlines.tables import EvidenceRow
from reminders.deadlines.writing import Ended


async def complete(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    number: int,
    *,
    note: str = "",
    link: str = "",
    file: File | None = None,
    on: date | None = None,
) -> Deadline:
    """An open deadline is done, on a day (today, where nothing else is said), with what shows it.

    Raises:
        LookupError: there is no such deadline.
        Ended: it is not open.
        ValueError: the file is too large.
    """
    before = await writing.opened(session, number)
    await writing.put(
        session,
        number,
        {
            "state": State.DONE,
            "done_on": on or now.date(),
            "done_by": actor.person_key or "",
            "ended_at": now,
        },
    )
    if note or link or file is not None:
        await _put_evidence(session, actor, now, number, note, link, file)
    await requests.withdraw(session, number, now)
    done = await writing.changed(session, actor, now, Happened.DONE, before, note)
    await _go_on(session, now, done)
    return done


async def add_evidence(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    number: int,
    *,
    note: str = "",
    link: str = "",
    file: File | None = None,
) -> Evidence:
    """Something more that shows that a deadline is done.

    Raises:
        LookupError: there is no such deadline.
        Ended: it is not done.
        ValueError: the file is too large.
    """
    before = await writing.locked(session, number)
    if before.state is not State.DONE:
        raise Ended(before)
    await _put_evidence(session, actor, now, number, note, link, file)
    after = await writing.changed(session, actor, now, Happened.EVIDENCE, before, note)
    return after.evidence[-1]


async def reopen(
    session: AsyncSession, actor: Actor, now: datetime, number: int, reason: str = ""
) -> Deadline:
    """A deadline that was done or cancelled is owed again; its evidence stays.

    Raises:
        LookupError: there is no such deadline.
        Ended: it is open.
    """
    before = await writing.locked(session, number)
    if before.is_open:
        raise Ended(before)
    await writing.put(
        session, number, {"state": State.OPEN, "done_on": None, "done_by": "", "ended_at": None}
    )
    return await writing.changed(session, actor, now, Happened.REOPENED, before, reason)


async def cancel(
    session: AsyncSession, actor: Actor, now: datetime, number: int, reason: str = ""
) -> Deadline:
    """An open deadline is not owed any more. What waits for it waits no longer.

    Raises:
        LookupError: there is no such deadline.
        Ended: it is not open.
    """
    before = await writing.opened(session, number)
    await writing.put(session, number, {"state": State.CANCELLED, "ended_at": now})
    await requests.withdraw(session, number, now)
    cancelled = await writing.changed(session, actor, now, Happened.CANCELLED, before, reason)
    await _go_on(session, now, cancelled)
    return cancelled


async def _go_on(session: AsyncSession, now: datetime, ended: Deadline) -> None:
    if ended.series is not None:
        await series.advance(session, now, only=ended.series)


async def _put_evidence(
    session: AsyncSession, actor: Actor, now: datetime, number: int, note: str, link: str, file: File | None
) -> None:
    if file is not None and len(file.content) > LARGEST_FILE:
        raise ValueError(f"a file may have {LARGEST_FILE} bytes")
    await session.execute(
        sa.insert(EvidenceRow).values(
            deadline=number,
            note=note,
            link=link,
            file_name=file.name if file is not None else "",
            media_type=file.media_type if file is not None else "",
            size=len(file.content) if file is not None else 0,
            content=file.content if file is not None else None,
            by=actor.person_key or "",
            at=now,
        )
    )
