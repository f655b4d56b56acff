"""XLSX and CSV in which nothing is live: every cell is text, and none is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO, Final

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_MEDIA_TYPE: Final = "text/csv"
#: A cell of a workbook holds no more characters (Excel specifications and limits).
LONGEST: Final = 32_767
#: What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
LIVE: Final = ("=", "+", "-", "@", "\t", "\r")


def write(
    file: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[str]], *, sheet: str = "Enlace"
) -> None:
    """Write a workbook of one sheet, row by row."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "in_memory": False,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    page = book.add_worksheet(sheet[:31])
    bold = book.add_format({"bold": True})
    text = book.add_format({"num_format": "@"})
    page.freeze_panes(1, 0)
    page.set_column(0, max(0, len(headings) - 1), 24, text)
    for column, heading in enumerate(headings):
        page.write_string(0, column, heading, bold)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if value:
                page.write_string(number, column, value[:LONGEST], text)
    book.close()


def write_csv(file: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV that spreadsheets open as it is: UTF-8 with its mark, quoted, harmless."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([harmless(value) for value in row] for row in rows)
    # The file is the caller's to close.
    text.detach()


def harmless(value: str) -> str:
    """A cell with an apostrophe before what would make it a formula; an import takes it away again.

    A telephone number begins with a plus sign too, so it gets one as well: some programs would calculate it.
    """
    return f"'{value}" if value.startswith(LIVE) else value
