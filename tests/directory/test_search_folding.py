"""Folding is total, stable and forgets what does not matter."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search import fold, folding

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Côte d'Ivoire", "cote d ivoire"),
        ("COTE D’IVOIRE", "cote d ivoire"),
        ("Guinea-Bissau", "guinea bissau"),
        ("I.M.E.X.C.I.", "imexci"),
        ("EE.UU.", "eeuu"),
        ("St. Kitts & Nevis", "st kitts nevis"),
        ("Cœur, Straße, Øresund, Łódź, Æsir", "coeur strasse oresund lodz aesir"),
        ("ACS-SF-001", "acs sf 001"),
        ("version 1.2.3", "version 1 2 3"),
        ("İstanbul ISPARTA ıI", "istanbul isparta ii"),
        ("soft\u00adhyphen zero\u200bwidth \u202eturned", "softhyphen zerowidth turned"),
        ("ﬁnance ½ ２", "finance 1 2 2"),
        ("a\x00b\tc", "a b c"),
        ("left\ud800right", "leftright"),
        ("!!! 🎉 — ''", ""),
        ("snake_case", "snake case"),
    ],
)
def test_folded_text(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(ANY_TEXT)
def test_folding_takes_anything_and_leaves_plain_words(text: str) -> None:
    folded = fold(text)
    assert all(word.isalnum() and len(word) <= folding.LONGEST_WORD for word in folded.split(" ") if folded)
    folded.encode()


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.sampled_from("aéÉñÑçœßøxyz -'’."), max_size=30))
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower())


@given(ANY_TEXT)
def test_glued_forms_hold_the_same_letters(text: str) -> None:
    letters = fold(text).replace(" ", "")
    assert all(form[:8] in letters for form in folding.glued(text))


def test_a_hundred_thousand_characters_are_folded_quickly() -> None:
    started = time.perf_counter()
    for text in ("a.b" * 33_334, "é" * 100_000, "'-" * 50_000, "\ud800" * 100_000):
        fold(text)
    assert time.perf_counter() - started < 5


@given(
    st.text("abcde", min_size=5, max_size=12), st.integers(0, 11), st.integers(0, 11), st.sampled_from("xyz")
)
def test_words_two_errors_apart_share_a_key(word: str, first: int, second: int, letter: str) -> None:
    wrong = word
    for at in (first, second):
        place = at % len(wrong)
        wrong = wrong[:place] + letter + wrong[place + 1 :]
    assert folding.spelling_keys(word) & folding.spelling_keys(wrong)


def test_compact_forgets_spaces_only() -> None:
    assert folding.compact("acs sf 001") == folding.compact("acssf001")
    assert folding.compact("acs sf 001") != folding.compact("acs sf 002")
