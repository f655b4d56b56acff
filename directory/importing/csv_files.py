"""CSV as it is found in the world: the encoding and the separator are guessed, and both are shown.

Encodings are tried in an order: what the byte order mark says, UTF-16 by its zero bytes, UTF-8 where it
fits without an error (hardly anything else does), then the old code pages of western European languages;
of these the one that yields the most plausible letters.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from directory.importing.cells import LONGEST_CELL, Row
from directory.importing.errors import Trouble, UnreadableError

SEPARATORS: Final = (",", ";", "\t", "|")
#: A table with more columns than this is a mistake or an attack.
MOST_COLUMNS: Final = 200
#: The code pages of western Europe: Windows, the Macintosh, DOS.
OLD_ENCODINGS: Final = ("cp1252", "mac_roman", "cp850")

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PLAUSIBLE: Final = frozenset("áéíóúüñçàèìòùâêîôûäëïöãõœæÁÉÍÓÚÜÑÇÀÈÂÊÎÔÛËÏÖÃÕŒ«»°ºª’‘“”–—…€¿¡£§·\u00a0")
_SAMPLE_CHARACTERS: Final = 65_536
_SAMPLE_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Guess:
    """How a file is taken to be written. ``skip`` lines at its beginning are for spreadsheet programs."""

    encoding: str
    separator: str
    skip: int = 0


def guess(data: bytes) -> Guess:
    """The encoding and the separator of a file.

    Raises:
        UnreadableError: it is no text.
    """
    encoding = _encoding(data)
    sample = _text(data, encoding).read(_SAMPLE_CHARACTERS)
    if any(char < " " and char not in "\t\n\r\f\x0b" for char in sample[:4096]):
        raise UnreadableError(Trouble.NOT_A_TABLE)
    first, _, _ = sample.partition("\n")
    # Excel reads the separator from such a first line, and some programs write it.
    if first.strip().lower().startswith("sep=") and len(first.strip("\r\n")) == 5:
        return Guess(encoding, first[4], 1)
    return Guess(encoding, _separator(sample))


def rows(data: bytes, how: Guess) -> Iterator[Row]:
    """The rows, one after the other; empty ones are left out but counted.

    The number of a row is that of the row and not of the line, so that it is what a spreadsheet shows.
    """
    text = _text(data, how.encoding)
    reader = csv.reader(text, delimiter=how.separator)
    for number, cells in enumerate(_parsed(reader), 1):
        if number <= how.skip or not any(cells):
            continue
        if len(cells) > MOST_COLUMNS:
            while cells and not cells[-1].strip():
                cells.pop()
            if len(cells) > MOST_COLUMNS:
                raise UnreadableError(Trouble.TOO_MANY_COLUMNS, row=str(number), limit=str(MOST_COLUMNS))
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise UnreadableError(Trouble.HUGE_CELL, row=str(number), limit=str(LONGEST_CELL))
        yield Row(number, tuple(cells))


def _parsed(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    number = 0
    try:
        for cells in reader:
            yield cells
            number += 1
    except csv.Error as error:
        trouble = Trouble.HUGE_CELL if "field larger" in str(error) else Trouble.DAMAGED
        raise UnreadableError(trouble, row=str(number + 1), limit=str(LONGEST_CELL)) from error
    except UnicodeError as error:
        raise UnreadableError(Trouble.DAMAGED, row=str(number + 1)) from error


def _text(data: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="strict", newline="")


def _encoding(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark) and _decodes(data, encoding):
            return encoding
    sample = data[:8192]
    zeros = sample.count(0)
    if zeros:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        for many, few, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
            if many > len(sample) * 0.2 and few < many / 10 and _decodes(data, encoding):
                return encoding
        raise UnreadableError(Trouble.NOT_A_TABLE)
    if _decodes(data, "utf-8"):
        return "utf-8"
    scores = {encoding: score for encoding in OLD_ENCODINGS if (score := _score(data, encoding)) is not None}
    if not scores:
        raise UnreadableError(Trouble.NOT_A_TABLE)
    return max(scores, key=lambda encoding: scores[encoding])


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    view, step = memoryview(data), 1 << 20
    try:
        for start in range(0, len(view), step):
            decoder.decode(bytes(view[start : start + step]), start + step >= len(view))
    except UnicodeError:
        return False
    return True


def _score(data: bytes, encoding: str) -> float | None:
    """How plausible the text is in this encoding: the share of usual signs among those beyond ASCII."""
    if not _decodes(data, encoding):
        return None
    counted = Counter(byte for byte in data if byte > 127)
    total = counted.total()
    good = sum(
        many for byte, many in counted.items() if bytes((byte,)).decode(encoding, "replace") in _PLAUSIBLE
    )
    return good / total if total else 0.0


def _separator(sample: str) -> str:
    best, best_score = ",", (0.0, 0)
    for separator in SEPARATORS:
        widths: Counter[int] = Counter()
        try:
            for number, cells in enumerate(csv.reader(io.StringIO(sample, newline=""), delimiter=separator)):
                if number >= _SAMPLE_ROWS:
                    break
                if any(cell.strip() for cell in cells):
                    widths[len(cells)] += 1
        except csv.Error:
            continue
        if not widths:
            continue
        width, many = max(widths.items(), key=lambda item: (item[0] > 1, item[1]))
        # A separator that parts most rows alike is it; a title above the table has a row of its own.
        score = (round(many / widths.total(), 1), width)
        if width > 1 and score > best_score:
            best, best_score = separator, score
    return best
