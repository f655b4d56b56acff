"""The tables of a database as they stand there, and how their values are written in a backup.

They are asked of the database, not of the program: a backup of an older schema is made and read as well.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from directory.backup.records import Column, Kind, Shape
from directory.migrations.rules import OWN_PREFIXES

#: Alembic's own table: the revision stands in the manifest.
VERSION_TABLE: Final = "alembic_version"
#: A function from a stored value to the written one, or back; never given ``None``.
Turn = Callable[[Any], Any]


def shapes(inspector: sa.Inspector) -> list[Shape]:
    """The tables of a database, without what an index or a migration tool keeps for itself."""
    found = []
    for table in sorted(inspector.get_table_names()):
        if table == VERSION_TABLE or table.startswith(OWN_PREFIXES):
            continue
        columns = tuple(Column(item["name"], _kind(item["type"])) for item in inspector.get_columns(table))
        key = inspector.get_pk_constraint(table)["constrained_columns"]
        found.append(Shape(table, columns, tuple(key) or tuple(column.name for column in columns)))
    return found


def _kind(type_: sa.types.TypeEngine[Any]) -> Kind:
    match type_:
        case sa.Boolean():
            return Kind.BOOLEAN
        case postgresql.TIMESTAMP(timezone=False):
            return Kind.WALL
        case sa.DateTime():
            return Kind.INSTANT
        case sa.Date():
            return Kind.DAY
        case sa.Float():
            return Kind.PLAIN
        case sa.Numeric():
            return Kind.DECIMAL
        case sa.JSON():
            return Kind.JSON
        case sa.LargeBinary():
            return Kind.BYTES
    return Kind.PLAIN


def quoted(*names: str) -> str:
    """Names as SQL identifiers, with commas between them."""
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def written(shape: Shape, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Rows of either database in terms of JSON."""
    return _turned(rows, [_WRITTEN.get(column.kind) for column in shape.columns])


def for_sqlite(shape: Shape, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Written rows as SQLite stores them."""
    return _turned(rows, [_SQLITE.get(column.kind) for column in shape.columns])


def for_postgresql(shape: Shape, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Written rows as the driver of PostgreSQL takes them."""
    return _turned(rows, [_POSTGRESQL.get(column.kind) for column in shape.columns])


def _turned(rows: Sequence[Sequence[Any]], turns: Sequence[Turn | None]) -> list[list[Any]]:
    some = [(index, turn) for index, turn in enumerate(turns) if turn is not None]
    turned = []
    for row in rows:
        values = list(row)
        for index, turn in some:
            if values[index] is not None:
                values[index] = turn(values[index])
        turned.append(values)
    return turned


def _instant(value: datetime | str) -> str:
    """``2026-11-24T02:00:00.000000``, in UTC where it has a zone; SQLite keeps the same with a space."""
    if isinstance(value, str):
        return value.replace(" ", "T")
    plain = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    return plain.isoformat(timespec="microseconds")


def _day(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _decimal(value: Decimal | float | str) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _document(text: str) -> str:
    """A JSON document: the same text for the same document, whatever its database makes of it.

    Its letters are escaped as the program's own are on SQLite, where documents are searched by their text.
    """
    return json.dumps(json.loads(text), sort_keys=True)


def _bytes(value: bytes) -> str:
    return base64.b64encode(value).decode()


_WRITTEN: Final[Mapping[Kind, Turn]] = {
    Kind.BOOLEAN: bool,
    Kind.INSTANT: _instant,
    Kind.WALL: _instant,
    Kind.DAY: _day,
    Kind.DECIMAL: _decimal,
    Kind.BYTES: _bytes,
    Kind.JSON: _document,
}
_SQLITE: Final[Mapping[Kind, Turn]] = {
    Kind.BOOLEAN: int,
    Kind.INSTANT: lambda text: text.replace("T", " "),
    Kind.BYTES: base64.b64decode,
}
_POSTGRESQL: Final[Mapping[Kind, Turn]] = {
    Kind.INSTANT: lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC),
    Kind.WALL: datetime.fromisoformat,
    Kind.DAY: date.fromisoformat,
    Kind.DECIMAL: Decimal,
    Kind.BYTES: base64.b64decode,
}
