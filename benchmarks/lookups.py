"""Reading a sheet, focal points, and a sheet that is kept, in long lists on both databases."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.program import database_url, percentile
from benchmarks.report import Row
from bot.app import prepare
from bot.cards.shelf import Shelf
from directory import people, posts, projects, revision
from directory.database import Base, Database

SIZES: Final = (10_000, 120_000)
ASKED: Final = 200
STEP: Final = 5_000
CODE: Final = "ACS-SF-001"
COUNTRY: Final = "MX"
#: Most milliseconds at the 99th percentile: a tenth of a second is when an answer stops feeling immediate,
#: and a look-up is one of several reads behind it.
GOALS: Final = {"project sheet": 50.0, "focal points": 50.0, "kept sheet": 10.0}

Read = Callable[[AsyncSession], Awaitable[Any]]


async def measure() -> list[Row]:
    """Lengthen the demo's lists, and read one record of them many times."""
    rows: list[Row] = []
    for engine in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="enlace-bench-") as folder:
            async with database_url(engine, Path(folder), "lookups") as url:
                database = Database(url)
                try:
                    await prepare(database, demo=True)
                    there = 0
                    for size in SIZES:
                        await _lengthen(database, there, size)
                        there = size
                        rows += await _measure(database, size)
                finally:
                    await database.close()
    return rows


async def _lengthen(database: Database, start: int, end: int) -> None:
    """Copies of the demo's project, and of one of its people, until there are ``end`` of each."""
    tables = Base.metadata.tables
    project, person = tables["project"], tables["person"]
    async with database.reading() as session:
        sheet = dict(
            (await session.execute(sa.select(project).where(project.c.code == CODE))).mappings().one()
        )
        somebody = dict((await session.execute(sa.select(person).limit(1))).mappings().one())
    for first in range(start, end, STEP):
        numbers = range(first, min(end, first + STEP))
        async with database.writing() as session:
            await session.execute(
                sa.insert(project), [sheet | {"code": f"X-{n}", "squeezed": f"x{n}"} for n in numbers]
            )
            await session.execute(sa.insert(person), [somebody | {"key": f"copy-{n}"} for n in numbers])
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("ANALYZE")


async def _focal_points(session: AsyncSession) -> None:
    held = await posts.of_country(session, COUNTRY)
    named = await posts.nominations(session, [post.key for post in held])
    await people.several(session, [one.person for those in named.values() for one in those], 0)


async def _measure(database: Database, size: int) -> list[Row]:
    shelf: Shelf[Any] = Shelf(4)

    async def kept(session: AsyncSession) -> None:
        now = await revision.current(session)
        await shelf.get(session, now, CODE, lambda: projects.sheet(session, CODE))

    reads: dict[str, Read] = {
        "project sheet": lambda session: projects.sheet(session, CODE),
        "focal points": _focal_points,
        "kept sheet": kept,
    }
    rows: list[Row] = []
    for name, read in reads.items():
        times: list[float] = []
        for count in range(ASKED + 20):
            began = time.perf_counter()
            async with database.reading() as session:
                await read(session)
            if count >= 20:
                times.append((time.perf_counter() - began) * 1000)
        label = f"{name}, {size:,} records, {database.dialect}"
        p99, most = percentile(times, 0.99), GOALS[name]
        rows.append(Row(f"{label}: p50", percentile(times, 0.5), "ms", "-", True))
        rows.append(Row(f"{label}: p99", p99, "ms", f"<= {most:g}", p99 <= most))
    return rows
