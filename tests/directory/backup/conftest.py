"""What tests of backups need: an empty database of each kind, and a backup of the demo network."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from directory import backup
from directory.database import Database
from tests.support.postgres import on_server, url_of

NOW: Final = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
async def empty_postgres(postgres_answers: bool) -> AsyncIterator[str]:
    """The address of a database of the server that nobody ever wrote to."""
    if not postgres_answers:
        pytest.skip("no PostgreSQL answers at ENLACE_TEST_POSTGRES_URL")
    name = f"enlace_empty_{uuid.uuid4().hex[:12]}"
    await on_server(f"CREATE DATABASE {name}")
    yield url_of(name)
    await on_server(f"DROP DATABASE {name} WITH (FORCE)")


def _backup_of(template: Path, folder: Path) -> Path:
    path, copy = folder / backup.file_name(NOW), folder / "enlace.db"
    copy.write_bytes(template.read_bytes())

    async def make() -> None:
        database = Database(f"sqlite+aiosqlite:///{copy}")
        await backup.make(database, path, NOW)
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture(scope="session")
def demo_backup(sqlite_demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the demo network, made of SQLite."""
    return _backup_of(sqlite_demo_template, tmp_path_factory.mktemp("backup"))


@pytest.fixture(scope="session")
def bare_backup(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a database that was migrated and no more."""
    return _backup_of(sqlite_template, tmp_path_factory.mktemp("backup"))
