"""What goes into the search index and what comes out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: The highest level of visibility an entry may have (see ``directory.access``).
HIGHEST_LEVEL: Final = 3


class Kind(StrEnum):
    """The nouns that can be found."""

    COUNTRY = "country"
    INSTITUTION = "institution"
    POST = "post"
    PERSON = "person"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Name:
    """One text a record is found by: a name, an alias, an acronym, a code or a keyword.

    ``weight`` is 1 for what the record is called and less for what it merely has to do with; a name of
    weight 0.75 or less never scores as *the* answer (90 and above).
    """

    text: str
    language: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything one record is found by. ``key`` is the noun's own public key, ``level`` who may find it."""

    kind: Kind
    key: str
    names: Sequence[Name]
    level: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.level <= HIGHEST_LEVEL:
            raise ValueError(f"a level is 0 to {HIGHEST_LEVEL}")
        if not self.key:
            raise ValueError("an entry needs a key")
        if any(not 0 < name.weight <= 1 for name in self.names):
            raise ValueError("the weight of a name is above 0 and at most 1")


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: ``score`` is 0 to 100, ``matched`` the name that fitted best."""

    kind: Kind
    key: str
    score: float
    matched: str
