"""Which units are expected at which meetings, and what each has answered: for one person's calendar."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.meetings.records import Answer, Unit
from directory.meetings.tables import ReplyRow, UnitRow


async def answers_of(
    session: AsyncSession, numbers: Collection[int], units: Collection[Unit]
) -> dict[int, dict[Unit, Answer | None]]:
    """Which of some units are expected at which of some meetings, and what each answered, if it did."""
    found: dict[int, dict[Unit, Answer | None]] = {}
    if not numbers or not units:
        return found
    same = [getattr(ReplyRow, name) == getattr(UnitRow, name) for name in ("meeting", "kind", "key")]
    rows = await session.execute(
        sa.select(UnitRow.meeting, UnitRow.kind, UnitRow.key, ReplyRow.answer)
        .join(ReplyRow, sa.and_(*same), isouter=True)
        .where(
            UnitRow.meeting.in_(list(numbers)),
            sa.tuple_(UnitRow.kind, UnitRow.key).in_([(unit.kind, unit.key) for unit in units]),
        )
    )
    for number, kind, key, answer in rows:
        found.setdefault(number, {})[Unit(kind, key)] = answer
    return found
