"""A message to 500 groups and 3,000 people at once, against a local Telegram that keeps its limits.

Telegram lets a bot send 30 messages a second in all; the program must use at least 98 % of that and never hit
the limit: not one 429. Meanwhile somebody asks a question now and then, whose answer goes before all of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import statistics
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.local_servers import LocalServer, local_server
from benchmarks.program import ENLACE, database_url, environment, free_port, process
from benchmarks.report import Row
from bot.contract import Card, Place, PlaceKind
from bot.i18n import utc_now
from bot.outgoing import letter_draft
from directory.database import Database
from reminders import outbox

GROUPS: Final = 500
PEOPLE: Final = 3_000
PERMITTED: Final = 30.0
#: How much of what is permitted must be used.
SHARE: Final = 0.98
#: How often somebody asks something meanwhile, in seconds, and how long the answer may take.
EVERY: Final = 5.0
MOST_SECONDS: Final = 1.0
#: The numbers of those who ask; the fan-out goes to others.
_ASKERS: Final = itertools.count(900_000)
#: When the measurement is given up, in seconds.
PATIENCE: Final = 2 * (GROUPS + PEOPLE) / PERMITTED


async def measure() -> list[Row]:
    """Fan out on both databases."""
    rows: list[Row] = []
    for engine in ("sqlite", "postgresql"):
        async with contextlib.AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="enlace-bench-")))
            server = await stack.enter_async_context(local_server("telegram", 2))
            url = await stack.enter_async_context(database_url(engine, folder, "fanout"))
            settings = environment(
                database_url=url,
                web_port=str(free_port()),
                telegram_api_url=server.url,
                telegram_token=server.printed[1],
                log_level="warning",
            )
            arguments = [ENLACE, "run", "--demo"]
            await stack.enter_async_context(process(arguments, settings, folder / "program.log"))
            rows += await _fan_out(engine, server, url)
    return rows


async def _fan_out(engine: str, server: LocalServer, url: str) -> list[Row]:
    await _ask(server)
    account = server.printed[1].partition(":")[0]
    chats: list[str] = await server.post("places", {"count": PEOPLE, "groups": GROUPS})
    await server.post("limits", {"enforced": True})
    drafts = [letter_draft(_place(account, chat), Card(text=f"To {chat}"), "en") for chat in chats]
    since = await server.applied()
    database = Database(url)
    try:
        async with database.writing() as session:
            await outbox.enqueue(session, drafts, utc_now())
    finally:
        await database.close()
    answers: list[float] = []
    asking = asyncio.create_task(_ask_meanwhile(server, answers))
    times = await _until_all(server, since, set(chats))
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    refused = sum("Too Many" in text for _, text in (await server.get("state"))["refused"])
    # What is permitted in a second may go at once in the beginning. Answers took turns as well.
    rate = (len(times) + len(answers) - PERMITTED) / (times[-1] - times[0])
    wanted, slowest = SHARE * PERMITTED, max(answers)
    return [
        Row(f"{engine}: messages a second", rate, "/s", f">= {wanted:g}", rate >= wanted),
        Row(f"{engine}: refused with 429", refused, "", "0", refused == 0),
        Row(f"{engine}: answers meanwhile, median", statistics.median(answers), "s", "-", True),
        Row(
            f"{engine}: answers meanwhile, slowest",
            slowest,
            "s",
            f"<= {MOST_SECONDS:g}",
            slowest <= MOST_SECONDS,
        ),
    ]


def _place(account: str, chat: str) -> Place:
    kind = PlaceKind.GROUP if chat.startswith("-") else PlaceKind.DIRECT
    return Place("telegram", account, kind, chat)


async def _ask(server: LocalServer) -> float:
    """Somebody new asks something; the seconds until the answer took effect."""
    since = await server.applied()
    (number,) = await server.post("say", {"user": next(_ASKERS), "text": "/project ACS-SF-001"})
    asked = (await server.get("updates", since=number))[str(number)]["at"]
    while True:
        log = await server.get("log", since=since, wait=5)
        since += len(log)
        for entry in log:
            if entry["method"] == "sendMessage" and "ACS-SF-001" in entry["arguments"]["text"]:
                took: float = entry["at"] - asked
                return took


async def _ask_meanwhile(server: LocalServer, answers: list[float]) -> None:
    while True:
        answers.append(await _ask(server))
        await asyncio.sleep(EVERY)


async def _until_all(server: LocalServer, since: int, waiting: set[str]) -> list[float]:
    """Wait until every chat got its message; when each did."""
    times: list[float] = []
    async with asyncio.timeout(PATIENCE):
        while waiting:
            log = await server.get("log", since=since, wait=5)
            since += len(log)
            for entry in log:
                if entry["method"] == "sendMessage" and str(entry["arguments"]["chat_id"]) in waiting:
                    waiting.discard(str(entry["arguments"]["chat_id"]))
                    times.append(entry["at"])
            await asyncio.sleep(0.5)
    return times
