"""What a backup is made of, and what can be wrong with one."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from directory.audit import Head


class BackupError(Exception):
    """A backup could not be made, read or restored; the text says why and what to do."""


class DamagedError(BackupError):
    """The file is not a backup, not a whole one, or not what was written."""


class OccupiedError(BackupError):
    """What is to be restored into is not empty, or is at work."""


class Kind(enum.StrEnum):
    """What a column holds, as far as the two databases store it differently."""

    PLAIN = "plain"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    WALL = "wall"
    """A date and a time on a clock, of no zone; SQLite does not tell it from an instant."""
    DAY = "day"
    DECIMAL = "decimal"
    JSON = "json"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as it stands in a database: its columns, and those that order its rows."""

    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A table in a backup: its columns' names, how many rows, and the SHA-256 of its lines."""

    columns: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    ``program`` is the version that made it, ``revision`` that of the schema, ``database`` the kind that it
    was made of, and ``head`` the end of the trail at that moment (``None`` where there was no trail yet).
    """

    made_at: datetime
    program: str
    revision: str
    database: str
    head: Head | None
    tables: Mapping[str, Member]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(member.rows for member in self.tables.values())
