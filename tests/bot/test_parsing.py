"""From a typed line to a command, whatever is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing import Line, clean, echo, first_word, parse


@pytest.mark.parametrize(
    ("typed", "word", "rest"),
    [
        ("/project ACS-SF-001", "project", "ACS-SF-001"),
        ("/project@enlace_bot  ACS-SF-001 ", "project", "ACS-SF-001"),
        ("/project", "project", ""),
        ("/help\nproject", "help", "project"),
        ("project ACS", "", "project ACS"),
        ("/ project", "", "/ project"),
        ("//x", "", "//x"),
        ("\u202e/project\u200b x", "project", "x"),
    ],
)
def test_lines(typed: str, word: str, rest: str) -> None:
    assert parse(clean(typed)) == Line(word, rest)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_cleaning_is_total_and_settled(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    cleaned.encode()
    assert not any(char < " " or "\u202a" <= char <= "\u202e" for char in cleaned)


@given(st.text())
def test_nothing_is_lost_between_word_and_rest(text: str) -> None:
    cleaned = clean(text)
    line = parse(cleaned)
    assert line.rest in cleaned
    assert len(echo(text)) <= 60
    word, rest = first_word(cleaned)
    assert rest in cleaned or not rest
    assert not any(char.isspace() for char in word)
