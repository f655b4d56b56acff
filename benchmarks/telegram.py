"""The whole Telegram path beside a bare python-telegram-bot echo bot: latency and messages a second.

Every bot has a local Telegram server of its own; the questions go round in turn, so that whatever else the
machine does slows all of them alike. Times are the servers' own: from the moment an update is put into the
bot's queue to the moment at which the answer takes effect.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.local_servers import LocalServer, local_server
from benchmarks.program import ENLACE, database_url, environment, free_port, percentile, process
from benchmarks.report import Row

QUESTION: Final = "/project ACS-SF-001"
WARM_UP: Final = 40
ASKED: Final = 300
#: Questions put in at once, and the chats that they come from.
CROWD: Final = 1_500
CHATS: Final = 500
#: Telegram lets a bot send this many messages a second; the program must be ten times as fast.
PERMITTED: Final = 30
BARE: Final = "bare bot"


@dataclass(slots=True)
class Bot:
    """A bot under measurement, and what its server saw."""

    name: str
    server: LocalServer
    people: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    latencies: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)


async def measure() -> list[Row]:
    """Ask the program on both databases and the bare bot, in turn."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="enlace-bench-")))
        bots = [await _program(stack, folder, engine) for engine in ("sqlite", "postgresql")]
        answer = (await _ask(bots[0]))["arguments"]
        bots.append(await _bare(stack, folder, answer))
        for count in range(WARM_UP + ASKED):
            for bot in bots:
                entry = await _ask(bot)
                if count >= WARM_UP:
                    bot.latencies.append(entry["took"] * 1000)
        for _ in range(3):
            for bot in bots:
                bot.rates.append(await _crowd(bot))
    return _rows(bots)


async def _program(stack: contextlib.AsyncExitStack, folder: Path, engine: str) -> Bot:
    server = await stack.enter_async_context(local_server("telegram", 2))
    url = await stack.enter_async_context(database_url(engine, folder, "telegram"))
    settings = environment(
        database_url=url,
        web_port=str(free_port()),
        telegram_api_url=server.url,
        telegram_token=server.printed[1],
        telegram_messages_per_second="1000000",
        log_level="warning",
    )
    await stack.enter_async_context(process([ENLACE, "run", "--demo"], settings, folder / f"{engine}.log"))
    return Bot(engine, server)


async def _bare(stack: contextlib.AsyncExitStack, folder: Path, answer: dict[str, Any]) -> Bot:
    server = await stack.enter_async_context(local_server("telegram", 2))
    given = folder / "answer.json"
    given.write_text(json.dumps(answer))
    arguments = ["-m", "benchmarks.bare_telegram", server.url, server.printed[1], str(given)]
    await stack.enter_async_context(process(arguments, environment(), folder / "bare.log"))
    return Bot(BARE, server)


async def _ask(bot: Bot) -> dict[str, Any]:
    """One question alone; the entry of its answer, with the seconds it ``took``.

    Each comes from another person, because nobody is sent more than one message a second.
    """
    since = await bot.server.applied()
    began = await bot.server.post("say", {"user": next(bot.people), "text": QUESTION})
    entry: dict[str, Any] = (await bot.server.sent(since, 1, "sendMessage"))[0]
    entry["took"] = entry["at"] - await _put_in(bot, began[0])
    return entry


async def _put_in(bot: Bot, number: int) -> float:
    at: float = (await bot.server.get("updates", since=number))[str(number)]["at"]
    return at


async def _crowd(bot: Bot) -> float:
    """Messages a second while many people ask at once."""
    since = await bot.server.applied()
    people = [next(bot.people) for _ in range(CHATS)]
    asked = [{"user": people[number % CHATS], "text": QUESTION} for number in range(CROWD)]
    numbers = await bot.server.post("say", asked)
    entries = await bot.server.sent(since, CROWD, "sendMessage")
    await asyncio.sleep(0.5)
    seconds: float = entries[-1]["at"] - await _put_in(bot, numbers[0])
    return CROWD / seconds


def _rows(bots: Sequence[Bot]) -> list[Row]:
    bare = next(bot for bot in bots if bot.name == BARE)
    rows = [
        Row(f"{BARE}: {name}", figure, unit, "-", True)
        for name, figure, unit in (
            ("p50", percentile(bare.latencies, 0.5), "ms"),
            ("p99", percentile(bare.latencies, 0.99), "ms"),
            ("messages a second", statistics.median(bare.rates), "/s"),
        )
    ]
    for bot in bots:
        if bot is bare:
            continue
        p99 = percentile(bot.latencies, 0.99)
        half, whole = (
            percentile(bot.latencies, share) / percentile(bare.latencies, share) for share in (0.5, 0.99)
        )
        rate, wanted = statistics.median(bot.rates), 10 * PERMITTED
        rows += [
            Row(f"{bot.name}: p50", percentile(bot.latencies, 0.5), "ms", "-", True),
            Row(f"{bot.name}: p99", p99, "ms", "-", True),
            Row(f"{bot.name}: p50 by the bare bot's", half, "times", "-", True),
            Row(f"{bot.name}: p99 by the bare bot's", whole, "times", "<= 3", whole <= 3),
            Row(f"{bot.name}: messages a second", rate, "/s", f">= {wanted}", rate >= wanted),
        ]
    return rows
