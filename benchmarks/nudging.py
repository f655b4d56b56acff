"""Reminders: what a hundred thousand that are planned cost a program that starts, and how punctual one is.

For the second, the program runs in this process with a clock that shows nine o'clock of a working day in
Mexico shortly after the start; when a letter arrived is what the local Telegram server saw.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from benchmarks.local_servers import LocalServer, local_server
from benchmarks.program import (
    ENLACE,
    database_url,
    environment,
    free_port,
    percentile,
    process,
    resident_megabytes,
    until_ready,
)
from benchmarks.report import Row
from bot.app import open_app, prepare
from bot.serving import platforms
from bot.settings import Settings
from directory import accounts, people, posts
from directory.accounts import Account
from directory.audit import Actor
from directory.database import Database
from directory.people import Person
from directory.posts import Nomination, Post, Standing
from directory.texts import local
from reminders import deadlines
from reminders.deadlines import Deadline, Owner, OwnerKind
from reminders.nudging.tables import NudgeRow, State, WatchRow
from reminders.vague import VagueDate

PENDING: Final = 100_000
#: How many people are reminded at the same minute.
READERS: Final = 50
#: The number of the first one's account.
FIRST: Final = 7_000
#: Pause before the memory is read, in seconds.
IDLE: Final = 6.0
MOST_MEGABYTES: Final = 20.0
MOST_SECONDS: Final = 2.0
MOST_LATE: Final = 5.0
#: Nine o'clock of a Wednesday in Mexico, and how long before it the program starts, in seconds.
NINE: Final = datetime(2027, 3, 3, 9, tzinfo=ZoneInfo("America/Mexico_City")).astimezone(UTC)
AHEAD: Final = 30.0
_SET_AT: Final = datetime(2027, 1, 4, tzinfo=UTC)


async def measure() -> list[Row]:
    """On both databases."""
    rows: list[Row] = []
    for engine in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="enlace-bench-") as name:
            folder = Path(name)
            async with database_url(engine, folder, "nudging") as url:
                rows += await _pending(engine, url, folder)
            async with database_url(engine, folder, "punctual") as url:
                rows += await _punctual(engine, url)
    return rows


async def _pending(engine: str, url: str, folder: Path) -> list[Row]:
    database = Database(url)
    await prepare(database, demo=True)
    await _start(url, folder)
    _, before = await _start(url, folder)
    await _plan(database)
    await database.close()
    seconds, after = await _start(url, folder)
    more = max(0.0, after - before)
    return [
        Row(
            f"{engine}: memory of {PENDING:,} reminders",
            more,
            "MB",
            f"<= {MOST_MEGABYTES:g}",
            more <= MOST_MEGABYTES,
        ),
        Row(f"{engine}: start with them", seconds, "s", f"<= {MOST_SECONDS:g}", seconds <= MOST_SECONDS),
    ]


async def _start(url: str, folder: Path) -> tuple[float, float]:
    """Seconds until the program is ready, and its resident megabytes after a few ticks."""
    port = free_port()
    env = environment(database_url=url, web_port=str(port), log_level="warning")
    began = time.monotonic()
    async with process([ENLACE, "run"], env, folder / "program.log") as started:
        await until_ready(f"http://127.0.0.1:{port}/healthz")
        took = time.monotonic() - began
        await asyncio.sleep(IDLE)
        return took, resident_megabytes(started.pid)


async def _plan(database: Database) -> None:
    """Reminders of a year from now, as they stand planned, and what is watched for them."""
    due_at = datetime.now(UTC) + timedelta(365)
    for first in range(0, PENDING, 5_000):
        numbers = [str(number) for number in range(first, first + 5_000)]
        async with database.writing() as session:
            await session.execute(
                sa.insert(WatchRow),
                [{"kind": "deadline", "key": f"x{number}", "look_at": due_at} for number in numbers],
            )
            await session.execute(
                sa.insert(NudgeRow),
                [
                    {
                        "kind": "deadline",
                        "key": f"x{number}",
                        "occasion": "2027-12-01-7",
                        "day": date(2027, 11, 24),
                        "person": f"reader-{int(number) % 3_000}",
                        "due_at": due_at,
                        "state": State.PLANNED,
                        "letter": "",
                    }
                    for number in numbers
                ],
            )


async def _punctual(engine: str, url: str) -> list[Row]:
    database = Database(url)
    await prepare(database, demo=True)
    await owe(database)
    await database.close()
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(local_server("telegram", 2))
        begins = time.time() + AHEAD
        shift = NINE.timestamp() - begins
        app = await stack.enter_async_context(
            open_app(url, now=lambda: datetime.fromtimestamp(time.time() + shift, UTC))
        )
        given: dict[str, Any] = {
            "database_url": url,
            "telegram_api_url": server.url,
            "telegram_token": server.printed[1],
        }
        settings = Settings(**given)
        enabled = platforms(settings, app)
        await stack.enter_async_context(app.running(enabled, alone=True))
        late = await _late(server, begins)
    p99 = percentile(late, 0.99)
    return [
        Row(f"{engine}: a reminder's delay p50", percentile(late, 0.5), "s", "-", True),
        Row(f"{engine}: a reminder's delay p99", p99, "s", f"<= {MOST_LATE:g}", p99 <= MOST_LATE),
    ]


async def _late(server: LocalServer, begins: float) -> list[float]:
    """How many seconds after nine each reader's letter took effect."""
    # The server's times are of the same clock that this process reads.
    offset = time.time() - time.monotonic()
    # A bot may write to nobody who did not write to it.
    asked = [{"user": FIRST + number, "text": "/help"} for number in range(READERS)]
    since = await server.applied()
    await server.post("say", asked)
    await server.sent(since, READERS, "sendMessage")
    if time.time() > begins:
        raise RuntimeError("the machine was too slow to begin before nine")
    found = await server.sent(await server.applied(), READERS, "sendMessage")
    return [entry["at"] + offset - begins for entry in found]


async def owe(database: Database) -> None:
    """A post, a holder with an account and a deadline in a week for each reader."""
    today = datetime.now(UTC).date()
    titles = local(en="Focal point of a benchmark")
    actor = Actor("benchmark", "", "", None, "coordinator", "direct")
    async with database.writing() as session:
        for number in range(READERS):
            key = f"bench-{number}"
            await people.add(
                session, [Person(key, "Reader", f"Number{number}", ("es",), "America/Mexico_City")]
            )
            named = Nomination(
                key, key, Standing.HOLDER, today - timedelta(90), confirmed_on=today - timedelta(80)
            )
            await posts.add(session, [Post(key, titles, network="ACS", country="MX")], [named])
            await accounts.save_account(session, Account("telegram", "", str(FIRST + number), key))
            await deadlines.create(
                session,
                actor,
                _SET_AT,
                Deadline(
                    0,
                    "ACS",
                    local(en=f"Report {number}"),
                    VagueDate.on(date(2027, 3, 10)),
                    owners=(Owner(OwnerKind.POST, key),),
                ),
            )
