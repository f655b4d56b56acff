"""Numbers and money as people write them."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from bot.forms import amounts
from bot.i18n import LANGUAGES, LOCALES, Translator
from bot.message import Money

NUMBERS = st.decimals(0, Decimal("9999999999999.9999"), places=4)


@given(NUMBERS)
def test_what_a_form_writes_is_clear(number: Decimal) -> None:
    assert amounts.numbers(amounts.plain(number)) == (number,)
    assert amounts.numbers(amounts.plain(number, 2)) == (number,)
    assert amounts.money(f"USD {amounts.plain(number, 2)}") == (Money(number, "USD"),)


@given(NUMBERS, st.sampled_from(sorted(LOCALES.values())))
def test_a_number_of_any_language_is_among_its_readings(number: Decimal, locale: str) -> None:
    """Whoever writes as their language does is understood, or asked; never taken for another number."""
    text = format_decimal(number, locale=locale, decimal_quantization=False)
    found = amounts.numbers(text)
    assert number in found
    if len(found) == 2:
        assert sum(text.count(sign) for sign in ".,") == 1


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(".,"))
def test_three_digits_behind_one_sign_are_asked_about(head: int, tail: int, sign: str) -> None:
    text = f"{head}{sign}{tail:03d}"
    assert amounts.numbers(text) == (Decimal(f"{head}{tail:03d}"), Decimal(f"{head}.{tail:03d}"))


@given(st.text(alphabet="0123456789., '-+€$USDusd", max_size=20))
def test_nothing_else_happens(text: str) -> None:
    with contextlib.suppress(amounts.NotANumber):
        assert 1 <= len(amounts.numbers(text)) <= 2
    with contextlib.suppress(amounts.NotANumber, amounts.NoCurrency, amounts.UnknownCurrency):
        assert all(found.amount >= 0 for found in amounts.money(text))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.50", "1234.5"),
        ("1.234,5", "1234.5"),
        ("18 500,00", "18500"),
        ("18\u202f500", "18500"),
        ("1'234.5", "1234.5"),
        ("0.125", "0.125"),
        ("1.234.567", "1234567"),
        ("1234.567", "1234.567"),
        ("−5", "-5"),
        ("12,34", "12.34"),
    ],
)
def test_clear_numbers(text: str, number: str) -> None:
    assert amounts.numbers(text) == (Decimal(number),)


@pytest.mark.parametrize(
    "text", ["", "abc", "1.2.3", "1,2,3", "12 34", "1,", ",5", "1e5", "1..2", "1,23.456,7", "٣"]
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(amounts.NotANumber):
        amounts.numbers(text)


@pytest.mark.parametrize("text", ["1.23456", "12345678901234567"])
def test_what_cannot_be_kept_is_said(text: str) -> None:
    with pytest.raises(amounts.TooPrecise):
        amounts.numbers(text)


@given(NUMBERS, st.sampled_from(["USD", "EUR", "XCD", "BRL", "JPY"]), st.sampled_from(LANGUAGES))
def test_money_as_the_program_shows_it_is_read(number: Decimal, code: str, language: str) -> None:
    assert Money(number, code) in amounts.money(Translator(language).money(number, code))


@pytest.mark.parametrize(
    ("text", "amount", "code"),
    [
        ("usd 18500", "18500", "USD"),
        ("18 500,00 EUR", "18500", "EUR"),
        ("€ 5", "5", "EUR"),
        ("US$ 10.50", "10.5", "USD"),
        ("R$ 10,50", "10.5", "BRL"),
        ("$100 XCD", "100", "XCD"),
        ("1 000 000 FCFA", "1000000", "XOF"),
    ],
)
def test_currencies(text: str, amount: str, code: str) -> None:
    assert amounts.money(text) == (Money(Decimal(amount), code),)


@pytest.mark.parametrize(("text", "dollars"), [("100", False), ("$100", True), ("100 $", True)])
def test_a_missing_currency_is_asked_about(text: str, dollars: bool) -> None:
    with pytest.raises(amounts.NoCurrency) as raised:
        amounts.money(text)
    assert raised.value.dollars is dollars
    assert raised.value.amounts == (Decimal(100),)


@pytest.mark.parametrize("text", ["100 zlotys", "USD EUR 5", "USD 1.5 million", "100 U5D"])
def test_words_that_are_no_currency(text: str) -> None:
    with pytest.raises((amounts.UnknownCurrency, amounts.NotANumber)):
        amounts.money(text)


@pytest.mark.parametrize("text", ["-5 USD", "USD -5", "USD", "USD 1 2"])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(amounts.NotANumber):
        amounts.money(text)
