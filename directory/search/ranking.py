"""How well a name answers a question, from 0 to 100.

Three things count: how much of the question the name explains (rare words more), how much of the name the
question holds, and how alike both are letter by letter, which tells near-duplicates apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import mul
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from directory.search.candidates import Candidate
from directory.search.vocabulary import Question, Slot, completion_quality

#: Names that are compared word by word, after RapidFuzz has sorted the crowd.
CLOSELY: Final = 60
#: Words less alike than this have nothing to do with each other.
ALIKE: Final = 0.7

_EXPLAINED: Final = 0.55
_COVERED: Final = 0.25
_LETTERS: Final = 0.20
_ELSEWHERE: Final = 0.9


def rank(question: Question, candidates: Iterable[Candidate], keep: int) -> list[tuple[float, Candidate]]:
    """Return the candidates with their scores, best first, one for each record."""
    text = question.folded
    crowd = list(candidates)
    closely = max(CLOSELY, 2 * keep)
    if len(crowd) > closely:
        crowd.sort(
            key=lambda name: (
                -fuzz.token_sort_ratio(text, name.folded) - fuzz.token_set_ratio(text, name.folded),
                name.id,
            )
        )
        crowd = crowd[:closely]
    fits = [_fit(question, name) for name in crowd]
    spread: dict[int, list[float]] = {}
    for name, fit in zip(crowd, fits, strict=True):
        so_far = spread.setdefault(name.entry_id, [0.0] * len(question.slots))
        spread[name.entry_id] = list(map(max, so_far, fit.qualities))
    best: dict[int, tuple[float, Candidate]] = {}
    for name, fit in zip(crowd, fits, strict=True):
        score = round(_score(question, name, fit, spread[name.entry_id]), 2)
        other = best.get(name.entry_id)
        if other is None or (score, -name.id) > (other[0], -other[1].id):
            best[name.entry_id] = (score, name)
    return sorted(best.values(), key=lambda row: (-row[0], len(row[1].folded), row[1].kind, row[1].key))


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well each slot of the question is met by a name, and each word of the name by the question."""

    qualities: list[float]
    covered: dict[str, float]


def _score(question: Question, name: Candidate, fit: _Fit, record: list[float]) -> float:
    standing: float = 0.6 + 0.4 * name.weight
    text = question.folded
    if name.folded == text:
        return 100 * standing
    if name.folded.replace(" ", "") == text.replace(" ", ""):
        return 99 * standing
    words = name.folded.split()
    rarities = [slot.rarity for slot in question.slots]
    told = sum(rarities)
    here: float = sum(map(mul, rarities, fit.qualities))
    # Half of a question may be the record's acronym and half its name in another language.
    elsewhere: float = _ELSEWHERE * sum(map(mul, rarities, record))
    share: float = sum(_substance(word) * fit.covered.get(word, 0.0) for word in words)
    letters = 0.8 * fuzz.token_sort_ratio(text, name.folded) + 0.2 * fuzz.ratio(text, name.folded)
    return standing * (
        100 * _EXPLAINED * max(here, elsewhere) / told
        + 100 * _COVERED * share / sum(map(_substance, words))
        + _LETTERS * letters
    )


def _fit(question: Question, name: Candidate) -> _Fit:
    words = name.folded.split()
    glued = {mark for mark in name.marks.split() if mark[0] not in "¤¶"}
    there = glued.union(words)
    covered: dict[str, float] = {}
    qualities: list[float] = []
    for slot in question.slots:
        quality, met = _met(slot, there)
        qualities.append(quality)
        for word in met:
            for part in (part for part in words if part in word) if word in glued else (word,):
                covered[part] = max(quality, covered.get(part, 0.0))
    for place, slot in enumerate(question.slots):
        if qualities[place]:
            continue
        free = [(OSA.normalized_similarity(slot.word, word), word) for word in words if word not in covered]
        alike, word = max(free, default=(0.0, ""))
        if alike >= ALIKE:
            qualities[place] = covered[word] = alike * 0.9
    return _Fit(qualities, covered)


def _met(slot: Slot, there: set[str]) -> tuple[float, tuple[str, ...]]:
    """The best reading of a slot among the words that are there."""
    quality, met = 0.0, tuple[str, ...]()
    for words, fit in slot.options.items():
        if fit > quality and there.issuperset(words):
            quality, met = fit, words
    if slot.prefix is not None and quality < 1:
        for word in there:
            if word.startswith(slot.prefix):
                fit = completion_quality(slot.prefix, word)
                if (fit, word) > (quality, met[0] if met else ""):
                    quality, met = fit, (word,)
    return quality, met


def _substance(word: str) -> float:
    """Short words are mostly articles and prepositions, unless they are numbers."""
    return 0.3 if len(word) < 4 and not word.isdigit() else 1.0
