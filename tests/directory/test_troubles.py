"""What is wrong with a database is told from what is wrong with a statement."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.database import Database
from directory.troubles import check_writable, trouble


async def fails(database: Database, *statements: str) -> BaseException:
    """The error of the last of some statements in one transaction."""

    async def execute() -> None:
        async with database.transaction() as connection:
            for statement in statements:
                await connection.exec_driver_sql(statement)

    with pytest.raises((sa.exc.SQLAlchemyError, OSError)) as caught:
        await execute()
    return caught.value


async def test_it_can_only_be_read(database: Database) -> None:
    begin = "PRAGMA query_only=ON" if database.is_sqlite else "SET TRANSACTION READ ONLY"
    error = await fails(database, begin, "UPDATE audit_head SET number = 0")
    assert trouble(error) == "can only be read"


async def test_a_wrong_statement_is_no_trouble(database: Database) -> None:
    assert trouble(await fails(database, "SELECT nonsense FROM nowhere")) is None
    assert (
        trouble(await fails(database, "INSERT INTO audit_head (id, number, hash) VALUES (1, 1, '')")) is None
    )
    assert trouble(ValueError()) is None
    await check_writable(database)


async def test_sqlite_without_room(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'small.db'}")
    await check_writable(database)
    large = "INSERT INTO t SELECT hex(randomblob(100000))"
    error = await fails(database, "CREATE TABLE t (x)", "PRAGMA max_page_count=10", large)
    assert trouble(error) == "has no room left on its disk"
    await database.close()


async def test_a_server_that_is_not_there() -> None:
    database = Database("postgresql+asyncpg://nobody@127.0.0.1:9/none")
    assert trouble(await fails(database, "SELECT 1")) == "cannot be reached"
    await database.close()
