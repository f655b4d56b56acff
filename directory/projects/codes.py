"""Project codes as people type them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Final

_PARTS: Final = re.compile(r"[^\W\d_]+|\d+")


def parts(text: str) -> tuple[str, ...]:
    """The runs of letters and of digits in ``text``, upper case, numbers without leading zeros.

    Full-width letters and the digits of other scripts count as the plain ones.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return tuple(_number(run) if run.isdecimal() else run for run in _PARTS.findall(plain.upper()))


def _number(run: str) -> str:
    return "".join(str(unicodedata.decimal(digit)) for digit in run).lstrip("0") or "0"


def same(first: str, second: str) -> bool:
    """Whether two texts write one code: case, separators and leading zeros do not count, nor spaces.

    >>> same("acssf1", "ACS-SF-001")
    True
    """
    return squeeze(first) == squeeze(second)


def squeeze(text: str) -> str:
    """A code without anything that people leave out: the key under which codes are compared."""
    return "".join(run if not run.isdecimal() else f"#{run}#" for run in parts(text))


def looks_like_code(text: str) -> bool:
    """Whether ``text`` could be meant as a code: letters and a number, and little else."""
    found = parts(text)
    return (
        2 <= len(found) <= 6
        and len(text) <= 32
        and any(run.isdecimal() for run in found)
        and not found[0].isdecimal()
    )


def matching(text: str, codes: Collection[str]) -> list[str]:
    """The codes that ``text`` writes."""
    wanted = squeeze(text)
    return [code for code in codes if wanted and squeeze(code) == wanted]
