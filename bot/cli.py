"""The ``enlace`` command.

What a command needs is loaded after the settings were read: a wrong one is said at once.
"""

from __future__ import annotations

import asyncio
import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import shell
from bot.cli_db import app as database_app
from bot.contract import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from rich.console import Console

    from bot.granting import Wanted
    from directory.database import Database

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
manifest_app = typer.Typer(no_args_is_help=True, help="Descriptions of the bot for chat platforms.")
audit_app = typer.Typer(no_args_is_help=True, help="The record of changes and looks: is it whole?")
app.add_typer(database_app, name="db")
app.add_typer(audit_app, name="audit")
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


@app.command()
def run(demo: Demo = False) -> None:
    """Start everything in one process: web server, platforms, inbox and outbox."""
    settings = shell.settings()
    from bot.serving import Part, serve

    shell.run(serve(settings, Part.WEB | Part.WORKER, demo=demo, announce=True))


@app.command()
def web() -> None:
    """Start the web server alone: webhooks and the browser chat; a worker answers."""
    settings = shell.settings()
    from bot.serving import Part, serve

    shell.run(serve(settings, Part.WEB, demo=False, announce=False))


@app.command()
def worker() -> None:
    """Start a worker alone: it answers events and delivers messages."""
    settings = shell.settings()
    from bot.serving import Part, serve

    shell.run(serve(settings, Part.WORKER, demo=False, announce=False))


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
    settings = shell.settings(quiet=True)
    from bot.session import ask_once

    shell.run(ask_once(settings, question, press or [], speaker, lang, group=place is Room.GROUP, demo=demo))


@app.command()
def chat(lang: Language = "", speaker: Speaker = "visitor", place: In = Room.DM, demo: Demo = False) -> None:
    """Talk with the bot in the terminal; buttons are numbers."""
    settings = shell.settings(quiet=True)
    from bot.session import converse

    shell.run(converse(settings, speaker, lang, group=place is Room.GROUP, demo=demo))


Words = Annotated[
    list[str],
    typer.Argument(
        metavar="ROLE [NETWORK] ACCOUNT",
        help="operator telegram:123456, or coordinator ACS slack:T0123:U0456",
    ),
]


@app.command()
def grant(
    words: Words,
    name: Annotated[
        str, typer.Option(help="What the person is called, where the account is not in the directory yet.")
    ] = "",
) -> None:
    """Grant a role: operator of the installation, or coordinator of a network."""
    from bot import granting
    from bot.i18n import utc_now

    _granting(words, lambda database, wanted: granting.grant(database, wanted, name, utc_now()))


@app.command()
def revoke(words: Words) -> None:
    """Take a granted role away."""
    from bot import granting
    from bot.i18n import utc_now

    _granting(words, lambda database, wanted: granting.revoke(database, wanted, utc_now()))


@app.command()
def grants() -> None:
    """List who was granted which role: role, network, name, accounts."""
    from bot.app import open_app, prepare
    from bot.granting import listed

    async def work() -> None:
        async with open_app(shell.settings(quiet=True).database_url) as opened:
            await prepare(opened.database, demo=False)
            for line in await listed(opened.database) or [
                "Nobody was granted a role yet: enlace grant --help"
            ]:
                print(line)

    shell.run(work())


@app.command()
def forget(
    person: Annotated[
        str, typer.Argument(help="Whom to erase: a person's key, or an account such as telegram:123456.")
    ],
    reason: Annotated[
        str, typer.Option(help="Why, without naming the person: it stays in the record.", show_default=False)
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before erasing.")] = False,
) -> None:
    """Erase somebody who cannot write to the bot; whoever can writes /forget themselves."""
    from bot import forgetting, granting
    from bot.app import open_app, prepare
    from bot.i18n import utc_now

    async def work() -> None:
        async with open_app(shell.settings(quiet=True).database_url) as opened:
            await prepare(opened.database, demo=False)
            agreed = (lambda _: True) if yes else shell.asked
            done = await forgetting.forget(opened.database, person, reason, agreed, utc_now())
            print(done or "Nothing was erased.")

    try:
        shell.run(work())
    except granting.Wrong as wrong:
        shell.stop(str(wrong))


def _granting(words: list[str], do: Callable[[Database, Wanted], Awaitable[str]]) -> None:
    from bot import granting
    from bot.app import open_app, prepare

    async def work(wanted: Wanted) -> None:
        async with open_app(shell.settings(quiet=True).database_url) as opened:
            await prepare(opened.database, demo=False)
            print(await do(opened.database, wanted))

    try:
        shell.run(work(granting.read(words)))
    except granting.Wrong as wrong:
        shell.stop(str(wrong))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX file of focal points or of projects.")],
    network: Annotated[str, typer.Option(help="The network of rows that name none, for example ACS.")] = "",
    network_name: Annotated[
        str, typer.Option(help="The name of that network where it is new; it is then made.")
    ] = "",
    kind: Annotated[
        str, typer.Option(help="focal-points or projects; recognised by the headings if not given.")
    ] = "",
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", help='What a column holds: "Heading=field", or "C=email"; repeat for more.'),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before importing.")] = False,
    lang: Language = "en",
) -> None:
    """Import a list: first a dry run with the differences, then one question.

    Ends with 0 where everything was taken, 1 where nothing was carried out, 2 where the file or an option
    is wrong, 3 where some rows were doubtful or refused.
    """
    from bot.i18n import negotiate
    from bot.lists import command_line
    from directory.importing import ImportKind

    if kind and kind not in tuple(ImportKind):
        shell.stop(f"--kind is one of: {', '.join(ImportKind)}")
    if wrong := [item for item in columns or [] if "=" not in item]:
        shell.stop(f'--map needs "Heading=field", not {wrong[0]!r}')
    options = command_line.Options(
        file,
        network,
        network_name,
        ImportKind(kind) if kind else None,
        dict(item.rsplit("=", 1) for item in columns or []),
        dry_run,
        yes,
        negotiate(lang),
        alone=True,
    )
    _lists(lambda database, console: command_line.run(database, options, shell.asked, console))


@app.command("undo-import")
def undo_import(
    number: Annotated[
        int | None, typer.Argument(help="The import's number; the last one if not given.")
    ] = None,
    lang: Language = "en",
) -> None:
    """Undo an import, where nothing that it changed was changed since."""
    from bot.i18n import negotiate
    from bot.lists import command_line

    _lists(lambda database, console: command_line.undo(database, number, negotiate(lang), console))


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to write: a name ending in .csv, .xlsx or .vcf.")],
    network: Annotated[str, typer.Option(help="Only this network, for example ACS.")] = "",
    country: Annotated[str, typer.Option(help="Only this country, by its name or code.")] = "",
    projects: Annotated[bool, typer.Option("--projects", help="Projects instead of focal points.")] = False,
    level: Annotated[
        int, typer.Option(min=1, max=2, help="1: what the network sees; 2: what coordinators see.")
    ] = 1,
    lang: Language = "en",
) -> None:
    """Write the directory, a network or a country into a file that can be imported again."""
    from bot.i18n import negotiate
    from bot.lists import command_line
    from bot.lists.exports import Format

    ending = file.suffix.lower().lstrip(".")
    if ending not in tuple(Format) or (projects and ending == Format.VCARD):
        shell.stop("the file's name must end in .csv, .xlsx or (people only) .vcf")
    wanted = command_line.Export(file, Format(ending), network, country, projects, level, negotiate(lang))
    _lists(lambda database, console: command_line.export(database, wanted, console))


def _lists(work: Callable[[Database, Console], Coroutine[object, object, int]]) -> None:
    """Do something with the database, and end with the code that it returns."""
    from rich.console import Console

    from directory.database import Database

    settings = shell.settings(quiet=True)

    async def opened() -> int:
        database = Database(settings.database_url)
        try:
            return await work(database, Console(highlight=False))
        finally:
            await database.close()

    try:
        code = asyncio.run(opened())
    except ConfigurationError as error:
        shell.stop(str(error))
    if code:
        raise typer.Exit(code)


@app.command()
def doctor() -> None:
    """Say what is configured, what can be reached and what is missing; fails where the bot could not work."""
    from bot import logs, settings

    logs.configure("error")
    try:
        loaded = settings.load()
    except ConfigurationError as error:
        shell.stop(str(error))
    logs.configure("error", secrets=loaded.secrets)
    from bot.doctor import examine

    if not asyncio.run(examine(loaded)):
        raise typer.Exit(1)


@audit_app.command()
def verify(
    head: Annotated[str, typer.Option(help="An end of the record that was noted earlier, NUMBER:HASH.")] = "",
) -> None:
    """Check every link of the record; prints its end, to be noted elsewhere. Fails where a link is broken."""
    from bot.trail import NotAHead, examine, noted

    settings = shell.settings(quiet=True)
    try:
        known = noted(head) if head else None
    except NotAHead:
        shell.stop("--head is not NUMBER:HASH")
    found: list[bool] = []

    async def work() -> None:
        good, text = await examine(settings.database_url, known)
        print(text)
        found.append(good)

    shell.run(work())
    if found != [True]:
        raise typer.Exit(1)


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
