"""What the trail is told and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from directory.access import Role

#: The action of an entry that says that somebody saw a person's values.
LOOK: Final = "look"
#: The action of an entry that says that an operator saw what only the person may see, with the reason.
BREAK_GLASS: Final = "break_glass"
#: The action of an entry that says that somebody read the trail itself.
READ_TRAIL: Final = "read_trail"
#: The kind of an entry about a person; its key is erased with the person.
PERSON: Final = "person"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something: the account, the person behind it, the role they acted in, and from where.

    ``place`` is ``"direct"``, or the kind of a shared place, a colon and the platform's id of it.
    """

    platform: str
    team: str
    user: str
    person_key: str | None
    role: str
    place: str

    @classmethod
    def command_line(cls, user: str) -> Self:
        """Who works on the machine itself, as ``user`` of the operating system."""
        return cls("command line", "", user[:64], None, Role.OPERATOR, "command line")


@dataclass(frozen=True, slots=True)
class Look:
    """A person of whom somebody saw values, and the highest level that was shown."""

    person: str
    level: int
    network: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was done to an object. ``None`` for before: it was made; for after: it was removed.

    Fields that are the same before and after are left out of the trail. ``about`` is the person whom the
    values are about, where that is not the object itself; erasing that person empties the values.
    """

    action: str
    kind: str
    key: str
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    network: str | None = None
    note: str = ""
    about: str | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader may see of the trail: entries of these networks, and those by or about a person."""

    networks: frozenset[str] = frozenset()
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is read. ``actor`` and ``key`` are ``None`` where they were erased.

    ``erased`` names the fields whose values were emptied; ``before`` and ``after`` hold the others.
    ``about`` is the person whom the values are about, where they are about one.
    """

    number: int
    at: datetime
    action: str
    kind: str
    key: str | None
    network: str | None
    role: str
    place: str
    level: int | None
    actor: Actor | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    note: str = ""
    about: str | None = None
    erased: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the chain does not close: the entry's number and what is wrong with it."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: how many entries there are, and the last one's hash."""

    number: int
    hash: str
