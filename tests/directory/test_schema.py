"""The migrations and the declared tables agree, on both databases, forwards and backwards."""

from __future__ import annotations

import importlib
import pkgutil

from alembic.script import ScriptDirectory

import bot
import directory
import reminders
from directory import schema
from directory.database import Database


def declare_every_table() -> None:
    """Import the whole program: tables are declared where their noun lives."""
    for package in (directory, reminders, bot):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in module.name:
                importlib.import_module(module.name)


async def test_migrated_schema_is_the_declared_one(database: Database) -> None:
    declare_every_table()
    assert await schema.current_revision(database) == schema.newest_revision()
    assert await schema.drift(database) == []


async def test_migrations_go_back_and_forth(database: Database) -> None:
    declare_every_table()
    await schema.downgrade(database, "base")
    assert await schema.current_revision(database) is None
    await schema.upgrade(database)
    assert await schema.drift(database) == []


def test_the_newest_migration_is_the_end_of_one_chain() -> None:
    head = ScriptDirectory.from_config(schema.configuration()).get_current_head()
    assert schema.newest_revision() == head
