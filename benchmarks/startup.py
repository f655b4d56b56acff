"""From the start to the first answer in the browser chat, and the memory of an idle program."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

import httpx

from benchmarks.local_servers import local_server
from benchmarks.program import (
    ENLACE,
    database_url,
    environment,
    free_port,
    process,
    resident_megabytes,
    until_ready,
)
from benchmarks.report import Row
from tests.support.browser_talk import BrowserTalk

QUESTION: Final = "/project ACS-SF-001"
STARTS: Final = 5
#: Pause before the memory is read, in seconds.
IDLE: Final = 4.0
MOST_SECONDS: Final = 2.0
MOST_MEGABYTES: Final = 120.0


async def measure() -> list[Row]:
    """Start the program on a database that has the demo, on both databases, alone and with both platforms."""
    rows: list[Row] = []
    for engine in ("sqlite", "postgresql"):
        async with contextlib.AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="enlace-bench-")))
            url = await stack.enter_async_context(database_url(engine, folder, "startup"))
            alone = {"database_url": url}
            await _start(folder, alone)
            times = [(await _start(folder, alone))[0] for _ in range(STARTS)]
            _, memory = await _start(folder, alone, idle=IDLE)
            telegram = await stack.enter_async_context(local_server("telegram", 2))
            slack = await stack.enter_async_context(local_server("slack", 4))
            both = alone | {
                "telegram_api_url": telegram.url,
                "telegram_token": telegram.printed[1],
                "slack_api_url": slack.url,
                "slack_bot_token": slack.printed[1],
                "slack_app_token": slack.printed[2],
            }
            first, with_both = await _start(folder, both, idle=IDLE)
        seconds = statistics.median(times)
        rows += [
            _row(f"{engine}: start to first answer", seconds, "s", MOST_SECONDS),
            _row(f"{engine}: idle memory", memory, "MB", MOST_MEGABYTES),
            _row(f"{engine}: start with Telegram and Slack", first, "s", MOST_SECONDS),
            # The goal is for the program; what the two platforms' libraries take is shown beside it.
            Row(f"{engine}: idle memory with Telegram and Slack", with_both, "MB", "-", True),
        ]
    return rows


def _row(name: str, figure: float, unit: str, most: float) -> Row:
    return Row(name, figure, unit, f"<= {most:g}", figure <= most)


async def _start(folder: Path, settings: dict[str, str], idle: float = 0.0) -> tuple[float, float]:
    """Seconds until the first answer, and the resident megabytes ``idle`` seconds later."""
    port = free_port()
    env = environment(web_port=str(port), log_level="warning", **settings)
    began = time.monotonic()
    async with process([ENLACE, "run", "--demo"], env, folder / "program.log") as started:
        address = f"http://127.0.0.1:{port}"
        await until_ready(f"{address}/healthz")
        with contextlib.suppress(httpx.TransportError):
            async with BrowserTalk(address, "visitor", language="en") as talk:
                await talk.says(QUESTION)
                heard = await talk.next()
                if "ACS-SF-001" not in heard.text:
                    raise RuntimeError(f"this is no answer: {heard.text[:200]}")
        took = time.monotonic() - began
        await asyncio.sleep(idle)
        return took, resident_megabytes(started.pid)
