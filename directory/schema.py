"""Migrations: bring a database to the newest schema, and tell whether it is there.

Every package declares its tables on the one ``Base.metadata``; whoever migrates has imported them all.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from directory.database import Database

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.ext.asyncio import AsyncConnection


def configuration() -> Config:
    """What alembic is to know: where the migrations are."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


async def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate to ``revision``. One transaction: a failed migration leaves the schema as it was."""
    async with database.engine.begin() as connection:
        await upgrade_within(connection, revision)


async def upgrade_within(connection: AsyncConnection, revision: str = "head") -> None:
    """Migrate to ``revision`` in the caller's transaction."""
    from alembic import command

    def run(plain: sa.Connection) -> None:
        config = configuration()
        config.attributes["connection"] = plain
        command.upgrade(config, revision)

    await connection.run_sync(run)


async def downgrade(database: Database, revision: str) -> None:
    """Migrate back to ``revision`` (``"base"`` drops everything)."""
    async with database.engine.begin() as connection:
        await downgrade_within(connection, revision)


async def downgrade_within(connection: AsyncConnection, revision: str) -> None:
    """Migrate back to ``revision`` in the caller's transaction."""
    from alembic import command

    def run(plain: sa.Connection) -> None:
        config = configuration()
        config.attributes["connection"] = plain
        command.downgrade(config, revision)

    await connection.run_sync(run)


async def drift(database: Database) -> list[object]:
    """The differences between the migrated schema and the declared tables; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from directory.database import Base
    from directory.migrations.rules import include_name

    def run(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": include_name}
        )
        return list(compare_metadata(context, Base.metadata))

    async with database.engine.connect() as connection:
        return await connection.run_sync(run)


@functools.cache
def newest_revision() -> str:
    """The revision that this program expects.

    Every migration's file is called by its revision, and they follow one another: loading alembic, and all of
    them, to learn as much would be a good part of every start.
    """
    names = (file.stem[:4] for file in (Path(__file__).parent / "migrations" / "versions").glob("0*.py"))
    return max(names)


def is_known(revision: str) -> bool:
    """Whether this program has that revision; one of a newer program it has not."""
    from alembic.script import ScriptDirectory
    from alembic.util.exc import CommandError

    try:
        return ScriptDirectory.from_config(configuration()).get_revision(revision) is not None
    except CommandError:
        return False


async def current_revision(database: Database) -> str | None:
    """The revision that the database is at, or ``None`` where nothing was migrated yet."""

    def run(connection: sa.Connection) -> str | None:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        at: sa.Select[str] = sa.select(sa.column("version_num", sa.String()))
        at = at.select_from(sa.table("alembic_version"))
        return connection.execute(at).scalar_one_or_none()

    async with database.engine.connect() as connection:
        return await connection.run_sync(run)
