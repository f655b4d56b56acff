"""Backups by hand: made, noted and restored from the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bot.backing_up import noted
from bot.i18n import utc_now
from bot.lists.command_line import actor
from bot.lock import only_worker
from bot.settling import Settlement, Unsent
from directory import backup, schema
from directory.backup import BackupError, Manifest, Reader, Restored, runs
from directory.database import Database
from reminders.workers import own_name


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: its file, what it says of itself, its size in bytes.

    ``unnoted`` is why the database could not note it, as where it can only be read; empty where it did.
    """

    path: Path
    manifest: Manifest
    size: int
    unnoted: str = ""


async def back_up(database_url: str, place: Path) -> Made:
    """Make a backup of the database at an address, in a folder or as a file.

    Raises:
        BackupError: it cannot be made; the text says why.
    """
    now = utc_now()
    path = place / backup.file_name(now) if await asyncio.to_thread(place.is_dir) else place
    database = Database(database_url)
    if database.is_sqlite and not await asyncio.to_thread(Path(database.url.database or "").exists):
        raise BackupError(f"there is no database at {database.url.database}")
    try:
        number, unnoted = await _begun(database)
        try:
            manifest = await backup.make(database, path, now)
        except BackupError as error:
            if number is not None:
                async with database.writing() as session:
                    await runs.failed(session, number, utc_now(), str(error))
            raise
        size = (await asyncio.to_thread(path.stat)).st_size
        if number is not None:
            async with database.writing() as session:
                await noted(session, number, utc_now(), path, manifest, actor())
        return Made(path, manifest, size, unnoted)
    finally:
        await database.close()


async def _begun(database: Database) -> tuple[int | None, str]:
    """The number under which a backup is noted, or why it cannot be.

    A backup is made all the same: just where nothing can be written any more it is wanted.
    """
    try:
        if await schema.current_revision(database) != schema.newest_revision():
            return None, "it is not at this program's schema"
        async with database.writing() as session:
            return await runs.begin(session, own_name(), utc_now()), ""
    except (sa.exc.DBAPIError, OSError) as error:
        return None, str(error.orig) if isinstance(error, sa.exc.DBAPIError) else str(error)


async def restore(database_url: str, reader: Reader, *, replace: bool) -> tuple[Restored, Sequence[Unsent]]:
    """Restore a backup; returns what was done and the messages that are not sent any more.

    Raises:
        BackupError: it cannot be restored; nothing was changed.
        AlreadyRunningError: the program works on the SQLite file that is there.
    """
    now = utc_now()
    settlement = Settlement(reader.path.name, actor(), now)
    database = Database(database_url)
    if database.is_sqlite and not await asyncio.to_thread(Path(database.url.database or "").parent.is_dir):
        raise BackupError(f"there is no folder for {database.url.database}")
    with only_worker(database):
        restored = await backup.restore(database_url, reader, now, settlement, replace=replace)
    return restored, settlement.unsent
