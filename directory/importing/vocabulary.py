"""Words of cells that stand for something known: countries, languages, capacities, states of a project."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Final, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from directory import countries
from directory.posts import Standing
from directory.projects import Status
from directory.search import fold

_LOCALES: Final = ("en", "es", "fr", "pt")
_STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.HOLDER: (
        "holder; principal; main; primary; titular; titulaire; focal point; punto focal; point focal; "
        "ponto focal; propietario; propietaria; principal focal point; effective; efectivo; efetivo; efetiva"
    ),
    Standing.ALTERNATE: (
        "alternate; alternative; deputy; secondary; substitute; alternate focal point; suplente; alterno; "
        "alterna; punto focal suplente; suppléant; suppléante; point focal suppléant; ponto focal suplente; "
        "substituto; substituta; adjunto; adjunta; adjoint; adjointe"
    ),
    Standing.ACTING: (
        "acting; interim; acting focal point; a.i.; ad interim; interino; interina; en funciones; encargado; "
        "encargada; intérimaire; par intérim; em exercício; provisional"
    ),
}
_STATUSES: Final[Mapping[Status, str]] = {
    Status.PLANNED: (
        "planned; proposed; in preparation; pipeline; planificado; previsto; propuesto; en preparación; "
        "por iniciar; planifié; prévu; en préparation; proposé; planejado; em preparação; proposto"
    ),
    Status.ONGOING: (
        "ongoing; in progress; active; running; under way; underway; in execution; en curso; en ejecución; "
        "activo; vigente; en marcha; en cours; en exécution; actif; em curso; em execução; ativo; "
        "em andamento"
    ),
    Status.COMPLETED: (
        "completed; finished; closed; done; ended; terminado; concluido; finalizado; completado; cerrado; "
        "terminé; achevé; clôturé; clos; concluído; encerrado; completo"
    ),
    Status.SUSPENDED: "suspended; on hold; paused; suspendido; en pausa; suspendu; suspenso; suspensa",
    Status.CANCELLED: "cancelled; canceled; cancelado; anulado; annulé; abandonné; cancelada",
}
#: How an export writes them, and a plan shows them.
STANDING_WORDS: Final[Mapping[str, Mapping[Standing, str]]] = {
    "en": {Standing.HOLDER: "holder", Standing.ALTERNATE: "alternate", Standing.ACTING: "acting"},
    "es": {Standing.HOLDER: "titular", Standing.ALTERNATE: "suplente", Standing.ACTING: "en funciones"},
    "fr": {Standing.HOLDER: "titulaire", Standing.ALTERNATE: "suppléant", Standing.ACTING: "par intérim"},
    "pt": {Standing.HOLDER: "titular", Standing.ALTERNATE: "suplente", Standing.ACTING: "em exercício"},
}
STATUS_WORDS: Final[Mapping[str, Mapping[Status, str]]] = {
    language: dict(zip(Status, words.split("; "), strict=True))
    for language, words in {
        "en": "planned; ongoing; completed; suspended; cancelled",
        "es": "planificado; en ejecución; concluido; suspendido; cancelado",
        "fr": "planifié; en cours; achevé; suspendu; annulé",
        "pt": "planejado; em execução; concluído; suspenso; cancelado",
    }.items()
}
_ARTICLES: Final = ("the ", "la ", "le ", "les ", "el ", "los ", "las ", "o ", "a ", "os ", "as ", "l ")
_FORMAL: Final = (
    "republic of the ",
    "republic of ",
    "republica de la ",
    "republica de el ",
    "republica del ",
    "republica de ",
    "republique de la ",
    "republique du ",
    "republique d ",
    "republique de ",
    "republica da ",
    "republica do ",
    "commonwealth of the ",
    "commonwealth of ",
    "mancomunidad de ",
    "cooperative republic of ",
    "kingdom of the ",
    "kingdom of ",
    "reino de los ",
    "reino de ",
    "royaume de ",
    "royaume des ",
    "reino da ",
    "reino dos ",
    "state of ",
)


@functools.lru_cache(maxsize=4096)
def country(text: str) -> str:
    """The code of the country that a name, an alias or a code means exactly; ``""`` where none does."""
    for form in _forms(_key(text)):
        if code := _countries().get(form):
            return code
    return ""


@functools.lru_cache(maxsize=4096)
def nearest_country(text: str) -> str:
    """The code of the one country whose name is nearly this; ``""`` where none is, or more than one."""
    folded = _key(text)
    if len(folded) < 4:
        return ""
    errors = 1 if len(folded) < 8 else 2
    near = process.extract(
        folded, list(_countries()), scorer=DamerauLevenshtein.distance, score_cutoff=errors, limit=20
    )
    codes = {_countries()[name] for name, _, _ in near}
    return codes.pop() if len(codes) == 1 else ""


def _key(text: str) -> str:
    """A country's name without case, accents and the "and" that some write as a sign."""
    return " ".join(word for word in fold(text).split() if word not in ("and", "y", "et", "e"))


def _forms(folded: str) -> list[str]:
    forms = [folded]
    for beginning in (*_ARTICLES, *_FORMAL):
        if folded.startswith(beginning):
            forms += _forms(folded[len(beginning) :])
    return forms


@functools.cache
def _countries() -> Mapping[str, str]:
    found: dict[str, str] = {}
    twice: set[str] = set()
    official: set[str] = set()
    for code, alpha3 in countries.iso_codes().items():
        for text, firm in [
            (alpha3, True),
            *((name.text, bool(name.language)) for name in countries.names(code)),
        ]:
            word = _key(text)
            known = found.get(word)
            if known is None or (firm and word not in official):
                found[word] = code
            elif known != code and firm == (word in official):
                twice.add(word)
            if firm:
                official.add(word)
    return {word: code for word, code in found.items() if word not in twice}


@functools.lru_cache(maxsize=1024)
def language(text: str) -> str:
    """The two-letter code of a language that is named in one of the four, or given by its code."""
    return _languages().get(fold(text), "")


@functools.cache
def _languages() -> Mapping[str, str]:
    from babel import Locale

    found: dict[str, str] = {}
    for locale in _LOCALES:
        for code, name in Locale.parse(locale).languages.items():
            if len(code) in (2, 3) and code.isalpha():
                found.setdefault(fold(str(name)), code)
                found.setdefault(code, code)
    return found | {"creole": "ht", "kreyol": "ht", "castellano": "es", "castilian": "es"}


@functools.lru_cache(maxsize=1024)
def standing(text: str) -> Standing | None:
    """The capacity that a word names."""
    return _meant(fold(text), _STANDINGS)


@functools.lru_cache(maxsize=1024)
def status(text: str) -> Status | None:
    """The state of a project that a word names."""
    return _meant(fold(text), _STATUSES)


_K = TypeVar("_K", Standing, Status)


def _meant(folded: str, words: Mapping[_K, str]) -> _K | None:
    for kind, text in words.items():
        if folded == kind.value or folded in map(fold, text.split(";")):
            return kind
    return None
