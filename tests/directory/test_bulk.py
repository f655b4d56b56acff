"""Rows that are inserted at once are the same rows, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from directory import bulk
from directory.database import Database
from directory.importing.rows import ImportChangeRow, ImportRow
from directory.people import PersonRow


async def test_many_rows_are_as_one_by_one(database: Database) -> None:
    """Defaults, JSON, what JSON calls nothing, and the numbers that the database gives."""
    now = datetime(2027, 4, 15, tzinfo=UTC)
    many = [
        {"key": f"p{number}", "given_name": "Ñandú\t\\N", "family_name": "'; --", "languages": ["es", "fr"]}
        for number in range(bulk.WORTH_IT)
    ]
    one = [{**many[0], "key": "alone"}]
    async with database.writing() as session:
        await bulk.insert(session, PersonRow, many)
        await bulk.insert(session, PersonRow, one)
        await bulk.insert(session, PersonRow, [])
        made = ImportRow(
            kind="people", state="planned", file_name="", network="", owner="", counts={}, planned_at=now
        )
        session.add(made)
        await session.flush()
        for start, count in ((0, bulk.WORTH_IT), (1000, 1)):
            changes = [
                {
                    "import_id": made.id,
                    "position": start + number,
                    "noun": "person",
                    "key": "x",
                    "before": None,
                    "after": {"name": "é", "values": [1, None]},
                    "digest": "",
                }
                for number in range(count)
            ]
            await bulk.insert(session, ImportChangeRow, changes)
    async with database.reading() as session:
        columns = [column for column in sa.inspect(PersonRow).columns if column.key != "key"]
        people = (await session.execute(sa.select(*columns).distinct())).all()
        before, after = ImportChangeRow.before, ImportChangeRow.after
        kept = (await session.execute(sa.select(before.is_(None), sa.cast(after, sa.Text)).distinct())).all()
        total = await session.scalar(sa.select(sa.func.count()).select_from(PersonRow))
    assert (len(people), len(kept), total) == (1, 1, bulk.WORTH_IT + 1)
