"""A sample of ``make crash``: every named point, both databases and platforms, and four workers at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from tests.crash.matrix import inbound_rows, outbound_rows, planner_rows
from tests.crash.site import Ground
from tests.crash.table import merged, text_of
from tests.crash.workers import Size, worker_rows

#: As much as a suite has time for; ``make crash SAMPLE=60`` plays three times as many, ``make crash`` all.
KILLS: Final = 20
SIZE: Final = Size(2_000, 1, 2)


@pytest.fixture
async def ground(tmp_path: Path, postgres_answers: bool) -> AsyncIterator[Ground]:
    if not postgres_answers:
        pytest.skip("no PostgreSQL answers at ENLACE_TEST_POSTGRES_URL")
    async with Ground.open(tmp_path) as opened:
        yield opened


@pytest.mark.crash
@pytest.mark.postgres
async def test_nothing_is_lost_silently_or_repeated_that_was_recorded(ground: Ground) -> None:
    found = await outbound_rows(ground, KILLS) + await inbound_rows(ground, KILLS)
    rows = merged(found + await planner_rows(ground))
    assert sum(row.kills for row in rows) >= KILLS * 0.9
    assert all(row.ok for row in rows), f"\n{text_of(rows)}"


@pytest.mark.crash
@pytest.mark.postgres
async def test_four_workers_send_everything_once_though_they_are_killed_and_paused(ground: Ground) -> None:
    rows = await worker_rows(ground, SIZE)
    assert all(row.ok for row in rows), f"\n{text_of(rows)}"
