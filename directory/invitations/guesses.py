"""How many codes that open nothing an account, and everybody together, may try: counted durably."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import lookups
from directory.accounts import Account
from directory.invitations.tables import GuessRow

#: The span over which guesses are counted; it slides.
SPAN: Final = timedelta(hours=1)
#: Guesses of one account within the span.
OWN_LIMIT: Final = 5
#: Guesses of everybody within the span.
LIMIT: Final = 100
#: Any number that nothing else locks by (pg_advisory_xact_lock).
_LOCK: Final = 0x656E6C61


async def one_at_a_time(session: AsyncSession) -> None:
    """Let no other transaction try a code before this one ends, so that the count holds.

    SQLite has one writer in any case.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


async def is_exhausted(session: AsyncSession, known: Account, now: datetime) -> bool:
    """Whether this account may not try any code now."""
    own = sa.and_(
        GuessRow.platform == known.platform, GuessRow.team == known.team, GuessRow.user == known.user
    )
    everybody, mine = (
        await session.execute(
            sa.select(sa.func.count(), sa.func.count(sa.case((own, 1)))).where(GuessRow.at > now - SPAN)
        )
    ).one()
    return bool(everybody >= LIMIT or mine >= OWN_LIMIT)


async def recent(session: AsyncSession, now: datetime) -> int:
    """How many codes that opened nothing were tried by everybody together within the span."""
    counted = await session.execute(
        sa.select(sa.func.count()).select_from(GuessRow).where(GuessRow.at > now - SPAN)
    )
    return counted.scalar_one()


async def first_warning(session: AsyncSession, now: datetime) -> bool:
    """Whether so many codes were tried that nobody can join, and nobody in charge was told for an hour."""
    return await recent(session, now) >= LIMIT and await lookups.first_of(session, "codes", now, SPAN)


async def count(session: AsyncSession, known: Account, now: datetime) -> None:
    """Count a code that opened nothing."""
    await session.execute(
        sa.insert(GuessRow).values(platform=known.platform, team=known.team, user=known.user, at=now)
    )


async def prune(session: AsyncSession, now: datetime) -> None:
    """Forget guesses that count no more."""
    await session.execute(sa.delete(GuessRow).where(GuessRow.at <= now - SPAN))
