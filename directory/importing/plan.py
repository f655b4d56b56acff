"""The dry run: what a file would do, row by row, before anything is done.

A plan is made in one snapshot. It settles whom and what every row means; what that changes is worked out
batch by batch, so that a long list never stands in memory as records of the database.
"""

from __future__ import annotations

import abc
import enum
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from directory.importing.differences import Difference
from directory.importing.fields import ImportKind
from directory.importing.headings import Layout
from directory.importing.records import Problem
from directory.importing.states import Change
from directory.importing.table import Table

#: Records whose states are read and compared together.
BATCH: Final = 1_000


class Result(enum.StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a record of the file: of the row that says it, or of the rows that were merged."""

    rows: tuple[int, ...]
    result: Result
    label: str
    differences: tuple[Difference, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of a row once its changes were worked out."""

    is_new: bool = False
    differences: tuple[Difference, ...] = ()


#: A row whose record is new: nothing was there that could differ.
IS_NEW: Final = Note(is_new=True)


@dataclass
class Plan(abc.ABC):
    """What a file would do.

    ``revision`` is the directory's when it was made, ``day`` the day it reckons with, ``speak`` the language
    of the differences, ``networks`` the network that the list starts, ``allowed`` those that may be changed.

    ``notes`` (by row) and ``problems`` (by row) are complete once :meth:`changes` was gone through.
    """

    kind: ImportKind
    table: Table
    layout: Layout
    revision: int
    day: date
    speak: str = "en"
    networks: Sequence[Change] = ()
    allowed: frozenset[str] | None = None
    problems: dict[int, Problem] = field(default_factory=dict)
    notes: dict[int, Note] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)

    @abc.abstractmethod
    def changes(self, session: AsyncSession) -> AsyncIterator[Sequence[Change]]:
        """The changes, batch by batch, in the order in which they can be stored."""

    @abc.abstractmethod
    def groups(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The records of the file that are taken: what they are called, and their rows."""

    def outcomes(self) -> Iterator[Outcome]:
        """What becomes of each record, those that are not taken last."""
        for label, rows in self.groups():
            notes = [self.notes[row] for row in rows if row in self.notes]
            differences = tuple(item for note in notes for item in note.differences)
            if any(note.is_new for note in notes):
                yield Outcome(rows, Result.NEW, label, differences)
            elif differences:
                yield Outcome(rows, Result.CHANGED, label, differences)
            else:
                yield Outcome(rows, Result.UNCHANGED, label)
        for row, problem in sorted(self.problems.items()):
            result = Result.REFUSED if problem.refused else Result.DOUBTFUL
            yield Outcome((row,), result, self.labels.get(row, ""), problem=problem)

    def counts(self) -> dict[str, int]:
        """How many records of the file have each result, and how many rows were merged into others."""
        counted = dict.fromkeys((*(result.value for result in Result), "merged"), 0)
        for outcome in self.outcomes():
            counted[outcome.result.value] += 1
            counted["merged"] += len(outcome.rows) - 1
        return counted
