"""Which deadlines somebody wants listed, as people type it: ``country overdue``, ``mis plazos 2023``."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from directory.search import fold
from reminders import vague
from reminders.vague import NotADate, Precision, VagueDate


class Scope(enum.StrEnum):
    """Whose deadlines; the values stand in buttons."""

    MINE = "m"
    COUNTRY = "c"
    INSTITUTION = "i"
    NETWORK = "n"


class Which(enum.StrEnum):
    """In what state; the values stand in buttons."""

    OPEN = "o"
    OVERDUE = "v"
    DONE = "d"
    CANCELLED = "x"
    NOT_DESIGNATED = "u"
    ALL = "a"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be listed. Without a scope or a state that is for the list to choose.

    ``key`` is a country's code, an institution's key or a network's code. ``rest`` are words that mean none
    of this: the name of a country, an institution or a network, if any.
    """

    scope: Scope | None = None
    key: str = ""
    which: Which | None = None
    first: date | None = None
    last: date | None = None
    rest: str = ""


_SCOPES: Final[Mapping[Scope, tuple[str, ...]]] = {
    Scope.MINE: (
        *("mine", "my", "own", "mio", "mios", "mis", "propios", "mes echeances", "les miennes", "miennes"),
        *("moi", "meu", "meus", "proprios"),
    ),
    Scope.COUNTRY: ("country", "my country", "pais", "mi pais", "pays", "mon pays", "meu pais"),
    Scope.NETWORK: ("network", "red", "reseau", "rede", "everybody", "todos"),
}
_WHICH: Final[Mapping[Which, tuple[str, ...]]] = {
    Which.OVERDUE: (
        *("overdue", "late", "vencido", "vencidos", "atrasados", "en retard", "retard", "echues"),
        *("em atraso", "atraso", "vencidas"),
    ),
    Which.DONE: (
        *("done", "completed", "hecho", "hechos", "cumplidos", "fait", "faites", "realisees", "accomplies"),
        *("feito", "feitos", "concluidos", "cumpridos"),
    ),
    Which.CANCELLED: ("cancelled", "canceled", "cancelados", "anulados", "annulees", "annule", "cancelado"),
    Which.NOT_DESIGNATED: (
        *("undesignated", "not designated", "not yet designated", "without owner", "sin responsable"),
        *("sin designar", "non designees", "sans responsable", "nao designados", "sem responsavel"),
    ),
    Which.ALL: ("all", "todo", "tout", "toutes", "tudo", "everything"),
    Which.OPEN: ("open", "abiertos", "pendientes", "ouvertes", "en cours", "abertos", "pendentes"),
}
_THIS: Final = 0
_NEXT: Final = 1
_PAST: Final = -1
_SHIFTS: Final[Mapping[int, tuple[str, ...]]] = {
    _THIS: ("this", "este", "esta", "cette", "ce", "cet", "neste", "nesta", "current"),
    _NEXT: ("next", "proximo", "proxima", "prochain", "prochaine", "que viene"),
    _PAST: ("last", "pasado", "pasada", "dernier", "derniere", "passado", "passada", "previous"),
}
_WEEKS: Final = ("week", "semana", "semaine")
_UNITS: Final[Mapping[Precision, tuple[str, ...]]] = {
    Precision.MONTH: ("month", "mes", "mois"),
    Precision.QUARTER: ("quarter", "trimestre"),
    Precision.SEMESTER: ("semester", "semestre"),
    Precision.YEAR: ("year", "ano", "annee"),
}
#: Words that say nothing here.
_FILLERS: Final = frozenset(
    [
        *("the", "of", "in", "for", "los", "las", "les", "des", "de", "del", "do", "da", "dos", "das"),
        *("en", "em", "para", "pour", "deadlines", "plazos", "echeances", "prazos"),
    ]
)


#: What a phrase adds: a scope or a state, or a unit of time and which one of it.
_Meaning = Wanted | tuple[Precision | None, int]


def _phrases() -> dict[str, _Meaning]:
    found: dict[str, _Meaning] = {}
    for scope, names in _SCOPES.items():
        found |= dict.fromkeys(names, Wanted(scope=scope))
    for which, names in _WHICH.items():
        found |= dict.fromkeys(names, Wanted(which=which))
    for shift, names in _SHIFTS.items():
        for unit in (None, *_UNITS):
            for name in names:
                for word in _WEEKS if unit is None else _UNITS[unit]:
                    found[f"{name} {word}"] = found[f"{word} {name}"] = (unit, shift)
    return found


_PHRASES: Final = _phrases()
_LONGEST: Final = max(len(phrase.split()) for phrase in _PHRASES)


def take_apart(text: str, today: date) -> Wanted:
    """What is wanted; the longest phrase that means something is taken first, whatever the order."""
    words = [word for word in text.split() if word.strip(",;")]
    wanted = Wanted()
    for length in range(_LONGEST, 0, -1):
        at = 0
        while at + length <= len(words):
            phrase = " ".join(fold(word) for word in words[at : at + length])
            meant = _PHRASES.get(phrase)
            if meant is None:
                at += 1
                continue
            wanted = _with(wanted, meant, today)
            del words[at : at + length]
    rest = [word for word in words if fold(word) not in _FILLERS or len(words) > 1]
    return _dated(wanted, rest, today)


def _with(wanted: Wanted, meant: _Meaning, today: date) -> Wanted:
    if isinstance(meant, Wanted):
        return replace(wanted, scope=meant.scope or wanted.scope, which=meant.which or wanted.which)
    first, last = period(*meant, today)
    return replace(wanted, first=first, last=last)


def period(unit: Precision | None, shift: int, today: date) -> tuple[date, date]:
    """The first and last day of this (0), the next (1) or the past (-1) unit; ``None`` stands for a week."""
    if unit is None:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=shift)
        return monday, monday + timedelta(days=6)
    present = VagueDate.holding(unit, today)
    if shift > 0:
        present = VagueDate.holding(unit, present.last + timedelta(days=1))
    elif shift < 0:
        present = VagueDate.holding(unit, present.first - timedelta(days=1))
    return present.first, present.last


def _dated(wanted: Wanted, rest: Sequence[str], today: date) -> Wanted:
    """The words that are left: a date at either end, a name for the rest."""
    for length in range(len(rest), 0, -1):
        for some, others in ((rest[-length:], rest[:-length]), (rest[:length], rest[length:])):
            try:
                dates = vague.read(" ".join(some), today)
            except NotADate:
                continue
            first, last = min(day.first for day in dates), max(day.last for day in dates)
            if len(dates) == 1:
                return replace(wanted, first=first, last=last, rest=" ".join(others))
    return replace(wanted, rest=" ".join(rest))
