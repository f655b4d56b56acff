"""Keeping the index true: every change of a record's names goes through here.

Everything happens in the caller's transaction. The vocabulary's frequencies are changed by differences,
in the order of the words, so that two writers on PostgreSQL wait for each other but never in a circle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from directory import bulk
from directory.search import folding
from directory.search.dialects import many, one_of_many
from directory.search.records import Entry, Kind
from directory.search.tables import SearchEntry, SearchKey, SearchName, SearchWord

#: Names of one transaction step; bounds the memory that a large import takes.
BATCH: Final = 10_000
#: Spelling keys of one statement.
KEYS: Final = 10_000
#: Values of one IN list.
CHUNK: Final = 900

_T = TypeVar("_T")

_INDEX: Final = {
    "sqlite": (
        "INSERT INTO search_fts(rowid, folded, marks) "
        "SELECT id, folded, marks FROM search_name WHERE entry_id IN :entries ORDER BY id"
    ),
    "postgresql": (
        "INSERT INTO search_fts(name_id, terms) "
        "SELECT id, array_to_tsvector(string_to_array(folded || ' ' || marks, ' ')) "
        "FROM search_name WHERE entry_id IN :entries ORDER BY id"
    ),
}
#: Index every name anew where the index is empty: whoever copies the tables copies no index.
REBUILD: Final = {
    "sqlite": "INSERT INTO search_fts(search_fts) VALUES ('rebuild')",
    "postgresql": _INDEX["postgresql"].replace("WHERE entry_id IN :entries ", ""),
}
#: FTS5 forgets a document only when told its old words; PostgreSQL's rows go with their names.
_FORGET_SQLITE: Final = (
    "INSERT INTO search_fts(search_fts, rowid, folded, marks) "
    "SELECT 'delete', id, folded, marks FROM search_name WHERE entry_id IN :entries"
)

_ADD_POSTGRESQL: Final = (
    "INSERT INTO search_word(text, frequency) "
    "SELECT * FROM unnest(CAST(:words AS text[]), CAST(:frequencies AS integer[])) "
    "ON CONFLICT (text) DO UPDATE SET frequency = search_word.frequency + excluded.frequency"
)
_LEAD_SQLITE: Final = "INSERT OR IGNORE INTO search_key(key, word_id) VALUES (?, ?)"
_LEAD_POSTGRESQL: Final = (
    "INSERT INTO search_key(key, word_id) "
    "SELECT * FROM unnest(CAST(:keys AS integer[]), CAST(:ids AS bigint[])) ON CONFLICT DO NOTHING"
)


class _Document(NamedTuple):
    text: str
    language: str
    weight: float
    folded: str
    marks: str
    compact: int


def kind_mark(kind: Kind) -> str:
    """The mark that every document of a kind carries."""
    return f"¤{kind.value}"


def level_mark(level: int) -> str:
    """The mark of a document that only some may find."""
    return f"¤level{level}"


def length_mark(words: int) -> str:
    """The mark of a document of so many words."""
    return f"¶{words}"


async def put(session: AsyncSession, *entries: Entry) -> None:
    """Insert these records, or replace what they were found by.

    When one record stands more than once in ``entries``, the last one counts.
    """
    latest = {(entry.kind, _storable(entry.key)): entry for entry in entries}
    for batch in _batches(latest.items()):
        await _put(session, dict(batch))


async def remove(session: AsyncSession, kind: Kind, key: str) -> None:
    """Make a record unfindable. A record that is not there is no error."""
    await remove_many(session, [(kind, key)])


async def remove_many(session: AsyncSession, places: Sequence[tuple[Kind, str]]) -> None:
    """Make many records unfindable."""
    ids = await _entry_ids(session, [(kind, _storable(key)) for kind, key in places])
    words = await _forget(session, list(ids.values()))
    await _count(session, words)
    for chunk in _chunks(list(ids.values())):
        await session.execute(sa.delete(SearchEntry).where(SearchEntry.id.in_(chunk)))


async def _put(session: AsyncSession, entries: Mapping[tuple[Kind, str], Entry]) -> None:
    old = await _entry_ids(session, list(entries))
    words = await _forget(session, list(old.values()))
    fresh = [place for place in entries if place not in old]
    if fresh:
        new = [{"kind": kind, "key": key, "level": entries[kind, key].level} for kind, key in fresh]
        await bulk.insert(session, SearchEntry, new)
    for place, entry_id in old.items():
        await session.execute(
            sa.update(SearchEntry).where(SearchEntry.id == entry_id).values(level=entries[place].level)
        )
    ids = old | await _entry_ids(session, fresh)
    rows: list[dict[str, Any]] = []
    for place, entry in entries.items():
        for document in _documents(entry):
            words.update(_terms(document.folded, document.marks))
            rows.append({"entry_id": ids[place], **document._asdict()})
    await bulk.insert(session, SearchName, rows)
    index = sa.text(_INDEX[session.get_bind().dialect.name]).bindparams(
        sa.bindparam("entries", expanding=True)
    )
    for chunk in _chunks([ids[place] for place in entries]):
        await session.execute(index, {"entries": chunk})
    await _count(session, words)


def _documents(entry: Entry) -> Iterator[_Document]:
    seen: set[str] = set()
    for name in sorted(entry.names, key=lambda name: -name.weight):
        text = _storable(name.text)[: folding.LONGEST_NAME]
        folded = folding.fold(text)
        if not folded or folded in seen:
            continue
        seen.add(folded)
        words = folded.split()
        marks = [word for word in folding.glued(text) if word not in words]
        marks += [length_mark(len(words)), kind_mark(entry.kind)]
        if entry.level:
            marks.append(level_mark(entry.level))
        yield _Document(
            text, name.language, name.weight, folded, " ".join(dict.fromkeys(marks)), folding.compact(folded)
        )


def _terms(folded: str, marks: str) -> set[str]:
    return {*folded.split(), *marks.split()}


def _storable(text: str) -> str:
    return text.replace("\0", " ").encode("utf-8", "replace").decode()


async def _entry_ids(
    session: AsyncSession, places: Sequence[tuple[Kind, str]]
) -> dict[tuple[Kind, str], int]:
    dialect = session.get_bind().dialect.name
    statement = sa.text(
        "SELECT id, key FROM search_entry "  # noqa: S608
        f"WHERE kind = :kind AND {one_of_many(dialect, 'key', 'keys')}"
    )
    found: dict[tuple[Kind, str], int] = {}
    for kind in Kind:
        for chunk in _chunks([key for its_kind, key in places if its_kind is kind]):
            values = {"kind": kind.value, "keys": many(dialect, chunk)}
            found.update({(kind, row.key): row.id for row in await session.execute(statement, values)})
    return found


async def _forget(session: AsyncSession, entry_ids: Sequence[int]) -> Counter[str]:
    """Drop the names of these entries and return how the words' frequencies change."""
    words: Counter[str] = Counter()
    forget = sa.text(_FORGET_SQLITE).bindparams(sa.bindparam("entries", expanding=True))
    for chunk in _chunks(entry_ids):
        rows = await session.execute(
            sa.select(SearchName.folded, SearchName.marks).where(SearchName.entry_id.in_(chunk))
        )
        for folded, marks in rows:
            words.subtract(_terms(folded, marks))
        if session.get_bind().dialect.name == "sqlite":
            await session.execute(forget, {"entries": chunk})
        await session.execute(sa.delete(SearchName).where(SearchName.entry_id.in_(chunk)))
    return words


async def _count(session: AsyncSession, changes: Counter[str]) -> None:
    """Change the words' frequencies; words come with their first document and go with their last."""
    words = sorted(word for word, change in changes.items() if change)
    if not words:
        return
    known = await _word_ids(session, words)
    await _add(session, {word: changes[word] for word in words})
    # Compared by id: another writer may have removed a word in between, and then it came back without keys.
    current = await _word_ids(session, words)
    keys = (
        (key, word_id)
        for word, word_id in current.items()
        if known.get(word) != word_id and not word.startswith(("¤", "¶"))
        for key in folding.spelling_keys(word)
    )
    while some := list(islice(keys, KEYS)):
        # In the order of the index, which is then read and written page by page.
        await _lead(session, sorted(some))
    await _drop_unused(session, {word: word_id for word, word_id in current.items() if changes[word] < 0})


async def _add(session: AsyncSession, changes: Mapping[str, int]) -> None:
    """Change the frequencies of words by so much; words that are new begin with it."""
    if session.get_bind().dialect.name == "postgresql":
        values = {"words": list(changes), "frequencies": list(changes.values())}
        await session.execute(sa.text(_ADD_POSTGRESQL), values)
        return
    upsert = sqlite.insert(SearchWord)
    upsert = upsert.on_conflict_do_update(
        index_elements=[SearchWord.text],
        set_={"frequency": SearchWord.frequency + upsert.excluded.frequency},
    )
    await session.execute(upsert, [{"text": word, "frequency": change} for word, change in changes.items()])


async def _lead(session: AsyncSession, keys: Sequence[tuple[int, int]]) -> None:
    """Let spelling keys lead to words: pairs of a key and a word's id; known ones stay."""
    if session.get_bind().dialect.name == "postgresql":
        values = {"keys": [key for key, _ in keys], "ids": [word_id for _, word_id in keys]}
        await session.execute(sa.text(_LEAD_POSTGRESQL), values)
        return
    await session.flush()
    connection = await session.connection()
    await connection.exec_driver_sql(_LEAD_SQLITE, list(keys))


async def _drop_unused(session: AsyncSession, words: Mapping[str, int]) -> None:
    for chunk in _chunks(list(words.values())):
        rows = await session.execute(
            sa.delete(SearchWord)
            .where(SearchWord.id.in_(chunk), SearchWord.frequency <= 0)
            .returning(SearchWord.text, SearchWord.id)
        )
        for word, word_id in rows.all():
            await session.execute(
                sa.delete(SearchKey).where(
                    SearchKey.key.in_(folding.spelling_keys(word)), SearchKey.word_id == word_id
                )
            )


async def _word_ids(session: AsyncSession, words: Sequence[str]) -> dict[str, int]:
    dialect = session.get_bind().dialect.name
    statement = sa.text(
        f"SELECT text, id FROM search_word WHERE {one_of_many(dialect, 'text', 'words')}"  # noqa: S608
    )
    found: dict[str, int] = {}
    for chunk in _chunks(words):
        rows = await session.execute(statement, {"words": many(dialect, chunk)})
        found.update({row.text: row.id for row in rows})
    return found


def _chunks(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _batches(values: Iterable[_T]) -> Iterator[list[_T]]:
    iterator = iter(values)
    while batch := list(islice(iterator, BATCH)):
        yield batch
