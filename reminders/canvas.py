"""What pictures are drawn on and with: a sheet measured in pixels, words, and the colours of the program.

Only programs that draw and nothing else load this: what they draw with takes much memory.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

#: The width of a picture in pixels: half of it is about what a phone shows.
WIDTH: Final = 900
_DOTS: Final = 100
#: The colours, chosen so that words on them have a contrast of at least 4.5 to 1.
INK: Final = "#1b2733"
QUIET: Final = "#5c6b7a"
PAPER: Final = "#ffffff"
BAND: Final = "#f1f4f7"
LINE: Final = "#c9d3dc"
BLUE: Final = "#14507a"


def sheet(height: float) -> tuple[Figure, Axes]:
    """An empty picture of :data:`WIDTH` by ``height`` pixels, measured from its upper left corner."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / _DOTS, height / _DOTS), dpi=_DOTS, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure, ruled(figure, WIDTH, height)


def ruled(figure: Figure, width: float, height: float) -> Axes:
    """The whole of a figure as axes that are not drawn, measured from the upper left corner."""
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    return axes


def png(figure: Figure) -> bytes:
    """A picture as PNG."""
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=_DOTS, metadata={"Software": None})
    return written.getvalue()


def words(
    axes: Axes,
    left: float,
    middle: float,
    text: str,
    size: float,
    *,
    colour: str = INK,
    align: str = "left",
    weight: str = "normal",
) -> Text:
    """Words at a place; ``size`` is in points, ``align`` ``"left"``, ``"center"`` or ``"right"``."""
    style: dict[str, Any] = {"ha": align, "va": "center", "weight": weight}
    # "$" would begin a formula.
    return axes.text(left, middle, text, fontsize=size, color=colour, parse_math=False, **style)
