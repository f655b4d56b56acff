"""From the words of a question to the words that stand in the index.

Each word becomes a ``Slot``: what it may stand for, and how well. The vocabulary is far smaller than the
list of names, so typing errors, glued and split words are settled here, before any name is looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy.ext.asyncio import AsyncSession

from directory.search import folding
from directory.search.dialects import many, one_of_many
from directory.search.records import Kind
from directory.search.writing import kind_mark

#: Words of a question beyond this number are not looked at.
MOST_WORDS: Final = 12
#: Corrections that one word may have, and completions that the last word is shown.
MOST_CORRECTIONS: Final = 10
MOST_COMPLETIONS: Final = 24
#: The longest piece of a glued word, and the shortest word that is taken apart.
LONGEST_PIECE: Final = 24
SHORTEST_GLUED: Final = 5

#: Above every letter: closes the range of the words with one beginning.
_LAST: Final = "\U0010ffff"


@dataclass(slots=True)
class Slot:
    """One word of a question.

    ``options`` are words of the index (all of a tuple together) and how well they fit, 0 to 1; ``prefix``
    is set when any longer word fits too; ``frequency`` counts documents.
    """

    word: str
    options: dict[tuple[str, ...], float] = field(default_factory=dict)
    prefix: str | None = None
    frequency: int = 0
    rarity: float = 1.0

    def offer(self, words: tuple[str, ...], quality: float) -> None:
        """Add an option, unless a better reading of the same words is there."""
        self.options[words] = max(quality, self.options.get(words, 0.0))


@dataclass(slots=True)
class Question:
    """A folded question; ``documents`` is the size of the index."""

    folded: str
    slots: list[Slot]
    documents: int


async def read(session: AsyncSession, folded: str) -> Question:
    """Find what each word of ``folded`` stands for."""
    words = folded.split()[:MOST_WORDS]
    joins = _joins(words)
    marks = [kind_mark(kind) for kind in Kind]
    known, completions = await _known(session, {*words, *joins, *marks}, prefix=words[-1])
    documents = sum(known.get(mark, 0) for mark in marks)
    slots = [Slot(word) for word in words]
    for slot in slots:
        if slot.word in known:
            slot.offer((slot.word,), 1.0)
    _complete(slots[-1], known, completions)
    for joined, places in joins.items():
        if joined in known:
            for place in places:
                slots[place].offer((joined,), 0.97)
    unknown = [slot for slot in slots if not slot.options and slot.prefix is None]
    known |= await correct(session, unknown, last=slots[-1])
    question = Question(" ".join(words), slots, documents)
    weigh(question, known | completions)
    return question


def weigh(question: Question, known: Mapping[str, int]) -> None:
    """Set how often each word's options occur, and how much the word tells about a record."""
    for slot in question.slots:
        if slot.options:
            slot.frequency = max(1, sum(min(known.get(word, 1) for word in words) for words in slot.options))
        if slot.prefix is not None:
            slot.frequency += sum(n for word, n in known.items() if word.startswith(slot.prefix))
        if slot.frequency:
            slot.rarity = math.log(1.5 + question.documents / slot.frequency)
    told = sorted(slot.rarity for slot in question.slots if slot.frequency)
    for slot in question.slots:
        if not slot.frequency:
            # A word that no name holds may just be talk around the name.
            slot.rarity = told[len(told) // 2] / 2 if told else 1.0


async def widen(session: AsyncSession, question: Question, slots: Sequence[Slot]) -> bool:
    """Take known words for errors too; return whether that offered anything new."""
    before = sum(len(slot.options) for slot in slots)
    found = await correct(session, slots, last=question.slots[-1])
    for slot in slots:
        added = sum(found.get(words[0], 0) for words in slot.options if words != (slot.word,))
        slot.frequency += added
    return sum(len(slot.options) for slot in slots) > before


async def correct(session: AsyncSession, slots: Sequence[Slot], last: Slot) -> dict[str, int]:
    """Offer each of ``slots`` the words it may have been meant for; return their frequencies.

    Nearness is Damerau and Levenshtein's (optimal string alignment): a swap of neighbours is one error.
    """
    slots = [slot for slot in slots if len(slot.word) > 2]
    if not slots:
        return {}
    keys = sorted(set().union(*(folding.spelling_keys(slot.word) for slot in slots)))
    longest = 1000 if last in slots else max(len(slot.word) for slot in slots) + 3
    near = await _keyed(session, keys, longest)
    glued = [slot for slot in slots if len(slot.word) >= SHORTEST_GLUED]
    pieces = set().union(*(_pieces(slot.word) for slot in glued)) if glued else set()
    parts, _ = await _known(session, pieces) if pieces else ({}, {})
    for slot in slots:
        for word, quality in _nearest(slot.word, near, complete=slot is last):
            slot.offer((word,), quality)
        if len(slot.word) >= SHORTEST_GLUED:
            for words, quality in _apart(slot.word, parts):
                slot.offer(words, quality if len(words) > 1 or not slot.options else 0.0)
    for slot in slots:
        slot.options = {words: quality for words, quality in slot.options.items() if quality > 0}
    return near | parts


def _complete(slot: Slot, known: Mapping[str, int], completions: Mapping[str, int]) -> None:
    """Let the last word stand for longer ones, unless it is a word itself and they are too many."""
    if not completions or len(slot.word) < 2:
        return
    exact = known.get(slot.word, 0)
    if exact and sum(completions.values()) > max(200, 4 * exact):
        return
    if len(slot.word) > 2:
        slot.prefix = slot.word
        return
    for word in completions:
        slot.offer((word,), completion_quality(slot.word, word))


def completion_quality(beginning: str, word: str) -> float:
    """How well a beginning stands for a word: the more of it is typed, the better."""
    return 0.75 + 0.25 * len(beginning) / len(word)


def _joins(words: Sequence[str]) -> dict[str, list[int]]:
    """What neighbouring words make when written together, and where they stand."""
    joins: dict[str, list[int]] = {}
    for place in range(len(words) - 1):
        joins.setdefault(words[place] + words[place + 1], []).extend((place, place + 1))
    start = 0
    for end in range(len(words) + 1):
        if end == len(words) or len(words[end]) > 1:
            if end - start > 2:
                joins.setdefault("".join(words[start:end]), []).extend(range(start, end))
            start = end + 1
    return joins


def _errors_allowed(word: str) -> int:
    return 1 if len(word) < 5 else 2 if len(word) < 9 else 3


def _nearest(word: str, near: Mapping[str, int], *, complete: bool) -> list[tuple[str, float]]:
    candidates = list(near)
    found = process.extract(
        word, candidates, scorer=OSA.distance, score_cutoff=_errors_allowed(word), limit=None
    )
    ranked = sorted(
        (
            (int(distance), other[0] != word[0], -near[other], other)
            for other, distance, _ in found
            if distance
        )
    )
    if ranked and ranked[0][0] < 3:
        ranked = [row for row in ranked if row[0] < 3]
    closest = [
        (other, 1 - 0.3 * (1.5 * distance - 0.5) / len(word))
        for distance, _, _, other in ranked[:MOST_CORRECTIONS]
    ]
    if not complete or len(word) < 4 or (ranked and ranked[0][0] == 1):
        return closest
    beginnings = [other[: len(word)] for other in candidates]
    begun = process.extract(word, beginnings, scorer=OSA.distance, score_cutoff=1, limit=None)
    longer = sorted((-near[candidates[place]], candidates[place]) for _, _, place in begun)
    return closest + [
        (other, completion_quality(word, other) - 0.4 / len(word))
        for _, other in longer[:MOST_CORRECTIONS]
        if len(other) > len(word)
    ]


def _pieces(word: str) -> set[str]:
    return {
        word[start:end]
        for start in range(len(word))
        for end in range(start + 2, min(len(word), start + LONGEST_PIECE) + 1)
        if end - start < len(word)
    }


def _apart(word: str, parts: Mapping[str, int]) -> list[tuple[tuple[str, ...], float]]:
    """Read ``word`` as known words written together; failing that, as a long known word and a rest."""
    best: list[tuple[float, tuple[str, ...]] | None] = [(0.0, ())] + [None] * len(word)
    for end in range(2, len(word) + 1):
        for start in range(max(0, end - LONGEST_PIECE), end - 1):
            before, piece = best[start], word[start:end]
            if before is None or piece not in parts:
                continue
            # Long pieces first: few words explain a glued word better than many short ones.
            score = before[0] + len(piece) ** 2 + math.log1p(parts[piece]) / 100
            reached = best[end]
            if reached is None or score > reached[0]:
                best[end] = (score, (*before[1], piece))
    whole = best[len(word)]
    if whole is not None and len(whole[1]) > 1:
        return [(whole[1], 0.97)]
    ends = [piece for piece in parts if len(piece) >= 5 and (word.startswith(piece) or word.endswith(piece))]
    return [((max(ends, key=lambda piece: (len(piece), piece)),), 0.6)] if ends else []


async def _known(
    session: AsyncSession, words: Iterable[str], prefix: str = ""
) -> tuple[dict[str, int], dict[str, int]]:
    """Return which of ``words`` are in the index, and the commonest longer words that begin so."""
    dialect = session.get_bind().dialect.name
    statement = f"SELECT text, frequency, 0 FROM search_word WHERE {one_of_many(dialect, 'text', 'words')}"  # noqa: S608
    values: dict[str, Any] = {"words": many(dialect, sorted(words))}
    if prefix:
        statement += (
            " UNION ALL SELECT text, frequency, 1 FROM (SELECT text, frequency FROM search_word"
            " WHERE text > :prefix AND text < :behind ORDER BY frequency DESC, text LIMIT :most) AS longer"
        )
        values |= {"prefix": prefix, "behind": prefix + _LAST, "most": MOST_COMPLETIONS}
    known: dict[str, int] = {}
    longer: dict[str, int] = {}
    for text, frequency, begun in await session.execute(sa.text(statement), values):
        (longer if begun else known)[text] = frequency
    return known, longer


async def _keyed(session: AsyncSession, keys: Sequence[int], longest: int) -> dict[str, int]:
    dialect = session.get_bind().dialect.name
    rows = await session.execute(
        sa.text(
            "SELECT DISTINCT w.text, w.frequency FROM search_key AS k "  # noqa: S608
            "JOIN search_word AS w ON w.id = k.word_id "
            f"WHERE {one_of_many(dialect, 'k.key', 'keys', 'integer')} AND length(w.text) <= :longest"
        ),
        {"keys": many(dialect, keys), "longest": longest},
    )
    return {row.text: row.frequency for row in rows}
