"""The migrations and the declared tables agree, on both databases, forwards and backwards."""

from __future__ import annotations

from directory import schema
from directory.database import Database


async def test_migrated_schema_is_the_declared_one(database: Database) -> None:
    assert await schema.current_revision(database) == schema.newest_revision()
    assert await schema.drift(database) == []


async def test_migrations_go_back_and_forth(database: Database) -> None:
    await schema.downgrade(database, "base")
    assert await schema.current_revision(database) is None
    await schema.upgrade(database)
    assert await schema.drift(database) == []
