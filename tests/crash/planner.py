"""kill -9 while reminders are planned and told: whoever owes something hears of it once.

The program's clock shows nine in the morning of a working day in Mexico, where everybody's reminder is due. A
letter that was on its way when a process died is repeated once, and says so.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from benchmarks.nudging import FIRST, NINE, READERS, owe
from bot.demo import load_if_empty
from reminders.outbox import OutboxRow, State
from tests.crash.site import Ground, Site
from tests.crash.table import Row
from tests.support.crashing import PLANNER

#: How long after nine the first process starts, in seconds.
LATE: Final = 5.0
PATIENCE: Final = 60.0


async def planner_rows(ground: Ground, engine: str) -> list[Row]:
    """Kill at every point of the planner in turn; their rows."""
    rows = [Row(f"{engine} planner: {point}", kills=1, messages=READERS) for point in PLANNER]
    shift = NINE.timestamp() + LATE - datetime.now(UTC).timestamp()
    async with ground.site(engine, "telegram") as site:
        await load_if_empty(site.database)
        await owe(site.database)
        await site.server.post("places", {"count": READERS, "first": FIRST})
        twice: set[str] = set()
        for row, point in zip(rows, PLANNER, strict=True):
            child = await site.start(point, shift=shift)
            try:
                await child.dies(PATIENCE)
            except (AssertionError, TimeoutError) as problem:
                row.faults.append(f"did not die there: {type(problem).__name__} {str(problem)[-600:]}")
            finally:
                await child.kill()
            flight = await _flight(site)
            row.flight = len(flight)
            twice |= flight
        child = await site.start(shift=shift)
        try:
            await child.lives_through(_told(site))
            await child.stop()
        except (AssertionError, TimeoutError) as problem:
            rows[-1].faults.append(f"{type(problem).__name__} {str(problem)[-600:]}")
        times = await _times(site)
        rows[-1].unlisted = sum(not times[place] for place in _readers())
        rows[-1].repeated = sum(times[place] > 1 + (place in twice) for place in _readers())
        rows[-1].doubtful = len(twice)
    return rows


def _readers() -> list[str]:
    return [str(FIRST + number) for number in range(READERS)]


async def _flight(site: Site) -> set[str]:
    async with site.database.reading() as session:
        rows = await session.scalars(
            sa.select(OutboxRow.destination).where(OutboxRow.state.in_((State.SENDING, State.IN_DOUBT)))
        )
        return set(rows)


async def _times(site: Site) -> Counter[str]:
    return Counter(place for _, place, _ in await site.server.get("said"))


async def _told(site: Site) -> None:
    async with asyncio.timeout(PATIENCE):
        while len((await _times(site)).keys() & set(_readers())) < READERS:  # noqa: ASYNC110 - others write
            await asyncio.sleep(0.2)
    await site.until_settled()
