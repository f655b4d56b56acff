"""Which kills a run makes: all of them, or a sample that still passes every point everywhere."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine, Sequence
from typing import Final

from tests.crash import inbound, outbound, planner
from tests.crash.outbound import POINTS, POSITIONS, RANDOM, Fanout
from tests.crash.site import ENGINES, PLATFORMS, Ground
from tests.crash.table import Row

#: How many sites are at work at once.
AT_ONCE: Final = 2
#: Kills at random times in a whole run, and how many of them one fan-out takes.
RANDOM_KILLS: Final = 200
A_FANOUT: Final = 10
#: The share of a sample that goes to what comes in.
SHARE_INBOUND: Final = 1 / 3


async def outbound_rows(ground: Ground, sample: int = 0) -> list[Row]:
    """Kill on the way out, on both databases and both platforms."""
    combos = list(itertools.product(ENGINES, PLATFORMS))
    works = []
    for number, (engine, platform) in enumerate(combos):
        if sample:
            each = max(1, round(sample * (1 - SHARE_INBOUND) / len(combos)))
            fanouts = [_sampled(number, each)]
        else:
            fanouts = [[outbound.Kill(point, position) for position in POSITIONS] for point in POINTS]
            count = RANDOM_KILLS // len(combos) // A_FANOUT
            fanouts += [[outbound.Kill(RANDOM)] * A_FANOUT] * count
        works.append(_fanouts(ground, engine, platform, fanouts))
    return await _at_once(works)


def _sampled(number: int, count: int) -> list[outbound.Kill]:
    """Kills at every point, at another message in each of the four cases, the last ones at the end."""
    kills = [
        outbound.Kill(point, POSITIONS[(place + number) % len(POSITIONS)])
        for place, point in enumerate(POINTS)
    ][:count]
    kills += [outbound.Kill(RANDOM)] * (count - len(kills))
    return sorted(kills, key=lambda kill: kill.position == "last")


async def _fanouts(
    ground: Ground, engine: str, platform: str, fanouts: Sequence[Sequence[outbound.Kill]]
) -> list[Row]:
    rows: list[Row] = []
    for kills in fanouts:
        async with ground.site(engine, platform) as site:
            rows += await Fanout(site).run(kills)
    return rows


async def inbound_rows(ground: Ground, sample: int = 0) -> list[Row]:
    """Kill on the way in, on both databases and by all four ways."""
    combos = list(itertools.product(ENGINES, inbound.WAYS))
    works = []
    for number, (engine, way) in enumerate(combos):
        kills = inbound.every(way)
        if sample:
            each = max(1, round(sample * SHARE_INBOUND / len(combos)))
            points = inbound.every(way, (1 if number % 2 else 3,))
            # The ways and the databases take turns, so that all points have theirs.
            kills = [points[turn % len(points)] for turn in range(number * each, (number + 1) * each)]
        works.append(inbound.converse(ground, engine, way, kills))
    return await _at_once(works)


async def planner_rows(ground: Ground) -> list[Row]:
    """Kill while reminders are planned and told, on both databases."""
    return await _at_once([planner.planner_rows(ground, engine) for engine in ENGINES])


async def _at_once(works: Sequence[Coroutine[object, object, list[Row]]]) -> list[Row]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(work: Coroutine[object, object, list[Row]]) -> list[Row]:
        async with turns:
            return await work

    return [row for rows in await asyncio.gather(*map(one, works)) for row in rows]
