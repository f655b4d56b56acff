"""A file as rows of cells, whatever it was: the limits that hold for every format, and the format itself."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from directory.importing import csv_files, xlsx_files
from directory.importing.cells import Cell, Row
from directory.importing.errors import Trouble, UnreadableError

#: The largest file that is looked at, in bytes.
LARGEST: Final = 64 * 1024 * 1024
#: The most rows that are read, the heading among them.
MOST_ROWS: Final = 200_000

_SIGNATURES: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Trouble.OLD_EXCEL),
    (b"%PDF", Trouble.NOT_A_TABLE),
    (b"\x89PNG", Trouble.NOT_A_TABLE),
    (b"\xff\xd8\xff", Trouble.NOT_A_TABLE),
    (b"GIF8", Trouble.NOT_A_TABLE),
    (b"\x7fELF", Trouble.NOT_A_TABLE),
    (b"\x1f\x8b", Trouble.NOT_A_TABLE),
    (b"Rar!", Trouble.NOT_A_TABLE),
    (b"7z\xbc\xaf", Trouble.NOT_A_TABLE),
    (b"{\\rtf", Trouble.NOT_A_TABLE),
)

__all__ = ["LARGEST", "MOST_ROWS", "Cell", "Row", "Table", "opened", "shown"]


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read: ``rows`` starts anew with every call and streams.

    ``encoding`` and ``separator`` are what was guessed of a CSV, ``sheet`` the name of the sheet of an
    XLSX; the others are empty.
    """

    rows: Callable[[], Iterator[Row]]
    encoding: str = ""
    separator: str = ""
    sheet: str = ""


def opened(data: bytes) -> Table:
    """The table in a file's bytes.

    Raises:
        UnreadableError: it is none, or one beyond the limits. Reading its rows may raise it too.
    """
    if not data.strip(b"\x00\t\n\r "):
        raise UnreadableError(Trouble.EMPTY)
    if len(data) > LARGEST:
        raise UnreadableError(Trouble.TOO_BIG, limit=str(LARGEST // 1024 // 1024))
    for signature, trouble in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableError(trouble)
    if data.startswith(b"PK\x03\x04"):
        book = xlsx_files.Book(io.BytesIO(data))
        return Table(lambda: _limited(book.rows()), sheet=book.sheet)
    guess = csv_files.guess(data)
    return Table(lambda: _limited(csv_files.rows(data, guess)), guess.encoding, guess.separator)


def _limited(rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        if row.number > MOST_ROWS:
            raise UnreadableError(Trouble.TOO_MANY_ROWS, limit=str(MOST_ROWS))
        yield row


def shown(cell: Cell) -> str:
    """A cell as somebody would type it: whole numbers without a fraction, dates as ISO days."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else str(Decimal(repr(cell)))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)
