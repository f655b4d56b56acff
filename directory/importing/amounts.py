"""Amounts of money as people write them; what could be read two ways is said and never guessed."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

#: Signs that stand for one currency. ``$`` stands for twenty.
_SIGNS: Final[Mapping[str, str]] = {
    "US$": "USD",
    "U$S": "USD",
    "U$D": "USD",
    "USD$": "USD",
    "$US": "USD",
    "€": "EUR",
    "£": "GBP",
    "R$": "BRL",
    "MX$": "MXN",
    "TT$": "TTD",
    "RD$": "DOP",
    "BDS$": "BBD",
    "EC$": "XCD",
    "J$": "JMD",
    "COL$": "COP",
    "FCFA": "XOF",
}
_NUMBER: Final = re.compile(r"\d[\d\s.,'’\u00a0\u202f]*\d|\d")
_GROUPED: Final = {
    sign: re.compile(rf"\d{{1,3}}(?:{re.escape(sign)}\d{{3}})+") for sign in (".", ",", " ", "'")
}
#: Twelve digits before the point are more than any project has, and the column holds sixteen.
_LARGEST: Final = Decimal(10) ** 14


class AmountDoubt(ValueError):
    """A text is no amount, or could be two: ``readings`` has both, or none.

    ``currency``: the amount is clear, but not of what.
    """

    def __init__(self, *readings: Decimal, currency: bool = False) -> None:
        super().__init__("two readings" if readings else "no amount")
        self.readings = readings
        self.currency = currency


def read(cell: str | int | float, currency: str = "") -> tuple[Decimal, str]:
    """The amount in a cell and its currency (ISO 4217), which is ``currency`` where the cell has none.

    Raises:
        AmountDoubt: it is no amount, has two readings (``18.500``), or no currency is known.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _possible(Decimal(repr(cell))), _currency("", currency)
    text = " ".join(str(cell).replace("\u00a0", " ").replace("\u202f", " ").split())
    match = _NUMBER.search(text)
    if match is None:
        raise AmountDoubt
    around = f"{text[: match.start()]} {text[match.end() :]}".strip(" .,-–—/()")
    if any(char.isdigit() for char in around) or text[: match.start()].rstrip().endswith("-"):
        raise AmountDoubt
    return _possible(number(match.group())), _currency(around, currency)


def number(text: str) -> Decimal:
    """The number that ``text`` writes, with either decimal sign.

    Raises:
        AmountDoubt: it has two readings, or none.
    """
    text = text.replace("’", "'").strip()
    signs = [char for char in text if not char.isdigit()]
    if not signs:
        return Decimal(text)
    last = signs[-1]
    whole, _, fraction = text.rpartition(last)
    if len(set(signs)) == 1:
        grouped = _GROUPED[last].fullmatch(text) is not None
        if len(signs) > 1 or last in " '":
            if not grouped:
                raise AmountDoubt
            return Decimal(text.replace(last, ""))
        if grouped and whole.lstrip("0"):
            raise AmountDoubt(Decimal(whole + fraction), Decimal(f"{whole}.{fraction}"))
        return Decimal(f"{whole}.{fraction}")
    group = signs[0]
    if last in " '" or signs.count(last) != 1 or len(set(signs)) != 2:
        raise AmountDoubt
    if _GROUPED[group].fullmatch(whole) is None:
        raise AmountDoubt
    return Decimal(f"{whole.replace(group, '')}.{fraction}")


def _possible(value: Decimal) -> Decimal:
    if not value.is_finite() or value < 0 or value >= _LARGEST or value != value.quantize(Decimal("0.0001")):
        raise AmountDoubt
    return value


def _currency(written: str, otherwise: str) -> str:
    for text in (written, otherwise):
        name = text.strip().upper().replace(" ", "")
        if not name:
            continue
        code = _SIGNS.get(name, name)
        if code in _codes():
            return code
        raise AmountDoubt(currency=True)
    raise AmountDoubt(currency=True)


@functools.cache
def _codes() -> frozenset[str]:
    from babel import Locale

    return frozenset(Locale.parse("en").currencies)
