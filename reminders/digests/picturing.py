"""Has the charts of digests drawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from reminders import drawn
from reminders.digests.drawing import Chart, as_json

#: How long the drawing of one chart may take at most, and the start of the program, in seconds.
PATIENCE: Final = 5.0
START: Final = 30.0


async def pictures(charts: Collection[Chart]) -> Mapping[Chart, bytes]:
    """The charts as PNG; those that could not be drawn are missing: a message does without its picture."""
    wanted = tuple(dict.fromkeys(charts))
    if not wanted:
        return {}
    seconds = START + PATIENCE * len(wanted)
    made = await drawn.by("reminders.digests.drawing", as_json(wanted), len(wanted), seconds)
    return dict(zip(wanted, made, strict=False))
