"""One at a time, the urgent first, and a turn is never lost."""

from __future__ import annotations

import asyncio

from directory.turnstile import Turnstile


async def test_urgent_ones_go_first_and_each_line_keeps_its_order() -> None:
    gate, order = Turnstile(), list[str]()
    inside = 0

    async def enter(name: str, *, urgent: bool) -> None:
        nonlocal inside
        async with gate.passing(urgent=urgent):
            inside += 1
            assert inside == 1
            order.append(name)
            await asyncio.sleep(0.001)
            inside -= 1

    names = ["a", "b", "C", "d", "E"]
    async with asyncio.TaskGroup() as tasks:
        for name in names:
            tasks.create_task(enter(name, urgent=name.isupper()))
    assert order == ["a", "C", "E", "b", "d"]


async def test_who_gives_up_waiting_takes_no_turn_along() -> None:
    gate, passed = Turnstile(), list[int]()

    async def enter(number: int) -> None:
        async with gate.passing(urgent=False):
            passed.append(number)
            await asyncio.sleep(0.01)

    tasks = [asyncio.create_task(enter(number)) for number in range(4)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.sleep(0.01)
    tasks[2].cancel()
    await asyncio.wait(tasks)
    assert passed[0] == 0
    assert 3 in passed
    async with asyncio.timeout(1), gate.passing(urgent=True):
        pass


async def test_a_turn_that_came_while_giving_up_goes_on() -> None:
    gate = Turnstile()

    async def enter() -> None:
        async with gate.passing(urgent=False):
            await asyncio.sleep(0)

    async with gate.passing(urgent=False):
        waiting = [asyncio.create_task(enter()) for _ in range(2)]
        await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.wait(waiting)
    assert waiting[1].exception() is None
