"""Fixtures every test may ask for: a migrated database on each engine."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from bot.demo import load_if_empty
from directory import schema
from directory.database import Database
from tests.support.postgres import Databases, on_server, url_of

#: Where there is a file system in memory, the tests' files stand there: waiting for a disk is most of what
#: their commits do, and no test ends the machine.
MEMORY: Final = Path("/dev/shm")
#: What the files of all tests take together, and as much again, in bytes.
ROOM: Final = 4 << 30


def pytest_configure(config: pytest.Config) -> None:
    """Put the tests' files into memory where nobody chose another place for them."""
    # How long drawing an example takes says how busy the machine is, and nothing of the program.
    settings.register_profile(
        "suite",
        max_examples=100 if os.environ.get("ENLACE_TEST_EVERY_CASE") else 50,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("suite")
    # The programs that tests start by the hundred need not compile the same modules each time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    is_worker = hasattr(config, "workerinput")
    if is_worker or config.option.basetemp is not None or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free >= ROOM:
        folder = MEMORY / f"enlace-tests-{os.getpid()}"
        config.option.basetemp = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


#: Of a test's cases so many also run on PostgreSQL; the others differ in words that no database tells apart.
CASES: Final = 1
#: The fixtures that have a database of either kind.
_ON_BOTH: Final = ("database_url", "demo_url", "network_url")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the second database cannot answer differently.

    Tests marked ``every_case`` ask about what the databases do each in their own way. With
    ``ENLACE_TEST_EVERY_CASE`` every case of every test runs on both.
    """
    if os.environ.get("ENLACE_TEST_EVERY_CASE"):
        return
    seen: Counter[str] = Counter()
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        if _on_postgresql(item) and item.get_closest_marker("every_case") is None:
            name = item.nodeid.partition("[")[0]
            seen[name] += 1
            (kept if seen[name] <= CASES else left).append(item)
        else:
            kept.append(item)
    if left:
        items[:] = kept
        config.hook.pytest_deselected(items=left)


def _on_postgresql(item: pytest.Item) -> bool:
    case = getattr(item, "callspec", None)
    return case is not None and any(case.params.get(name) == "postgresql" for name in _ON_BOTH)


def pytest_collection_finish() -> None:
    """What was loaded until now stays: looking it through for garbage again and again takes long."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def postgres_answers() -> bool:
    """Whether a PostgreSQL server is there for the tests."""
    try:
        asyncio.run(on_server("SELECT 1"))
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    return True


async def _make(url: str, *, demo: bool) -> None:
    database = Database(url)
    await schema.upgrade(database)
    if demo:
        await load_if_empty(database)
    await database.close()


def _databases(*, demo: bool) -> Iterator[Databases]:
    name = f"enlace_template_{uuid.uuid4().hex[:12]}"
    asyncio.run(on_server(f"CREATE DATABASE {name}"))
    asyncio.run(_make(url_of(name), demo=demo))
    databases = Databases(name)
    asyncio.run(databases.learn())
    yield databases
    asyncio.run(databases.drop_all())
    asyncio.run(on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def postgres_template(postgres_answers: bool) -> Iterator[Databases]:
    """Migrated databases; dropped at the end."""
    if not postgres_answers:
        pytest.skip("no PostgreSQL answers at ENLACE_TEST_POSTGRES_URL")
    yield from _databases(demo=False)


@pytest.fixture(scope="session")
def postgres_demo_template(postgres_answers: bool) -> Iterator[Databases]:
    """The same with the demo network."""
    if not postgres_answers:
        pytest.skip("no PostgreSQL answers at ENLACE_TEST_POSTGRES_URL")
    yield from _databases(demo=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that the tests' own files are copied from."""
    path = tmp_path_factory.mktemp("template") / "enlace.db"
    asyncio.run(_make(f"sqlite+aiosqlite:///{path}", demo=False))
    return path


@pytest.fixture(scope="session")
def sqlite_demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the demo network."""
    path = tmp_path_factory.mktemp("template") / "demo.db"
    asyncio.run(_make(f"sqlite+aiosqlite:///{path}", demo=True))
    return path


def _copied(request: pytest.FixtureRequest, tmp_path: Path, template: str) -> Iterator[str]:
    if request.param == "sqlite":
        source: Path = request.getfixturevalue(f"sqlite_{template}")
        path = tmp_path / "enlace.db"
        path.write_bytes(source.read_bytes())
        yield f"sqlite+aiosqlite:///{path}"
        return
    databases: Databases = request.getfixturevalue(f"postgres_{template}")
    name = asyncio.run(databases.lend())
    yield url_of(name)
    asyncio.run(databases.take_back(name))


_ENGINES: Final = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=_ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database; every test that asks runs on both engines."""
    yield from _copied(request, tmp_path, "template")


@pytest.fixture(params=_ENGINES)
def demo_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with the demo network, on both engines."""
    yield from _copied(request, tmp_path, "demo_template")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated, open database."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def demo(demo_url: str) -> AsyncIterator[Database]:
    """A fresh, open database with the demo network."""
    opened = Database(demo_url)
    yield opened
    await opened.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what was left out; where nothing may be, as in CI, that is a failure."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple)]
    for name in ("PostgreSQL", "Chromium"):
        count = sum(name in reason for reason in reasons)
        if count:
            terminalreporter.write_line(f"LEFT OUT: {count} tests that need {name}", yellow=True)
            if os.environ.get("ENLACE_TEST_NOTHING_LEFT_OUT") and terminalreporter._session is not None:
                terminalreporter._session.exitstatus = pytest.ExitCode.TESTS_FAILED
