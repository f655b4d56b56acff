"""What every command of the command line needs: settings, a loop, a last line, a question."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, NoReturn

import typer

from bot.contract import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.settings import Settings


def settings(*, quiet: bool = False) -> Settings:
    """The settings, with the log set up as they say; ``quiet`` leaves only errors in it."""
    from bot import logs
    from bot import settings as typed

    try:
        loaded = typed.load()
    except ConfigurationError as error:
        stop(str(error))
    level = "error" if quiet and loaded.log_level in ("info", "warning") else loaded.log_level
    logs.configure(level, loaded.log_format, loaded.secrets)
    return loaded


def stop(problem: str) -> NoReturn:
    """End the command with one line that says why."""
    print(f"enlace: {problem}", file=sys.stderr)
    raise typer.Exit(2)


def _loop() -> asyncio.Runner:
    """What runs the service: uvloop where it exists (not on Windows), for half the time of a crossing."""
    try:
        import uvloop
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


def run(work: Coroutine[object, object, None]) -> None:
    """Run what a command does, and end with one line where a setting or the database is wrong."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot.lock import AlreadyRunningError
    from directory.troubles import trouble

    try:
        with _loop() as runner:
            runner.run(work)
    except ConfigurationError as error:
        stop(str(error))
    except AlreadyRunningError:
        stop("another process already works on this database; stop it first, or use PostgreSQL")
    except (SQLAlchemyError, OSError) as error:
        if (problem := trouble(error)) is None:
            raise
        stop(f"the database {problem}")


def asked(question: str) -> bool:
    """Ask; nobody there to answer means no."""
    if not sys.stdin.isatty():
        print(f"{question} (nobody can answer here; use --yes)")
        return False
    return typer.confirm(question)
