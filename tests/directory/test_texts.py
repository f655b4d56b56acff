"""Which of several languages a reader gets."""

from __future__ import annotations

import pytest

from directory.texts import FALLBACK, NO_TEXT, LocalText, local


@pytest.mark.parametrize(
    ("text", "asked", "given"),
    [
        (local(en="a", es="b", fr="c", pt="d"), "pt", ("d", "pt")),
        (local(es="b", fr="c"), "pt", ("b", "es")),
        (local(fr="c", pt="d"), "es", ("c", "fr")),
        (local(en="", fr="c"), "en", ("c", "fr")),
        (local(nl="e"), "en", ("e", "nl")),
        (local(en="a"), "", ("a", "en")),
        (NO_TEXT, "en", ("", "")),
        (local(en=""), "en", ("", "")),
    ],
)
def test_the_reader_gets_the_own_language_or_the_next(
    text: LocalText, asked: str, given: tuple[str, str]
) -> None:
    assert text.in_language(asked) == given
    assert bool(text) is bool(given[0])


def test_the_order_is_the_one_that_is_promised() -> None:
    assert FALLBACK == ("en", "es", "fr", "pt")
