"""E-mail addresses and telephone numbers as cells hold them: several in one, in every notation."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from directory.importing.cells import is_nothing, lines
from directory.people import ContactKind

#: The longest value that the directory keeps, in characters.
LONGEST: Final = 200
_ADDRESS: Final = re.compile(
    r"[^\s@<>()\[\],;:\"'\\|/]{1,64}@(?:[^\W_](?:[^\W_]|-){0,62}\.)+[^\W\d_][^\W_]{1,23}"
)
_BETWEEN_ADDRESSES: Final = re.compile(r"[\s;,/|]+|\b(?:y|e|et|and|ou|o|or)\b", re.IGNORECASE)
_BETWEEN_NUMBERS: Final = re.compile(
    r"[;,|\n]|\s/\s|\s(?:y|e|et|and|ou|o|or)\s|/(?=\s*(?:\+|00))|(?<=\d{7})/(?=\d{7})"
)
_LABEL: Final = re.compile(r"^[^\d+(]*?[:.]?\s*(?=[\d+(])")


@dataclass(frozen=True, slots=True)
class Found:
    """Found in a cell: ``value`` as the directory keeps it, or ``written`` where it is none of its kind."""

    kind: ContactKind
    written: str
    value: str


def addresses(cell: str) -> Iterator[Found]:
    """The e-mail addresses in a cell, each once; what is left over and is no address has no value."""
    seen: set[str] = set()
    rest = cell.replace("\u200b", "")
    for match in _ADDRESS.finditer(rest):
        written = match.group().strip(".")
        address = _lower_domain(written)
        if address.casefold() not in seen:
            seen.add(address.casefold())
            good = len(address) <= LONGEST
            yield Found(ContactKind.EMAIL, "" if good else written[:LONGEST], address if good else "")
    left = _BETWEEN_ADDRESSES.sub(" ", re.sub(r"mailto:|[<>()\[\]\"]", " ", _ADDRESS.sub(" ", rest))).strip()
    # A name before an address in angle brackets is no fault; a broken address is.
    for word in left.split():
        if ("@" in word or not seen) and not is_nothing(word):
            yield Found(ContactKind.EMAIL, left[:LONGEST], "")
            return


def _lower_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def numbers(kind: ContactKind, cell: str, country: str) -> Iterator[Found]:
    """The telephone numbers in a cell, each once, in international form.

    ``country`` (two letters) reads those without a country code; where it is empty they have no value.
    """
    seen: set[str] = set()
    for line in lines(cell):
        for part in _BETWEEN_NUMBERS.split(line):
            written = part.strip(" -–:.")
            if not written or is_nothing(written):
                continue
            value = number(_LABEL.sub("", written), country)
            if value not in seen or not value:
                seen.add(value)
                yield Found(kind, "" if value else written[:LONGEST], value)


def number(written: str, country: str) -> str:
    """One number in international form, ``""`` where it cannot be one of that country."""
    import phonenumbers

    text = re.sub(r"^\s*\(?00\)?\s*(?=[1-9])", "+", written)
    try:
        parsed = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


@functools.lru_cache(maxsize=4096)
def same_number(value: str, country: str) -> str:
    """What two notations of one number have in common: its digits with the country code."""
    return re.sub(r"\D", "", number(value, country) or value)


def handles(cell: str) -> Iterator[Found]:
    """Names on chat services, each once."""
    seen: set[str] = set()
    for line in lines(cell):
        for part in re.split(r"[;,|]", line):
            written = " ".join(part.split())
            if written and not is_nothing(written) and written.casefold() not in seen:
                seen.add(written.casefold())
                good = len(written) <= LONGEST
                yield Found(ContactKind.HANDLE, "" if good else written[:LONGEST], written if good else "")
