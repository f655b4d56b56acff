"""Codes: hard to guess, easy to pass on, wrong when mistyped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.invitations import codes

made = st.builds(codes.make)


def test_a_code_is_worth_more_than_forty_bits_and_reads_in_three_groups() -> None:
    assert codes.BITS >= 40
    code = codes.make()
    assert [len(part) for part in codes.shown(code).split("-")] == [4, 4, 4]
    assert len({codes.make() for _ in range(2000)}) == 2000


@given(made)
def test_a_code_is_read_as_it_was_made(code: str) -> None:
    assert codes.read(code) == code
    assert codes.read(codes.shown(code)) == code
    assert codes.read(f"  {codes.shown(code).lower()} ") == code
    assert codes.read(" ".join(code)) == code
    assert codes.read(codes.shown(code).replace("-", "–")) == code
    assert codes.read(code.replace("0", "o").replace("1", "l")) == code
    assert codes.read(code.replace("0", "O").replace("1", "i")) == code


@given(made, st.integers(0, codes.LENGTH - 1), st.sampled_from(codes.ALPHABET))
def test_one_wrong_symbol_is_noticed(code: str, place: int, symbol: str) -> None:
    mistyped = code[:place] + symbol + code[place + 1 :]
    assert (codes.read(mistyped) == code) is (mistyped == code)
    assert not codes.read(mistyped) or mistyped == code


@given(made, st.integers(0, codes.LENGTH - 1), st.integers(0, codes.LENGTH - 1))
def test_two_symbols_that_changed_places_are_noticed(code: str, one: int, other: int) -> None:
    symbols = list(code)
    symbols[one], symbols[other] = symbols[other], symbols[one]
    mistyped = "".join(symbols)
    assert not codes.read(mistyped) or mistyped == code


@given(st.text(max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    code = codes.read(text)
    assert not code or codes.read(codes.shown(code)) == code


@pytest.mark.parametrize(
    "words",
    [
        "",
        "organization",
        "conversation",
        "ACS-SF-001",
        "Trinidad y Tobago",
        "K7QM",
        "0" * 12,
        "O" * 12,
        "ñ" * 12,
    ],
)
def test_words_are_no_codes(words: str) -> None:
    assert codes.read(words) == ""
