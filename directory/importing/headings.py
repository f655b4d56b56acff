"""Which column holds what: headings are recognised in four languages, or mapped by hand."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

from directory.importing.errors import Trouble, UnreadableError
from directory.importing.fields import FIELDS, LOCAL, REQUIRED, WORDS, ImportKind
from directory.search import fold

#: How many rows may stand above the headings: a title, a date, an empty line.
ABOVE: Final = 20
_PARTS: Final = re.compile(r"\s+/\s+|[/|\n\r;()\[\]]|\s[-–—]\s")
_LANGUAGE: Final = re.compile(r"[\s_(\[.-](en|es|fr|pt)[)\]]?\s*$", re.IGNORECASE)
#: Longer headings than this may hold one typing error.
_FORGIVING: Final = 6


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: a field, and the language of its texts where the heading names one."""

    index: int
    heading: str
    field: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table: those that are taken, and the headings of those that are not.

    ``row`` is the number of the row with the headings, ``language`` the one that most of them are in.
    """

    kind: ImportKind
    row: int
    columns: tuple[Column, ...]
    ignored: tuple[str, ...] = ()
    language: str = ""
    by_field: Mapping[str, tuple[Column, ...]] = field(default_factory=dict)


def recognise(
    rows: Sequence[tuple[int, Sequence[str]]],
    kind: ImportKind | None = None,
    by_hand: Mapping[str, str] | None = None,
) -> Layout:
    """Find the row of headings among the first rows and say what its columns hold.

    ``rows`` are numbers and texts. ``kind`` is guessed where it is not given. ``by_hand`` gives headings
    (or ``A``, ``B``, … for columns) their field, ``""`` or ``-`` to leave a column out.

    Raises:
        UnreadableError: no headings are found, what is needed is missing, or ``by_hand`` names a column
            or a field that does not exist.
    """
    wanted = {fold(heading) or heading: field for heading, field in (by_hand or {}).items()}
    best: Layout | None = None
    for number, texts in rows[:ABOVE]:
        for each in [kind] if kind is not None else list(ImportKind):
            found = _columns(number, texts, each, wanted)
            if found.columns and (best is None or _rank(found) > _rank(best)):
                best = found
    if best is None:
        raise UnreadableError(Trouble.NO_HEADINGS)
    _check(best, by_hand or {}, dict(rows)[best.row])
    return best


def _rank(found: Layout) -> tuple[bool, int]:
    return (not _missing(found), len(found.columns))


def _missing(found: Layout) -> str:
    """The fields of which one is needed and none is there."""
    for choices in REQUIRED[found.kind]:
        if not any(choice in found.by_field for choice in choices):
            return "/".join(choices)
    return ""


def _check(found: Layout, by_hand: Mapping[str, str], texts: Sequence[str]) -> None:
    known = {fold(text) for text in texts} | {letter(index).lower() for index in range(len(texts))}
    for heading, name in by_hand.items():
        if fold(heading) not in known:
            raise UnreadableError(Trouble.NO_SUCH_COLUMN, column=heading)
        base = name.rsplit("_", 1)[0] if name.rsplit("_", 1)[-1] in ("en", "es", "fr", "pt") else name
        if name not in ("", "-") and base not in FIELDS[found.kind]:
            fields = ", ".join(sorted(FIELDS[found.kind]))
            raise UnreadableError(Trouble.NO_SUCH_FIELD, field=name, fields=fields)
    if missing := _missing(found):
        headings = ", ".join(text for text in texts if text)
        raise UnreadableError(Trouble.MISSING_COLUMNS, fields=missing, headings=headings[:400])


def _columns(number: int, texts: Sequence[str], kind: ImportKind, by_hand: Mapping[str, str]) -> Layout:
    columns: list[Column] = []
    ignored: list[str] = []
    taken: set[tuple[str, str]] = set()
    languages: Counter[str] = Counter()
    for index, text in enumerate(texts):
        if not text.strip():
            continue
        chosen = by_hand.get(fold(text), by_hand.get(letter(index).lower()))
        name, language, spoken = _named(text, chosen, kind)
        several = name in ("email", "phone", "mobile", "handle")
        if not name or ((name, language) in taken and not several):
            ignored.append(text)
            continue
        taken.add((name, language))
        languages.update(spoken)
        columns.append(Column(index, text, name, language if name in LOCAL else ""))
    columns = _names(columns)
    by_field: dict[str, tuple[Column, ...]] = {}
    for column in columns:
        by_field[column.field] = (*by_field.get(column.field, ()), column)
    language = next((code for code, _ in languages.most_common(1)), "")
    return Layout(kind, number, tuple(columns), tuple(ignored), language, by_field)


def _names(columns: list[Column]) -> list[Column]:
    """Settle what a heading means by its neighbours: ``Nombre`` beside ``Apellidos`` is half of a name."""
    there = {column.field for column in columns}
    meant = {}
    if "name" in there and "given_name" in there and "family_name" not in there:
        meant = {"name": "family_name"}
    elif "name" not in there and not {"given_name", "family_name"} <= there:
        meant = {"given_name": "name", "family_name": "name"}
    return [replace(column, field=meant.get(column.field, column.field)) for column in columns]


def _named(text: str, chosen: str | None, kind: ImportKind) -> tuple[str, str, Sequence[str]]:
    """The field of a heading, the language it names, and the languages that the heading is written in."""
    language = ""
    if match := _LANGUAGE.search(text):
        language, text = match[1].lower(), text[: match.start()]
    if chosen is not None:
        base, _, suffix = chosen.rpartition("_")
        if suffix in ("en", "es", "fr", "pt"):
            return base, suffix, ()
        return ("" if chosen in ("", "-") else chosen), language, ()
    words = _words(kind)
    whole = words.get(fold(text))
    parts = [whole] if whole else [words[fold(part)] for part in _PARTS.split(text) if fold(part) in words]
    if not parts and len(fold(text)) >= _FORGIVING:
        near = [found for word, found in words.items() if _near(word, fold(text))]
        parts = near if len({name for name, _ in near}) == 1 else []
    names = {name for name, _ in parts}
    if len(names) != 1:
        return "", "", ()
    return names.pop(), language, [code for _, codes in parts for code in codes]


def _near(word: str, typed: str) -> bool:
    return len(word) >= _FORGIVING and DamerauLevenshtein.distance(word, typed, score_cutoff=1) <= 1


@functools.cache
def _words(kind: ImportKind) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for name in FIELDS[kind]:
        found[fold(name)] = (name, ())
    for name in FIELDS[kind]:
        for language, texts in WORDS.get(name, {}).items():
            for text in texts:
                known = found.get(fold(text), (name, ()))
                found[fold(text)] = (known[0], (*known[1], language))
    return found


def letter(index: int) -> str:
    """What spreadsheets call a column: ``A`` to ``Z``, then ``AA``."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
