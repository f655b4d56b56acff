"""Codes of invitations: easy to read aloud and to type, hard to guess, wrong when mistyped.

Twelve symbols of Crockford's base 32 (crockford.com/base32.html): eleven at random, which is 55 bits, and a
check. The check is a weighted sum in GF(32), so every single wrong symbol and every two that changed places
are noticed.
"""

from __future__ import annotations

import functools
import re
import secrets
from typing import Final

#: Crockford's symbols: digits and letters without I, L, O and U.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 12
GROUP: Final = 4
#: What a code is worth to somebody who guesses, in bits.
BITS: Final = 5 * (LENGTH - 1)
#: x^5 + x^2 + 1, which is primitive over GF(2): the powers of x are 31 different weights.
_POLYNOMIAL: Final = 0b100101
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN: Final = re.compile(r"[\s\-\u2010-\u2015\u2212_.]+")
#: Digits that no letter is read as; every code has one, so that no word is taken for a code.
_PLAIN_DIGITS: Final = frozenset("23456789")


def make() -> str:
    """A new code, without hyphens."""
    while True:
        symbols = [secrets.randbelow(32) for _ in range(LENGTH - 1)]
        code = "".join(ALPHABET[symbol] for symbol in (*symbols, _check(symbols)))
        if not _PLAIN_DIGITS.isdisjoint(code):
            return code


def shown(code: str) -> str:
    """A code as people read it: ``K7QM-2F9R-XW3T``."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(text: str) -> str:
    """The code that was typed, or an empty text where it cannot be one.

    Small letters, spaces and hyphens do not matter; O is read as 0, I and L as 1.
    """
    code = _BETWEEN.sub("", text).upper().translate(_READ_AS)
    if len(code) != LENGTH or any(symbol not in ALPHABET for symbol in code):
        return ""
    symbols = [ALPHABET.index(symbol) for symbol in code]
    if _check(symbols[:-1]) != symbols[-1] or _PLAIN_DIGITS.isdisjoint(code):
        return ""
    return code


def _check(symbols: list[int]) -> int:
    total = 0
    for place, symbol in enumerate(symbols):
        total ^= _times(_weight(LENGTH - 1 - place), symbol)
    return total


@functools.cache
def _weight(power: int) -> int:
    return 1 if power == 0 else _times(2, _weight(power - 1))


@functools.cache
def _times(one: int, other: int) -> int:
    """The product in GF(32)."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 0b100000:
            one ^= _POLYNOMIAL
        other >>= 1
    return product
