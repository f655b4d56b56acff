"""One worker on a SQLite file: a lock that the operating system lets go of when its process dies."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from bot.contract import ConfigurationError
from directory.database import Database


class AlreadyRunningError(Exception):
    """Another process works on this database already."""


@contextlib.contextmanager
def only_worker(database: Database) -> Iterator[bool]:
    """Hold the lock of a SQLite database; yields whether no other process can be at work on it.

    On PostgreSQL any number of workers share the work by leases, and this yields ``False``.

    Raises:
        AlreadyRunningError: another process holds it.
        ConfigurationError: the database's folder is not there or cannot be written to.
    """
    if not database.is_sqlite or os.name != "posix":
        yield False
        return
    import fcntl

    path = Path(f"{database.url.database}-worker")
    try:
        handle = path.open("w")
    except OSError as error:
        problem = f"needs a folder that can be written to ({(error.strerror or '').lower()})"
        raise ConfigurationError("ENLACE_DATABASE_URL", problem) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunningError(str(path)) from error
        yield True
