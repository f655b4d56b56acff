"""A bell between tasks of one process: rung when there is work, so that nobody waits for the next look."""

from __future__ import annotations

import asyncio
import contextlib


class Bell:
    """Rings are remembered until somebody waits; many rings are one."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the one that waits, or the next that will."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return when rung, or after ``seconds``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()
