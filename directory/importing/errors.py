"""Why a file cannot be read at all, as a reason that whoever speaks can put into words."""

from __future__ import annotations

import enum
from collections.abc import Mapping


class Trouble(enum.StrEnum):
    """What is the matter with a file."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    NOT_A_TABLE = "not_a_table"
    """Neither CSV nor XLSX: a picture, a PDF, a program."""
    OLD_EXCEL = "old_excel"
    """The format of Excel before 2007 (``.xls``)."""
    DAMAGED = "damaged"
    UNPACKS_TOO_BIG = "unpacks_too_big"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_MANY_ROWS = "too_many_rows"
    HUGE_CELL = "huge_cell"
    NO_HEADINGS = "no_headings"
    MISSING_COLUMNS = "missing_columns"
    NO_SUCH_COLUMN = "no_such_column"
    NO_SUCH_FIELD = "no_such_field"
    UNKNOWN_NETWORK = "unknown_network"


class UnreadableError(Exception):
    """The file cannot be imported. ``details`` name the row, the column, the limit."""

    def __init__(self, trouble: Trouble, **details: str) -> None:
        super().__init__(f"{trouble.value} {details}" if details else trouble.value)
        self.trouble = trouble
        self.details: Mapping[str, str] = details
