"""XLSX, read as a stream: formulas stay text, nothing is calculated, nothing is fetched.

An XLSX is a ZIP of XML files. What it unpacks to is known before anything is unpacked (and the ZIP reader
stops at the size that is written there), so a small file cannot fill the memory.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Final

from directory.importing.cells import LONGEST_CELL, Cell, Formula, Row
from directory.importing.csv_files import MOST_COLUMNS
from directory.importing.errors import Trouble, UnreadableError

#: What all parts together and the table of texts (which is kept in memory) may unpack to, in bytes.
MOST_UNPACKED: Final = 400 * 1024 * 1024
MOST_TEXTS: Final = 48 * 1024 * 1024
#: Sheets and their texts shrink to a tenth or so; what shrinks to less than this share was made to.
SMALLEST_SHARE: Final = 1 / 150
#: Parts below this size are not looked at for their share.
_SMALL: Final = 1024 * 1024
_MOST_PARTS: Final = 2_000
#: Elements of one row; more than its widest could have (a cell has a value, a formula, runs of text).
_MOST_PENDING: Final = 20_000


class Book:
    """The first visible sheet of a workbook that holds anything.

    Raises:
        UnreadableError: when made, where it is no workbook or unpacks to more than the limits.
    """

    def __init__(self, file: IO[bytes]) -> None:
        _examine(file)
        self._book = _opened(file)
        try:
            sheets = [sheet for sheet in self._book.worksheets if sheet.sheet_state == "visible"]
            self.sheet = next((sheet.title for sheet in sheets if next(_cells(sheet), None) is not None), "")
        except UnreadableError:
            raise
        except Exception as error:
            raise UnreadableError(Trouble.DAMAGED) from error
        if not self.sheet:
            raise UnreadableError(Trouble.EMPTY)

    def rows(self) -> Iterator[Row]:
        """The rows that hold anything."""
        try:
            yield from _cells(self._book[self.sheet])
        except UnreadableError:
            raise
        except Exception as error:
            raise UnreadableError(Trouble.DAMAGED) from error


def _opened(file: IO[bytes]) -> Any:
    from openpyxl import load_workbook

    file.seek(0)
    try:
        with warnings.catch_warnings():
            # It warns of styles and extensions that it leaves out; only values are wanted.
            warnings.simplefilter("ignore")
            return load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # The library raises whatever a damaged part makes it stumble over.
        raise UnreadableError(Trouble.DAMAGED) from error


def _examine(file: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableError(Trouble.DAMAGED) from error
    if not any(part.filename.replace("\\", "/").lower() == "xl/workbook.xml" for part in parts):
        raise UnreadableError(Trouble.NOT_A_TABLE)
    unpacked = sum(part.file_size for part in parts)
    texts = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
    swollen = any(
        part.file_size > _SMALL and part.compress_size < part.file_size * SMALLEST_SHARE for part in parts
    )
    if len(parts) > _MOST_PARTS or unpacked > MOST_UNPACKED or texts > MOST_TEXTS or swollen:
        raise UnreadableError(Trouble.UNPACKS_TOO_BIG)


class _Nowhere(dict[str, Any]):
    """What the library keeps of every row's height and style, which nobody asks for."""

    def __setitem__(self, key: str, value: Any) -> None:
        """Forget it."""


def _cells(sheet: Any) -> Iterator[Row]:
    """Read a sheet's rows as they stand in the file, without the cells that are missing in between.

    The library's own iteration fills every row up to its last cell and parses each row whole, so that a
    row of a million cells costs what it likes.
    """
    from xml.etree.ElementTree import iterparse

    from openpyxl.worksheet._reader import CELL_TAG, DATA_TAG, ROW_TAG, WorkSheetParser

    book, pending = sheet.parent, 0
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        parser.row_dimensions = _Nowhere()
        # The parser loads nothing from elsewhere and bounds what entities grow to (expat 2.4.1 and newer).
        for _, element in iterparse(source):  # noqa: S314
            pending += 1
            if element.tag == CELL_TAG and pending > _MOST_PENDING:
                raise UnreadableError(
                    Trouble.TOO_MANY_COLUMNS, row=str(parser.row_counter + 1), limit=str(MOST_COLUMNS)
                )
            if element.tag == DATA_TAG:
                return
            if element.tag == ROW_TAG:
                pending = 0
                with warnings.catch_warnings():
                    # Of a date that cannot be one, whose cell then counts as empty.
                    warnings.simplefilter("ignore")
                    number, cells = parser.parse_row(element)
                element.clear()
                if (row := _row(number, cells)) is not None:
                    yield row
            elif pending > _MOST_PENDING * 10:
                raise UnreadableError(Trouble.DAMAGED)


def _row(number: int, cells: Sequence[Mapping[str, Any]]) -> Row | None:
    filled = [(cell["column"], _value(cell, number)) for cell in cells]
    filled = [(column, value) for column, value in filled if value not in (None, "")]
    if not filled:
        return None
    width = max(column for column, _ in filled)
    if width > MOST_COLUMNS:
        raise UnreadableError(Trouble.TOO_MANY_COLUMNS, row=str(number), limit=str(MOST_COLUMNS))
    values: list[Cell] = [None] * width
    for column, value in filled:
        values[column - 1] = value
    return Row(number, tuple(values))


def _value(cell: Mapping[str, Any], number: int) -> Cell:
    value = cell["value"]
    if value is None:
        return None
    if cell["data_type"] == "f":
        return Formula(str(getattr(value, "text", value) or value)[:200])
    if isinstance(value, str):
        if len(value) > LONGEST_CELL:
            raise UnreadableError(Trouble.HUGE_CELL, row=str(number), limit=str(LONGEST_CELL))
        return None if cell["data_type"] == "e" else value
    return value  # type: ignore[no-any-return] # numbers, dates, truth values
