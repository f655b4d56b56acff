"""The database fails under a running program: nothing is lost or said twice, the log says why, it goes on.

The program is a real process, Telegram a local server whose log is the truth.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.postgres import Databases, on_server, url_of
from tests.support.telegram.limits import Limits
from tests.support.telegram.server import TelegramServer

pytestmark = pytest.mark.crash


class Program:
    """``enlace run`` beside a local Telegram; ``say`` and ``answered`` are its user."""

    def __init__(self, server: TelegramServer, process: asyncio.subprocess.Process) -> None:
        self.server = server
        self.process = process
        self.log = bytearray()
        self._user = server.people.user("Somebody")

    async def read_log(self) -> None:
        assert self.process.stdout is not None
        while chunk := await self.process.stdout.read(4096):
            self.log += chunk

    def say(self, tag: str) -> None:
        self.server.people.say(self._user, f"/{tag}")

    def times(self, tag: str) -> int:
        """How often the answer that repeats ``tag`` was sent."""
        return sum(tag in str(entry.arguments.get("text")) for entry in self.server.sent("sendMessage"))

    async def answered(self, *tags: str) -> None:
        """Wait until every question was answered, and see that it was answered once."""
        async with asyncio.timeout(45):
            while not all(self.times(tag) for tag in tags):
                assert self.process.returncode is None, self.log.decode()
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        assert {tag: self.times(tag) for tag in tags} == dict.fromkeys(tags, 1), self.log.decode()

    async def logged(self, words: str) -> None:
        """Wait until the log says something."""
        async with asyncio.timeout(45):
            while words.encode() not in self.log:
                assert self.process.returncode is None, self.log.decode()
                await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def running(database_url: str) -> AsyncIterator[Program]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ENLACE_")}
    async with TelegramServer(limits=Limits(enforced=False)) as server:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.cli",
            "run",
            env=kept
            | {
                "ENLACE_DATABASE_URL": database_url,
                "ENLACE_WEB_PORT": "0",
                "ENLACE_TELEGRAM_TOKEN": server.token,
                "ENLACE_TELEGRAM_API_URL": server.url,
                "ENLACE_LOG_LEVEL": "warning",
                "ENLACE_LOG_FORMAT": "json",
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        program = Program(server, process)
        reading = asyncio.create_task(program.read_log())
        try:
            program.say("zzfirstzz")
            await program.answered("zzfirstzz")
            yield program
            # It was there all the time, and heeds who stops it.
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 20) == 0, program.log.decode()
        finally:
            if process.returncode is None:
                process.kill()
            await reading


async def test_sqlite_without_room_and_locked(sqlite_demo_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "enlace.db"
    await asyncio.to_thread(path.write_bytes, await asyncio.to_thread(sqlite_demo_template.read_bytes))
    async with running(f"sqlite+aiosqlite:///{path}") as program:
        # No file may grow any more: what a full disk is to whoever writes.
        whole = resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        program.say("zzfullzz")
        program.say("zzfulltoozz")
        await program.logged("cannot be written to its disk")
        assert (program.times("zzfullzz"), program.times("zzfulltoozz")) == (0, 0)
        resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, whole)
        await program.answered("zzfullzz", "zzfulltoozz")

        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            program.say("zzlockedzz")
            await asyncio.sleep(1.5)
            assert program.times("zzlockedzz") == 0
            other.execute("ROLLBACK")
        await program.answered("zzlockedzz")


@pytest.mark.postgres
async def test_postgresql_away_and_read_only(postgres_demo_template: Databases) -> None:
    name = await postgres_demo_template.lend()
    try:
        async with running(url_of(name)) as program:
            # What the clients see of a server that is restarted.
            await on_server(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            await _disconnect(name)
            program.say("zzawayzz")
            program.say("zzawaytoozz")
            await program.logged("events_not_stored")
            assert (program.times("zzawayzz"), program.times("zzawaytoozz")) == (0, 0)
            await on_server(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            await program.answered("zzawayzz", "zzawaytoozz")

            await on_server(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
            await _disconnect(name)
            program.say("zzreadonlyzz")
            await program.logged("can only be read")
            assert program.times("zzreadonlyzz") == 0
            await on_server(f"ALTER DATABASE {name} RESET default_transaction_read_only")
            await _disconnect(name)
            await program.answered("zzreadonlyzz")
    finally:
        await on_server(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await on_server(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        await postgres_demo_template.take_back(name)


async def _disconnect(name: str) -> None:
    await on_server(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")
