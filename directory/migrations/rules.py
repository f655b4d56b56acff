"""What the comparison of schemas leaves out: tables that a search index keeps for itself."""

from __future__ import annotations

from typing import Final

#: Virtual tables and their shadow tables begin with one of these; migrations create them by hand.
OWN_PREFIXES: Final = ("search_fts", "sqlite_")


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a reflected name takes part in the comparison."""
    return not (kind == "table" and name is not None and name.startswith(OWN_PREFIXES))
