"""Processes of the real program, forked from one that has loaded it; see ``tests.support.crashing``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from benchmarks.program import environment
from tests.support.crashing import Order

#: How long a process may take to be forked, and to end once it was told to, in seconds.
PATIENCE: Final = 90.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Child:
    """One process; ``ended`` holds its exit code, below zero the number of the signal that ended it."""

    pid: int
    ended: asyncio.Future[int]
    log: Path

    def signal(self, number: int) -> None:
        """Send it a signal, if it still lives."""
        if not self.ended.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def kill(self) -> None:
        """End it at once."""
        self.signal(signal.SIGKILL)
        await asyncio.wait_for(self.ended, PATIENCE)

    async def stop(self) -> None:
        """Let it end by itself.

        Raises:
            AssertionError: it did not end cleanly.
        """
        self.signal(signal.SIGTERM)
        code = await asyncio.wait_for(self.ended, PATIENCE)
        assert code == 0, self.log.read_text()[-4000:]

    async def lives_through(self, waiting: Coroutine[object, object, T]) -> T:
        """The result of something that is waited for while the process lives.

        Raises:
            AssertionError: the process ended before.
        """
        task = asyncio.create_task(waiting)
        await asyncio.wait((task, self.ended), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
            raise AssertionError(f"ended with {self.ended.result()}: {self.log.read_text()[-4000:]}")
        return task.result()

    async def dies(self, seconds: float) -> None:
        """Wait until it was killed at its point.

        Raises:
            AssertionError: it was not, within ``seconds``.
        """
        async with asyncio.timeout(seconds):
            code = await asyncio.shield(self.ended)
        assert code == -signal.SIGKILL, self.log.read_text()[-4000:]


class Nursery:
    """``async with Nursery.open() as nursery``: ends all its children at the end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()
        self._started: asyncio.Queue[int] = asyncio.Queue()
        self._ended: dict[int, asyncio.Future[int]] = {}

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls) -> AsyncIterator[Nursery]:
        """A nursery that is ready."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.support.crashing", "nursery",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=environment(),
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdin is not None
        assert await asyncio.wait_for(process.stdout.readline(), PATIENCE) == b"ready\n"
        nursery = cls(process)
        listening = asyncio.create_task(nursery._listen())
        try:
            yield nursery
        finally:
            for pid, ended in nursery._ended.items():
                if not ended.done():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            process.stdin.close()
            await process.wait()
            await listening

    async def start(self, order: Order) -> Child:
        """A new process."""
        assert self._process.stdin is not None
        async with self._turn:
            self._process.stdin.write(order.line().encode())
            pid = await asyncio.wait_for(self._started.get(), PATIENCE)
        return Child(pid, self._ended[pid], Path(order.log))

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            what, pid, *code = line.decode().split()
            if what == "started":
                self._ended[int(pid)] = asyncio.get_running_loop().create_future()
                self._started.put_nowait(int(pid))
            else:
                self._ended[int(pid)].set_result(int(code[0]))
