"""A connection that the server closed while nobody used it is not given out."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from directory import database as module
from directory.database import Database


async def test_a_connection_that_died_in_the_pool_is_replaced(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no server that could close a connection")
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.0)
    async with database.reading() as session:
        first = (await session.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one()
    await end(database, first)
    async with database.reading() as session:
        second = (await session.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one()
    assert second != first


async def end(database: Database, pid: int) -> None:
    """Close a connection from the server's side."""
    other = Database(database.url)
    async with other.writing() as session:
        await session.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    await other.close()
