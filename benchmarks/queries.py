"""What people type when they look for one institution of a list, made from its name in ten ways."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from benchmarks.names import Institution
from directory.search import fold

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def _exact(_rng: random.Random, one: Institution) -> str:
    return one.name


def _plain(rng: random.Random, one: Institution) -> str:
    """Other case, no accents, apostrophes and hyphens left out or made spaces."""
    text = one.name.replace("'", rng.choice(("", " ", "’"))).replace("-", rng.choice(("", " ")))
    return rng.choice((str.upper, str.lower))(fold(text))


def _reordered(rng: random.Random, one: Institution) -> str:
    words = fold(one.name).split()
    rng.shuffle(words)
    return " ".join(words)


def _prefix(rng: random.Random, one: Institution) -> str:
    text = fold(one.name)
    last = text.rsplit(" ", 1)[1]
    return text[: len(text) - rng.randrange(1, max(2, len(last) // 2 + 1))]


def _acronym(_rng: random.Random, one: Institution) -> str:
    return one.acronym


def _misspell(rng: random.Random, words: list[str]) -> None:
    """One error in a word of four letters or more: a letter too few, too many or wrong."""
    place = rng.choice([place for place, word in enumerate(words) if len(word) > 3])
    word = words[place]
    at = rng.randrange(len(word))
    wrong = rng.choice([letter for letter in _LETTERS if letter != word[at]])
    words[place] = rng.choice(
        (word[:at] + word[at + 1 :], word[:at] + wrong + word[at:], word[:at] + wrong + word[at + 1 :])
    )


def _one_error(rng: random.Random, one: Institution) -> str:
    words = fold(one.name).split()
    _misspell(rng, words)
    return " ".join(words)


def _two_errors(rng: random.Random, one: Institution) -> str:
    words = fold(one.name).split()
    _misspell(rng, words)
    _misspell(rng, words)
    return " ".join(words)


def _swapped(rng: random.Random, one: Institution) -> str:
    words = fold(one.name).split()
    place = rng.choice([place for place, word in enumerate(words) if len(word) > 3])
    word = words[place]
    at = rng.choice([at for at in range(len(word) - 1) if word[at] != word[at + 1]] or [0])
    words[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)


def _glued(rng: random.Random, one: Institution) -> str:
    words = fold(one.name).split()
    at = rng.randrange(len(words) - 1)
    return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])


def _missing(rng: random.Random, one: Institution, spread: Mapping[str, int]) -> str:
    """A word is left out, but not the rarest one: without the town nobody could tell who is meant."""
    words = fold(one.name).split()
    rarest = min(words, key=lambda word: spread[word])
    del words[rng.choice([place for place, word in enumerate(words) if len(word) > 3 and word != rarest])]
    return " ".join(words)


#: Kinds of question, and how they are made.
KINDS: Final[Mapping[str, Callable[[random.Random, Institution], str]]] = {
    "exact": _exact,
    "case and accents": _plain,
    "word order": _reordered,
    "prefix": _prefix,
    "acronym": _acronym,
    "one error": _one_error,
    "two errors": _two_errors,
    "swapped letters": _swapped,
    "glued words": _glued,
}
MISSING: Final = "missing word"


def questions(listed: Sequence[Institution], each: int, seed: int = 7) -> list[tuple[str, str, Institution]]:
    """Return ``each`` questions of every kind: the kind, what is typed, who is meant."""
    rng = random.Random(seed)
    spread = Counter(word for one in listed for word in set(fold(one.name).split()))
    made = [(MISSING, _missing(rng, one, spread), one) for one in (rng.choice(listed) for _ in range(each))]
    for kind, make in KINDS.items():
        told = 0
        while told < each:
            one = rng.choice(listed)
            if kind == "acronym" and not one.acronym:
                continue
            made.append((kind, make(rng, one), one))
            told += 1
    rng.shuffle(made)
    return made
