"""Filters of the list of projects as people type them: ``mali country:mx estado:concluido``."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import fuzz, process
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards.project_words import STATUSES
from bot.i18n import LANGUAGES, Translator
from directory import countries, projects, search
from directory.projects import Filters, Status, Theme
from directory.search import Kind, fold

COUNTRY, DONOR, THEME, STATUS = "country", "donor", "theme", "status"
#: What each filter is called, in every language, folded.
NAMES: Final[Mapping[str, str]] = {
    "country": COUNTRY,
    "pais": COUNTRY,
    "pays": COUNTRY,
    "donor": DONOR,
    "donante": DONOR,
    "donateur": DONOR,
    "bailleur": DONOR,
    "doador": DONOR,
    "financiador": DONOR,
    "theme": THEME,
    "tema": THEME,
    "status": STATUS,
    "estado": STATUS,
    "statut": STATUS,
    "etat": STATUS,
    "situacao": STATUS,
}
#: From this likeness (0 to 100) a word is taken for a status or a theme.
LIKE: Final = 80
#: From this score on a country or an institution is taken for what was typed.
SURE: Final = 75.0
#: So many projects are looked at where words narrow the list.
MOST: Final = 500
_FILTER: Final = re.compile(r"([^\W\d_]{2,20})\s*:\s*")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: the words, the filters by their own name, and names of filters that do not exist."""

    words: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Resolved filters, short enough for a button where that can be: country code, keys, slug, status."""

    words: str = ""
    country: str = ""
    donor: str = ""
    theme: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A filter whose value means nothing here."""

    name: str
    value: str


def take_apart(text: str) -> Typed:
    """The words and the filters of a line; a value goes on until the next filter."""
    pieces = _FILTER.split(text)
    filters: dict[str, str] = {}
    unknown = []
    for name, value in zip(pieces[1::2], pieces[2::2], strict=True):
        known = NAMES.get(fold(name))
        if known is None:
            unknown.append(name)
        else:
            filters[known] = value.strip()
    return Typed(pieces[0].strip(), filters, tuple(unknown))


async def resolve(session: AsyncSession, typed: Typed) -> Wanted | Unclear:
    """What the values mean. Words after a value that is shorter than what was typed are words again."""
    words, found = [typed.words], {}
    for name, value in typed.filters.items():
        parts = value.split()
        for length in range(len(parts), 0, -1):
            meant = await _meaning(session, name, " ".join(parts[:length]))
            if meant:
                found[name] = meant
                words.append(" ".join(parts[length:]))
                break
        else:
            return Unclear(name, value)
    return Wanted(words=" ".join(filter(None, words)), **found)


async def _meaning(session: AsyncSession, name: str, value: str) -> str:
    if name == STATUS:
        return _status(value)
    if name == THEME:
        return _theme(value, await projects.themes(session))
    if len(value) in (2, 3) and (country := await countries.get(session, value)) is not None:
        return country.code
    kinds = (Kind.COUNTRY,) if name == COUNTRY else (Kind.INSTITUTION, Kind.COUNTRY)
    hits = await search.find(session, value, kinds=kinds, limit=1, max_level=0)
    return hits[0].key if hits and hits[0].score >= SURE else ""


def _status(value: str) -> str:
    match = process.extractOne(fold(value), _statuses().keys(), scorer=fuzz.ratio, score_cutoff=LIKE)
    return _statuses()[match[0]] if match else ""


@functools.cache
def _statuses() -> Mapping[str, Status]:
    names = {fold(status.value): status for status in Status}
    for language in LANGUAGES:
        t = Translator(language)
        names |= {fold(t(key)): status for status, key in STATUSES.items()}
    return names


def _theme(value: str, themes: list[Theme]) -> str:
    names = {fold(name): theme.slug for theme in themes for name in theme.name.by_language.values()}
    names |= {fold(theme.slug): theme.slug for theme in themes}
    match = process.extractOne(fold(value), names.keys(), scorer=fuzz.ratio, score_cutoff=LIKE)
    return names[match[0]] if match else ""


async def filters(session: AsyncSession, wanted: Wanted) -> Filters:
    """The filters of the directory for what is wanted."""
    codes = None
    if wanted.words:
        hits = await search.find(session, wanted.words, kinds=(Kind.PROJECT,), limit=MOST, max_level=0)
        codes = tuple(hit.key for hit in hits)
        code = await projects.code_of(session, wanted.words)
        if code is not None:
            codes = (code,)
    return Filters(
        codes=codes,
        country=wanted.country,
        donors=(wanted.donor,) if wanted.donor else (),
        theme=wanted.theme,
        status=Status(wanted.status) if wanted.status in list(Status) else None,
    )
