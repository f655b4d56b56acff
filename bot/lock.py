"""One worker on a SQLite file: a lock that the operating system lets go of when its process dies."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from directory.database import Database


class AlreadyRunningError(Exception):
    """Another process works on this database already."""


@contextlib.contextmanager
def only_worker(database: Database) -> Iterator[bool]:
    """Hold the lock of a SQLite database; yields whether no other process can be at work on it.

    On PostgreSQL any number of workers share the work by leases, and this yields ``False``.

    Raises:
        AlreadyRunningError: another process holds it.
    """
    if not database.is_sqlite or os.name != "posix":
        yield False
        return
    import fcntl

    path = Path(f"{database.url.database}-worker")
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunningError(str(path)) from error
        yield True
