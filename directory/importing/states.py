"""Records as plain data, read and written many at a time: what an import changes, and what undoing restores.

A state holds every column of a record and of what belongs to it, whatever these are, so that a change
restores what it found. The values survive a trip through JSON.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import bulk
from directory.database import Base, Instant, Money
from directory.institutions import InstitutionRow
from directory.networks import NetworkRow
from directory.people import ContactRow, PersonRow
from directory.posts import NominationRow, PostRow
from directory.projects.tables import FundingRow, ItemRow, PartyRow, ProjectRow

#: Keys of one statement.
CHUNK: Final = 900
#: Rows of one page.
PAGE: Final = 2_000

State = dict[str, Any]
_T = TypeVar("_T")


class Noun(enum.StrEnum):
    """What an import changes, in the order in which it is stored: what is referred to comes first."""

    NETWORK = "network"
    INSTITUTION = "institution"
    PERSON = "person"
    POST = "post"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Change:
    """A record before and after; ``None`` where it is not there."""

    noun: Noun
    key: str
    before: State | None
    after: State | None


@dataclass(frozen=True, slots=True)
class _Shape:
    table: sa.Table
    key: str
    parts: tuple[tuple[str, sa.Table, str], ...] = ()


def _table(row: type[Base]) -> sa.Table:
    table = row.__table__
    if not isinstance(table, sa.Table):
        raise TypeError(f"{row.__name__} is no table")
    return table


_SHAPES: Final[Mapping[Noun, _Shape]] = {
    Noun.NETWORK: _Shape(_table(NetworkRow), "code"),
    Noun.INSTITUTION: _Shape(_table(InstitutionRow), "key"),
    Noun.PERSON: _Shape(_table(PersonRow), "key", (("contacts", _table(ContactRow), "person"),)),
    Noun.POST: _Shape(_table(PostRow), "key", (("nominations", _table(NominationRow), "post"),)),
    Noun.PROJECT: _Shape(
        _table(ProjectRow),
        "code",
        (
            ("items", _table(ItemRow), "project"),
            ("parties", _table(PartyRow), "project"),
            ("funding", _table(FundingRow), "project"),
        ),
    ),
}


async def load(session: AsyncSession, noun: Noun, keys: Iterable[str]) -> dict[str, State]:
    """The states of the records with these keys; unknown keys are left out."""
    shape = _SHAPES[noun]
    found: dict[str, State] = {}
    for chunk in chunks(sorted(set(keys))):
        key = shape.table.c[shape.key]
        for row in (await session.execute(sa.select(shape.table).where(key.in_(chunk)))).mappings():
            state = {name: _plain(value) for name, value in row.items()}
            found[state[shape.key]] = state | {name: [] for name, _, _ in shape.parts}
        for name, table, owner in shape.parts:
            rows = await session.execute(
                sa.select(table).where(table.c[owner].in_(chunk)).order_by(table.c.id)
            )
            for row in rows.mappings():
                part = {column: _plain(value) for column, value in row.items() if column not in ("id", owner)}
                found[row[owner]][name].append(part)
    return found


def same(first: State | None, second: State | None) -> bool:
    """Whether two states hold the same; the order of what belongs to them does not count."""
    return digest(first) == digest(second)


def digest(state: State | None) -> str:
    """A short text that two states share only where they are the same.

    What is empty is left out: a new record is described without the columns that it has by default.
    """
    if state is None:
        return ""
    plain = {
        name: sorted(_text(_filled(part)) for part in value)
        if isinstance(value, list) and _is_part(value)
        else value
        for name, value in _filled(state).items()
    }
    return hashlib.blake2b(_text(plain).encode(), digest_size=12).hexdigest()


def _filled(state: State) -> State:
    return {name: value for name, value in state.items() if value not in (None, "", False, [], {})}


def _is_part(value: Sequence[Any]) -> bool:
    return bool(value) and isinstance(value[0], dict)


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


async def store(session: AsyncSession, changes: Sequence[Change]) -> None:
    """Write changes, whatever was there before; the search index is not touched.

    Raises:
        sqlalchemy.exc.IntegrityError: something refers to a record that is to go.
    """
    for noun in Noun:
        mine = [change for change in changes if change.noun is noun]
        await _insert(
            session, noun, [change.after for change in mine if change.before is None and change.after]
        )
        await _update(session, noun, [change for change in mine if change.before and change.after])
    for noun in reversed(Noun):
        await _delete(
            session, noun, [change.key for change in changes if change.noun is noun and change.after is None]
        )


async def _insert(session: AsyncSession, noun: Noun, states: Sequence[State]) -> None:
    shape = _SHAPES[noun]
    names = [name for name, _, _ in shape.parts]
    rows = [
        {name: _typed(shape.table.c[name], value) for name, value in state.items() if name not in names}
        for state in states
    ]
    await _insert_rows(session, shape.table, rows)
    for name, table, owner in shape.parts:
        await _insert_rows(
            session,
            table,
            [_part(table, owner, state[shape.key], part) for state in states for part in state.get(name, ())],
        )


async def _insert_rows(session: AsyncSession, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    # Rows of one statement name the same columns; what a row leaves out gets the column's default.
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(sorted(row)), []).append(row)
    for group in groups.values():
        await bulk.insert(session, table, group)


async def _update(session: AsyncSession, noun: Noun, changes: Sequence[Change]) -> None:
    shape = _SHAPES[noun]
    names = [name for name, _, _ in shape.parts]
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for change in changes:
        before, after = change.before or {}, change.after or {}
        changed = tuple(
            name for name in after if name not in names and after[name] != before.get(name, _NOTHING)
        )
        if changed:
            values = {f"new_{name}": _typed(shape.table.c[name], after[name]) for name in changed}
            by_columns.setdefault(changed, []).append({"the_key": change.key, **values})
    for columns, rows in by_columns.items():
        statement = (
            sa.update(shape.table)
            .where(shape.table.c[shape.key] == sa.bindparam("the_key"))
            .values({name: sa.bindparam(f"new_{name}", type_=shape.table.c[name].type) for name in columns})
        )
        await (await session.connection()).execute(statement, rows)
    for name, table, owner in shape.parts:
        different = {
            change.key: change.after[name]
            for change in changes
            if change.before is not None
            and change.after is not None
            and sorted(map(_text, change.before[name])) != sorted(map(_text, change.after[name]))
        }
        await _replace_parts(session, table, owner, different)


_NOTHING: Final = object()


async def _replace_parts(
    session: AsyncSession, table: sa.Table, owner: str, wanted: Mapping[str, Sequence[State]]
) -> None:
    """Take out what is no longer there and add what is new; what stays keeps its number."""
    surplus: list[int] = []
    missing: list[Mapping[str, Any]] = []
    for chunk in chunks(sorted(wanted)):
        left = {key: [(_text(part), part) for part in wanted[key]] for key in chunk}
        rows = await session.execute(sa.select(table).where(table.c[owner].in_(chunk)).order_by(table.c.id))
        for row in rows.mappings():
            part = {column: _plain(value) for column, value in row.items() if column not in ("id", owner)}
            found = next((item for item in left[row[owner]] if item[0] == _text(part)), None)
            if found is None:
                surplus.append(row["id"])
            else:
                left[row[owner]].remove(found)
        missing += [_part(table, owner, key, part) for key in chunk for _, part in left[key]]
    for numbers in chunks(surplus):
        await session.execute(sa.delete(table).where(table.c.id.in_(numbers)))
    await _insert_rows(session, table, missing)


async def _delete(session: AsyncSession, noun: Noun, keys: Sequence[str]) -> None:
    shape = _SHAPES[noun]
    for chunk in chunks(keys):
        for _, table, owner in shape.parts:
            await session.execute(sa.delete(table).where(table.c[owner].in_(chunk)))
        await session.execute(sa.delete(shape.table).where(shape.table.c[shape.key].in_(chunk)))


def _part(table: sa.Table, owner: str, key: str, part: State) -> Mapping[str, Any]:
    return {owner: key, **{name: _typed(table.c[name], value) for name, value in part.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def _typed(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    if isinstance(column.type, Instant):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Money):
        return Decimal(value)
    return value


async def paged(session: AsyncSession, wanted: Any, by: Any) -> AsyncIterator[Any]:
    """The rows of a statement, a page at a time: a whole table is never in memory.

    ``by`` is its first column, which orders the rows and is different in each.
    """
    page = wanted.order_by(by).limit(PAGE)
    while rows := (await session.execute(page)).all():
        for row in rows:
            yield row
        page = wanted.where(by > rows[-1][0]).order_by(by).limit(PAGE)


def chunks(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """``values`` in pieces that fit one statement."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
