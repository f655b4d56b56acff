"""A sample of the crash matrix: every named point, on both databases, both platforms and all four ways in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.crash.matrix import inbound_rows, outbound_rows
from tests.crash.site import Ground
from tests.crash.table import merged, text_of

KILLS: Final = 60


@pytest.mark.crash
@pytest.mark.postgres
async def test_nothing_is_lost_silently_or_repeated_that_was_recorded(
    tmp_path: Path, postgres_answers: bool
) -> None:
    if not postgres_answers:
        pytest.skip("no PostgreSQL answers at ENLACE_TEST_POSTGRES_URL")
    async with Ground.open(tmp_path) as ground:
        rows = merged(await outbound_rows(ground, KILLS) + await inbound_rows(ground, KILLS))
    assert sum(row.kills for row in rows) >= KILLS * 0.9
    assert all(row.ok for row in rows), f"\n{text_of(rows)}"
