"""What a crash run found: a row for each kind of kill, and whether it holds what is promised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Row:
    """All kills of one kind.

    ``messages``: how many were to be sent. ``flight``: the most that one kill caught on their way.
    ``unlisted``: missing ones that no list of deliveries in doubt holds, so lost silently. ``repeated``: sent
    more than once. ``faults`` says in words what else should not be.
    """

    name: str
    kills: int = 0
    messages: int = 0
    flight: int = 0
    doubtful: int = 0
    repeated: int = 0
    unlisted: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every promise is kept."""
        return not (self.repeated or self.unlisted or self.faults)


def merged(rows: Iterable[Row]) -> list[Row]:
    """The rows with the same name as one."""
    found: dict[str, Row] = {}
    for row in rows:
        known = found.setdefault(row.name, Row(row.name))
        known.kills += row.kills
        known.messages += row.messages
        known.flight = max(known.flight, row.flight)
        known.doubtful += row.doubtful
        known.repeated += row.repeated
        known.unlisted += row.unlisted
        known.faults += row.faults
    return list(found.values())


_HEADS = ("killed at", "kills", "messages", "on their way", "in doubt", "repeated", "lost", "")


def text_of(rows: Sequence[Row]) -> str:
    """The table."""
    lines = [_HEADS] + [
        (
            row.name,
            str(row.kills),
            str(row.messages),
            str(row.flight),
            str(row.doubtful),
            str(row.repeated),
            str(row.unlisted),
            "ok" if row.ok else "FALLS SHORT",
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADS))]
    written = [
        "  ".join(
            cell.ljust(width) if column in (0, 7) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join(written + [f"  {row.name}: {fault}" for row in rows for fault in row.faults])
