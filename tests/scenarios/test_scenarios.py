"""Every scenario is played on every platform, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.support.scenario import play, read
from tests.support.world import PLATFORMS, world

SCENARIOS: Final = {path.stem: path.read_text("utf-8") for path in Path(__file__).parent.glob("*.talk")}


#: Several people in one room: in the terminal everybody has a room to themselves.
IN_ONE_ROOM: Final = {"binding"}


@pytest.mark.parametrize(
    ("scenario", "platform"),
    [
        (scenario, platform)
        for scenario in sorted(SCENARIOS)
        for platform in PLATFORMS
        if not (platform == "terminal" and scenario in IN_ONE_ROOM)
    ],
)
async def test_scenario(scenario: str, platform: str, demo_url: str) -> None:
    async with world(platform, demo_url) as meet:
        await play(SCENARIOS[scenario], meet)


def test_a_line_without_a_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2"):
        read("> hello\nhello")
