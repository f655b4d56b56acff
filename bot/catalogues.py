"""The message catalogues: what the program says is extracted, updated, checked and compiled here.

Keys are symbolic (``project.none_found``) and English is a catalogue like the others. A key is found where
it is looked up (``t("key")``, ``t.plural("key", n)``), where it is marked (``message("key")``) and where a
command names it (``Command(summary=..., usage=...)``), in Python, in templates and in the page's script.

Run as ``python -m bot.catalogues extract|compile|check``.
"""

from __future__ import annotations

import ast
import re
import string
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bot.i18n import LANGUAGES, LOCALES

#: Where the program's sources and its catalogues are.
SOURCES: Final = Path(__file__).parent
FOLDER: Final = SOURCES / "locales"
#: The plural rules of the catalogues (gettext form; CLDR's "many" is not told apart).
PLURAL_FORMS: Final = {
    "en": "nplurals=2; plural=(n != 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "pt": "nplurals=2; plural=(n > 1);",
}

_KEY: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
_IN_PAGES: Final = re.compile(r"""\bt(\.plural)?\(\s*["']([a-z0-9_.]+)["']""")
_LITERAL: Final = re.compile(r"""["']([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)["']""")


@dataclass(slots=True)
class Used:
    """A key as the program uses it: where, whether with a number, and which values it is given.

    ``given`` is empty for keys that are only marked: what they are given is not known.
    """

    key: str
    places: list[str] = field(default_factory=list)
    plural: bool = False
    given: list[frozenset[str]] = field(default_factory=list)


@dataclass(slots=True)
class Usage:
    """All keys that are looked up, and every text in the sources that may be one."""

    keys: dict[str, Used] = field(default_factory=dict)
    literals: set[str] = field(default_factory=set)

    def add(self, key: str, place: str, *, plural: bool = False, given: frozenset[str] | None = None) -> None:
        """Note one use of ``key``."""
        used = self.keys.setdefault(key, Used(key))
        used.places.append(place)
        used.plural = used.plural or plural
        if given is not None:
            used.given.append(given)


def usage(sources: Path = SOURCES) -> Usage:
    """What the sources under a folder use."""
    found = Usage()
    for path in sorted(sources.rglob("*.py")):
        _read_python(path.read_text("utf-8"), path.relative_to(sources).as_posix(), found)
    for ending in ("*.html", "*.js"):
        for path in sorted(sources.rglob(ending)):
            _read_page(path.read_text("utf-8"), path.relative_to(sources).as_posix(), found)
    return found


def _read_page(text: str, name: str, found: Usage) -> None:
    found.literals.update(match[1] for match in _LITERAL.finditer(text))
    for match in _IN_PAGES.finditer(text):
        if _KEY.fullmatch(match[2]):
            found.add(match[2], name, plural=bool(match[1]))


def _read_python(text: str, name: str, found: Usage) -> None:
    for node in ast.walk(ast.parse(text, name)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _KEY.fullmatch(node.value):
            found.literals.add(node.value)
        elif isinstance(node, ast.Call):
            place = f"{name}:{node.lineno}"
            for key, plural, given in _looked_up(node):
                found.add(key, place, plural=plural, given=given)


def _looked_up(call: ast.Call) -> Iterator[tuple[str, bool, frozenset[str] | None]]:
    callee = call.func
    name = callee.id if isinstance(callee, ast.Name) else getattr(callee, "attr", "")
    if name == "Command":
        for keyword in call.keywords:
            if keyword.arg in ("summary", "usage") and (key := _key(keyword.value)):
                yield key, False, frozenset()
        return
    made = isinstance(callee, ast.Call) and getattr(callee.func, "id", "") == "Translator"
    if not call.args or not (made or name in ("t", "plural", "message")) or not (key := _key(call.args[0])):
        return
    open_ended = name == "message" or any(keyword.arg is None for keyword in call.keywords)
    given = {keyword.arg for keyword in call.keywords if keyword.arg}
    plural = name == "plural"
    yield key, plural, None if open_ended else frozenset(given | ({"number"} if plural else set()))


def _key(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _KEY.fullmatch(node.value):
        return node.value
    return ""


def path_of(language: str, folder: Path = FOLDER) -> Path:
    """Where the catalogue of a language is."""
    return folder / language / "LC_MESSAGES" / "enlace.po"


def load(language: str, folder: Path = FOLDER) -> Catalog:
    """The catalogue of a language; an empty one where there is none yet."""
    path = path_of(language, folder)
    if path.exists():
        with path.open("rb") as lines:
            return read_po(lines, locale=LOCALES[language], abort_invalid=True)
    return Catalog(locale=LOCALES[language], fuzzy=False)


def save(language: str, catalogue: Catalog, folder: Path = FOLDER) -> None:
    """Write the catalogue of a language, sorted by key and without anything that changes by itself."""
    path = path_of(language, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    clean = Catalog(locale=LOCALES[language], fuzzy=False)
    for entry in catalogue:
        if entry.id:
            clean.add(entry.id, entry.string, flags=entry.flags - {"python-brace-format"})
    new = path.with_suffix(".new")
    with new.open("wb") as lines:
        lines.write(
            f'msgid ""\nmsgstr ""\n"Language: {LOCALES[language]}\\n"\n'
            '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
            f'"Plural-Forms: {PLURAL_FORMS[language]}\\n"\n\n'.encode()
        )
        write_po(lines, clean, width=0, omit_header=True, no_location=True, sort_output=True)
    new.replace(path)


def forms(entry: Message) -> tuple[str, ...]:
    """The texts of an entry: one, or one a plural form."""
    return tuple(entry.string) if isinstance(entry.string, tuple | list) else (str(entry.string),)


def placeholders(text: str) -> frozenset[str]:
    """The names in braces of a text.

    Raises:
        ValueError: its braces do not pair.
    """
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def update(found: Usage, folder: Path = FOLDER) -> list[str]:
    """Add keys that are new, take out those that nothing names any more; what was changed, a line each."""
    changes = []
    for language in LANGUAGES:
        catalogue = load(language, folder)
        known = {_id(entry): entry for entry in catalogue if entry.id}
        for key, used in sorted(found.keys.items()):
            if key not in known:
                catalogue.add((key, key) if used.plural else key, ("", "") if used.plural else "")
                changes.append(f"{language}: {key} is new")
        for key in sorted(known.keys() - found.keys.keys() - found.literals):
            catalogue.delete(key)
            changes.append(f"{language}: {key} is gone")
        save(language, catalogue, folder)
    return changes


def _id(entry: Message) -> str:
    return str(entry.id[0] if isinstance(entry.id, tuple | list) else entry.id)


def compile_all(folder: Path = FOLDER) -> None:
    """Write the binary catalogues that the program reads at run time."""
    for language in LANGUAGES:
        with path_of(language, folder).with_suffix(".mo").open("wb") as binary:
            write_mo(binary, load(language, folder))


def problems(found: Usage, folder: Path = FOLDER) -> list[str]:
    """Everything that is wrong with the catalogues, a line each."""
    catalogues = {
        language: {_id(entry): entry for entry in load(language, folder) if entry.id}
        for language in LANGUAGES
    }
    wrong: list[str] = []
    for language in LANGUAGES:
        wrong += _header_problems(language, folder)
        wrong += [f"{language}: {line}" for line in _catalogue_problems(catalogues[language], found)]
    english = catalogues["en"]
    for key in sorted(english):
        for language in LANGUAGES[1:]:
            other = catalogues[language].get(key)
            if other is not None and any(forms(other)) and _names(other) != _names(english[key]):
                wrong.append(f"{language}: {key} has other placeholders than the English entry")
    return wrong


def _header_problems(language: str, folder: Path) -> list[str]:
    path = path_of(language, folder)
    if not path.exists():
        return [f"{language}: there is no catalogue"]
    if f'"Plural-Forms: {PLURAL_FORMS[language]}\\n"' not in path.read_text("utf-8"):
        return [f"{language}: the plural rule is not {PLURAL_FORMS[language]!r}"]
    return []


def _names(entry: Message) -> frozenset[str]:
    try:
        return frozenset().union(*(placeholders(text) for text in forms(entry)))
    except ValueError:
        return frozenset({"{"})


def _catalogue_problems(entries: Mapping[str, Message], found: Usage) -> Iterator[str]:
    for key, used in sorted(found.keys.items()):
        if key not in entries:
            yield f"{key} is missing (used in {used.places[0]})"
    for key, entry in sorted(entries.items()):
        if key not in found.keys and key not in found.literals:
            yield f"{key} is unused"
        if entry.fuzzy:
            yield f"{key} is fuzzy"
        if not all(text.strip() for text in forms(entry)):
            yield f"{key} has an empty text"
        looked_up = found.keys.get(key)
        if looked_up is None:
            continue
        plural = isinstance(entry.id, tuple | list)
        if looked_up.plural and not plural:
            yield f"{key} needs plural forms"
        if plural and len(forms(entry)) != 2:
            yield f"{key} lacks a plural form"
        for given in looked_up.given:
            if lacking := _names(entry) - given:
                yield f"{key} needs {{{'}, {'.join(sorted(lacking))}}}, which it is not given"
                break


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says; the exit status."""
    match list(arguments):
        case ["extract"]:
            for line in update(usage()):
                print(line)
        case ["compile"]:
            compile_all()
        case ["check"]:
            wrong = problems(usage())
            for line in wrong:
                print(line, file=sys.stderr)
            return 1 if wrong else 0
        case _:
            print("python -m bot.catalogues extract|compile|check", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
