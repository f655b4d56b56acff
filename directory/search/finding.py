"""The one search over all nouns and all languages."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from directory.search import candidates, folding, ranking, vocabulary
from directory.search.records import Hit, Kind

#: A name that fits less well than this is noise.
LOWEST_SCORE: Final = 45.0
#: From here on a name is the answer, and nothing further is asked.
ANSWER: Final = 90.0
#: Below this even the known words are taken for typing errors.
DOUBTFUL: Final = 75.0
#: Only the beginning of a question is read.
LONGEST_QUESTION: Final = 300


async def find(
    session: AsyncSession,
    query: str,
    *,
    kinds: Collection[Kind] | None = None,
    limit: int = 10,
    max_level: int = 1,
) -> list[Hit]:
    """Find records by any of their names, in any language, forgiving what people mistype.

    Args:
        session: where to read; nothing is changed.
        query: what was typed, of any length and content.
        kinds: the nouns to look for; all when ``None``.
        limit: the most hits to return.
        max_level: the highest level of visibility the asker has (``directory.access``).

    Returns:
        Hits, best first. 90 and more with a clear margin is *the* answer; 100 is the name itself. A
        question that has nothing in common with any name finds nothing.
    """
    folded = folding.fold(query[:LONGEST_QUESTION])
    if not folded or limit < 1 or (kinds is not None and not kinds):
        return []
    scope = candidates.Scope(None if kinds is None else frozenset(kinds), max_level)
    question = await vocabulary.read(session, folded)
    names = await candidates.pick(
        session, candidates.together(question, scope), scope, folding.compact(folded)
    )
    ranked = ranking.rank(question, names, limit)
    if not ranked or ranked[0][0] < ANSWER:
        names = _merge(names, await candidates.pick(session, candidates.apart(question, scope), scope, None))
        ranked = ranking.rank(question, names, limit)
    if not ranked or ranked[0][0] < DOUBTFUL:
        known = [slot for slot in question.slots if (slot.word,) in slot.options and len(slot.word) > 3]
        if known and await vocabulary.widen(session, question, known):
            wider = [*candidates.together(question, scope), *candidates.apart(question, scope)]
            names = _merge(names, await candidates.pick(session, wider, scope, None))
            ranked = ranking.rank(question, names, limit)
    return [
        Hit(Kind(name.kind), name.key, score, name.text)
        for score, name in ranked[:limit]
        if score >= LOWEST_SCORE
    ]


def _merge(
    first: list[candidates.Candidate], second: list[candidates.Candidate]
) -> list[candidates.Candidate]:
    return list({name.id: name for name in (*first, *second)}.values())
