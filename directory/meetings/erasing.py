"""What meetings know of a person, and the erasure of it; that a country answered stays."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.meetings.records import UnitKind
from directory.meetings.tables import MeetingRow, ReplyRow, RequestRow, UnitRow

_PLAIN: Final = {"synchronize_session": False}


async def forget(session: AsyncSession, person: str) -> None:
    """Erase a person from answers: who gave them, who was to come, the names and the note beside them."""
    theirs = sa.and_(ReplyRow.kind == UnitKind.PERSON, ReplyRow.key == person)
    await session.execute(sa.delete(ReplyRow).where(theirs), execution_options=_PLAIN)
    await session.execute(
        sa.delete(UnitRow).where(UnitRow.kind == UnitKind.PERSON, UnitRow.key == person),
        execution_options=_PLAIN,
    )
    await session.execute(
        sa.delete(RequestRow).where(RequestRow.kind == UnitKind.PERSON, RequestRow.key == person),
        execution_options=_PLAIN,
    )
    await session.execute(
        sa.update(ReplyRow)
        .where(sa.or_(ReplyRow.by == person, ReplyRow.delegate == person))
        .values(delegate="", delegate_name="", names=[], note=""),
        execution_options=_PLAIN,
    )
    await session.execute(
        sa.update(ReplyRow).where(ReplyRow.by == person).values(by=""), execution_options=_PLAIN
    )
    await session.execute(
        sa.update(MeetingRow).where(MeetingRow.created_by == person).values(created_by=""),
        execution_options=_PLAIN,
    )
