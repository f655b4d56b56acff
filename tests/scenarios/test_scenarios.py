"""Every scenario is played on every platform and on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from _pytest.mark import ParameterSet

from tests.support.scenario import play, read
from tests.support.world import PLATFORMS, world

SCENARIOS: Final = {path.stem: path.read_text("utf-8") for path in Path(__file__).parent.glob("*.talk")}


#: Several people in one room: in the terminal everybody has a room to themselves.
IN_ONE_ROOM: Final = {"binding"}


def _runs() -> Iterator[ParameterSet]:
    """Every scenario on every platform on SQLite, and on PostgreSQL on one platform each, in turn."""
    for number, scenario in enumerate(sorted(SCENARIOS)):
        able = [name for name in PLATFORMS if not (name == "terminal" and scenario in IN_ONE_ROOM)]
        for platform in able:
            yield pytest.param(scenario, platform, "sqlite")
        platform = able[number % len(able)]
        yield pytest.param(scenario, platform, "postgresql", marks=pytest.mark.postgres)


@pytest.mark.parametrize(("scenario", "platform", "demo_url"), list(_runs()), indirect=["demo_url"])
async def test_scenario(scenario: str, platform: str, demo_url: str) -> None:
    async with world(platform, demo_url) as meet:
        await play(SCENARIOS[scenario], meet)


def test_a_line_without_a_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2"):
        read("> hello\nhello")
