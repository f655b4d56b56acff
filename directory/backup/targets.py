"""Where a backup's rows go to: an empty database at the backup's own schema, not yet brought up to date."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from directory.backup.archive import Reader
from directory.backup.records import DamagedError, Shape
from directory.backup.shapes import for_postgresql, for_sqlite, quoted, shapes
from directory.search.writing import REBUILD

#: Rows that are written at once.
BATCH: Final = 2000

_KEYS: Final = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""
_SEQUENCES: Final = """
    SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
        AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL
"""


def _matched(reader: Reader, present: Mapping[str, Shape]) -> Iterator[tuple[str, Shape]]:
    """The backup's tables with their shapes here, the columns in the backup's order.

    Raises:
        DamagedError: the backup holds a table or column that its own schema does not have, or the other way.
    """
    for table, member in reader.manifest.tables.items():
        shape = present.get(table)
        by_name = {column.name: column for column in shape.columns} if shape else {}
        if shape is None or set(by_name) != set(member.columns):
            raise DamagedError(f"holds a table {table} that its schema {reader.manifest.revision} has not")
        yield table, Shape(table, tuple(by_name[name] for name in member.columns), shape.key)


async def fill_sqlite(path: Path, reader: Reader) -> None:
    """Load a backup into the SQLite file at ``path``, which nobody else has open.

    Raises:
        DamagedError: the backup is not whole, or its rows contradict each other.
    """
    await asyncio.to_thread(_fill_sqlite, path, reader)


def _fill_sqlite(path: Path, reader: Reader) -> None:
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.pool.NullPool)
    present = {shape.table: shape for shape in shapes(sa.inspect(engine))}
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("BEGIN IMMEDIATE")
        try:
            for table, shape in _matched(reader, present):
                # What a migration put in is in the backup as well.
                if connection.execute(f"SELECT 1 FROM {quoted(table)} LIMIT 1").fetchone():  # noqa: S608
                    connection.execute(f"DELETE FROM {quoted(table)}")  # noqa: S608
                marks = ", ".join("?" * len(shape.columns))
                names = quoted(*(column.name for column in shape.columns))
                statement = f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks})"  # noqa: S608
                for rows in reader.rows(table, BATCH):
                    connection.executemany(statement, for_sqlite(shape, rows))
            connection.execute(REBUILD["sqlite"])
            stray = connection.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.IntegrityError as error:
            raise DamagedError(f"holds rows that contradict each other ({error})") from error
        except (ValueError, TypeError) as error:
            raise DamagedError(f"holds values that no database takes ({type(error).__name__})") from error
        if stray is not None:
            raise DamagedError(f"has a row in table {stray[0]} that leads to none in {stray[2]}")
        connection.execute("COMMIT")


async def fill_postgresql(connection: AsyncConnection, reader: Reader) -> None:
    """Load a backup within the caller's transaction.

    Keys that lead to other tables are taken away meanwhile, because rows may lead to later ones, and checked
    all at once when they come back.

    Raises:
        DamagedError: the backup is not whole, or its rows contradict each other.
    """
    import asyncpg

    present = {
        shape.table: shape for shape in await connection.run_sync(lambda plain: shapes(sa.inspect(plain)))
    }
    raw = (await connection.get_raw_connection()).driver_connection
    if raw is None:
        raise RuntimeError("the driver lends no connection")
    keys = await raw.fetch(_KEYS)
    for table, name, _ in keys:
        await raw.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        for table, shape in _matched(reader, present):
            await _copy_in(raw, shape, reader, table)
        for table, name, definition in keys:
            await raw.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    except (ValueError, TypeError, asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
        # The driver's own words quote the row.
        raise DamagedError(f"holds rows that no database takes ({type(error).__name__})") from error
    for table, column, sequence in await raw.fetch(_SEQUENCES):
        await raw.execute(
            f"SELECT setval('{sequence}', coalesce(max({quoted(column)}), 0) + 1, false) "  # noqa: S608
            f"FROM {quoted(table)}"
        )
    await raw.execute(REBUILD["postgresql"])


async def _copy_in(raw: Any, shape: Shape, reader: Reader, table: str) -> None:
    if await raw.fetchval(f"SELECT EXISTS (SELECT FROM {quoted(table)})"):  # noqa: S608
        await raw.execute(f"DELETE FROM {quoted(table)}")  # noqa: S608
    batches = reader.rows(table, BATCH)
    while (rows := await asyncio.to_thread(next, batches, None)) is not None:
        await raw.copy_records_to_table(
            table,
            columns=[column.name for column in shape.columns],
            records=for_postgresql(shape, rows),
        )
