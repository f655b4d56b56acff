"""The clock: calls functions at an interval. It knows no work of its own; what is due is a row."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Clock:
    """APScheduler 3 as a clock only: no job store, no pickled jobs, late ticks run once instead of never."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            # A tick that finds the one before still at work returns at once, and nobody is warned of it.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 2},
        )
        self._ticks: set[asyncio.Task[object]] = set()
        self._at_work: set[str] = set()
        self._log = structlog.get_logger("reminders.clock")

    def every(self, interval: timedelta, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Call ``work`` at this interval; its errors are logged and the next tick comes all the same."""

        async def tick() -> None:
            if name in self._at_work:
                return
            self._at_work.add(name)
            task = asyncio.current_task()
            if task is not None:
                self._ticks.add(task)
                task.add_done_callback(self._ticks.discard)
            try:
                await work()
            except Exception:
                self._log.exception("tick_failed", tick=name)
            finally:
                self._at_work.discard(name)

        self._scheduler.add_job(tick, "interval", seconds=interval.total_seconds(), id=name)

    def start(self) -> None:
        """Begin to tick. Needs a running event loop."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Stop ticking, once the work under way has ended: the scheduler itself would cancel it."""
        if self._scheduler.running:
            self._scheduler.remove_all_jobs()
            if self._ticks:
                await asyncio.wait(self._ticks, timeout=5)
            self._scheduler.shutdown(wait=False)
