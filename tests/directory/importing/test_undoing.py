"""Imports are undone whole or not at all; a kept plan is confirmed once; what is old is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from directory import accounts, people, posts, search
from directory.accounts import Account
from directory.database import Database
from directory.importing import (
    ChangedSinceError,
    ImportState,
    NotPossibleError,
    store,
)
from directory.importing.rows import ImportChangeRow
from directory.search import Kind
from tests.directory.importing.lists import (
    NOW,
    imported,
    network,
    planned,
)

__all__ = ["network"]


async def test_undoing_restores_everything(network: Database) -> None:
    heading = "Country,Name,E-mail,Post"
    await imported(network, heading, "Mexico,Juan Pérez,juan@example.org,Adviser")
    async with network.reading() as session:
        (hit,) = await search.find(session, "juan perez", kinds=[Kind.PERSON])
        before = await people.get(session, hit.key, 3)
    number, _ = await imported(
        network,
        heading,
        "Mexico,Juan Pérez,new@example.org,Adviser",
        "Cuba,Yanela Sosa,yanela@example.org,Adviser",
    )
    async with network.writing() as session:
        await store.undo(session, number, NOW)
    async with network.reading() as session:
        assert await people.get(session, hit.key, 3) == before
        assert await search.find(session, "yanela sosa", kinds=[Kind.PERSON]) == []
        assert await posts.of_country(session, "CU") == []
        known = await store.get(session, number)
        assert known is not None
        assert known.state is ImportState.UNDONE
    with pytest.raises(NotPossibleError):
        async with network.writing() as session:
            await store.undo(session, number, NOW)


async def test_undoing_is_refused_where_something_changed_since(network: Database) -> None:
    heading = "Country,Name,E-mail,Post"
    number, _ = await imported(network, heading, "Mexico,Juan Pérez,juan@example.org,Adviser")
    await imported(network, heading, "Mexico,Juan Pérez,new@example.org,Adviser")
    with pytest.raises(ChangedSinceError) as refused:
        async with network.writing() as session:
            await store.undo(session, number, NOW)
    assert [noun.value for noun, _ in refused.value.records] == ["person"]
    async with network.reading() as session:
        known = await store.get(session, number)
        assert known is not None
        assert known.state is ImportState.DONE
        assert await search.find(session, "juan perez", kinds=[Kind.PERSON])


async def test_undoing_is_refused_where_an_account_was_linked(network: Database) -> None:
    number, _ = await imported(network, "Country,Name,E-mail", "Mexico,Juan Pérez,juan@example.org")
    async with network.writing() as session:
        (hit,) = await search.find(session, "juan perez", kinds=[Kind.PERSON])
        await accounts.save_account(session, Account("telegram", "", "1", hit.key))
    with pytest.raises(ChangedSinceError):
        async with network.writing() as session:
            await store.undo(session, number, NOW)


async def test_a_kept_plan_is_confirmed_once_and_only_as_it_was(network: Database) -> None:
    heading = "Country,Name,E-mail"
    await imported(network, heading, "Mexico,Juan Pérez,juan@example.org")
    async with network.writing() as session:
        numbers = []
        for address in ("first@example.org", "second@example.org"):
            plan = await planned(session, heading, f"Mexico,Juan Pérez,{address}")
            changes = [change async for batch in plan.changes(session) for change in batch]
            number = await store.new(
                session, NOW, kind=plan.kind, file_name="x", network="ACS", owner="me", counts={}
            )
            await store.plan(session, number, changes)
            numbers.append(number)
    async with network.writing() as session:
        assert len(await store.confirm(session, numbers[0], NOW)) == 1
    with pytest.raises(NotPossibleError):
        async with network.writing() as session:
            await store.confirm(session, numbers[0], NOW)
    with pytest.raises(ChangedSinceError):
        async with network.writing() as session:
            await store.confirm(session, numbers[1], NOW)
    async with network.reading() as session:
        kept = (await session.execute(sa.select(ImportChangeRow.after))).scalars().all()
        assert [after for after in kept if after is not None] != []


async def test_what_is_too_old_is_forgotten(network: Database) -> None:
    number, _ = await imported(network, "Country,Name,E-mail", "Mexico,Juan Pérez,juan@example.org")
    async with network.writing() as session:
        waiting = await store.new(
            session, NOW, kind="focal-points", file_name="x", network="", owner="me", counts={}
        )
        await store.prune(session, NOW + store.PLAN_KEPT + timedelta(seconds=1))
        assert await store.get(session, waiting) is None
        assert await store.get(session, number) is not None
        await store.prune(session, NOW + store.UNDO_KEPT + timedelta(seconds=1))
    with pytest.raises(NotPossibleError):
        async with network.writing() as session:
            await store.undo(session, number, NOW)
