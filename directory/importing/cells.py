"""What a cell and a row are, and which texts in a cell say that nothing is known."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from directory.search import fold


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula (with its text) and not a value."""

    text: str


#: A formula is never calculated, and its last result is not trusted either.
Cell = str | int | float | bool | date | datetime | Formula | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the number that spreadsheet programs show beside it."""

    number: int
    cells: tuple[Cell, ...]


#: The longest text of a cell that is read at all, in characters.
LONGEST_CELL: Final = 20_000

#: What people write where they know nothing, in four languages and in spreadsheets.
_NOTHING_WORDS: Final = """
    n/a; na; n.a.; n.d.; nd; s/d; sd; s/i; null; none; nil; nan; #n/a; #n/d; #ref!; #value!; #¡ref!; tbd; tbc;
    xxx; xxxx; unknown; not available; not applicable; not known; to be confirmed; to be determined; missing;
    desconocido; desconocida; ninguno; ninguna; pendiente; sin datos; sin dato; sin información;
    no disponible; no aplica; no tiene; no hay; por confirmar; por definir;
    inconnu; néant; aucun; aucune; non disponible; non applicable; non renseigné; pas disponible; sans objet;
    à confirmer; à préciser; inconnue;
    desconhecido; desconhecida; nenhum; nenhuma; pendente; não disponível; não se aplica; não aplicável;
    não informado; sem dados; sem informação; não há; a confirmar; a definir
    """
_NOTHING: Final = frozenset(fold(text) for text in _NOTHING_WORDS.split(";"))
_INVISIBLE: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
#: What no such text has.
_SOMETHING: Final = re.compile(r"[\d@]")
_DASHES: Final = re.compile(r"[\s\-‐‑‒–—―_.·*/?¿!\\|:;,'\"()=+]*")


def clean(text: str) -> str:
    """One line of plain text: composed, without control and direction characters, spaces folded."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(_plain(text, keep="").split())


def lines(text: str) -> list[str]:
    """The same for a cell of several lines: each on its own, empty ones left out."""
    plain = _plain(text.replace("\r\n", "\n").replace("\r", "\n"), keep="\n")
    return [line for part in plain.split("\n") if (line := " ".join(part.split()))]


def _plain(text: str, keep: str) -> str:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return "".join(
        " "
        if char not in keep and unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs", "Co", "Cn")
        else char
        for char in text
    )


#: ``search.fold`` for texts that many rows share.
folded: Final = functools.lru_cache(maxsize=2048)(fold)


@functools.lru_cache(maxsize=1024)
def is_nothing(text: str) -> bool:
    """Whether a cell's text only says that there is no value: ``N/A``, ``-``, ``s/d``, ``néant``."""
    if _DASHES.fullmatch(text):
        return True
    return len(text) < 32 and not _SOMETHING.search(text) and fold(text) in _NOTHING
