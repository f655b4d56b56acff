"""Numbers and money as people write them in four languages. Pure: text in, values out.

Point and comma part thousands in one language and decimals in the other; where a number could be either,
both readings are given and none is chosen.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from babel.core import get_global

from bot.message import Money

#: The directory keeps four decimal places, and sixteen digits before them.
MAX_PLACES: Final = 4
MAX_DIGITS: Final = 16

#: Signs that stand for one currency; "$" alone stands for twenty.
SIGNS: Final[Mapping[str, str]] = {
    "US$": "USD",
    "U$S": "USD",
    "€": "EUR",
    "EURO": "EUR",
    "EUROS": "EUR",
    "R$": "BRL",
    "RD$": "DOP",
    "TT$": "TTD",
    "EC$": "XCD",
    "J$": "JMD",
    "BDS$": "BBD",
    "MX$": "MXN",
    "MEX$": "MXN",
    "CA$": "CAD",
    "FCFA": "XOF",
}
#: The dollars and pesos that are offered where the sign alone was written.
DOLLARS: Final = ("USD", "XCD", "TTD", "JMD", "BBD", "MXN", "DOP", "COP")

_SPACES: Final = re.compile(r"(?<=\d)[\s'’](?=\d)")
_GROUPED: Final = re.compile(r"\d{1,3}(?: \d{3})+")
_SIDES: Final = re.compile(r"([^\d+\-−]*)([+\-−]?\d[\d\s.,'’]*)([^\d]*)")


class NotANumber(ValueError):
    """The text is no number."""


class TooPrecise(NotANumber):
    """A number with more places or digits than are kept."""


class NoCurrency(ValueError):
    """An amount without a currency. ``dollars``: only the sign stood there."""

    def __init__(self, amounts: tuple[Decimal, ...], *, dollars: bool) -> None:
        super().__init__("no currency")
        self.amounts = amounts
        self.dollars = dollars


class UnknownCurrency(ValueError):
    """Words beside an amount that are no currency."""

    def __init__(self, text: str) -> None:
        super().__init__("unknown currency")
        self.text = text


@functools.cache
def currencies() -> frozenset[str]:
    """Every currency code of ISO 4217 that CLDR knows, historical ones among them."""
    return frozenset(get_global("all_currencies"))


def numbers(text: str) -> tuple[Decimal, ...]:
    """The number that ``text`` is, or two where its one point or comma could part either.

    ``1.234`` is 1234 and 1.234; ``1,234.50``, ``1 234,5`` and ``0.125`` are clear.

    Raises:
        NotANumber: it is none; ``TooPrecise`` where it is one that cannot be kept.
    """
    text = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    sign = -1 if text.startswith("-") else 1
    text = _SPACES.sub(" ", text.lstrip("+-").strip())
    return tuple(sign * _kept(reading) for reading in _readings(text))


def _readings(text: str) -> tuple[str, ...]:
    """The number in plain digits, once for every way to read it."""
    if not re.fullmatch(r"[\d., ]+", text, re.ASCII):
        raise NotANumber
    if " " in text:
        head, separator, tail = _last(text)
        if not _GROUPED.fullmatch(head) or not (tail.isdecimal() or not separator):
            raise NotANumber
        return (f"{head.replace(' ', '')}.{tail}".rstrip("."),)
    point, comma = text.count("."), text.count(",")
    if not point and not comma:
        return (text,)
    if point and comma:
        decimal = max(".,", key=text.rfind)
        head, _, tail = text.rpartition(decimal)
        if decimal in head or not tail or not _is_grouped(head, "," if decimal == "." else "."):
            raise NotANumber
        return (f"{head.replace(',', '').replace('.', '')}.{tail}",)
    separator = "." if point else ","
    if point + comma > 1:
        if not _is_grouped(text, separator):
            raise NotANumber
        return (text.replace(separator, ""),)
    head, _, tail = text.partition(separator)
    if not head or not tail:
        raise NotANumber
    if len(tail) == 3 and len(head) <= 3 and not head.startswith("0"):
        return head + tail, f"{head}.{tail}"
    return (f"{head}.{tail}",)


def _last(text: str) -> tuple[str, str, str]:
    """A number grouped by spaces: what stands before its decimal sign, the sign, what stands behind."""
    at = max(text.rfind("."), text.rfind(","))
    return (text, "", "") if at < 0 else (text[:at], text[at], text[at + 1 :])


def _is_grouped(text: str, separator: str) -> bool:
    parts = text.split(separator)
    return (
        1 <= len(parts[0]) <= 3
        and not (len(parts) > 1 and parts[0].startswith("0"))
        and all(len(part) == 3 for part in parts[1:])
        and all(part.isdecimal() for part in parts)
    )


def _kept(text: str) -> Decimal:
    whole, _, places = text.partition(".")
    places = places.rstrip("0")
    whole = whole.lstrip("0") or "0"
    if len(places) > MAX_PLACES or len(whole) > MAX_DIGITS:
        raise TooPrecise
    return Decimal(f"{whole}.{places}" if places else whole)


def money(text: str) -> tuple[Money, ...]:
    """The amount that ``text`` names with its currency, or two where the number has two readings.

    Raises:
        NotANumber: there is no amount, or a negative one.
        NoCurrency: there is an amount alone.
        UnknownCurrency: the words beside it are no currency.
    """
    match = _SIDES.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        raise NotANumber
    amounts = numbers(match[2].strip())
    if any(amount < 0 for amount in amounts):
        raise NotANumber
    sides = [part.strip(" .:,-") for part in (match[1], match[3])]
    words = " ".join(part for part in sides if part)
    if not words or words == "$":
        raise NoCurrency(amounts, dollars=bool(words))
    code = _currency(words)
    return tuple(Money(amount, code) for amount in amounts)


def _currency(words: str) -> str:
    # "USD 100", "$100 USD", "100 US dollars" is not understood: a code is asked for.
    parts = [part for part in words.upper().split() if part != "$"]
    found = {SIGNS.get(part, part) for part in parts}
    if len(found) == 1 and (code := found.pop()) in currencies():
        return code
    raise UnknownCurrency(words)


def plain(amount: Decimal, places: int = 0) -> str:
    """A number as it is written down: digits and a point, never three places, which could be thousands."""
    whole, _, rest = f"{amount:f}".partition(".")
    rest = rest.rstrip("0").ljust(places, "0")
    if len(rest) == 3:
        rest += "0"
    return f"{whole}.{rest}" if rest else whole
