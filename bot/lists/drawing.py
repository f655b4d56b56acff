"""Draws the board of a meeting as PNG and its attendance list as PDF: a program of its own.

What it draws with takes much memory. ``python -m bot.lists.drawing`` reads what to draw from its input, as
JSON, and writes it in base 64 on one line. It knows nothing of the rest: whoever asks has put everything into
words.
"""

from __future__ import annotations

import base64
import dataclasses
import functools
import io
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reminders.canvas import INK, LINE, PAPER, QUIET, WIDTH, png, ruled, sheet, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: With more cells than this a picture has their codes alone.
NAMED: Final = 60
_EDGE: Final = 30
#: Words become no smaller than this share of their size.
_SMALLEST: Final = 0.8
#: The mark of each state: its colour, on which white has a contrast of at least 4.5 to 1, and its sign,
#: so that colour alone tells nothing. Silence is a frame without a filling.
MARKS: Final = {
    "attending": ("#1d6b3a", "✓"),
    "online": ("#14507a", "●"),
    "maybe": ("#8a5300", "?"),
    "cannot": ("#a3262a", "✕"),
    "silent": ("", "–"),
}
#: A4, upright, in inches, and the size of letters, in points.
_PAGE: Final = (8.27, 11.69)
_POINTS: Final = 8.5
_TITLE: Final = 14
_LINE_HEIGHT: Final = 0.155
_ROW_MARGIN: Final = 0.11
_SIDE: Final = 0.6
#: At most so many lines in a cell; what is longer ends in an ellipsis.
_LINES: Final = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """Who is expected: a code if any, a name, and how it stands, one of the names of ``MARKS``."""

    code: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Board:
    """A picture: title, a line below it, the cells in order, what each mark means, a line at the end."""

    title: str
    subtitle: str
    cells: tuple[Cell, ...]
    legend: tuple[tuple[str, str], ...]
    caption: str


@dataclass(frozen=True, slots=True)
class Roll:
    """Pages: title, lines below it, headings with the share of the width that each column has, rows.

    ``page`` says which page of how many it is: ``{page}`` and ``{pages}`` stand for them.
    """

    title: str
    lines: tuple[str, ...]
    headings: tuple[str, ...]
    shares: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    page: str


def draw_board(board: Board) -> bytes:
    """A board as PNG."""
    named, height = len(board.cells) <= NAMED, 46
    columns = 3 if named else 9
    lines = max(1, -(-len(board.cells) // columns))
    legend_lines = -(-len(board.legend) // 3)
    total = 120 + lines * height + 20 + legend_lines * 40 + 60
    figure, axes = sheet(total)
    _words(axes, _EDGE, 42, board.title, 19, WIDTH - 2 * _EDGE, weight="bold")
    _words(axes, _EDGE, 84, board.subtitle, 15, WIDTH - 2 * _EDGE, colour=QUIET)
    width = (WIDTH - 2 * _EDGE) / columns
    for number, cell in enumerate(board.cells):
        # Column by column, so that the order of the names reads downwards.
        column, line = divmod(number, lines) if named else divmod(number, columns)[::-1]
        left, top = _EDGE + column * width, 120 + line * height
        code = cell.code if named else cell.code or cell.name
        _mark(axes, cell.state, left, top + 4, code, height - 10)
        if named:
            beside = 92 if code else 46
            _words(axes, left + beside, top + height / 2 - 1, cell.name, 14, width - beside - 8)
    top = 120 + lines * height + 20
    axes.plot([_EDGE, WIDTH - _EDGE], [top, top], color=LINE, linewidth=1)
    third = (WIDTH - 2 * _EDGE) / 3
    for number, (state, meaning) in enumerate(board.legend):
        line, column = divmod(number, 3)
        left, middle = _EDGE + column * third, top + 30 + line * 40
        _mark(axes, state, left, middle - 15, "", 30)
        _words(axes, left + 46, middle, meaning, 14, third - 54)
    _words(axes, _EDGE, total - 26, board.caption, 13, WIDTH - 2 * _EDGE, colour=QUIET)
    return png(figure)


def _mark(axes: Axes, state: str, left: float, top: float, code: str, height: float) -> None:
    from matplotlib.patches import FancyBboxPatch

    colour, sign = MARKS[state]
    width = 82 if code else 36
    axes.add_patch(
        FancyBboxPatch(
            (left + 4, top + 4),
            width - 8,
            height - 8,
            boxstyle="round,pad=4",
            facecolor=colour or PAPER,
            edgecolor=colour or QUIET,
            linewidth=1.2,
        )
    )
    ink = PAPER if colour else QUIET
    middle = top + height / 2
    if code:
        _words(axes, left + 8, middle, code, 15, 44, colour=ink, weight="bold")
    at = left + (width - 14 if code else width / 2)
    _words(axes, at, middle, sign, 14, 30, colour=ink, align="center", weight="bold")


def _words(
    axes: Axes,
    left: float,
    middle: float,
    text: str,
    size: float,
    room: float,
    *,
    colour: str = INK,
    align: str = "left",
    weight: str = "normal",
) -> None:
    """Words that take no more than ``room``: smaller, in two lines, or cut, whichever is enough first."""
    shown = words(axes, left, middle, text, size, colour=colour, align=align, weight=weight)
    width = shown.get_window_extent().width
    if width * _SMALLEST > room:
        shown.set_text(_halved(text))
        shown.set_linespacing(1.0)
        width = shown.get_window_extent().width
    if width > room:
        # A little less than would fit: letters are set on whole pixels.
        shown.set_fontsize(max(size * room / width * 0.98, size * _SMALLEST))
    elif "\n" in shown.get_text():
        shown.set_fontsize(size * _SMALLEST)
    text, width = shown.get_text(), shown.get_window_extent().width
    while len(text) > 1 and width > room:
        # Most of what is too much at once, then letter by letter.
        text = text[: max(1, min(len(text) - 1, int(len(text) * room / width) + 2))].rstrip()
        shown.set_text(f"{text}…")
        width = shown.get_window_extent().width


def _halved(text: str) -> str:
    """A text in two lines, parted near its middle, after a space or a hyphen; as it is where it has none."""
    parts = [at for at, letter in enumerate(text[:-1], 1) if letter in " -"]
    at = min(parts, key=lambda at: abs(at - len(text) / 2), default=0)
    return f"{text[:at].rstrip(' ')}\n{text[at:]}" if at else text


def draw_roll(roll: Roll) -> bytes:
    """An attendance list as PDF; its letters are in the file, so that every accent is there to be copied."""
    import matplotlib
    from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages
    from matplotlib.figure import Figure

    matplotlib.rcParams["pdf.fonttype"] = 42
    written = io.BytesIO()
    pages = list(paged(roll))
    about = {"Title": roll.title, "Creator": None, "Producer": None, "CreationDate": None}
    with PdfPages(written, metadata=about) as book:
        for number, rows in enumerate(pages, 1):
            figure = Figure(figsize=_PAGE)
            FigureCanvasPdf(figure)
            _page(figure, roll, rows, roll.page.format(page=number, pages=len(pages)), first=number == 1)
            book.savefig(figure)
    return written.getvalue()


_Row = list[list[str]]


def paged(roll: Roll) -> Iterator[list[_Row]]:
    """The rows of each page, each cell cut into lines."""
    room = _PAGE[0] - 2 * _SIDE
    rows = [
        [_wrapped(text, share * room - 0.12) for text, share in zip(row, roll.shares, strict=True)]
        for row in roll.rows
    ]
    page: list[_Row] = []
    left = _height(first=True, lines=len(_lines(roll)) + 1.4 * (len(_title(roll)) - 1))
    for row in rows:
        if page and _row_height(row) > left:
            yield page
            page, left = [], _height(first=False, lines=0)
        page.append(row)
        left -= _row_height(row)
    yield page


def _lines(roll: Roll) -> list[str]:
    """The lines below the title, none wider than the page."""
    room = _PAGE[0] - 2 * _SIDE
    return [part for line in roll.lines for part in _wrapped(line, room)]


def _title(roll: Roll) -> list[str]:
    """The title in lines of the larger letters that it has."""
    return _wrapped(roll.title, (_PAGE[0] - 2 * _SIDE) * _POINTS / _TITLE / 1.12)


def _height(*, first: bool, lines: float) -> float:
    """What is left for rows on a page, in inches."""
    return _PAGE[1] - 2 * _SIDE - 0.45 - (0.5 + lines * 0.2 if first else 0.2)


def _row_height(row: _Row) -> float:
    return max(len(cell) for cell in row) * _LINE_HEIGHT + _ROW_MARGIN


def _page(figure: Figure, roll: Roll, rows: Sequence[_Row], page: str, *, first: bool) -> None:
    axes = ruled(figure, *_PAGE)
    right, top = _PAGE[0] - _SIDE, _SIDE
    whole, *more = _title(roll)
    if first:
        for line in (whole, *more):
            words(axes, _SIDE, top, line, _TITLE, weight="bold")
            top += 0.28
        for line in _lines(roll):
            words(axes, _SIDE, top, line, 9, colour=QUIET)
            top += 0.2
        top += 0.2
    else:
        words(axes, _SIDE, top, f"{whole}…" if more else whole, 9, weight="bold")
        top += 0.2
    lefts = [_SIDE + sum(roll.shares[:number]) * (right - _SIDE) for number in range(len(roll.shares))]
    for left, heading in zip(lefts, roll.headings, strict=True):
        words(axes, left + 0.05, top, heading, _POINTS, weight="bold")
    top += 0.12
    axes.plot([_SIDE, right], [top, top], color=INK, linewidth=0.8)
    for row in rows:
        height = _row_height(row)
        for left, cell in zip(lefts, row, strict=True):
            for number, line in enumerate(filter(None, cell)):
                words(axes, left + 0.05, top + 0.13 + number * _LINE_HEIGHT, line, _POINTS)
        top += height
        axes.plot([_SIDE, right], [top, top], color=LINE, linewidth=0.5)
    words(axes, right, _PAGE[1] - 0.4, page, 8, colour=QUIET, align="right")


def _wrapped(text: str, room: float) -> list[str]:
    """A text in lines of at most ``room`` inches at the size of the list."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        while _width(word) > room and len(word) > 1:
            # A word that is wider than its column is broken where it must be.
            fits = next(n for n in range(len(word), 0, -1) if n == 1 or _width(word[:n]) <= room)
            lines += [line] if line else []
            lines.append(word[:fits])
            line, word = "", word[fits:]
        wider = f"{line} {word}".strip()
        if line and _width(wider) > room:
            lines.append(line)
            wider = word
        line = wider
    lines += [line] if line or not lines else []
    return lines if len(lines) <= _LINES else [*lines[: _LINES - 1], lines[_LINES - 1].rstrip() + "…"]


@functools.cache
def _advance(letter: str) -> float:
    """How wide a letter is at the size of the list, in inches."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties()))
    font.set_size(_POINTS, 72)
    # The unit is 1/65536 of a point here (FreeType, "linearHoriAdvance").
    return float(font.load_char(ord(letter)).linearHoriAdvance) / 65536 / 72


def _width(text: str) -> float:
    """How wide a text is at the size of the list, in inches."""
    return sum(_advance(letter) for letter in text)


def as_json(wanted: Board | Roll) -> bytes:
    """What the program reads."""
    return json.dumps([type(wanted).__name__, dataclasses.asdict(wanted)]).encode()


def draw(given: bytes) -> bytes:
    """The file that the program makes of what it reads."""
    name, parts = json.loads(given)
    if name == "Roll":
        return draw_roll(Roll(**parts))
    return draw_board(Board(**parts | {"cells": tuple(Cell(**cell) for cell in parts["cells"])}))


def main() -> None:
    """Draw what the input asks for."""
    sys.stdout.write(base64.b64encode(draw(sys.stdin.buffer.read())).decode() + "\n")


if __name__ == "__main__":
    main()
