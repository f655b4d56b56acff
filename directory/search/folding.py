"""Folding: what is left of a text when case, accents and punctuation do not matter.

The same functions serve the index and the question, so both sides always agree. All are total: any
``str`` is accepted, lone surrogates and control characters included.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
import zlib
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

#: Longer words are cut, on both sides alike; PostgreSQL refuses lexemes of more than 2,046 bytes.
LONGEST_WORD: Final = 48
#: Only the beginning of a long text is indexed.
LONGEST_NAME: Final = 600

#: The part of a word that its spelling keys are made of, and the number of letters they may lack.
KEY_LETTERS: Final = 7
KEY_ERRORS: Final = 2

_JOINER: Final = "'"
_JOINERS: Final = "'’‘ʼʹʻ´`′-‐‑‒–—―−"
_LETTERS: Final[dict[str, str]] = {
    "œ": "oe",
    "æ": "ae",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ħ": "h",
    "ı": "i",
    "ŋ": "n",
    "ŧ": "t",
    "ə": "e",
    "ɖ": "d",
    "ɗ": "d",
    "ɓ": "b",
    "ƙ": "k",
    "ƴ": "y",
    "ɔ": "o",
    "ɛ": "e",
    "ŀ": "l",
    "º": "o",
    "ª": "a",
    "ـ": "",
}
_TO_JOINER: Final = {ord(sign): _JOINER for sign in _JOINERS}


class _Plainest(dict[int, str | int | None]):
    """What each sign becomes in the end, found out when it is first met: nothing, a joiner, letters, it."""

    #: More different signs than any language needs are not remembered.
    MOST: Final = 4_000

    def __missing__(self, code: int) -> str | int | None:
        sign = chr(code)
        plain: str | int | None = _JOINER if sign in _JOINERS else _LETTERS.get(sign, code)
        if code > 127 and unicodedata.category(sign)[0] in "MC":
            plain = None
        if len(self) < self.MOST:
            self[code] = plain
        return plain


_PLAINEST: Final = _Plainest()
_GROUP: Final = re.compile(rf"[^\W_]+(?:{_JOINER}+[^\W_]+)*")
_DOTTED: Final = re.compile(r"(?<![^\W_])(?=[\d.]*[^\W\d_])[^\W_]{1,2}(?:\.[^\W_]{1,2})+(?![^\W_])")


def _plain(text: str) -> str:
    """Casefolded text without marks and invisible characters; joiners are one sign, the rest is kept."""
    text = text.translate(_TO_JOINER)
    if text.isascii():
        return text.lower()
    for _ in range(2):  # Some letters decompose only after folding, and some fold only after that.
        text = unicodedata.normalize("NFKD", text.casefold())
    return text.translate(_PLAINEST)


def _groups(text: str) -> list[str]:
    plain = _plain(text)
    if "." in plain:
        plain = _DOTTED.sub(lambda found: found.group().replace(".", ""), plain)
    return _GROUP.findall(plain)


def fold(text: str) -> str:
    """Return the words of ``text`` in their plainest form, parted by single spaces.

    Letters lose case and marks (``œ`` becomes ``oe``, ``ß`` becomes ``ss``), apostrophes and hyphens part
    words, an acronym loses its dots, everything that is neither letter nor number is dropped.
    """
    return " ".join(word[:LONGEST_WORD] for group in _groups(text) for word in group.split(_JOINER) if word)


def glued(text: str) -> list[str]:
    """Return the forms that words with apostrophes or hyphens take when these are left out."""
    return [group.replace(_JOINER, "")[:LONGEST_WORD] for group in _groups(text) if _JOINER in group]


def compact(folded: str) -> int:
    """Return a 64-bit number that folded texts share when they differ in nothing but spaces."""
    letters = folded.replace(" ", "").encode()
    return int.from_bytes(blake2b(letters, digest_size=8).digest(), "big", signed=True)


def _lacking(word: str) -> Iterator[str]:
    yield word
    errors = KEY_ERRORS if len(word) > 4 else 1 if len(word) > 2 else 0
    for missing in range(1, errors + 1):
        for kept in itertools.combinations(word, len(word) - missing):
            yield "".join(kept)


def spelling_keys(word: str) -> set[int]:
    """Return 32-bit numbers of the beginning of ``word`` and of what is left when one or two letters go.

    Two words of five letters or more that are at most two typing errors apart share a key, and so do
    shorter ones that are one error apart; sharing a key proves nothing, so the reader compares.
    """
    return {zlib.crc32(left.encode()) - 2**31 for left in _lacking(word[:KEY_LETTERS])}
