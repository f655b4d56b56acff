"""A deadline on one line: ``"Guidelines document" 2023-01 owner:Mexico lead:30,7,1 after:D-3``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from directory.search import fold
from reminders.deadlines import repeating
from reminders.deadlines.repeating import Frequency

OWNERS, LEAD, AFTER, REPEAT, NETWORK = "owners", "lead", "after", "repeat", "network"
DESCRIPTION, SOURCE = "description", "source"
#: What each part is called, in every language, folded.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    OWNERS: (
        *("owner", "owners", "responsible", "dueno", "duenos", "responsable", "responsables"),
        *("titular", "titulares", "titulaire", "titulaires", "responsavel", "responsaveis"),
    ),
    LEAD: (
        *("lead", "leads", "reminders", "aviso", "avisos", "recordatorios", "rappel", "rappels"),
        *("relances", "preavis", "lembrete", "lembretes", "antecedencia"),
    ),
    AFTER: ("after", "despues", "tras", "apres", "depois", "apos"),
    REPEAT: ("repeat", "repeats", "repetir", "repite", "cada", "repetition", "repeter", "repeticao"),
    NETWORK: ("network", "red", "reseau", "rede"),
    DESCRIPTION: ("description", "descripcion", "descricao", "details", "detalles", "detalhes"),
    SOURCE: ("source", "fuente", "origen", "origine", "fonte", "origem"),
}
_PARTS: Final = {name: part for part, names in _NAMES.items() for name in names}
_PART: Final = re.compile(r"(?<!\S)([^\W\d_]{2,20})\s?:\s*")
#: A title in quotation marks of any of the languages, and what follows.
_QUOTED: Final = re.compile(
    r"""\s*(?:"([^"]+)"|“([^”“]+)[”“]|«\s*([^»]+?)\s*»|„([^“”]+)[“”]|''([^']+)'')\s*(.*)""", re.DOTALL
)

#: How often something may come again in words of its own: the frequency and the interval of its rule.
WEEKLY, MONTHLY = (Frequency.WEEKLY, 1), (Frequency.MONTHLY, 1)
QUARTERLY, HALF_YEARLY, YEARLY = (Frequency.MONTHLY, 3), (Frequency.MONTHLY, 6), (Frequency.YEARLY, 1)
#: What people call these, folded, in the four languages.
_EVERY: Final[Mapping[tuple[Frequency, int], tuple[str, ...]]] = {
    WEEKLY: (
        *("weekly", "every week", "week", "semanal", "semanalmente", "cada semana", "semana"),
        *("hebdomadaire", "chaque semaine", "semaine", "toda semana"),
    ),
    MONTHLY: (
        *("monthly", "every month", "month", "mensual", "mensualmente", "cada mes", "mes"),
        *("mensuel", "mensuelle", "chaque mois", "mois", "mensal", "mensalmente", "todo mes"),
    ),
    QUARTERLY: (
        *("quarterly", "every quarter", "quarter", "trimestral", "trimestralmente", "cada trimestre"),
        *("trimestre", "trimestriel", "trimestrielle", "chaque trimestre", "every three months"),
    ),
    HALF_YEARLY: (
        *("half yearly", "every semester", "semester", "semestral", "semestralmente", "cada semestre"),
        *("semestre", "semestriel", "semestrielle", "chaque semestre", "every six months"),
    ),
    YEARLY: (
        *("yearly", "annual", "annually", "every year", "year", "anual", "anualmente", "cada ano", "ano"),
        *("annuel", "annuelle", "chaque annee", "annee", "todo ano"),
    ),
}
_RULES: Final = {word: rule for rule, words in _EVERY.items() for word in words}


@dataclass(frozen=True, slots=True)
class Line:
    """What was typed: title, date, the parts by name, and names of parts that do not exist."""

    title: str = ""
    due: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def take_apart(text: str, names: Mapping[str, str] = _PARTS) -> Line | None:
    """The parts of a line; ``None`` where it does not begin with a title in quotation marks.

    ``names`` are what the parts may be called, folded, with the part that each stands for.
    """
    quoted = _QUOTED.fullmatch(text)
    if quoted is None:
        return None
    title = next(group for group in quoted.groups()[:-1] if group)
    pieces = _PART.split(quoted.groups()[-1])
    parts: dict[str, str] = {}
    unknown = []
    for name, value in zip(pieces[1::2], pieces[2::2], strict=True):
        known = names.get(fold(name))
        if known is None:
            unknown.append(name)
        else:
            value = value.strip().strip(",;")
            parts[known] = ", ".join(part for part in (parts.get(known, ""), value) if part)
    return Line(title.strip(), pieces[0].strip().strip(",;"), parts, tuple(unknown))


def rule(text: str, start: date) -> str:
    """The rule, reckoned from a day, that words such as "monthly" stand for, or that was typed itself.

    Raises:
        NotARule: it is neither.
    """
    known = _RULES.get(fold(text))
    return repeating.rule(known[0], start, known[1]) if known else repeating.checked(text, start)


def leads(text: str) -> tuple[int, ...] | None:
    """Days before, from ``30, 7, 1``; ``None`` where it is not at most ten numbers up to 366."""
    parts = [part for part in re.split(r"[\s,;]+", text.strip()) if part]
    if not 0 < len(parts) <= 10 or not all(
        part.isascii() and part.isdecimal() and len(part) < 4 for part in parts
    ):
        return None
    days = sorted({int(part) for part in parts}, reverse=True)
    return tuple(days) if days[0] <= 366 else None
