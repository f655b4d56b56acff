"""The local Telegram and Slack as processes, spoken to over their control API."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from benchmarks.program import environment

#: How long an answer may take before a measurement is given up, in seconds.
PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server and what it printed at its start: its address, then its secrets."""

    session: aiohttp.ClientSession
    printed: tuple[str, ...]

    @property
    def url(self) -> str:
        """Its API's address."""
        return self.printed[0]

    async def get(self, what: str, **query: float) -> Any:
        """Ask the control API."""
        root = self.url.removesuffix("/api/")
        async with self.session.get(f"{root}/control/{what}", params=query) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def post(self, what: str, given: Any) -> Any:
        """Tell the control API something."""
        root = self.url.removesuffix("/api/")
        async with self.session.post(f"{root}/control/{what}", json=given) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def applied(self) -> int:
        """How many requests took effect so far."""
        number: int = (await self.get("state"))["applied"]
        return number

    async def sent(self, since: int, count: int, *methods: str) -> list[dict[str, Any]]:
        """Wait until ``count`` requests of ``methods`` took effect after number ``since``."""
        found: list[dict[str, Any]] = []
        async with asyncio.timeout(PATIENCE):
            while len(found) < count:
                log = await self.get("log", since=since, wait=5)
                since += len(log)
                found += [entry for entry in log if entry["method"] in methods]
                if len(found) < count - 1:  # Many are awaited: asking at once would slow the server down.
                    await asyncio.sleep(0.1)
        return found


@contextlib.asynccontextmanager
async def local_server(platform: str, lines: int, *arguments: str) -> AsyncIterator[LocalServer]:
    """A ``telegram`` or ``slack`` without limits; ``lines``: how many it prints at its start."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"tests.support.{platform}", "--no-limits", *arguments,
        env=environment(), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert started.stdout is not None
        printed = [(await started.stdout.readline()).decode().strip() for _ in range(lines)]
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE)) as session:
            yield LocalServer(session, tuple(printed))
    finally:
        started.terminate()
        await started.wait()
