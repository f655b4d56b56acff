"""How a membership of which no day is known is said, in four languages."""

from __future__ import annotations

from datetime import date

import pytest

from bot.cards.country import membership
from bot.i18n import Translator
from directory.networks import MemberKind, Membership

JANUARY, JULY = date(2012, 1, 1), date(2024, 7, 1)


def said(language: str, **dates: date) -> str:
    return membership(Translator(language), Membership("ACS", "MX", MemberKind.MEMBER, **dates))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "since 2012 (day not recorded)"),
        ("es", "desde 2012 (día no registrado)"),
        ("fr", "depuis 2012 (jour non renseigné)"),
        ("pt", "desde 2012 (dia não registrado)"),
    ],
)
def test_a_year_is_no_day(language: str, expected: str) -> None:
    assert said(language, counted_from=JANUARY).endswith(expected)


def test_months_ends_and_mixtures() -> None:
    assert said("en", counted_until=JULY).endswith("until July 2024 (day not recorded)")
    assert said("en", counted_from=JANUARY, until=date(2020, 5, 4)).endswith(
        "2012 – 4 May 2020 (day not recorded)"
    )
    assert said("fr", since=date(2012, 3, 4), counted_until=JULY).endswith(
        "4 mars 2012 – juillet 2024 (jour non renseigné)"
    )
    assert said("en", since=date(2012, 3, 4)).endswith("since 4 March 2012")
    assert said("en").endswith("(date not recorded)")
