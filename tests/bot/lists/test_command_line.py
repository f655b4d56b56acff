"""``enlace import``, ``undo-import`` and ``export``: what they print and how they end."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli import app
from bot.contract import ConfigurationError
from bot.i18n import LANGUAGES, Translator
from bot.lists import command_line, words
from bot.lists.command_line import DONE, NOT_DONE, PARTLY, WRONG, Export, Options
from bot.lists.exports import Format
from directory import audit, search
from directory.database import Database
from directory.importing import Doubt, ImportKind, Outcome, Problem, Result, Trouble, UnreadableError
from directory.importing.fields import FIELDS
from directory.search import Kind

LIST = "Country;Name;E-mail;Post\nMexico;Ana Prueba;ana.prueba@example.org;Test post\n"


class Screen:
    """What was printed, and what was asked."""

    def __init__(self, answer: bool = True) -> None:
        self.text = io.StringIO()
        self.console = Console(file=self.text, width=160)
        self.asked: list[str] = []
        self._answer = answer

    def ask(self, question: str) -> bool:
        self.asked.append(question)
        return self._answer

    @property
    def printed(self) -> str:
        return self.text.getvalue()


@pytest.fixture
def listed(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "list.csv"
        path.write_text(text, "utf-8")
        return path

    return write


async def _known(database: Database) -> bool:
    async with database.reading() as session:
        hits = await search.find(session, "ana prueba", kinds=[Kind.PERSON])
    return any(hit.matched == "Ana Prueba" for hit in hits)


async def test_a_dry_run_changes_nothing(demo: Database, listed: Callable[[str], Path]) -> None:
    screen = Screen()
    options = Options(listed(LIST), network="ACS", dry_run=True)
    assert await command_line.run(demo, options, screen.ask, screen.console) == DONE
    assert "separator ;" in screen.printed
    assert "This was a dry run" in screen.printed
    assert not screen.asked
    assert not await _known(demo)


async def test_one_question_one_import_one_undo(demo: Database, listed: Callable[[str], Path]) -> None:
    options = Options(listed(LIST), network="acs")
    declined = Screen(answer=False)
    assert await command_line.run(demo, options, declined.ask, declined.console) == NOT_DONE
    assert declined.asked == ["Import 1 records?"]
    assert not await _known(demo)
    screen = Screen()
    assert await command_line.run(demo, options, screen.ask, screen.console) == DONE
    assert await _known(demo)
    again = Screen()
    assert await command_line.run(demo, options, again.ask, again.console) == DONE
    assert "nothing to change" in again.printed
    assert not again.asked
    undone = Screen()
    assert await command_line.undo(demo, None, "en", undone.console) == DONE
    assert not await _known(demo)
    assert await command_line.undo(demo, None, "en", undone.console) == NOT_DONE
    async with demo.reading() as session:
        actions = [entry.action for entry in await audit.by_time(session, limit=20)]
    assert {"import", "undo_import"} <= set(actions)


async def test_without_a_question_and_with_rows_that_are_left_out(
    demo: Database, listed: Callable[[str], Path]
) -> None:
    screen = Screen()
    path = listed(LIST + "Atlantis;Nadie Conocido;nadie@example.org;X\n")
    options = Options(path, network="ACS", yes=True, language="es")
    assert await command_line.run(demo, options, screen.ask, screen.console) == PARTLY
    assert "ningún país se llama «Atlantis»" in screen.printed
    assert not screen.asked
    assert await _known(demo)


async def test_a_list_starts_a_network_of_its_own(database: Database, listed: Callable[[str], Path]) -> None:
    screen = Screen()
    path = listed(LIST)
    options = Options(path, network="NEW", yes=True)
    assert await command_line.run(database, options, screen.ask, screen.console) == WRONG
    assert "There is no network NEW" in screen.printed
    options = Options(path, network="NEW", network_name="New network", yes=True)
    assert await command_line.run(database, options, screen.ask, screen.console) == DONE
    assert await _known(database)
    assert await command_line.undo(database, None, "en", screen.console) == DONE
    assert not await _known(database)


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("", {}, "The file is empty"),
        ("Foo;Bar\n1;2\n", {}, "No headings were recognised"),
        ("Country;Name\nMX;A\n", {"Wrong": "email"}, "no column with the heading Wrong"),
    ],
)
async def test_what_is_wrong_is_said(
    demo: Database, listed: Callable[[str], Path], text: str, columns: dict[str, str], said: str
) -> None:
    screen = Screen()
    options = Options(listed(text), network="ACS", columns=columns)
    assert await command_line.run(demo, options, screen.ask, screen.console) == WRONG
    assert said in screen.printed


async def test_a_file_that_is_not_there(demo: Database, tmp_path: Path) -> None:
    screen = Screen()
    options = Options(tmp_path / "nowhere.csv")
    assert await command_line.run(demo, options, screen.ask, screen.console) == WRONG
    assert "cannot be read" in screen.printed


async def test_markup_in_a_list_is_text(demo: Database, listed: Callable[[str], Path]) -> None:
    screen = Screen()
    text = "Country;Name;E-mail\n[red]X[/red];[bold]Ana[/bold];a@example.org\n"
    options = Options(listed(text), network="ACS", dry_run=True)
    assert await command_line.run(demo, options, screen.ask, screen.console) == PARTLY
    assert "[bold]Ana[/bold]" in screen.printed


@pytest.mark.parametrize("form", list(Format))
async def test_an_export_goes_into_the_trail(demo: Database, tmp_path: Path, form: Format) -> None:
    screen = Screen()
    path = tmp_path / f"out.{form.value}"
    wanted = Export(path, form, network="ACS", country="Mexico")
    assert await command_line.export(demo, wanted, screen.console) == DONE
    assert "2 rows were written" in screen.printed
    content = path.read_bytes()
    assert (b"BEGIN:VCARD" in content) is (form is Format.VCARD)
    async with demo.reading() as session:
        (entry,) = await audit.history(session, "export", "ACS")
        looked = [item for item in await audit.by_time(session, limit=9) if item.action == audit.LOOK]
    assert entry.after is not None
    assert entry.after["rows"] == 2
    assert len(looked) == 2


async def test_an_export_of_nothing_known(demo: Database, tmp_path: Path) -> None:
    screen = Screen()
    path = tmp_path / "out.csv"
    wrong = Export(path, Format.CSV, network="XXX")
    assert await command_line.export(demo, wrong, screen.console) == WRONG
    wrong = Export(path, Format.CSV, country="Atlantis")
    assert await command_line.export(demo, wrong, screen.console) == WRONG
    assert not path.exists()


async def test_an_old_database_is_named(tmp_path: Path, listed: Callable[[str], Path]) -> None:
    fresh = Database(f"sqlite+aiosqlite:///{tmp_path / 'fresh.db'}")
    with pytest.raises(ConfigurationError):
        await command_line.run(fresh, Options(listed(LIST)), Screen().ask, Screen().console)
    await fresh.close()


def test_every_reason_has_words_in_every_language() -> None:
    for language in LANGUAGES:
        t = Translator(language)
        for doubt in Doubt:
            said = words.problem(t, Problem(doubt, "Heading", "written", "first", "second"))
            assert said
            assert "{" not in said
        for trouble in Trouble:
            assert words.trouble(t, UnreadableError(trouble))
        for kind in ImportKind:
            assert all(words.field_name(t, name) for name in FIELDS[kind])
        assert words.rows(t, Outcome((2, 3, 4, 5, 6, 7), Result.NEW, ""))


def test_the_commands_are_there() -> None:
    names = {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    }
    assert {"import", "undo-import", "export"} <= names
