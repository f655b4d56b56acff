"""How much room the database takes."""

from __future__ import annotations

import sqlalchemy as sa

from directory.database import Runner


async def size(runner: Runner, *, sqlite: bool) -> int:
    """The size of the database, in bytes, without what lies beside it (logs, backups)."""
    asked = (
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if sqlite
        else "SELECT pg_database_size(current_database())"
    )
    return int((await runner.execute(sa.text(asked))).scalar_one())
