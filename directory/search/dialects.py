"""The few words in which SQLite and PostgreSQL differ when they are asked about many values at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

_ONE_OF: Final = {
    "sqlite": "{column} IN (SELECT value FROM json_each(:{name}))",
    "postgresql": "{column} = ANY(CAST(:{name} AS {kind}[]))",
}


def one_of_many(dialect: str, column: str, name: str, kind: str = "text") -> str:
    """Write the condition that ``column`` is one of the values bound as ``name``.

    One bound value keeps the statement's text the same for any number of values, and lets PostgreSQL see
    how many there are: a long list of single parameters makes it read the whole table instead.
    """
    return _ONE_OF[dialect].format(column=column, name=name, kind=kind)


def many(dialect: str, values: Sequence[Any]) -> Any:
    """Return ``values`` as the one value that ``one_of_many`` reads."""
    return json.dumps(values, ensure_ascii=False) if dialect == "sqlite" else list(values)
