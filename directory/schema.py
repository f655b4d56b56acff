"""Migrations: bring a database to the newest schema, and tell whether it is there.

Every package declares its tables on the one ``Base.metadata``; whoever migrates has imported them all.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from directory.database import Database

if TYPE_CHECKING:
    import sqlalchemy as sa
    from alembic.config import Config
    from sqlalchemy.ext.asyncio import AsyncConnection


def _config() -> Config:
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
        config = _config()
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
        config = _config()
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


def newest_revision() -> str:
    """The revision that this program expects."""
    from alembic.script import ScriptDirectory

    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("no migrations are installed")
    return head


def is_known(revision: str) -> bool:
    """Whether this program has that revision; one of a newer program it has not."""
    from alembic.script import ScriptDirectory
    from alembic.util.exc import CommandError

    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


async def current_revision(database: Database) -> str | None:
    """The revision that the database is at, or ``None`` where nothing was migrated yet."""
    from alembic.migration import MigrationContext

    def run(connection: sa.Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with database.engine.connect() as connection:
        return await connection.run_sync(run)
