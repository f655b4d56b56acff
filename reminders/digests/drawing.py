"""Draws calendars of four weeks as PNG: a program of its own, because what it draws with takes much memory.

``python -m reminders.digests.drawing`` reads charts from its input, as JSON, and writes as many pictures in
base 64, a line each. It knows nothing of the rest: whoever asks has put everything into words.
"""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reminders.canvas import BAND, BLUE, INK, LINE, PAPER, QUIET, WIDTH, png, sheet, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: The height of a picture, in pixels.
HEIGHT: Final = 640
#: What is left free beside words, and the most that words in the middle of a cell may take, in pixels.
_MARGIN: Final = 30
_WIDEST: Final = 104
_TODAY: Final = "#b3541e"


@dataclass(frozen=True, slots=True)
class Cell:
    """A day: what is written in its corner, how many deadlines it has, and whether offices are closed."""

    day: str
    count: int = 0
    free: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A calendar: a title, the names of the seven weekdays, the days week by week, a line below.

    ``today`` is the number of the cell that is framed.
    """

    title: str
    weekdays: tuple[str, ...]
    cells: tuple[Cell, ...]
    caption: str
    today: int = 0


def draw(chart: Chart) -> bytes:
    """A chart as PNG."""
    figure, axes = sheet(HEIGHT)
    _words(axes, 30, 44, chart.title, 22, weight="bold")
    width, height, left, top = 120, 115, 30, 118
    for number, name in enumerate(chart.weekdays):
        _words(axes, left + number * width + width / 2, 96, name, 17, colour=QUIET, align="center")
    for number, cell in enumerate(chart.cells):
        week, day = divmod(number, 7)
        _cell(axes, cell, (left + day * width, top + week * height, width - 6, height - 8))
    if 0 <= chart.today < len(chart.cells):
        week, day = divmod(chart.today, 7)
        _box(axes, (left + day * width, top + week * height, width - 6, height - 8), "none", _TODAY, 4)
    _words(axes, 30, 604, chart.caption, 17, colour=INK)
    return png(figure)


def _cell(axes: Axes, cell: Cell, box: tuple[float, float, float, float]) -> None:
    left, top, width, height = box
    filled = cell.count > 0
    _box(axes, box, BLUE if filled else BAND if cell.free else PAPER, BLUE if filled else LINE, 1)
    _words(axes, left + 10, top + 22, cell.day, 15, colour=PAPER if filled else QUIET)
    if filled:
        middle = left + width / 2
        _words(
            axes,
            middle,
            top + height / 2 + 14,
            str(cell.count),
            32,
            colour=PAPER,
            align="center",
            weight="bold",
        )


def _box(axes: Axes, box: tuple[float, float, float, float], inside: str, edge: str, line: float) -> None:
    from matplotlib.patches import Rectangle

    left, top, width, height = box
    axes.add_patch(Rectangle((left, top), width, height, facecolor=inside, edgecolor=edge, linewidth=line))


def _words(
    axes: Axes,
    left: float,
    middle: float,
    text: str,
    size: float,
    *,
    colour: str = INK,
    align: str = "left",
    weight: str = "normal",
) -> None:
    shown = words(axes, left, middle, text, size, colour=colour, align=align, weight=weight)
    room = WIDTH - left - _MARGIN if align == "left" else _WIDEST
    if (width := shown.get_window_extent().width) > room:
        shown.set_fontsize(size * room / width)


def as_json(charts: tuple[Chart, ...]) -> bytes:
    """What the program reads."""
    return json.dumps(
        [
            [
                chart.title,
                chart.weekdays,
                [[cell.day, cell.count, cell.free] for cell in chart.cells],
                chart.caption,
                chart.today,
            ]
            for chart in charts
        ]
    ).encode()


def _read(item: list[Any]) -> Chart:
    title, weekdays, cells, caption, today = item
    return Chart(title, tuple(weekdays), tuple(Cell(*cell) for cell in cells), caption, today)


def main() -> None:
    """Draw what the input asks for."""
    for item in json.load(sys.stdin):
        sys.stdout.write(base64.b64encode(draw(_read(item))).decode() + "\n")


if __name__ == "__main__":
    main()
