"""The whole Slack path over HTTP beside a bare Bolt app: the answer, and the acknowledgement under load.

Each has a local Slack of its own; the questions go round in turn. A latency runs from the moment at which
the question is handed to the server to the moment at which the answer takes effect there, by one clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.local_servers import LocalServer, local_server
from benchmarks.program import ENLACE, database_url, environment, free_port, percentile, process
from benchmarks.report import Row

#: Without the slash, so that it is an event and not a command.
QUESTION: Final = "project ACS-SF-001"
#: Everybody asks once: who somebody is, is looked up at their first question.
WARM_UP: Final = 50
ASKED: Final = 150
#: People who ask at once, and how often each of them does.
BUSY: Final = 50
ROUNDS: Final = 4
MOST_ACKNOWLEDGED: Final = 300.0
BARE: Final = "bare app"


@dataclass(slots=True)
class App:
    """An app under measurement; times in milliseconds."""

    name: str
    server: LocalServer
    people: Iterator[str] = field(default_factory=lambda: itertools.cycle(f"U{n:05}" for n in range(BUSY)))
    latencies: list[float] = field(default_factory=list)
    acknowledged: list[float] = field(default_factory=list)


async def measure() -> list[Row]:
    """Ask the program on both databases and the bare app, in turn; then let many ask at once."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="enlace-bench-")))
        apps = [await _program(stack, folder, engine) for engine in ("sqlite", "postgresql")]
        answer = (await _ask(apps[0]))["arguments"]
        apps.append(await _bare(stack, folder, answer))
        for count in range(WARM_UP + ASKED):
            for app in apps:
                took = (await _ask(app))["took"] * 1000
                if count >= WARM_UP:
                    app.latencies.append(took)
        for app in apps:
            await _busy(app)
    return _rows(apps)


async def _serve(stack: contextlib.AsyncExitStack) -> tuple[LocalServer, int]:
    port = free_port()
    server = local_server("slack", 4, "--app-url", f"http://127.0.0.1:{port}")
    return await stack.enter_async_context(server), port


async def _program(stack: contextlib.AsyncExitStack, folder: Path, engine: str) -> App:
    server, port = await _serve(stack)
    url = await stack.enter_async_context(database_url(engine, folder, "slack"))
    settings = environment(
        database_url=url,
        web_port=str(port),
        slack_api_url=server.url,
        slack_bot_token=server.printed[1],
        slack_signing_secret=server.printed[3],
        log_level="warning",
    )
    await stack.enter_async_context(process([ENLACE, "run", "--demo"], settings, folder / f"{engine}.log"))
    await _until_listening(port)
    return App(engine, server)


async def _bare(stack: contextlib.AsyncExitStack, folder: Path, answer: dict[str, Any]) -> App:
    server, port = await _serve(stack)
    given = folder / "answer.json"
    given.write_text(json.dumps(answer))
    arguments = [server.url, server.printed[1], server.printed[3], str(port), str(given)]
    bare = process(["-m", "benchmarks.bare_slack", *arguments], environment(), folder / "bare.log")
    await stack.enter_async_context(bare)
    await _until_listening(port)
    return App(BARE, server)


async def _until_listening(port: int) -> None:
    """Events that meet a closed door are given up after a second, so nobody asks before it is open."""
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            await asyncio.sleep(0.02)
    # The door opens a little before the platform behind it has started.
    await asyncio.sleep(2.0)


async def _ask(app: App) -> dict[str, Any]:
    """One question alone, from the next person; the entry of its answer, with the seconds it ``took``."""
    since = await app.server.applied()
    began = time.monotonic()
    await app.server.post("say", {"user": next(app.people), "text": QUESTION})
    entry: dict[str, Any] = (await app.server.sent(since, 1, "chat.postMessage"))[0]
    entry["took"] = entry["at"] - began
    return entry


async def _busy(app: App) -> None:
    """Many conversations at once: how long each acknowledgement takes."""
    await asyncio.sleep(2.0)  # Nobody is sent much more than a message a second.
    people = [next(app.people) for _ in range(BUSY)]
    known = len(await app.server.get("deliveries"))
    since = await app.server.applied()
    for _ in range(ROUNDS):
        await app.server.post("say", [{"user": user, "text": QUESTION} for user in people])
        await asyncio.sleep(1.0)
    await app.server.sent(since, BUSY * ROUNDS, "chat.postMessage")
    deliveries = (await app.server.get("deliveries"))[known:]
    app.acknowledged = [item["seconds"] * 1000 for item in deliveries]


def _rows(apps: Sequence[App]) -> list[Row]:
    bare = next(app for app in apps if app.name == BARE)
    rows: list[Row] = []
    for app in (bare, *(app for app in apps if app is not bare)):
        p99 = percentile(app.acknowledged, 0.99)
        goal, good = ("-", True) if app is bare else (f"<= {MOST_ACKNOWLEDGED:g}", p99 <= MOST_ACKNOWLEDGED)
        rows += [
            Row(f"{app.name}: answer p50", percentile(app.latencies, 0.5), "ms", "-", True),
            Row(f"{app.name}: answer p99", percentile(app.latencies, 0.99), "ms", "-", True),
            Row(f"{app.name}: acknowledged p99, {BUSY} at once", p99, "ms", goal, good),
        ]
        if app is not bare:
            ratio = percentile(app.latencies, 0.99) / percentile(bare.latencies, 0.99)
            rows.append(Row(f"{app.name}: answer p99 by the bare app's", ratio, "times", "<= 3", ratio <= 3))
    return rows
