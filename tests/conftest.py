"""Fixtures every test may ask for: a migrated database on each engine."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import asyncpg
import pytest

from directory import schema
from directory.database import Database

POSTGRES_URL: Final = os.environ.get(
    "ENLACE_TEST_POSTGRES_URL", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres"
)


def _server_dsn() -> str:
    return POSTGRES_URL.replace("+asyncpg", "")


async def _run_on_server(statement: str) -> None:
    connection = await asyncpg.connect(_server_dsn(), timeout=5)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def postgres_answers() -> bool:
    """Whether a PostgreSQL server is there for the tests."""
    try:
        asyncio.run(_run_on_server("SELECT 1"))
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    return True


@pytest.fixture(scope="session")
def postgres_template(postgres_answers: bool) -> Iterator[str]:
    """A migrated database that the tests' own databases are copied from; dropped at the end."""
    if not postgres_answers:
        pytest.skip("no PostgreSQL answers at ENLACE_TEST_POSTGRES_URL")
    name = f"enlace_template_{uuid.uuid4().hex[:12]}"

    async def make() -> None:
        await _run_on_server(f"CREATE DATABASE {name}")
        database = Database(POSTGRES_URL.rsplit("/", 1)[0] + f"/{name}")
        await schema.upgrade(database)
        await database.close()

    asyncio.run(make())
    yield name
    asyncio.run(_run_on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that the tests' own files are copied from."""
    path = tmp_path_factory.mktemp("template") / "enlace.db"

    async def make() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await schema.upgrade(database)
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database; every test that asks runs on both engines."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "enlace.db"
        path.write_bytes(template.read_bytes())
        yield f"sqlite+aiosqlite:///{path}"
        return
    template_name: str = request.getfixturevalue("postgres_template")
    name = f"enlace_test_{uuid.uuid4().hex[:12]}"
    asyncio.run(_run_on_server(f"CREATE DATABASE {name} TEMPLATE {template_name}"))
    yield POSTGRES_URL.rsplit("/", 1)[0] + f"/{name}"
    asyncio.run(_run_on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated, open database."""
    opened = Database(database_url)
    yield opened
    await opened.close()
