"""``enlace db``: migrate the database, load the demo network, back up, check a backup, restore one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import shell

if TYPE_CHECKING:
    from directory.backup import Manifest, Restored

app = typer.Typer(
    no_args_is_help=True, help="The database: migrate it, back it up, restore it, load the demo network."
)
#: So many messages that are not sent any more are listed; the rest is counted.
LISTED = 20

File = Annotated[Path, typer.Argument(help="A file that 'enlace db backup' made.")]


@app.command()
def upgrade() -> None:
    """Create or migrate the database."""
    from bot.app import open_app, prepare

    async def work() -> None:
        async with open_app(shell.settings().database_url) as opened:
            await prepare(opened.database, demo=False)

    shell.run(work())


@app.command("demo")
def load_demo() -> None:
    """Load the demo network into an empty directory."""
    from bot.app import open_app, prepare

    async def work() -> None:
        async with open_app(shell.settings().database_url) as opened:
            loaded = await prepare(opened.database, demo=True)
        print("The demo network is loaded." if loaded else "The directory is not empty; nothing was changed.")

    shell.run(work())


@app.command()
def backup(
    file: Annotated[
        Path | None,
        typer.Argument(help="The file to write, or a folder; ENLACE_BACKUP_DIR or this folder if not given."),
    ] = None,
) -> None:
    """Write everything into one file, while the program runs; it restores into SQLite and PostgreSQL."""
    from bot import copying
    from directory.backup import BackupError

    settings = shell.settings(quiet=True)

    async def work() -> None:
        made = await copying.back_up(settings.database_url, file or Path(settings.backup_dir or "."))
        print(f"{made.path}: {_said(made.manifest)}, {made.size:,} bytes")
        if made.unnoted:
            print(f"The database could not note it ({made.unnoted}).")

    try:
        shell.run(work())
    except BackupError as error:
        shell.stop(str(error))


@app.command()
def verify(file: File) -> None:
    """Check a backup: every digest, then a restoration into a scratch database, its keys and its record."""
    from directory.backup import BackupError
    from directory.backup import verify as check

    shell.settings(quiet=True)

    async def work() -> None:
        manifest = await check(file)
        print(f"{file} is whole: {_said(manifest)}")
        if manifest.head is not None:
            print(f"The end of its record is {manifest.head.number}:{manifest.head.hash}")

    try:
        shell.run(work())
    except BackupError as error:
        shell.stop(str(error))


@app.command()
def restore(
    file: File,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before restoring.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put the backup in the place of a database that is not empty.")
    ] = False,
) -> None:
    """Restore a backup into an empty database. What waited to be sent in it is listed, never sent."""
    from bot import copying
    from bot.lists.command_line import NOT_DONE
    from directory.backup import BackupError, Reader

    settings = shell.settings(quiet=True)

    async def work() -> None:
        with Reader(file) as reader:
            engine = "SQLite" if settings.database_url.startswith("sqlite") else "PostgreSQL"
            print(f"{file}: {_said(reader.manifest)}")
            if not yes and not shell.asked(f"Restore it into the {engine} database of ENLACE_DATABASE_URL?"):
                print("Nothing was changed.")
                raise typer.Exit(NOT_DONE)
            restored, unsent = await copying.restore(settings.database_url, reader, replace=replace)
        _tell(restored)
        for item in unsent[:LISTED]:
            since = f"{item.created_at:%Y-%m-%d %H:%M} UTC"
            print(f"  not sent: {item.platform} {item.destination}, {item.state}, of {since}")
        if len(unsent) > LISTED:
            print(f"  and {len(unsent) - LISTED} more")

    try:
        shell.run(work())
    except BackupError as error:
        shell.stop(f"{file} was not restored: {error}")
    except OSError as error:
        shell.stop(f"{file} cannot be read ({error.strerror})")


def _said(manifest: Manifest) -> str:
    return (
        f"{manifest.rows:,} rows of {len(manifest.tables)} tables, schema {manifest.revision}, "
        f"made {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC by version {manifest.program}"
    )


def _tell(restored: Restored) -> None:
    print("Restored.")
    if restored.kept is not None:
        print(f"The database that was there is kept as {restored.kept}; delete it when you need it no more.")
    print(
        "What happened after the backup is not in it. Repeat what must not be undone: "
        "erasures, suspensions, invitations that were revoked or burnt."
    )
    waited = ", ".join(f"{count} {what}" for what, count in restored.settled.items() if count)
    print(f"What waited counts as done and is not sent: {waited or 'nothing waited'}.")
