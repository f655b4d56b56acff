"""Limits are kept over any window, used up, and passed first by whoever somebody waits for."""

from __future__ import annotations

import asyncio
from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from bot.contract import Rate
from bot.pacing import Pace, Window

PATIENT = 5.0


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
        sent.extend([now] * cost)
        recent = sum(1 for at in sent if at > now - seconds + 1e-6)
        assert recent <= max(most, cost)


async def test_answers_pass_those_who_wait() -> None:
    pace, order = Pace(), list[str]()

    async def go(name: str, priority: int) -> None:
        rates = [("account", Rate(1, 0.05)), (f"chat:{name}", Rate(3, 3.0))]
        assert await pace.turn(rates, priority=priority, cost=1, patience=PATIENT) == 0
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
    assert await pace.turn(busy, priority=0, cost=1, patience=PATIENT) == 0
    waiting = asyncio.create_task(pace.turn(busy, priority=0, cost=1, patience=PATIENT))
    await asyncio.sleep(0)
    free = [("account", Rate(30, 1.0)), ("chat:2", Rate(1, 3.0))]
    async with asyncio.timeout(0.5):
        assert await pace.turn(free, priority=2, cost=1, patience=PATIENT) == 0
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_what_would_take_too_long_is_told_at_once() -> None:
    pace = Pace()
    rates = [("account", Rate(1, 60.0))]
    assert await pace.turn(rates, priority=0, cost=1, patience=PATIENT) == 0
    assert 55 < await pace.turn(rates, priority=0, cost=1, patience=PATIENT) <= 60


async def test_a_closed_limit_lets_nothing_through_and_others_stay_open() -> None:
    pace = Pace()
    edits, posts = [("method:update", Rate(50, 60.0))], [("method:post", Rate(50, 60.0))]
    assert await pace.turn(edits, priority=0, cost=1, patience=PATIENT) == 0
    pace.close("method:update", 30.0)
    assert await pace.turn(edits, priority=0, cost=1, patience=PATIENT) > 25
    assert await pace.turn(posts, priority=0, cost=1, patience=PATIENT) == 0
    pace.close("", 90.0)
    assert await pace.turn(posts, priority=0, cost=1, patience=PATIENT) > 80


async def test_what_another_worker_sent_counts() -> None:
    pace, rates = Pace(), [("group:-1", Rate(2, 60.0))]
    for ago in (10.0, 50.0):
        pace.recall(rates, ago)
    assert 9 < await pace.turn(rates, priority=0, cost=1, patience=PATIENT) <= 10
