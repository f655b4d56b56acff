"""A connection to SQLite whose statements cross to the driver's thread once.

The driver has a thread for each connection, and making a cursor, executing, fetching and closing are four
crossings, each of which costs more than a short statement does. Here they are one.
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Self

import aiosqlite
from sqlalchemy.engine import URL
from typing_extensions import override


class OneHopCursor:
    """What SQLAlchemy asks of a cursor; rows are fetched where the statement is executed."""

    arraysize = 1

    def __init__(self, connection: OneHopConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        """Nothing is opened before the statement is known."""
        return self

    async def execute(self, statement: str, parameters: Any = ()) -> Self:
        """Execute one statement and fetch all its rows."""
        await self._connection.run(self._work, sqlite3.Cursor.execute, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Sequence[Any]) -> Self:
        """Execute one statement many times."""
        await self._connection.run(self._work, sqlite3.Cursor.executemany, statement, parameters)
        return self

    def _work(
        self, raw: sqlite3.Connection, execute: Callable[..., Any], statement: str, parameters: Any
    ) -> None:
        cursor = raw.cursor()
        try:
            execute(cursor, statement, parameters)
            self.description, self.rowcount = cursor.description, cursor.rowcount
            self.lastrowid = cursor.lastrowid
            if self.description:
                self._rows = cursor.fetchall()
        finally:
            cursor.close()

    async def fetchall(self) -> list[Any]:
        """The rows that are left."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open."""


class OneHopConnection(aiosqlite.Connection):
    """The driver's connection with cursors of that kind.

    A transaction begins in the crossing of its first statement, and one that never began ends without any.
    """

    _begin = ""

    def begin_with(self, statement: str) -> None:
        """Begin a transaction by ``statement`` before the next one is executed."""
        self._begin = statement

    async def run(self, work: Callable[..., None], *arguments: Any) -> None:
        """Do ``work`` with the plain connection, in its thread, in the transaction that is to begin."""
        begin, self._begin = self._begin, ""
        await self._execute(_do, self._conn, begin, work, *arguments)  # type: ignore[no-untyped-call]

    @override
    async def commit(self) -> None:
        """End the transaction, if one began."""
        self._begin = ""
        if self._conn.in_transaction:
            await super().commit()

    @override
    async def rollback(self) -> None:
        """Undo the transaction, if one began; nobody waits, because what comes next is behind it in line."""
        self._begin = ""
        if self._conn.in_transaction:
            self._tx.put_nowait((None, self._conn.rollback))

    @override
    def cursor(self) -> Any:
        return OneHopCursor(self)


def _do(raw: sqlite3.Connection, begin: str, work: Callable[..., None], *arguments: Any) -> None:
    if begin:
        raw.execute(begin)
    work(raw, *arguments)


def opener(url: URL, **options: Any) -> Callable[[], Coroutine[Any, Any, aiosqlite.Connection]]:
    """What opens connections to the file of ``url``; for ``create_async_engine(async_creator=...)``."""
    arguments, given = url.get_dialect()().create_connect_args(url)
    connect_to: Callable[[], sqlite3.Connection] = functools.partial(
        sqlite3.connect, *arguments, **{**given, **options}
    )

    async def connect() -> aiosqlite.Connection:
        connection = OneHopConnection(connect_to, 64)
        # A program that ends without closing must not wait for this thread.
        connection._thread.daemon = True
        return await connection

    return connect
