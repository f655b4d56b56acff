"""The rows that every benchmark returns, and the table they are printed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure. ``goal`` says in words what it should be; ``ok`` whether it is."""

    name: str
    figure: float
    unit: str
    goal: str
    ok: bool


def print_table(rows: Iterable[Row]) -> bool:
    """Print the rows as plain text and return whether every goal is met."""
    cells = [
        (row.name, f"{row.figure:,.2f}", row.unit, row.goal, "ok" if row.ok else "MISSED") for row in rows
    ]
    if not cells:
        return True
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    for name, figure, unit, goal, verdict in cells:
        print(
            f"{name:<{widths[0]}}  {figure:>{widths[1]}} {unit:<{widths[2]}}  {goal:<{widths[3]}}  {verdict}"
        )
    return all(line[4] == "ok" for line in cells)
