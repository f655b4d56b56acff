"""The counter of changes: every change counts once, whoever makes it and whenever."""

from __future__ import annotations

import asyncio

import pytest

from directory import demo as demo_network
from directory import revision
from directory.database import Database


async def test_the_first_changes_may_come_at_once(database: Database) -> None:
    async def change() -> None:
        async with database.writing() as session:
            await revision.bump(session)

    await asyncio.gather(*(change() for _ in range(8)))
    async with database.reading() as session:
        assert await revision.current(session) == 8


async def test_a_change_that_was_taken_back_does_not_count(database: Database) -> None:
    async with database.reading() as session:
        assert await revision.current(session) == 0

    async def fail() -> None:
        async with database.writing() as session:
            await revision.bump(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.reading() as session:
        assert await revision.current(session) == 0


async def test_loading_the_demo_is_a_change(database: Database) -> None:
    async with database.writing() as session:
        assert await demo_network.is_empty(session)
        await demo_network.load(session)
        assert not await demo_network.is_empty(session)
    async with database.reading() as session:
        assert await revision.current(session) > 0
