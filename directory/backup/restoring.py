"""A backup is restored: into an empty database, or in the place of one, whole or not at all.

An SQLite database is filled beside its place and moved there when it is complete; on PostgreSQL everything is
one transaction. Whatever ends it, the database is afterwards what it was or what the backup says.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from directory import audit, schema
from directory.backup import targets
from directory.backup.archive import Reader, flush_folder
from directory.backup.records import BackupError, DamagedError, Manifest, OccupiedError
from directory.database import Database

#: A database in which none of these tables has a row holds nothing that would be lost.
_CONTENT: Final = ("audit_entry", "person", "post", "institution", "network", "project", "account", "inbox")

_OTHERS: Final = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

#: What else a restored database needs before anybody works on it, in the transaction that restores it:
#: given the moment of the backup; returns what was done, as counts to be told.
Settle = Callable[[AsyncSession, Manifest], Awaitable[Mapping[str, int]]]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: the backup's manifest, what was settled, where the database before it is kept."""

    manifest: Manifest
    settled: Mapping[str, int]
    kept: Path | None = None


async def restore(
    database_url: str | URL, reader: Reader, now: datetime, settle: Settle, *, replace: bool = False
) -> Restored:
    """Restore a backup, brought up to this program's schema.

    ``replace``: a database that is not empty goes; an SQLite file is kept under another name.

    Raises:
        OccupiedError: the database is not empty, or somebody works on it.
        DamagedError: the backup is not whole; nothing was changed.
        BackupError: the backup is of a newer program, or the place cannot be written to.
    """
    revision = reader.manifest.revision
    if not await asyncio.to_thread(schema.is_known, revision):
        raise BackupError(
            f"it was made by version {reader.manifest.program}, whose schema {revision} this program "
            "does not know; install that version, or a later one"
        )
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return await _restore_file(url, reader, now, settle, replace=replace)
    database = Database(url)
    try:
        async with database.engine.begin() as connection:
            return await _restore_server(connection, reader, settle, replace=replace)
    except (sa.exc.DBAPIError, OSError) as error:
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        raise BackupError(f"the database cannot be reached or written to ({type(cause).__name__})") from error
    finally:
        await database.close()


async def _restore_server(
    connection: AsyncConnection, reader: Reader, settle: Settle, *, replace: bool
) -> Restored:
    await _be_alone(connection)
    if not replace and await connection.run_sync(_has_content):
        raise OccupiedError("the database is not empty (--replace puts the backup in its place)")
    present = await connection.run_sync(_revision)
    if present is not None:
        if not schema.is_known(present):
            raise BackupError(f"the database has schema {present}, which this program does not know")
        await schema.downgrade_within(connection, "base")
    await schema.upgrade_within(connection, reader.manifest.revision)
    await targets.fill_postgresql(connection, reader)
    await schema.upgrade_within(connection)
    return Restored(reader.manifest, await _settle(connection, reader, settle))


async def _be_alone(connection: AsyncConnection) -> None:
    """Wait a moment for connections that are being closed.

    Raises:
        OccupiedError: others stay open.
    """
    others = 0
    for pause in (0, 0.1, 0.2, 0.5):
        await asyncio.sleep(pause)
        if not (others := (await connection.scalar(sa.text(_OTHERS))) or 0):
            return
    raise OccupiedError(f"{others} other connections to the database are open; stop what uses it first")


async def _restore_file(
    url: URL, reader: Reader, now: datetime, settle: Settle, *, replace: bool
) -> Restored:
    path = Path(url.database or "")
    occupied = await asyncio.to_thread(_file_has_content, path)
    if occupied and not replace:
        raise OccupiedError(f"{path} is not empty (--replace puts the backup in its place)")
    made = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        settled = await build(made, reader, settle)
        kept = await asyncio.to_thread(_swap, made, path, now, keep=occupied)
    except (OSError, sqlite3.OperationalError, sa.exc.OperationalError) as error:
        told = error.orig if isinstance(error, sa.exc.OperationalError) else error
        raise BackupError(f"{path} cannot be written ({told})") from error
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            made.with_name(made.name + ending).unlink(missing_ok=True)
    return Restored(reader.manifest, settled, kept)


async def build(path: Path, reader: Reader, settle: Settle) -> Mapping[str, int]:
    """Build an SQLite database at ``path`` out of a backup; returns what was settled.

    Raises:
        DamagedError: the backup is not whole, or its trail does not close.
    """
    url = URL.create("sqlite+aiosqlite", database=str(path))
    for step in (reader.manifest.revision, "head"):
        database = Database(url)
        try:
            await schema.upgrade(database, step)
        finally:
            await database.close()
        if step != "head":
            await targets.fill_sqlite(path, reader)
    database = Database(url)
    try:
        async with database.engine.begin() as connection:
            settled = await _settle(connection, reader, settle)
        await database.checkpoint()
    finally:
        await database.close()
    # One file is moved more surely than three.
    await asyncio.to_thread(_alone, path)
    return settled


async def _settle(connection: AsyncConnection, reader: Reader, settle: Settle) -> Mapping[str, int]:
    session = AsyncSession(connection, expire_on_commit=False)
    # Before anything is added, the trail must close where the backup says that it ended.
    if reader.manifest.head is not None and (broken := await audit.verify(session, reader.manifest.head)):
        raise DamagedError(f"holds a record that is broken at entry {broken.number}, which {broken.reason}")
    settled = await settle(session, reader.manifest)
    await session.flush()
    return settled


def _revision(connection: sa.Connection) -> str | None:
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _has_content(connection: sa.Connection) -> bool:
    tables = set(sa.inspect(connection).get_table_names())
    if tables and "alembic_version" not in tables:
        # Somebody else's tables, or a database from before there were migrations.
        return True
    return any(
        connection.execute(sa.text(f"SELECT 1 FROM {table} LIMIT 1")).first() is not None  # noqa: S608
        for table in _CONTENT
        if table in tables
    )


def _file_has_content(path: Path) -> bool:
    if not path.exists():
        return False
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.pool.NullPool)
    try:
        with engine.connect() as connection:
            return _has_content(connection)
    except sa.exc.DatabaseError:
        # What cannot be read is not known to be empty.
        return True
    finally:
        engine.dispose()


def _alone(path: Path) -> None:
    """Bring the write-ahead log of a file that nobody has open back into it.

    Raises:
        OccupiedError: somebody has it open.
    """
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise OccupiedError(f"{path} is open in another process; stop it first") from error
        raise


def _swap(made: Path, path: Path, now: datetime, *, keep: bool) -> Path | None:
    """Put the new file in its place, at once; returns where the old one is kept."""
    kept = None
    if path.exists():
        # A damaged file may have nothing to bring back: its log moves with it, never to the new file.
        with contextlib.suppress(sqlite3.DatabaseError):
            _alone(path)
        if keep:
            kept = path.with_name(f"{path.name}-before-{now:%Y%m%dT%H%M%SZ}")
            for ending in ("-wal", "-shm"):
                if (beside := path.with_name(path.name + ending)).exists():
                    beside.rename(kept.with_name(kept.name + ending))
            os.link(path, kept)
    handle = os.open(made, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    made.replace(path)
    flush_folder(path.parent)
    return kept
