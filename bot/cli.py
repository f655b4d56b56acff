"""The ``enlace`` command."""

from __future__ import annotations

import asyncio
import enum
import sys
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.contract import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
database_app = typer.Typer(no_args_is_help=True, help="The database: migrate it, load the demo network.")
manifest_app = typer.Typer(no_args_is_help=True, help="Descriptions of the bot for chat platforms.")
app.add_typer(database_app, name="db")
app.add_typer(manifest_app, name="manifest")


class Room(enum.StrEnum):
    """Where a question is asked in the terminal."""

    DM = "dm"
    GROUP = "group"


Language = Annotated[str, typer.Option("--lang", help="Language of the answer: en, es, fr or pt.")]
Speaker = Annotated[
    str, typer.Option("--as", help="Who asks: visitor, focal, coordinator, operator, or a person's handle.")
]
In = Annotated[Room, typer.Option("--in", help="Ask in a direct chat or in a group.")]
Demo = Annotated[bool, typer.Option("--demo", help="Load the demo network if the directory is empty.")]


def _settings(*, quiet: bool = False) -> Settings:
    from bot import logs, settings

    try:
        loaded = settings.load()
    except ConfigurationError as error:
        _stop(str(error))
    level = "error" if quiet and loaded.log_level in ("info", "warning") else loaded.log_level
    logs.configure(level, loaded.log_format, loaded.secrets)
    return loaded


def _stop(problem: str) -> NoReturn:
    print(f"enlace: {problem}", file=sys.stderr)
    raise typer.Exit(2)


def _run(work: Coroutine[object, object, None]) -> None:
    from bot.lock import AlreadyRunningError

    try:
        asyncio.run(work)
    except ConfigurationError as error:
        _stop(str(error))
    except AlreadyRunningError:
        _stop("another process already works on this database; stop it first, or use PostgreSQL")


@app.command()
def run(demo: Demo = False) -> None:
    """Start everything in one process: web server, platforms, inbox and outbox."""
    from bot.serving import Part, serve

    _run(serve(_settings(), Part.WEB | Part.WORKER, demo=demo, announce=True))


@app.command()
def web() -> None:
    """Start the web server alone: webhooks and the browser chat; a worker answers."""
    from bot.serving import Part, serve

    _run(serve(_settings(), Part.WEB, demo=False, announce=False))


@app.command()
def worker() -> None:
    """Start a worker alone: it answers events and delivers messages."""
    from bot.serving import Part, serve

    _run(serve(_settings(), Part.WORKER, demo=False, announce=False))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help='For example "/project ACS-SF-001".')],
    lang: Language = "",
    speaker: Speaker = "visitor",
    place: In = Room.DM,
    press: Annotated[
        list[str] | None, typer.Option("--press", help="Then press this button (repeat for more).")
    ] = None,
    demo: Demo = False,
) -> None:
    """Ask one question and print the answer as plain text."""
    from bot.session import ask_once

    settings = _settings(quiet=True)
    _run(ask_once(settings, question, press or [], speaker, lang, group=place is Room.GROUP, demo=demo))


@app.command()
def chat(lang: Language = "", speaker: Speaker = "visitor", place: In = Room.DM, demo: Demo = False) -> None:
    """Talk with the bot in the terminal; buttons are numbers."""
    from bot.session import converse

    _run(converse(_settings(quiet=True), speaker, lang, group=place is Room.GROUP, demo=demo))


@app.command()
def doctor() -> None:
    """Say what is configured, what can be reached and what is missing; fails where the bot could not work."""
    from bot import logs, settings
    from bot.doctor import examine

    logs.configure("error")
    try:
        loaded = settings.load()
    except ConfigurationError as error:
        _stop(str(error))
    logs.configure("error", secrets=loaded.secrets)
    if not asyncio.run(examine(loaded)):
        raise typer.Exit(1)


@database_app.command()
def upgrade() -> None:
    """Create or migrate the database."""
    from bot.app import open_app, prepare

    async def work() -> None:
        async with open_app(_settings().database_url) as opened:
            await prepare(opened.database, demo=False)

    _run(work())


@database_app.command("demo")
def load_demo() -> None:
    """Load the demo network into an empty directory."""
    from bot.app import open_app, prepare

    async def work() -> None:
        async with open_app(_settings().database_url) as opened:
            loaded = await prepare(opened.database, demo=True)
        print("The demo network is loaded." if loaded else "The directory is not empty; nothing was changed.")

    _run(work())


@manifest_app.command("slack")
def manifest_slack(
    url: Annotated[str, typer.Option(help="The program's public https address, for Slack over HTTP.")] = "",
) -> None:
    """Print the Slack app manifest (JSON) for "Create an app from a manifest"."""
    import json

    from bot.platforms.slack import manifest
    from bot.registry import Registry, find_commands

    described = manifest(Registry(find_commands()).menu(), url=url or None, socket_mode=not url)
    print(json.dumps(described, ensure_ascii=False, indent=2))


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
