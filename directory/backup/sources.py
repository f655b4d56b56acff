"""Where a backup's rows come from: one snapshot of a database, while others go on writing.

On SQLite that is a copy of the file. It is made in one go and gone again at once: a reader that takes its
time would keep the write-ahead log from being brought back into the file, and hold up whoever does that.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.backup.records import BackupError, Kind, Shape
from directory.backup.shapes import VERSION_TABLE, quoted, shapes
from directory.database import SQLITE_BUSY_MS, Database

#: Rows that are read at once.
BATCH: Final = 500


class Source(Protocol):
    """One snapshot."""

    async def shapes(self) -> Sequence[Shape]:
        """The tables."""
        ...

    async def one(self, statement: str) -> tuple[Any, ...] | None:
        """The first row that a statement brings."""
        ...

    def rows(self, shape: Shape) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """A table's rows in the order of its key, some at a time."""
        ...


@contextlib.asynccontextmanager
async def snapshot(database: Database, folder: Path) -> AsyncIterator[Source]:
    """One snapshot of a database. The copy of an SQLite file is made in ``folder``.

    Raises:
        BackupError: the database cannot be read.
    """
    if not database.is_sqlite:
        async with database.reading() as session:
            yield _PostgreSQL(await session.connection())
        return
    connection = await asyncio.to_thread(_copy, Path(database.url.database or ""), folder)
    try:
        yield _SQLite(connection)
    finally:
        connection.close()


def _copy(path: Path, folder: Path) -> sqlite3.Connection:
    """A connection to a copy of an SQLite file that nobody else can open, and that is gone with it."""
    if not path.exists():
        raise BackupError(f"there is no database at {path}")
    copy = folder / f".copy-{uuid.uuid4().hex}.part"
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with contextlib.closing(
            sqlite3.connect(path, timeout=SQLITE_BUSY_MS / 1000, isolation_level=None)
        ) as source:
            source.execute("VACUUM INTO ?", (str(copy),))
        connection = sqlite3.connect(
            f"{copy.resolve().as_uri()}?immutable=1", uri=True, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA query_only=ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise BackupError(f"the database cannot be copied ({error})") from error
    finally:
        # The open connection keeps the file; on systems that do not let it go, it goes with the next run.
        with contextlib.suppress(OSError):
            copy.unlink()
    return connection


class _SQLite:
    """A copy of an SQLite file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def shapes(self) -> Sequence[Shape]:
        return await asyncio.to_thread(self._shapes)

    def _shapes(self) -> Sequence[Shape]:
        # The engine is let go of without being disposed of: the connection was lent to it.
        engine = sa.create_engine("sqlite://", creator=lambda: self._connection, poolclass=sa.pool.StaticPool)
        return shapes(sa.inspect(engine))

    async def one(self, statement: str) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._connection.execute(statement).fetchone()
        return row

    async def rows(self, shape: Shape) -> AsyncIterator[Sequence[Sequence[Any]]]:
        names = quoted(*(column.name for column in shape.columns))
        cursor = self._connection.cursor()
        statement = f"SELECT {names} FROM {quoted(shape.table)} ORDER BY {quoted(*shape.key)}"  # noqa: S608
        await asyncio.to_thread(cursor.execute, statement)
        while batch := await asyncio.to_thread(cursor.fetchmany, BATCH):
            yield batch


class _PostgreSQL:
    """A transaction that sees one snapshot."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def shapes(self) -> Sequence[Shape]:
        return await self._connection.run_sync(lambda connection: shapes(sa.inspect(connection)))

    async def one(self, statement: str) -> tuple[Any, ...] | None:
        row = (await self._connection.exec_driver_sql(statement)).first()
        return tuple(row) if row is not None else None

    async def rows(self, shape: Shape) -> AsyncIterator[Sequence[Sequence[Any]]]:
        names = ", ".join(
            f"{quoted(column.name)}::text" if column.kind is Kind.JSON else quoted(column.name)
            for column in shape.columns
        )
        statement = f"SELECT {names} FROM {quoted(shape.table)} ORDER BY {quoted(*shape.key)}"  # noqa: S608
        # A name in the statement may hold a colon, which a text would take for a parameter.
        found = await self._connection.stream(sa.text(statement.replace(":", r"\:")))
        async for batch in found.partitions(BATCH):
            yield batch


async def revision(source: Source) -> str:
    """The revision of the snapshot's schema.

    Raises:
        BackupError: the database was never migrated.
    """
    names = {shape.table for shape in await source.shapes()}
    if "country" not in names:
        raise BackupError("the database holds nothing: it was never migrated (run: enlace db upgrade)")
    row = await source.one(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608
    if row is None:
        raise BackupError("the database does not say which schema it has")
    return str(row[0])
