"""Databases of the PostgreSQL server for the tests: each test has one alone, and the next takes it over.

Making and dropping a database takes a checkpoint, ten times as long as most tests do. So a database is
filled again with the rows of its template instead; one whose tables were changed is dropped.
"""

from __future__ import annotations

import io
import os
import uuid
from dataclasses import dataclass, field
from typing import Final

import asyncpg

POSTGRES_URL: Final = os.environ.get(
    "ENLACE_TEST_POSTGRES_URL", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres"
)

#: Everything that a test may have changed about the tables; equal texts mean equal schemas.
_SHAPE: Final = """
    SELECT string_agg(line, ';' ORDER BY line) FROM (
        SELECT format('%s.%s %s %s', c.relname, a.attname, a.atttypid, a.attnotnull) AS line
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i', 'S')
        UNION ALL
        SELECT format('%s %s %s', t.tgrelid::regclass, t.tgname, t.tgenabled)
        FROM pg_trigger t WHERE NOT t.tgisinternal
        UNION ALL
        SELECT format('%s %s', c.conrelid::regclass, c.conname)
        FROM pg_constraint c WHERE c.connamespace = 'public'::regnamespace
    ) AS lines
"""
_COLUMNS: Final = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attgenerated = ''
    GROUP BY c.relname
"""
_SEQUENCES: Final = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
_END_OTHERS: Final = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def url_of(name: str) -> str:
    """The address of a database of the server."""
    return POSTGRES_URL.rsplit("/", 1)[0] + f"/{name}"


async def connect(name: str = "") -> asyncpg.Connection:
    """A plain connection to the server, or to one of its databases."""
    address = url_of(name) if name else POSTGRES_URL
    return await asyncpg.connect(address.replace("+asyncpg", ""), timeout=5)


async def on_server(statement: str) -> None:
    """Execute one statement outside the tests' databases."""
    connection = await connect()
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@dataclass
class Databases:
    """Databases that are equal to one template, lent to one test at a time."""

    template: str
    _free: list[str] = field(default_factory=list)
    _made: list[str] = field(default_factory=list)
    _shape: str = ""
    _rows: dict[str, tuple[list[str], bytes]] = field(default_factory=dict)
    _sequences: dict[str, int | None] = field(default_factory=dict)
    _sums: dict[str, tuple[int, int]] = field(default_factory=dict)

    async def learn(self) -> None:
        """Remember what the template holds; it must be complete."""
        connection = await connect(self.template)
        try:
            self._shape = await connection.fetchval(_SHAPE)
            self._sequences = dict(await connection.fetch(_SEQUENCES))
            for table, columns in await connection.fetch(_COLUMNS):
                rows = io.BytesIO()
                await connection.copy_from_table(table, columns=columns, output=rows, format="binary")
                self._rows[table] = columns, rows.getvalue()
                if len(rows.getvalue()) > _LARGE:
                    self._sums[table] = await _sum(connection, table)
        finally:
            await connection.close()

    async def lend(self) -> str:
        """The name of a database that is as the template."""
        if self._free:
            return self._free.pop()
        name = f"enlace_test_{uuid.uuid4().hex[:12]}"
        await on_server(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        # Tests end programs, never the server: what it has committed stays, written to the disk or not.
        await on_server(f"ALTER DATABASE {name} SET synchronous_commit = off")
        self._made.append(name)
        return name

    async def take_back(self, name: str) -> None:
        """Make a database as it was lent, for the next test."""
        connection = await connect(name)
        try:
            await connection.execute(_END_OTHERS)
            same = await connection.fetchval(_SHAPE) == self._shape
            if same:
                await self._fill(connection)
        finally:
            await connection.close()
        if same:
            self._free.append(name)
        else:
            await on_server(f"DROP DATABASE {name} WITH (FORCE)")
            self._made.remove(name)

    async def _fill(self, connection: asyncpg.Connection) -> None:
        async with connection.transaction():
            # Neither keys nor the triggers of what can only be appended to stand in the way.
            await connection.execute("SET LOCAL session_replication_role = replica")
            # Few tests change what is searched for, and writing its indexes anew takes longer than they do.
            same = {table for table, known in self._sums.items() if await _sum(connection, table) == known}
            changed = [table for table in self._rows if table not in same]
            await connection.execute(";".join(f'DELETE FROM "{table}"' for table in changed))
            for table in changed:
                columns, rows = self._rows[table]
                if len(rows) > _EMPTY:
                    await connection.copy_to_table(
                        table, columns=columns, source=io.BytesIO(rows), format="binary"
                    )
            for name, last in self._sequences.items():
                await connection.execute("SELECT setval($1, $2, $3)", name, last or 1, last is not None)

    async def drop_all(self) -> None:
        """Leave nothing on the server but the template."""
        for name in self._made:
            await on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def _sum(connection: asyncpg.Connection, table: str) -> tuple[int, int]:
    """How many rows a table has, and a sum over all that they hold, in whatever order they stand."""
    counted = f'SELECT count(*), sum(hashtextextended(t::text, 0)) FROM "{table}" AS t'
    count, total = await connection.fetchrow(counted)
    return count, int(total or 0)


#: Tables whose binary copy is longer than this are looked at before they are filled again, in bytes.
_LARGE: Final = 20_000
#: The length of a binary copy without rows: its header and its trailer.
_EMPTY: Final = 21
