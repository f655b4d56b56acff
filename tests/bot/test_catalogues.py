"""The catalogues: complete and true to the code, and a check that finds every kind of fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import catalogues
from bot.i18n import LANGUAGES, Translator

SOURCE = """
t("a.one", name=name)
self.t.plural("a.many", count, place=place)
context.t("a.two")
message("a.marked")
Translator(language)("a.made")
Command(name="x", summary="a.summary", usage="a.usage")
t("a.open", **values)
log.info("not.a_key_that_counts")
"""
FULL: dict[str, str | tuple[str, str]] = {
    "a.one": "One {name}",
    "a.many": ("{number} thing in {place}", "{number} things in {place}"),
    "a.two": "Two",
    "a.marked": "Marked {anything}",
    "a.made": "Made",
    "a.summary": "Summary",
    "a.usage": "Usage",
    "a.open": "Open {whatever}",
    "page.title": "Title",
    "page.count": ("{number} page", "{number} pages"),
    "page.script": "Script",
}


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "code.py").write_text(SOURCE)
    (tmp_path / "page.html").write_text("<h1>{{ t('page.title') }}</h1>{{ t.plural('page.count', n) }}")
    (tmp_path / "page.js").write_text('say(t("page.script"))')
    return tmp_path


def write(folder: Path, language: str, entries: dict[str, str | tuple[str, str]]) -> None:
    catalogue = catalogues.load(language, folder)
    for key in list(entries):
        catalogue.delete(key)
        text = entries[key]
        catalogue.add((key, key) if isinstance(text, tuple) else key, text)
    catalogues.save(language, catalogue, folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "locales"
    for language in LANGUAGES:
        write(found, language, dict(FULL))
    return found


def test_the_program_s_own_catalogues_are_in_order() -> None:
    assert catalogues.problems(catalogues.usage()) == []


def test_no_sentence_shouts_and_none_has_stray_spaces() -> None:
    for language in LANGUAGES:
        for entry in catalogues.load(language):
            if entry.id:
                for text in catalogues.forms(entry):
                    assert "!" not in text, entry.id
                    assert text == text.strip(), entry.id
                    assert "  " not in text, entry.id


def test_every_key_is_found(sources: Path) -> None:
    used = catalogues.usage(sources).keys
    assert set(used) == set(FULL)
    assert {key for key, use in used.items() if use.plural} == {"a.many", "page.count"}
    assert used["a.many"].given == [frozenset({"number", "place"})]
    assert used["a.open"].given == used["a.marked"].given == []


def test_a_full_set_of_catalogues_has_no_problems(sources: Path, folder: Path) -> None:
    assert catalogues.problems(catalogues.usage(sources), folder) == []


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"a.one": ""}, "es: a.one has an empty text"),
        ({"a.many": ("{number} thing in {place}", "")}, "es: a.many has an empty text"),
        ({"a.many": "{number} in {place}"}, "es: a.many needs plural forms"),
        ({"a.one": "Uno {nombre}"}, "es: a.one has other placeholders than the English entry"),
        ({"a.one": "Uno {name}, {age}"}, "es: a.one needs {age}, which it is not given"),
        ({"a.one": "Uno {name"}, "es: a.one has other placeholders than the English entry"),
        ({"a.gone": "Nobody asks"}, "es: a.gone is unused"),
    ],
)
def test_faults_are_found(
    sources: Path, folder: Path, entry: dict[str, str | tuple[str, str]], expected: str
) -> None:
    write(folder, "es", entry)
    assert expected in catalogues.problems(catalogues.usage(sources), folder)


def test_missing_fuzzy_and_wrong_plural_rules_are_found(sources: Path, folder: Path) -> None:
    catalogue = catalogues.load("fr", folder)
    catalogue.delete("a.two")
    catalogue["a.one"].flags.add("fuzzy")
    catalogues.save("fr", catalogue, folder)
    path = catalogues.path_of("pt", folder)
    path.write_text(path.read_text().replace("n > 1", "n != 1"))
    catalogues.path_of("en", folder).unlink()
    found = catalogues.problems(catalogues.usage(sources), folder)
    assert "fr: a.two is missing (used in code.py:4)" in found
    assert "fr: a.one is fuzzy" in found
    assert any(line.startswith("pt: the plural rule is not") for line in found)
    assert "en: there is no catalogue" in found


def test_update_adds_what_is_new_and_takes_out_what_is_gone(sources: Path, folder: Path) -> None:
    (sources / "code.py").write_text('t("a.one", name=name)\nt.plural("a.new", n)\nKEYS = ("a.two",)\n')
    changes = catalogues.update(catalogues.usage(sources), folder)
    assert "en: a.new is new" in changes
    assert "pt: a.made is gone" in changes
    entries = {catalogues.forms(entry): entry.id for entry in catalogues.load("es", folder) if entry.id}
    assert entries[("", "")] == ("a.new", "a.new")
    assert "a.two" in entries.values(), "a key in a table of keys is not gone"
    assert catalogues.update(catalogues.usage(sources), folder) == []


def test_writing_is_stable(folder: Path) -> None:
    before = catalogues.path_of("es", folder).read_bytes()
    catalogues.save("es", catalogues.load("es", folder), folder)
    assert catalogues.path_of("es", folder).read_bytes() == before


def test_compiled_catalogues_hold_the_words(folder: Path) -> None:
    catalogues.compile_all(folder)
    for language in LANGUAGES:
        assert (
            b"{number} things in {place}"
            in catalogues.path_of(language, folder).with_suffix(".mo").read_bytes()
        )


def test_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogues.main(["check"]) == 0
    assert catalogues.main(["nonsense"]) == 2
    assert "extract|compile|check" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", {0: "0 days", 1: "1 day", 2: "2 days"}),
        ("es", {0: "0 días", 1: "1 día", 2: "2 días"}),
        ("fr", {0: "0 jour", 1: "1 jour", 2: "2 jours"}),
        ("pt", {0: "0 dia", 1: "1 dia", 2: "2 dias"}),
    ],
)
def test_plural_rules(language: str, forms: dict[int, str]) -> None:
    for number, expected in forms.items():
        assert Translator(language).plural("project.days", number) == expected
