"""What is wrong with the database when an error comes from it rather than from what was asked of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from directory.database import Database

_READ_ONLY: Final = "can only be read"
_FULL: Final = "has no room left on its disk"
_LOCKED: Final = "is locked by another process"
_AWAY: Final = "cannot be reached"

#: SQLite's primary result codes (sqlite.org/rescode.html).
_SQLITE: Final[Mapping[int, str]] = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_IOERR: "cannot be written to its disk, or read from it",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened (is its folder there, and may it be written to?)",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore a backup",
    sqlite3.SQLITE_NOTADB: "is damaged, or the file is none; restore a backup",
}
#: PostgreSQL's codes and classes of them (appendix A of its manual).
_POSTGRESQL: Final[Mapping[str, str]] = {
    "53100": _FULL,
    "53300": "has too many connections",
    "25006": _READ_ONLY,
    "55P03": _LOCKED,
    "40": "was asked by others for the same rows",
    "57P": _AWAY,
    "08": _AWAY,
    "28": "does not let this program in",
    "3D": "does not exist",
}


class ReadOnlyError(OSError):
    """The server lets nobody change anything, as one does that follows another."""


def trouble(error: BaseException) -> str | None:
    """What is wrong with the database, to be said after its name; ``None`` where nothing is.

    ``None`` means that the statement itself was wrong, or that it was another error altogether: trying the
    same again will not help.
    """
    if isinstance(error, sa.exc.TimeoutError):
        return "is too busy"
    if isinstance(error, ReadOnlyError):
        return _READ_ONLY
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        # A lock is no error of the file: the primary code is the last byte.
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    if isinstance(error, sa.exc.DBAPIError):
        code = str(getattr(cause, "sqlstate", "") or "")
        for length in (5, 3, 2):
            if found := _POSTGRESQL.get(code[:length]):
                return found
        return _AWAY if error.connection_invalidated else None
    # Connections are made outside of any statement.
    return _AWAY if isinstance(error, ConnectionError) else None


async def check_writable(database: Database) -> None:
    """Begin a transaction that could write, and change nothing.

    Raises:
        ReadOnlyError, sqlalchemy.exc.DBAPIError, OSError: it cannot; :func:`trouble` says why.
    """
    async with database.transaction() as connection:
        if database.is_sqlite:
            # A file that can only be read lets even a transaction begin that is to write.
            try:
                await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '' WHERE 0")
            except sa.exc.OperationalError as error:
                # Whether it was ever migrated is asked elsewhere.
                if trouble(error) is not None:
                    raise
        else:
            state = await connection.exec_driver_sql("SHOW transaction_read_only")
            if state.scalar_one() == "on":
                raise ReadOnlyError
