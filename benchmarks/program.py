"""Starts the real program, and bare bots beside it, as processes of their own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import aiohttp
import asyncpg
import psutil

POSTGRES_URL: Final = os.environ.get(
    "ENLACE_TEST_POSTGRES_URL", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres"
)
#: The console script of the environment that the benchmarks run in.
ENLACE: Final = str(Path(sys.executable).with_name("enlace"))


def free_port() -> int:
    """A port of the loopback address that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without its own settings, with those given.

    Programs keep their compiled modules, as they do for everybody who starts them a second time.
    """
    dropped = ("PORT", "PYTHONDONTWRITEBYTECODE")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ENLACE_") and name not in dropped
    }
    return kept | {f"ENLACE_{name.upper()}": value for name, value in settings.items()}


@contextlib.asynccontextmanager
async def process(
    arguments: Sequence[str], env: Mapping[str, str], log: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python process, ended with SIGTERM; its output goes to ``log``."""
    with log.open("ab") as output:
        started = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, env=dict(env), stdout=output, stderr=output
        )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(started.wait(), 15)
            except TimeoutError:
                started.kill()
                await started.wait()


async def until_ready(url: str, seconds: float = 20.0) -> None:
    """Wait until an address answers with 200."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(seconds):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.01)


def resident_megabytes(pid: int) -> float:
    """The resident memory of a process, in MB."""
    return float(psutil.Process(pid).memory_info().rss) / 1e6


@contextlib.asynccontextmanager
async def database_url(engine: str, folder: Path, name: str) -> AsyncIterator[str]:
    """The address of an empty database of its own, dropped after."""
    if engine == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / name}.db"
        return
    own = f"enlace_bench_{name}_{os.getpid()}"
    await _on_server(f"DROP DATABASE IF EXISTS {own} WITH (FORCE)")
    await _on_server(f"CREATE DATABASE {own}")
    try:
        yield POSTGRES_URL.rsplit("/", 1)[0] + f"/{own}"
    finally:
        await _on_server(f"DROP DATABASE IF EXISTS {own} WITH (FORCE)")


async def _on_server(statement: str) -> None:
    connection = await asyncpg.connect(POSTGRES_URL.replace("+asyncpg", ""), timeout=5)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
