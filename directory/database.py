"""The one database: engines, sessions, portable column types and the migrations.

SQLite and PostgreSQL hold the same schema. Two kinds of transaction exist and no third:
``reading()`` sees one snapshot and can change nothing; ``writing()`` commits whole or not at all.
On SQLite writers queue for the single write connection instead of failing, and readers never wait.
"""

from __future__ import annotations

import contextlib
import enum
import sqlite3
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase
from typing_extensions import override

from directory.turnstile import Turnstile

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

#: How long one process waits for another's write transaction on SQLite, in milliseconds.
SQLITE_BUSY_MS: Final = 30_000

#: How many connections to PostgreSQL one process keeps. Servers allow 100 by default.
POSTGRESQL_CONNECTIONS: Final = 12

#: A connection to PostgreSQL that nobody used for so long is asked whether it still lives.
IDLE_SECONDS: Final = 5.0
_USED_AT: Final = "enlace_used_at"

#: Execution option of a SQLite connection whose next statement must stand outside a transaction.
NO_TRANSACTION: Final = "enlace_no_transaction"

#: What ``session.info`` holds in a transaction that sees one snapshot: what it read stays true in it.
SNAPSHOT: Final = {"snapshot": True}


#: What executes statements: functions that use tables, not objects, take either.
Runner = AsyncSession | AsyncConnection


class Base(DeclarativeBase):
    """The declarative base of every table; constraints are named so that migrations can name them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Instant(sa.types.TypeDecorator[datetime]):
    """A moment in UTC. Naive values are refused, because SQLite and asyncpg both accept them silently."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    @override
    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(sa.types.TypeDecorator[Any]):
    """An exact decimal with four places, kept as text on SQLite, whose NUMERIC would become a float."""

    impl = sa.Numeric(20, 4)
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.String(32))
        return dialect.type_descriptor(sa.Numeric(20, 4))

    @override
    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError("money is a Decimal")
        exact = value.quantize(Decimal("0.0001"))
        if exact != value:
            raise ValueError("money has at most four decimal places")
        return str(exact) if dialect.name == "sqlite" else exact

    @override
    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        return None if value is None else Decimal(value)


#: A 64-bit number; as a primary key it counts upwards on both databases.
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: A JSON document: text on SQLite, JSONB on PostgreSQL.
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def one_of(kind: type[enum.StrEnum], name: str) -> sa.Enum:
    """A column that holds one of an enumeration's values as text, with a CHECK named ``name``."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def has_wal_reset_race(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite can corrupt a WAL that is checkpointed while another connection resets it.

    Source: the "WAL-reset bug" of sqlite.org/wal.html: 3.7.0 to 3.51.2, mended in 3.51.3 and, for the
    older lines, in 3.50.7 and 3.44.6.
    """
    if version >= (3, 51, 3):
        return False
    major_minor = version[:2]
    return not ((major_minor == (3, 50) and version[2] >= 7) or (major_minor == (3, 44) and version[2] >= 6))


class Database:
    """An open database. Built once by the composition root, closed by it."""

    def __init__(self, url: str | URL) -> None:
        self.url: Final = make_url(url)
        self._gate = Turnstile()
        self.safe_mode: Final = self.is_sqlite and has_wal_reset_race(sqlite3.sqlite_version_info)
        if self.is_sqlite:
            if not self.url.database or self.url.database == ":memory:":
                raise ValueError("the database must be a file")
            self._writer = self._sqlite_engine(pool_size=1, begin="BEGIN IMMEDIATE", query_only=False)
            self._reader = self._sqlite_engine(pool_size=4, begin="BEGIN DEFERRED", query_only=True)
            self._reads = async_sessionmaker(
                self._reader, expire_on_commit=False, autoflush=False, info=SNAPSHOT
            )
        else:
            self._writer = self._postgresql_engine()
            self._reader = self._writer
            snapshot = self._reader.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._reads = async_sessionmaker(snapshot, expire_on_commit=False, autoflush=False, info=SNAPSHOT)
        self._writes = async_sessionmaker(self._writer, expire_on_commit=False)

    @property
    def dialect(self) -> str:
        """``"sqlite"`` or ``"postgresql"``."""
        return self.url.get_backend_name()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, which has one writer at a time."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def engine(self) -> AsyncEngine:
        """The engine that can write, for migrations and checks."""
        return self._writer

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """One snapshot that cannot be written to."""
        async with self._reads() as session:
            yield session

    @contextlib.asynccontextmanager
    async def writing(self, *, urgent: bool = False) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises.

        ``urgent`` ones go first where writers queue; somebody waits for them.
        """
        if self.is_sqlite:
            async with self._gate.passing(urgent=urgent), self._writes() as session, session.begin():
                yield session
        else:
            async with self._writes() as session, session.begin():
                yield session

    @contextlib.asynccontextmanager
    async def transaction(self, *, urgent: bool = False) -> AsyncIterator[AsyncConnection]:
        """The same as :meth:`writing` without a session, which costs as much as a short statement does."""
        if self.is_sqlite:
            async with self._gate.passing(urgent=urgent), self._writer.begin() as connection:
                yield connection
        else:
            async with self._writer.begin() as connection:
                yield connection

    async def checkpoint(self) -> None:
        """Bring the write-ahead log back into the file.

        In safe mode nothing else does it: TRUNCATE holds the write lock for the whole checkpoint, so no
        other connection can reset the log meanwhile, which is what the race needs.
        """
        if not self.is_sqlite:
            return
        async with self._gate.passing(urgent=False), self._writer.connect() as connection:
            plain = await connection.execution_options(**{NO_TRANSACTION: True})
            await plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def scrub(self) -> bool:
        """Leave nothing of deleted rows in the files; false where a reader was in the way: to be repeated.

        SQLite writes the whole file anew, without what was deleted, and empties the write-ahead log.
        PostgreSQL takes dead rows out of its tables; their bytes stay in free space until that is used
        again, and in whatever write-ahead log is archived elsewhere.
        """
        if self.is_sqlite:
            async with self._gate.passing(urgent=False), self._writer.connect() as connection:
                plain = await connection.execution_options(**{NO_TRANSACTION: True})
                await plain.exec_driver_sql("VACUUM")
                held_up = (await plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).scalar_one()
            return not held_up
        async with self._writer.connect() as connection:
            plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
            names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
            await plain.exec_driver_sql(f"VACUUM {names}, search_fts")
        return True

    async def close(self) -> None:
        """Close every connection. Safe to call twice."""
        with contextlib.suppress(sa.exc.OperationalError):
            if self.safe_mode:
                await self.checkpoint()
        await self._reader.dispose()
        await self._writer.dispose()

    def _postgresql_engine(self) -> AsyncEngine:
        # No overflow: a connection that is opened for one statement costs more than waiting for another does.
        engine = create_async_engine(
            self.url,
            pool_size=POSTGRESQL_CONNECTIONS,
            max_overflow=0,
            pool_timeout=60,
            hide_parameters=True,
        )

        @event.listens_for(engine.sync_engine, "checkin")
        def on_checkin(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
            record.info[_USED_AT] = time.monotonic()

        @event.listens_for(engine.sync_engine, "checkout")
        def on_checkout(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
            # Asking the server each time (pool_pre_ping) costs as much as a short statement does.
            used_at = record.info.get(_USED_AT)
            if used_at is None or time.monotonic() - used_at < IDLE_SECONDS:
                return
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                # The pool takes another connection, and looks at that one in the same way.
                raise sa.exc.DisconnectionError from error

        return engine

    def _sqlite_engine(self, *, pool_size: int, begin: str, query_only: bool) -> AsyncEngine:
        from directory.sqlite_connection import OneHopConnection, opener

        engine = create_async_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=60,
            # An error's text may stand in a log, and parameters hold what people wrote and are.
            hide_parameters=True,
            async_creator=opener(self.url, timeout=SQLITE_BUSY_MS / 1000),
        )
        safe_mode = self.safe_mode

        @event.listens_for(engine.sync_engine, "connect")
        def on_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
            # The driver's own transactions start too late for a snapshot; "begin" below opens ours.
            connection.isolation_level = None
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.execute("PRAGMA trusted_schema=OFF")
            if safe_mode:
                cursor.execute("PRAGMA wal_autocheckpoint=0")
            if query_only:
                cursor.execute("PRAGMA query_only=ON")
            cursor.close()

        @event.listens_for(engine.sync_engine, "begin")
        def on_begin(connection: sa.Connection) -> None:
            if not connection.get_execution_options().get(NO_TRANSACTION):
                cast(OneHopConnection, connection.connection.driver_connection).begin_with(begin)

        return engine
