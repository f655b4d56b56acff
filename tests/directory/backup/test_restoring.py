"""A backup brings everything back, into either database, whole or not at all."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import audit, backup, schema, search
from directory.audit import Actor
from directory.backup import DamagedError, Manifest, OccupiedError, Reader
from directory.database import Database
from tests.directory.backup.conftest import NOW

SOMEBODY = Actor.command_line("tests")


async def nothing(_session: AsyncSession, _manifest: Manifest) -> Mapping[str, int]:
    return {}


async def restored(url: str, path: Path, *, replace: bool = False) -> backup.Restored:
    with Reader(path) as reader:
        return await backup.restore(url, reader, NOW, nothing, replace=replace)


async def made(url: str, path: Path) -> Manifest:
    database = Database(url)
    try:
        return await backup.make(database, path, NOW)
    finally:
        await database.close()


async def test_it_moves_to_the_other_database_and_back(
    demo_backup: Path, empty_postgres: str, tmp_path: Path
) -> None:
    with Reader(demo_backup) as reader:
        first = reader.manifest
    await restored(empty_postgres, demo_backup)
    second = await made(empty_postgres, tmp_path / "second.backup")
    file = f"sqlite+aiosqlite:///{tmp_path / 'enlace.db'}"
    await restored(file, tmp_path / "second.backup")
    third = await made(file, tmp_path / "third.backup")
    assert first.rows > 1000
    assert (second.database, third.database) == ("postgresql", "sqlite")
    assert first.tables == second.tables == third.tables
    assert (tmp_path / "enlace.db").stat().st_mode & 0o777 == 0o600
    for url in (empty_postgres, file):
        database = Database(url)
        async with database.reading() as session:
            found = await search.find(session, "mexiko")
        assert any(match.key == "MX" for match in found), url
        async with database.writing() as session:
            # New rows get numbers behind those that came with the backup.
            await audit.changed(session, SOMEBODY, NOW, "edit", "project", "P", {"a": 1}, {"a": 2})
            await session.execute(
                sa.text("INSERT INTO letter (person, message, \"values\", at) SELECT 'p', 'm', '{}', :now"),
                {"now": NOW.replace(tzinfo=None) if database.is_sqlite else NOW},
            )
        await database.close()


async def test_it_is_one_moment_while_others_write(demo: Database, tmp_path: Path) -> None:
    done = asyncio.Event()

    async def write() -> int:
        count = 0
        while not done.is_set():
            async with demo.writing() as session:
                await audit.changed(
                    session, SOMEBODY, NOW, "edit", "project", f"P{count}", {"a": 1}, {"a": 2}
                )
            count += 1
        return count

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.1)
    path = tmp_path / "busy.backup"
    manifest = await backup.make(demo, path, NOW)
    done.set()
    assert await writing > 1
    assert manifest.head is not None
    assert manifest.tables["audit_entry"].rows == manifest.head.number > 0
    assert (await backup.verify(path)).head == manifest.head
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".part")]


async def test_a_database_that_holds_something_stays(database_url: str, bare_backup: Path) -> None:
    database = Database(database_url)
    async with database.writing() as session:
        await audit.changed(session, SOMEBODY, NOW, "edit", "project", "P", {"a": 1}, {"a": 2})
    async with database.reading() as session:
        # Somebody has it open.
        await session.execute(sa.text("SELECT 1 FROM person"))
        with pytest.raises(OccupiedError, match="open"):
            await restored(database_url, bare_backup, replace=True)
    await database.close()
    with pytest.raises(OccupiedError, match="not empty"):
        await restored(database_url, bare_backup)
    assert await _entries(database_url) == 1
    done = await restored(database_url, bare_backup, replace=True)
    assert await _entries(database_url) == 0
    if done.kept is not None:
        assert await _entries(f"sqlite+aiosqlite:///{done.kept}") == 1
    else:
        assert not database_url.startswith("sqlite")


async def _entries(url: str) -> int:
    database = Database(url)
    try:
        async with database.reading() as session:
            return int(await session.scalar(sa.text("SELECT count(*) FROM audit_entry")) or 0)
    finally:
        await database.close()


async def test_an_older_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    old = f"sqlite+aiosqlite:///{tmp_path / 'old.db'}"
    database = Database(old)
    await schema.upgrade(database, "0009")
    async with database.writing() as session:
        await session.execute(sa.text("INSERT INTO network (code, names, acronyms) VALUES ('X', '{}', '{}')"))
    manifest = await backup.make(database, tmp_path / "old.backup", NOW)
    await database.close()
    assert manifest.revision == "0009"
    url = f"sqlite+aiosqlite:///{tmp_path / 'new.db'}"
    await restored(url, tmp_path / "old.backup")
    database = Database(url)
    assert await schema.current_revision(database) == schema.newest_revision()
    async with database.reading() as session:
        assert await session.scalar(sa.text("SELECT retired_on IS NULL FROM network"))
    await database.close()


async def test_a_trail_that_does_not_close_is_not_restored(tmp_path: Path, sqlite_template: Path) -> None:
    path = tmp_path / "bad.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite+aiosqlite:///{path}")
    async with database.writing() as session:
        await audit.changed(session, SOMEBODY, NOW, "edit", "project", "P", {"a": 1}, {"a": 2})
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("DROP TRIGGER audit_entry_unchanged")
        await connection.exec_driver_sql("UPDATE audit_entry SET role = 'public'")
    await backup.make(database, tmp_path / "bad.backup", NOW)
    await database.close()
    with pytest.raises(DamagedError, match="broken at entry 1"):
        await restored(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}", tmp_path / "bad.backup")
    assert sorted(os.listdir(tmp_path)) == ["bad.backup", "bad.db"]


def _restore_and_die(url: str, path: Path) -> None:
    """Restore in a process of its own, which ends when everything is loaded and nothing is in its place."""

    async def die(_session: AsyncSession, _manifest: Manifest) -> Mapping[str, int]:
        os.kill(os.getpid(), signal.SIGKILL)
        return {}

    async def work() -> None:
        with Reader(path) as reader:
            await backup.restore(url, reader, NOW, die, replace=True)

    asyncio.run(work())


def test_killed_in_the_middle_it_changes_nothing(database_url: str, bare_backup: Path) -> None:
    async def mark() -> None:
        database = Database(database_url)
        async with database.writing() as session:
            await audit.changed(session, SOMEBODY, NOW, "edit", "project", "P", {"a": 1}, {"a": 2})
        await database.close()

    asyncio.run(mark())
    process = multiprocessing.get_context("fork").Process(
        target=_restore_and_die, args=(database_url, bare_backup)
    )
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL

    assert asyncio.run(_entries(database_url)) == 1
