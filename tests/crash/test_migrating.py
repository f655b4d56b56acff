"""A process that is killed in a migration leaves the schema as it was, and the next one migrates."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa

from directory import schema
from directory.database import Database
from tests.directory.test_schema import declare_every_table
from tests.support.postgres import on_server, url_of

pytestmark = pytest.mark.crash

#: The schema that an older program left, with a row that must outlive everything.
OLD: Final = "0006"
NETWORK: Final = sa.text("INSERT INTO network (code, names, acronyms) VALUES ('KEPT', '{}', '{}')")


def _migrate_and_die(url: str, statement: int) -> None:
    """Migrate in a process of its own, which is killed before its n-th statement (0: before the commit)."""
    database = Database(url)
    left = statement

    def count(*_arguments: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def commit(_connection: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if statement:
        sa.event.listen(database.engine.sync_engine, "before_cursor_execute", count)
    else:
        sa.event.listen(database.engine.sync_engine, "commit", commit)
    asyncio.run(schema.upgrade(database))


async def _prepare(url: str) -> None:
    database = Database(url)
    await schema.upgrade(database, OLD)
    async with database.writing() as session:
        await session.execute(NETWORK)
    await database.close()


async def _state(url: str) -> tuple[str | None, str | None]:
    """The revision, and the row."""
    database = Database(url)
    try:
        revision = await schema.current_revision(database)
        async with database.reading() as session:
            return revision, await session.scalar(sa.text("SELECT code FROM network"))
    finally:
        await database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'old.db'}"
        return
    if not request.getfixturevalue("postgres_answers"):
        pytest.skip("no PostgreSQL answers at ENLACE_TEST_POSTGRES_URL")
    name = f"enlace_migrating_{os.getpid()}"
    asyncio.run(on_server(f"CREATE DATABASE {name}"))
    yield url_of(name)
    asyncio.run(on_server(f"DROP DATABASE {name} WITH (FORCE)"))


def test_killed_in_a_migration_and_migrated_by_the_next(url: str) -> None:
    asyncio.run(_prepare(url))
    for statement in (1, 20, 75, 0):
        process = multiprocessing.get_context("fork").Process(target=_migrate_and_die, args=(url, statement))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL, statement
        assert asyncio.run(_state(url)) == (OLD, "KEPT"), statement

    async def migrate() -> list[object]:
        database = Database(url)
        try:
            await schema.upgrade(database)
            return await schema.drift(database)
        finally:
            await database.close()

    declare_every_table()
    assert asyncio.run(migrate()) == []
    assert asyncio.run(_state(url)) == (schema.newest_revision(), "KEPT")
