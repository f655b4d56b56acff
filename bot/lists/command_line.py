"""``enlace import``, ``enlace export`` and ``enlace undo-import``."""

from __future__ import annotations

import contextlib
import gc
import getpass
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from bot.contract import ConfigurationError
from bot.i18n import Translator
from bot.lists import exports, words
from directory import audit, countries, importing, networks, revision, schema
from directory.audit import Actor
from directory.database import Database
from directory.exporting import Scope, focal_points, projects_of
from directory.importing import (
    Defaults,
    ImportKind,
    Plan,
    Request,
    Result,
    Trace,
    Trouble,
    UnreadableError,
    store,
    vocabulary,
)
from directory.importing.table import LARGEST

#: Exit codes: everything is taken; not carried out; the file or an option is wrong; some rows are not taken.
DONE: Final = 0
NOT_DONE: Final = 1
WRONG: Final = 2
PARTLY: Final = 3
#: Rows that are shown of each result.
SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Options:
    """What was typed after ``enlace import``."""

    file: Path
    network: str = ""
    network_name: str = ""
    kind: ImportKind | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    yes: bool = False
    language: str = "en"
    alone: bool = False
    """The process does nothing else, so that it may be tuned for this."""

    def request(self) -> Request:
        """What is asked for, with the bytes of the file; made when needed, because a plan does not need them.

        Raises:
            OSError: the file cannot be read.
        """
        return Request(
            self.file.read_bytes(),
            datetime.now(UTC).date(),
            self.kind,
            Defaults(self.network),
            self.columns,
            new_network=self.network_name,
            speak=self.language,
        )

    def spare(self) -> None:
        """Spare the collector of garbage the great many objects of a long list, which all stay."""
        if self.alone:
            gc.set_threshold(50_000, 20, 100)
            gc.freeze()


def actor() -> Actor:
    """Whoever types at this machine."""
    try:
        return Actor.command_line(getpass.getuser())
    except (OSError, KeyError):
        return Actor.command_line("unknown")


async def run(database: Database, options: Options, ask: Callable[[str], bool], console: Console) -> int:
    """Import a file; returns the exit code. ``ask`` puts the one question.

    Raises:
        ConfigurationError: the database is not migrated.
    """
    async with _ready(database):
        return await _run(database, options, ask, console)


async def _run(database: Database, options: Options, ask: Callable[[str], bool], console: Console) -> int:
    t = Translator(options.language)
    try:
        if options.file.stat().st_size > LARGEST:
            raise UnreadableError(Trouble.TOO_BIG, limit=str(LARGEST // 1024 // 1024))
        if options.yes and not options.dry_run:
            return await _at_once(database, options, t, console)
        async with database.reading() as session:
            plan = await importing.make(session, options.request())
            options.spare()
            async for _ in plan.changes(session):
                pass
        counts = plan.counts()
        show(console, t, plan, counts)
        if options.dry_run:
            console.print(escape(t("lists.cli_dry_run")))
            return _code(counts)
        if not counts[Result.NEW] and not counts[Result.CHANGED]:
            console.print(escape(t("lists.nothing_to_do")))
            return _code(counts)
        if not ask(t("lists.cli_ask", count=t.number(counts[Result.NEW] + counts[Result.CHANGED]))):
            console.print(escape(t("lists.cli_left")))
            return NOT_DONE
        async with database.writing() as session:
            if await revision.current(session) != plan.revision:
                console.print(escape(t("lists.changed_since_plan")))
                return NOT_DONE
            number = await _carry_out(session, plan, options, counts)
    except UnreadableError as error:
        console.print(escape(words.trouble(t, error)))
        return WRONG
    except OSError as error:
        console.print(escape(t("lists.cli_no_file", file=str(options.file), reason=error.strerror or "")))
        return WRONG
    console.print(escape(t("lists.cli_done", number=number)))
    return _code(counts)


async def _at_once(database: Database, options: Options, t: Translator, console: Console) -> int:
    """Plan and carry out in one transaction, as ``--yes`` wants it."""
    async with database.writing() as session:
        plan = await importing.make(session, options.request())
        options.spare()
        number = await _carry_out(session, plan, options, {})
        counts = plan.counts()
        if counts[Result.NEW] or counts[Result.CHANGED]:
            await store.count(session, number, counts)
        else:
            await store.drop(session, number)
    show(console, t, plan, counts)
    if counts[Result.NEW] or counts[Result.CHANGED]:
        console.print(escape(t("lists.cli_done", number=number)))
    else:
        console.print(escape(t("lists.nothing_to_do")))
    return _code(counts)


async def _carry_out(session: AsyncSession, plan: Plan, options: Options, counts: Mapping[str, int]) -> int:
    now, who = datetime.now(UTC), actor()
    number = await store.new(
        session,
        now,
        kind=plan.kind,
        file_name=options.file.name,
        network=options.network.upper(),
        owner=f"{who.platform}:{who.user}",
        counts=counts,
    )
    trace = Trace()
    if await store.carry_out(session, number, trace.of(plan.changes(session)), now):
        network = options.network.upper() or None
        await trace.enter(session, who, now, number, network=network, counts=counts or plan.counts())
    return number


async def undo(database: Database, number: int | None, language: str, console: Console) -> int:
    """Undo an import, the last one where no number is given; returns the exit code."""
    async with _ready(database):
        return await _undo(database, number, language, console)


async def _undo(database: Database, number: int | None, language: str, console: Console) -> int:
    t, now = Translator(language), datetime.now(UTC)
    try:
        async with database.writing() as session:
            known = await store.latest(session) if number is None else await store.get(session, number)
            if known is None:
                console.print(escape(t("lists.undo_none")))
                return NOT_DONE
            trace = Trace()
            trace.add(await store.undo(session, known.id, now))
            await trace.enter(
                session,
                actor(),
                now,
                known.id,
                action=importing.UNDO_IMPORT,
                network=known.network or None,
            )
    except importing.NotPossibleError:
        console.print(escape(t("lists.undo_not_possible")))
        return NOT_DONE
    except importing.ChangedSinceError as error:
        records = ", ".join(f"{noun} {key}" for noun, key in error.records[:5])
        console.print(escape(t("lists.undo_changed_since", records=records)))
        return NOT_DONE
    console.print(escape(t("lists.undone", number=known.id, file=known.file_name)))
    return DONE


@dataclass(frozen=True, slots=True)
class Export:
    """What was typed after ``enlace export``."""

    file: Path
    form: exports.Format
    network: str = ""
    country: str = ""
    projects: bool = False
    level: int = 1
    language: str = "en"


async def export(database: Database, wanted: Export, console: Console) -> int:
    """Write a list into a file; returns the exit code. The export goes into the trail.

    Whoever works at the machine has the whole database, so the level is theirs to choose, up to what
    coordinators see; what people keep for themselves is left out.
    """
    async with _ready(database):
        return await _export(database, wanted, console)


async def _export(database: Database, wanted: Export, console: Console) -> int:
    t, now = Translator(wanted.language), datetime.now(UTC)
    country = vocabulary.country(wanted.country) if wanted.country else ""
    if wanted.country and not country:
        console.print(escape(t("lists.cli_no_country", country=wanted.country)))
        return WRONG
    scope = Scope(wanted.network.upper(), country)
    async with database.reading() as session:
        known = [item.code for item in await networks.every(session)]
        if scope.network and scope.network not in known:
            network = scope.network[:16]
            console.print(
                escape(t("lists.trouble_unknown_network", network=network, networks=", ".join(known)))
            )
            return WRONG
        if wanted.projects:
            listing = await projects_of(session, scope, t.language)
        else:
            listing = await focal_points(session, scope, lambda _: wanted.level, t.language, now.date())
    try:
        wanted.file.write_bytes(exports.content(listing, wanted.form))
    except OSError as error:
        console.print(escape(t("lists.cli_no_file", file=str(wanted.file), reason=error.strerror or "")))
        return WRONG
    async with database.writing() as session:
        said = {"format": wanted.form.value, "rows": len(listing.rows), "country": country}
        await audit.changed(
            session,
            actor(),
            now,
            "export",
            "export",
            scope.network or "all",
            None,
            said,
            scope.network or None,
        )
        network_of = listing.networks or {}
        await audit.look(
            session,
            actor(),
            now,
            [
                audit.Look(person.key, wanted.level, network_of.get(person.key) or None)
                for person in listing.people
            ],
        )
    rows = t.number(len(listing.rows))
    console.print(escape(t("lists.cli_exported", count=rows, file=str(wanted.file))))
    return DONE


@contextlib.asynccontextmanager
async def _ready(database: Database) -> AsyncIterator[None]:
    """What is done with a database that is migrated and knows the countries.

    Alembic is asked only where something is missing: to load it takes as long as a short import, and its
    memory would stand beside that of a long one.

    Raises:
        ConfigurationError: it is not migrated.
    """
    try:
        async with database.writing() as session:
            if await countries.count(session) == 0:
                await countries.load(session)
        yield
    except (sa.exc.OperationalError, sa.exc.ProgrammingError):
        if await schema.current_revision(database) == schema.newest_revision():
            raise
        problem = "is not ready (run: enlace db upgrade)"
        raise ConfigurationError("ENLACE_DATABASE_URL", problem) from None


def _code(counts: Mapping[str, int]) -> int:
    return PARTLY if counts[Result.DOUBTFUL] or counts[Result.REFUSED] else DONE


def show(console: Console, t: Translator, plan: Plan, counts: Mapping[str, int]) -> None:
    """Print a plan: how the file was read, the counts, and the first rows of each kind."""
    console.print(escape(words.read_as(t, plan)))
    console.print(escape(t("lists.columns_taken", columns=words.columns(t, plan))))
    if left := words.ignored(plan):
        console.print(escape(t("lists.columns_ignored", columns=", ".join(left))))
    summary = Table(box=box.SIMPLE, show_header=False)
    for kind in Result:
        summary.add_row(escape(words.result(t, kind)), t.number(counts[kind]), style=_STYLES[kind])
    console.print(summary)
    if counts["merged"]:
        console.print(escape(t.plural("lists.merged", counts["merged"])))
    listed = Table(box=box.SIMPLE)
    for heading in ("lists.report_rows", "lists.report_record", "lists.report_what"):
        listed.add_column(escape(t(heading)))
    seen = dict.fromkeys(Result, 0)
    for outcome in plan.outcomes():
        if outcome.result in (Result.UNCHANGED, Result.NEW) and not outcome.differences:
            continue
        seen[outcome.result] += 1
        if seen[outcome.result] > SHOWN:
            continue
        told = "\n".join(words.differences(t, outcome))
        if outcome.problem is not None:
            told = words.problem(t, outcome.problem)
        numbers = ", ".join(map(str, outcome.rows[: words.MOST_ROWS]))
        listed.add_row(numbers, escape(outcome.label), escape(told), style=_STYLES[outcome.result])
    if listed.row_count:
        console.print(listed)
    if hidden := sum(max(0, number - SHOWN) for number in seen.values()):
        console.print(escape(t.plural("lists.more_rows", hidden)))


_STYLES: Final = {
    Result.NEW: "green",
    Result.CHANGED: "yellow",
    Result.UNCHANGED: "dim",
    Result.DOUBTFUL: "magenta",
    Result.REFUSED: "red",
}
