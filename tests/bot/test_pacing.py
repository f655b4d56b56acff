"""Limits are kept over any window, used up, and passed first by whoever somebody waits for."""

from __future__ import annotations

import asyncio
from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from bot.contract import Rate
from bot.pacing import LEAD, Pace, Turn, Window

PATIENT = 5.0
Rates = list[tuple[str, Rate]]


async def use(pace: Pace, rates: Rates, priority: int = 0) -> None:
    turn = await pace.turn(rates, priority=priority, cost=1, patience=PATIENT)
    assert isinstance(turn, Turn)
    assert await pace.begin(turn, PATIENT) == 0


async def refused(pace: Pace, rates: Rates) -> float:
    wait = await pace.turn(rates, priority=0, cost=1, patience=PATIENT)
    assert not isinstance(wait, Turn)
    return wait


@given(
    st.integers(1, 20),
    st.integers(1, 60),
    st.lists(st.tuples(st.integers(0, 4_000), st.integers(1, 4)), max_size=30),
)
def test_no_window_holds_more_than_the_limit(most: int, seconds: int, asked: list[tuple[int, int]]) -> None:
    window, now, sent = Window(Rate(most, seconds)), 0.0, deque[float]()
    for pause, cost in asked:
        now += pause / 200
        wait = window.wait(now, cost)
        if wait:
            assert wait <= seconds + 1e-6
            now += wait
            # Reckoning with fractions may leave a trifle.
            while (left := window.wait(now, cost)) > 0:
                assert left < 1e-6
                now += 1e-7
        window.count(now, cost)
        window.begin(now, cost)
        sent.extend([now] * cost)
        recent = sum(1 for at in sent if at > now - seconds + 1e-6)
        assert recent <= max(most, cost)


async def test_answers_pass_those_who_wait() -> None:
    pace, order = Pace(), list[str]()

    async def go(name: str, priority: int) -> None:
        rates = [("account", Rate(1, 0.15)), (f"chat:{name}", Rate(3, 3.0))]
        await use(pace, rates, priority)
        order.append(name)

    await go("first", 2)
    tasks = [asyncio.create_task(go(f"room {number}", 2)) for number in range(4)]
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(go("letter", 1)), asyncio.create_task(go("answer", 0))]
    await asyncio.gather(*tasks)
    assert order == ["first", "answer", "letter", "room 0", "room 1", "room 2", "room 3"]


async def test_whoever_waits_for_a_place_of_their_own_holds_up_nobody() -> None:
    pace = Pace()
    busy = [("account", Rate(30, 1.0)), ("chat:1", Rate(1, 3.0))]
    await use(pace, busy)
    waiting = asyncio.create_task(pace.turn(busy, priority=0, cost=1, patience=PATIENT))
    await asyncio.sleep(0)
    free = [("account", Rate(30, 1.0)), ("chat:2", Rate(1, 3.0))]
    async with asyncio.timeout(0.5):
        await use(pace, free, 2)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_what_would_take_too_long_is_told_at_once() -> None:
    pace = Pace()
    rates = [("account", Rate(1, 60.0))]
    await use(pace, rates)
    assert 55 < await refused(pace, rates) <= 60


async def test_a_closed_limit_lets_nothing_through_and_others_stay_open() -> None:
    pace = Pace()
    edits, posts = [("method:update", Rate(50, 60.0))], [("method:post", Rate(50, 60.0))]
    await use(pace, edits)
    pace.close("method:update", 30.0)
    assert await refused(pace, edits) > 25
    await use(pace, posts)
    pace.close("", 90.0)
    assert await refused(pace, posts) > 80


async def test_what_another_worker_sent_counts() -> None:
    pace, rates = Pace(), [("group:-1", Rate(2, 60.0))]
    for ago in (10.0, 50.0):
        pace.recall(rates, ago)
    assert 9 < await refused(pace, rates) <= 10


async def test_a_turn_that_is_not_used_is_somebody_elses() -> None:
    pace, rates = Pace(), [("account", Rate(1, 60.0))]
    turn = await pace.turn(rates, priority=0, cost=1, patience=PATIENT)
    assert isinstance(turn, Turn)
    assert await refused(pace, rates) > 50
    pace.forgo(turn)
    await use(pace, rates)


async def test_a_slow_commit_lets_no_more_through() -> None:
    now = [0.0]
    pace, rates = Pace(lambda: now[0]), [("account", Rate(2, 10.0))]
    turns = [await pace.turn(rates, priority=0, cost=1, patience=PATIENT) for _ in range(2)]
    now[0] = 11.0  # Both had their turn long ago, and have not begun.
    assert await refused(pace, rates) == 10.0 - LEAD
    for turn in turns:
        assert isinstance(turn, Turn)
        assert await pace.begin(turn, PATIENT) == 0
    now[0] = 20.0
    assert 0 < await refused_soon(pace, rates) <= 1.0


async def refused_soon(pace: Pace, rates: Rates) -> float:
    wait = await pace.turn(rates, priority=0, cost=1, patience=0.0)
    assert not isinstance(wait, Turn)
    return wait


async def test_what_nobody_waits_for_is_spread() -> None:
    now = [0.0]
    pace, rates = Pace(lambda: now[0]), [("account", Rate(30, 1.0, spread=True))]
    at_once = 0
    while isinstance(turn := await pace.turn(rates, priority=2, cost=1, patience=0.0), Turn):
        await pace.begin(turn, 0.0)
        at_once += 1
    assert at_once < 20
    turn = await pace.turn(rates, priority=0, cost=1, patience=0.0)
    assert isinstance(turn, Turn), "an answer finds room"
