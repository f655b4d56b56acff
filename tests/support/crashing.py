"""The real program, ended by SIGKILL when it passes a named point for the n-th time.

``python -m tests.support.crashing POINT N``; the settings come from the environment as for ``enlace run``.

``python -m tests.support.crashing nursery`` loads the program once and forks a process of it for every line
of its input (see :class:`Order`): so a process starts in a tenth of the time. For every child it prints
``started PID``, and ``ended PID CODE`` (the signal's number below zero, as ``subprocess`` has it).
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import uvloop

from bot import logs, serving
from bot.app import open_app
from bot.registry import find_commands
from bot.serving import Part, serve
from bot.settings import load

#: The named points of the path from event to answer, in its order.
INBOUND: Final = ("before_store", "in_store", "stored", "in_answer", "answered")
#: The named points of the way of a message out of the outbox, in its order.
OUTBOUND: Final = ("before_claim", "in_claim", "claimed", "sending", "before_mark", "in_mark", "recorded")
#: The named points of reminders that are planned and told, in their order.
PLANNER: Final = ("in_plan", "planned", "before_nudge", "in_nudge", "nudged")
POINTS: Final = INBOUND + OUTBOUND + PLANNER
#: In the place of a point: the process lives, and keeps writing how many tasks it has beside its log.
TASKS: Final = "tasks"
#: What a process loads until it works.
LOADED: Final = (
    "aiosqlite",
    "alembic.script",
    "asyncpg",
    "bot.app",
    "bot.platforms.browser",
    "bot.platforms.slack.listener",
    "bot.platforms.slack.socket",
    "bot.web.app",
    "bot.web.protocol",
    "slack_bolt.adapter.socket_mode.aiohttp",
    "uvicorn",
)
#: How long the nursery waits for an order before it looks for children that ended, in seconds.
LOOK: Final = 0.01


def killer(name: str, passage: int) -> Callable[[str], Awaitable[None]]:
    """A hook that kills this process at the ``passage``-th time at ``name``."""
    left = passage

    async def point(at: str) -> None:
        nonlocal left
        if at == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return point


@dataclass(frozen=True, slots=True)
class Order:
    """One process: its settings, whether it serves HTTP too, where it dies, where it writes its log.

    ``point`` empty: it lives until somebody ends it. ``shift``: how many seconds its clock is ahead.
    """

    settings: Mapping[str, str]
    log: str
    web: bool = False
    point: str = ""
    passage: int = 1
    shift: float = 0.0

    def line(self) -> str:
        """As the nursery reads it."""
        return json.dumps(asdict(self)) + "\n"


def _without_rates() -> None:
    """Let the platforms send as fast as they can: what is looked for here does not depend on the pace."""
    from bot.platforms.slack import Slack
    from bot.platforms.telegram import Telegram

    for platform in (Slack, Telegram):
        platform.rates = lambda _self, _place: ()  # type: ignore[method-assign]


def counter(path: Path) -> Callable[[str], Awaitable[None]]:
    """A hook that writes down, once a second at most, how many tasks there are."""
    written = 0.0

    async def point(_at: str) -> None:
        nonlocal written
        if time.monotonic() - written > 1:
            written = time.monotonic()
            path.write_text(str(len(asyncio.all_tasks())))  # noqa: ASYNC240 - a few bytes, once a second

    return point


def _serve(point: Callable[[str], Awaitable[None]], parts: Part, *, demo: bool) -> None:
    settings = load()
    logs.configure("info", "json", settings.secrets)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(settings, parts, demo=demo, announce=False, point=point))


def _child(order: Order) -> None:
    log = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (1, 2):
        os.dup2(log, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.update(order.settings)
    if order.shift:
        ahead = timedelta(seconds=order.shift)
        vars(serving)["open_app"] = functools.partial(open_app, now=lambda: datetime.now(UTC) + ahead)
    try:
        tasks = Path(f"{order.log}.tasks")
        point = counter(tasks) if order.point == TASKS else killer(order.point, order.passage)
        _serve(point, Part.WEB | Part.WORKER if order.web else Part.WORKER, demo=False)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _ended() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        print(f"ended {pid} {os.waitstatus_to_exitcode(status)}", flush=True)


def _nursery() -> None:
    """Fork until the input ends."""
    for module in LOADED:
        importlib.import_module(module)
    find_commands()
    _without_rates()
    print("ready", flush=True)
    source, rest = sys.stdin.fileno(), b""
    while True:
        if select.select([source], [], [], LOOK)[0]:
            given = os.read(source, 65_536)
            if not given:
                return
            *lines, rest = (rest + given).split(b"\n")
            for line in lines:
                order = Order(**json.loads(line))
                if (pid := os.fork()) == 0:
                    _child(order)
                print(f"started {pid}", flush=True)
        _ended()


def main() -> None:
    """Run until killed, or until SIGTERM."""
    if sys.argv[1:] == ["nursery"]:
        _nursery()
        return
    name, passage = sys.argv[1], int(sys.argv[2])
    if name not in POINTS:
        raise SystemExit(f"no such point: {name}")
    _serve(killer(name, passage), Part.WEB | Part.WORKER, demo=True)


if __name__ == "__main__":
    main()
