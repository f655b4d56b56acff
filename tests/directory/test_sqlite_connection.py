"""The connection that crosses to SQLite's thread once a statement behaves as the driver's own does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.database import Database


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'plain.db'}"


async def test_rows_counts_keys_and_errors(url: str) -> None:
    database = Database(url)
    async with database.writing() as session:
        await session.execute(sa.text("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT UNIQUE)"))
    async with database.writing() as session:
        await session.execute(sa.text("INSERT INTO t (x) VALUES (:x)"), [{"x": str(n)} for n in range(50)])
        changed = await session.execute(sa.text("UPDATE t SET x = x || 'é' WHERE id <= 7"))
        assert changed.rowcount == 7  # type: ignore[attr-defined]
        last = await session.execute(sa.text("INSERT INTO t (x) VALUES ('last') RETURNING id"))
        assert last.scalar_one() == 51

    async def insert(*texts: str) -> None:
        async with database.writing() as session:
            for text in texts:
                await session.execute(sa.text("INSERT INTO t (x) VALUES (:x)"), {"x": text})

    with pytest.raises(sa.exc.IntegrityError) as caught:
        await insert("fine", "last")
    assert "last" not in str(caught.value)
    async with database.reading() as session:
        rows = (await session.execute(sa.text("SELECT id, x FROM t ORDER BY id"))).all()
        assert len(rows) == 51
        assert rows[0] == (1, "0é")
        first = await session.execute(sa.text("SELECT id FROM t ORDER BY id"))
        assert [first.scalars().first(), (await session.execute(sa.text("SELECT 1"))).scalar()] == [1, 1]
        with pytest.raises(sa.exc.OperationalError):
            await session.execute(sa.text("DELETE FROM t"))
    await database.close()


async def test_writers_queue_and_readers_do_not_wait(url: str) -> None:
    database = Database(url)
    async with database.writing() as session:
        await session.execute(sa.text("CREATE TABLE t (n INTEGER)"))
        await session.execute(sa.text("INSERT INTO t VALUES (0)"))

    async def add() -> None:
        async with database.writing() as session:
            number = (await session.execute(sa.text("SELECT n FROM t"))).scalar_one()
            await asyncio.sleep(0)
            await session.execute(sa.text("UPDATE t SET n = :n"), {"n": number + 1})

    async with database.writing() as session:
        await session.execute(sa.text("UPDATE t SET n = 100"))
        async with database.reading() as other:
            assert (await other.execute(sa.text("SELECT n FROM t"))).scalar_one() == 0
    await asyncio.gather(*(add() for _ in range(12)))
    async with database.reading() as session:
        assert (await session.execute(sa.text("SELECT n FROM t"))).scalar_one() == 112
    await database.close()
