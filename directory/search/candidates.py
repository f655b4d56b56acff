"""Which names to look at: questions to the database's own word index.

The index answers with names that hold certain words, never with an order; so every question is narrow
(the rarest words together) and its answer is cut at a fixed number, lowest number first, on both engines.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.search.records import HIGHEST_LEVEL, Kind
from directory.search.vocabulary import Question, Slot
from directory.search.writing import kind_mark, length_mark, level_mark

#: Names that one question to the index brings at most.
MOST_NAMES: Final = 150
#: Words that one question to the index holds at most.
MOST_TERMS: Final = 6

# On PostgreSQL "+ 0" keeps a prepared statement's general plan from walking the primary key to find the
# lowest numbers, which reads most of the table where the word index would have read a page.
_BRANCH: Final = {
    "sqlite": (
        "SELECT * FROM (SELECT rowid FROM search_fts WHERE search_fts MATCH :m{0} ORDER BY rowid LIMIT :most)"
    ),
    "postgresql": (
        "(SELECT name_id FROM search_fts WHERE terms @@ CAST(CAST(:m{0} AS text) AS tsquery) "
        "ORDER BY name_id + 0 LIMIT :most)"
    ),
}
_NAMES: Final = (
    "SELECT n.id, n.entry_id, e.kind, e.key, n.text, n.folded, n.marks, n.weight "
    "FROM picked JOIN search_name AS n ON n.id = picked.id JOIN search_entry AS e ON e.id = n.entry_id "
    "WHERE e.level <= :level"
)


class Candidate(NamedTuple):
    """One name that may be the answer."""

    id: int
    entry_id: int
    kind: str
    key: str
    text: str
    folded: str
    marks: str
    weight: float


class Scope(NamedTuple):
    """What the asker looks for and may see."""

    kinds: frozenset[Kind] | None
    max_level: int


def together(question: Question, scope: Scope) -> list[_And]:
    """Names that hold every word (the rarest, where there are many)."""
    slots = _telling(question)
    if not slots:
        return []
    queries = [_And(slots, scope)]
    if min(slot.frequency for slot in slots) > MOST_NAMES:
        words = len(question.slots)
        queries.insert(0, _And(slots, scope, lengths=(words, words + 1)))
    return queries


def apart(question: Question, scope: Scope) -> list[_And]:
    """Names that lack one of the words, and names that hold a rare one."""
    slots = _telling(question)
    if len(slots) < 2:
        return []
    queries = [_And([*slots[:left_out], *slots[left_out + 1 :]], scope) for left_out in range(len(slots))]
    if len(slots) > 2:
        queries += [_And([slot], scope) for slot in slots if slot.frequency <= MOST_NAMES]
    if len(slots) > 3:
        queries.append(_And(slots[:2], scope))
    return queries


async def pick(
    session: AsyncSession, queries: Sequence[_And], scope: Scope, compact: int | None
) -> list[Candidate]:
    """Fetch the names that answer any of ``queries``, or that are the question but for its spaces."""
    dialect = session.get_bind().dialect.name
    values: dict[str, Any] = {"level": scope.max_level, "most": MOST_NAMES}
    branches = []
    if compact is not None:
        branches.append("SELECT id FROM search_name WHERE compact = :compact")
        values["compact"] = compact
    for number, query in enumerate(dict.fromkeys(map(_WRITERS[dialect], queries))):
        branches.append(_BRANCH[dialect].format(number))
        values[f"m{number}"] = query
    if not branches:
        return []
    statement = f"WITH picked(id) AS ({' UNION '.join(branches)}) {_NAMES}"
    if scope.kinds is not None:
        names = sorted(scope.kinds)
        statement += f" AND e.kind IN ({', '.join(f':k{number}' for number in range(len(names)))})"
        values |= {f"k{number}": kind.value for number, kind in enumerate(names)}
    rows = await session.execute(sa.text(statement), values)
    return [Candidate(*row) for row in rows]


class _And(NamedTuple):
    """One question to the index: every slot, some kinds, some lengths, not above a level."""

    slots: Sequence[Slot]
    scope: Scope
    lengths: tuple[int, ...] = ()

    def groups(self) -> list[list[tuple[str, ...]]]:
        """Alternatives, of which one of each group must be there."""
        groups: list[list[tuple[str, ...]]] = []
        if self.lengths:
            groups.append([(length_mark(length),) for length in self.lengths])
        if self.scope.kinds is not None:
            groups.append([(kind_mark(kind),) for kind in sorted(self.scope.kinds)])
        return groups

    def hidden(self) -> list[str]:
        """Marks of documents that the asker may not find."""
        return [level_mark(level) for level in range(self.scope.max_level + 1, HIGHEST_LEVEL + 1)]


def _telling(question: Question) -> list[Slot]:
    """The slots worth asking for: rare words first, very common ones only when little else is there."""
    slots = sorted((slot for slot in question.slots if slot.frequency), key=lambda slot: slot.frequency)
    expected = float(question.documents)
    chosen: list[Slot] = []
    for slot in islice(slots, MOST_TERMS):
        share = slot.frequency / max(1, question.documents)
        if len(chosen) >= 2 and share > 0.1 and expected < MOST_NAMES / 10:
            break
        chosen.append(slot)
        expected *= min(1.0, share)
    return chosen


def _fts5(query: _And) -> str:
    """Write for FTS5. Every term is quoted, and folding has left neither quotes nor operators in it."""

    def one(words: tuple[str, ...]) -> str:
        return "(" + " AND ".join(f'"{word}"' for word in words) + ")"

    groups = []
    for slot in query.slots:
        options = [one(words) for words in slot.options]
        if slot.prefix is not None:
            options.append(f'"{slot.prefix}" *')
        groups.append("(" + " OR ".join(options) + ")")
    groups += ["(" + " OR ".join(map(one, group)) + ")" for group in query.groups()]
    text = " AND ".join(groups)
    hidden = query.hidden()
    return f"({text}) NOT ({' OR '.join(map(_quoted, hidden))})" if hidden else text


def _quoted(word: str) -> str:
    return f'"{word}"'


def _tsquery(query: _And) -> str:
    """Write for PostgreSQL: lexemes in quotes, no parser in between."""

    def one(words: tuple[str, ...]) -> str:
        return "(" + " & ".join(f"'{word}'" for word in words) + ")"

    groups = []
    for slot in query.slots:
        options = [one(words) for words in slot.options]
        if slot.prefix is not None:
            options.append(f"'{slot.prefix}':*")
        groups.append("(" + " | ".join(options) + ")")
    groups += ["(" + " | ".join(map(one, group)) + ")" for group in query.groups()]
    groups += [f"!'{mark}'" for mark in query.hidden()]
    return " & ".join(groups)


_WRITERS: Final = {"sqlite": _fts5, "postgresql": _tsquery}
