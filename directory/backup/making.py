"""A backup is made: every table of one snapshot goes into one file."""

from __future__ import annotations

import asyncio
import importlib.metadata
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from directory.audit import Head
from directory.backup import sources
from directory.backup.archive import Writer
from directory.backup.records import BackupError, Manifest
from directory.backup.shapes import written
from directory.backup.sources import Source
from directory.database import Database

#: What the file of a backup is called: the moment is UTC.
_NAME: Final = re.compile(r"enlace-(\d{8}T\d{6})Z\.backup")
_MOMENT: Final = "%Y%m%dT%H%M%S"


def file_name(now: datetime) -> str:
    """What a backup that is made at a moment is called."""
    return f"enlace-{now.astimezone(UTC).strftime(_MOMENT)}Z.backup"


def made_at(path: Path) -> datetime | None:
    """When the backup was made that a file's name speaks of; ``None`` where it is no such name."""
    found = _NAME.fullmatch(path.name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def program() -> str:
    """The version of this program."""
    return importlib.metadata.version("enlace")


async def make(database: Database, path: Path, now: datetime) -> Manifest:
    """Write a backup of ``database`` to ``path``, which must not exist. Others may go on writing meanwhile.

    Raises:
        BackupError: the database cannot be read, or the file not written; the text says why.
    """
    try:
        with await asyncio.to_thread(Writer, path) as writer:
            async with sources.snapshot(database, path.parent) as source:
                revision = await sources.revision(source)
                head = await _head(source)
                for shape in await source.shapes():
                    with writer.table(shape) as table:
                        async for rows in source.rows(shape):
                            await asyncio.to_thread(lambda: table.write(written(shape, rows)))  # noqa: B023
            return await asyncio.to_thread(writer.finish, now, program(), revision, database.dialect, head)
    except OSError as error:
        raise BackupError(f"{path} cannot be written ({error.strerror or type(error).__name__})") from error


async def _head(source: Source) -> Head | None:
    if not any(shape.table == "audit_head" for shape in await source.shapes()):
        return None
    row = await source.one("SELECT number, hash FROM audit_head")
    return Head(int(row[0]), str(row[1])) if row is not None else None
