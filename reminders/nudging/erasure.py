"""What is kept of a person: of what they were reminded, and what they do without."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from reminders.nudging.tables import NudgeRow, QuietRow

_PLAIN: Final = {"synchronize_session": False}


async def known(session: AsyncSession, person: str) -> list[dict[str, Any]]:
    """All of it, in terms of JSON."""
    found: list[dict[str, Any]] = []
    for paused, until in await session.execute(
        sa.select(QuietRow.kind, QuietRow.until).where(QuietRow.person == person).order_by(QuietRow.kind)
    ):
        found.append({"paused": str(paused), "until": until.isoformat() if until is not None else ""})
    for kind, key, day, due_at, sent_at in await session.execute(
        sa.select(NudgeRow.kind, NudgeRow.key, NudgeRow.day, NudgeRow.due_at, NudgeRow.sent_at)
        .where(NudgeRow.person == person)
        .order_by(NudgeRow.id)
    ):
        state, at = ("planned_for", due_at) if sent_at is None else ("sent_at", sent_at)
        found.append({"kind": kind, "key": key, "day": day.isoformat(), state: at.isoformat()})
    return found


async def erase(session: AsyncSession, person: str) -> None:
    """Forget it, in the caller's write transaction."""
    for row in (NudgeRow, QuietRow):
        await session.execute(sa.delete(row).where(row.person == person), execution_options=_PLAIN)
