"""Search in long lists of institutions, on both databases: does it find the right one, and how fast.

Run alone with ``python -m benchmarks.search [sizes …]``.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg

from benchmarks.names import Institution, institutions
from benchmarks.queries import questions
from benchmarks.report import Row, print_table
from directory import schema
from directory.database import Database
from directory.search import Entry, Kind, Name, find, put

POSTGRES_URL: Final = os.environ.get(
    "ENLACE_TEST_POSTGRES_URL", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres"
)
#: Questions of each kind.
EACH: Final = 60
#: Records of one write transaction while the list is loaded.
STEP: Final = 50_000


class Goal(NamedTuple):
    """What is asked of lists up to ``size``: shares of 100 questions, milliseconds."""

    size: int
    among_ten: float
    first: float
    median: float
    p99: float


GOALS: Final = (Goal(120_000, 97, 90, 15, 50), Goal(1_000_000, 95, 0, 40, 120))


async def measure(sizes: Sequence[int] = (10_000, 120_000, 1_000_000)) -> list[Row]:
    """Load lists of these sizes in SQLite and PostgreSQL, ask, and return the figures beside the goals."""
    rows: list[Row] = []
    for size in sizes:
        listed = list(institutions(size))
        asked = questions(listed, EACH)
        for engine in (_sqlite, _postgres):
            async with engine() as database:
                rows += await _measure(database, listed, asked)
                gc.collect()
    return rows


async def _measure(
    database: Database, listed: Sequence[Institution], asked: Sequence[tuple[str, str, Institution]]
) -> list[Row]:
    label = f"search, {len(listed):,} names, {database.dialect}"
    started = time.perf_counter()
    await _load(database, listed)
    loading = time.perf_counter() - started
    times: list[float] = []
    firsts = 0
    missed: Counter[str] = Counter()
    async with database.reading() as session:
        for _, text, _ in asked[:40]:
            await find(session, text)
    for kind, text, meant in asked:
        async with database.reading() as session:
            await session.connection()
            started = time.perf_counter()
            hits = await find(session, text, kinds=None)
            times.append((time.perf_counter() - started) * 1000)
        keys = [hit.key for hit in hits]
        firsts += keys[:1] == [meant.key]
        if meant.key not in keys[:10]:
            missed[kind] += 1
            if "-v" in sys.argv:
                print("missed", kind, "|", text, "|", meant.name, "|", hits[:1])
    goal = next((goal for goal in GOALS if len(listed) <= goal.size), GOALS[-1])
    among_ten = 100 * (1 - missed.total() / len(asked))
    first = 100 * firsts / len(asked)
    median = statistics.median(times)
    p99 = statistics.quantiles(times, n=100)[98]
    note = ", ".join(f"{kind} {count}" for kind, count in missed.most_common())
    if note:
        print(f"{label}: not among ten, of {EACH} each: {note}")
    return [
        Row(f"{label}: among ten", among_ten, "%", f">= {goal.among_ten:g}", among_ten >= goal.among_ten),
        Row(f"{label}: first", first, "%", f">= {goal.first:g}", first >= goal.first),
        Row(f"{label}: median", median, "ms", f"<= {goal.median:g}", median <= goal.median),
        Row(f"{label}: p99", p99, "ms", f"<= {goal.p99:g}", p99 <= goal.p99),
        Row(f"{label}: loading", loading, "s", "-", True),
    ]


async def _load(database: Database, listed: Sequence[Institution]) -> None:
    for start in range(0, len(listed), STEP):
        async with database.writing() as session:
            await put(session, *map(_entry, listed[start : start + STEP]))
    if database.is_sqlite:
        await database.checkpoint()
        return
    # What autovacuum does in the hours after an import.
    connection = await asyncpg.connect(database.url.set(drivername="postgresql").render_as_string(False))
    try:
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def _entry(one: Institution) -> Entry:
    names = [Name(one.name, one.language)]
    if one.acronym:
        names.append(Name(one.acronym))
    return Entry(Kind.INSTITUTION, one.key, names)


@contextlib.asynccontextmanager
async def _sqlite() -> AsyncIterator[Database]:
    with tempfile.TemporaryDirectory(prefix="enlace-bench-") as folder:
        async with _opened(f"sqlite+aiosqlite:///{Path(folder) / 'search.db'}") as database:
            yield database


@contextlib.asynccontextmanager
async def _postgres() -> AsyncIterator[Database]:
    name = f"enlace_bench_{uuid.uuid4().hex[:12]}"
    server = await asyncpg.connect(POSTGRES_URL.replace("+asyncpg", ""))
    try:
        await server.execute(f"CREATE DATABASE {name}")
        try:
            async with _opened(POSTGRES_URL.rsplit("/", 1)[0] + f"/{name}") as database:
                yield database
        finally:
            await server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    finally:
        await server.close()


@contextlib.asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        await schema.upgrade(database)
        yield database
    finally:
        await database.close()


def main() -> int:
    """Measure the sizes named on the command line, or the usual ones."""
    sizes = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    rows = asyncio.run(measure(sizes) if sizes else measure())
    return 0 if print_table(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
