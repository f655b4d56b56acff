"""After somebody was erased: what was deleted leaves the files too, not only the tables."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from directory.database import Database
from directory.erasure import ErasureRow


async def scrub(database: Database, now: datetime) -> bool:
    """Scrub the files if somebody was erased since they last were; whether that was to do and is done.

    An erasure stays noted until it succeeded, so that a program that ends meanwhile does it when it is back.
    """
    async with database.reading() as session:
        waiting = await session.execute(sa.select(ErasureRow.id).where(ErasureRow.scrubbed_at.is_(None)))
        erasures = list(waiting.scalars())
    if not erasures:
        return False
    if database.is_sqlite:
        # FTS5 keeps the words of a deleted document until its segments are merged.
        async with database.writing() as session:
            await session.execute(sa.text("INSERT INTO search_fts(search_fts) VALUES ('rebuild')"))
    if not await database.scrub():
        return False
    async with database.writing() as session:
        await session.execute(
            sa.update(ErasureRow).where(ErasureRow.id.in_(erasures)).values(scrubbed_at=now),
            execution_options={"synchronize_session": False},
        )
    return True
