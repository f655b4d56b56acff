"""kill -9 at every named point of the path: after a restart every question has been answered once.

The program is a real process, Telegram a local server whose log is the truth. An answer whose request had
begun when the process died may be there or not: it is counted as in doubt, and never sent again.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from pathlib import Path
from typing import Final

import pytest

from bot import inbox
from bot.inbox import InboxState
from directory.database import Database
from reminders import outbox
from reminders.outbox import State
from tests.support.crashing import POINTS
from tests.support.telegram.limits import Limits
from tests.support.telegram.server import TelegramServer

#: Points at which a request may have begun.
_MAYBE_SENT: Final = ("sending", "before_mark", "in_mark")
_QUESTIONS: Final = 6


def _environment(server: TelegramServer, database_url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ENLACE_")}
    return kept | {
        "ENLACE_DATABASE_URL": database_url,
        "ENLACE_WEB_PORT": "0",
        "ENLACE_TELEGRAM_TOKEN": server.token,
        "ENLACE_TELEGRAM_API_URL": server.url,
        "ENLACE_TELEGRAM_MESSAGES_PER_SECOND": "1000",
        "ENLACE_LOG_LEVEL": "warning",
    }


async def _start(arguments: list[str], environment: dict[str, str], log: Path) -> asyncio.subprocess.Process:
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", *arguments, env=environment, stdout=output, stderr=output
        )


async def _settled(database: Database, server: TelegramServer) -> dict[State, int]:
    """Wait until nothing is under way any more; the deliveries by state."""
    async with asyncio.timeout(40):
        while True:
            async with database.reading() as session:
                events, deliveries = await inbox.count(session), await outbox.count(session)
            waiting = events[InboxState.PENDING] + sum(deliveries[state] for state in outbox.UNSETTLED)
            answered = events[InboxState.DONE] + events[InboxState.PARKED]
            if not waiting and answered == _QUESTIONS:
                return deliveries
            await asyncio.sleep(0.1)


async def _up(server: TelegramServer, asked: int) -> None:
    """Wait until a program has asked for updates; before that SIGTERM would find nobody who heeds it."""
    async with asyncio.timeout(20):
        while server.polls == asked:  # noqa: ASYNC110 - the server's own count, over in a moment
            await asyncio.sleep(0.05)


@pytest.mark.crash
@pytest.mark.parametrize(("point", "passage"), list(zip(POINTS, itertools.cycle((1, 3)), strict=False)))
async def test_every_question_is_answered_once(
    point: str, passage: int, demo_url: str, tmp_path: Path
) -> None:
    tags = [f"zzqq{number}zz" for number in range(_QUESTIONS)]
    log = tmp_path / "log.txt"
    async with TelegramServer(limits=Limits(enforced=False)) as server:
        environment = _environment(server, demo_url)
        people = [server.people.user(f"Person {number}") for number in range(3)]

        crashing = await _start(["tests.support.crashing", point, str(passage)], environment, log)
        dead = asyncio.create_task(crashing.wait())
        for number, tag in enumerate(tags):
            server.people.say(people[number % 3], f"/{tag}")
            if number == 0:
                # The rest comes one by one to a program that is up, or dead already.
                first = asyncio.create_task(server.until(1, "sendMessage", timeout=30))
                await asyncio.wait((dead, first), return_when=asyncio.FIRST_COMPLETED)
                first.cancel()
            await asyncio.sleep(0.1)
        code = await asyncio.wait_for(dead, 30)
        assert code == -signal.SIGKILL, log.read_text()

        asked = server.polls
        again = await _start(["bot.cli", "run"], environment, log)
        database = Database(demo_url)
        try:
            deliveries = await _settled(database, server)
            await _up(server, asked)
        finally:
            await database.close()
            again.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(again.wait(), 10) == 0, log.read_text()

        answers = [str(entry.arguments.get("text")) for entry in server.sent("sendMessage")]
    times = {tag: sum(tag in answer for answer in answers) for tag in tags}
    doubtful = deliveries[State.IN_DOUBT]
    assert max(times.values()) == 1, times
    missing = sum(count == 0 for count in times.values())
    assert missing <= doubtful, (times, deliveries)
    assert deliveries[State.SENT] + doubtful == _QUESTIONS
    if point not in _MAYBE_SENT:
        # Another delivery may have been on the wire when the process died at this one.
        assert doubtful <= len(people)
        assert missing == 0 or doubtful
    if point in ("before_store", "in_store"):
        assert doubtful == 0
