"""Languages: which one is spoken, and dates, numbers and money as its readers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.i18n import LANGUAGES, Translator, negotiate, zone


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("tags", "language"),
    [
        (("es-MX",), "es"),
        (("pt_BR.UTF-8",), "pt"),
        (("", "fr-CA", "es"), "fr"),
        (("de", "nl"), "en"),
        (("", "\x00", "💥", "-"), "en"),
        ((), "en"),
    ],
)
def test_negotiation(tags: tuple[str, ...], language: str) -> None:
    assert negotiate(*tags) == language


def test_a_zone_that_is_none_is_passed_over() -> None:
    assert zone("", "Mars/Olympus", "../etc/passwd", "America/Lima") == ZoneInfo("America/Lima")
    assert zone("nonsense") == ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("language", "money", "percent", "day", "first"),
    [
        ("en", "USD 18,500.00", "94.9%", "13 November 2002", "1 July 2019"),
        ("es", "18.500,00 USD", "94,9 %", "13 de noviembre de 2002", "1 de julio de 2019"),
        ("fr", "18 500,00 USD", "94,9 %", "13 novembre 2002", "1er juillet 2019"),
        ("pt", "USD 18.500,00", "94,9%", "13 de novembro de 2002", "1 de julho de 2019"),
    ],
)
def test_forms(language: str, money: str, percent: str, day: str, first: str) -> None:
    t = Translator(language)
    assert plain(t.money(Decimal("18500"), "USD")) == money
    assert plain(t.percent(Decimal("0.949"))) == percent
    assert t.day(date(2002, 11, 13)) == day
    assert t.day(date(2019, 7, 1)) == first


def test_fr_twenty_first_is_no_ordinal() -> None:
    assert Translator("fr").day(date(2019, 7, 21)) == "21 juillet 2019"


def test_an_instant_has_weekday_and_offset_in_the_reader_s_zone() -> None:
    moment = datetime(2027, 4, 15, 15, 0, tzinfo=UTC)
    t = Translator("en", ZoneInfo("America/Mexico_City"))
    assert t.moment(moment) == "Thursday, 15 April 2027, 09:00 (UTC−6)"
    assert t.clock(moment, ZoneInfo("Asia/Kolkata")) == "Thursday 20:30"
    assert t.offset(ZoneInfo("Asia/Kolkata"), moment) == "UTC+5:30"
    assert t.offset(ZoneInfo("UTC"), moment) == "UTC"


def test_how_long_ago() -> None:
    today = date(2026, 11, 24)
    assert Translator("en").ago(today - timedelta(days=90), today) == "3 months ago"
    assert Translator("es").ago(today - timedelta(days=90), today) == "hace 3 meses"


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_are_never_read_as_placeholders(language: str) -> None:
    assert "{code} {0} %s" in Translator(language)("find.none", text="{code} {0} %s", help="{help}")


def test_names_that_cldr_does_not_know_stay_as_they_are() -> None:
    t = Translator("fr")
    assert t.country("MX") == "Mexique"
    assert t.country("ZQ") == "ZQ"
    assert t.language_name("nl") == "néerlandais"
    assert t.language_name("not a language") == "not a language"
