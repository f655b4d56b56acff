"""A backup is checked: it is read whole, restored into a scratch database, and that is looked at."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from directory import schema
from directory.backup import restoring
from directory.backup.archive import Reader
from directory.backup.records import BackupError, DamagedError, Manifest


async def verify(path: Path) -> Manifest:
    """Check a backup as far as can be without using it; returns what it says of itself.

    That is: every table's digest and number of rows, that every row is taken by an empty database of the
    backup's schema and leads to rows that exist, that this program can bring it up to date, and that the
    trail closes and ends where it ended when the backup was made. The scratch database is gone afterwards.

    Raises:
        DamagedError: something of it is not so.
        BackupError: the file cannot be read, or is of a newer program.
    """
    try:
        with await asyncio.to_thread(Reader, path) as reader:
            if not await asyncio.to_thread(schema.is_known, reader.manifest.revision):
                await asyncio.to_thread(reader.check)
                raise BackupError(
                    f"{path} is whole, but of version {reader.manifest.program}, which is newer than this one"
                )
            # Whatever is loaded is checked against its digest.
            with tempfile.TemporaryDirectory(prefix="enlace-verify-") as folder:
                await restoring.build(Path(folder) / "scratch.db", reader, _nothing)
            return reader.manifest
    except DamagedError as error:
        raise DamagedError(f"{path} {error}") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read ({error.strerror or type(error).__name__})") from error


async def _nothing(_session: AsyncSession, _manifest: Manifest) -> Mapping[str, int]:
    """A scratch database needs nothing settled."""
    return {}
