"""Answers read by the kind of their field, and what is said where they cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.command import Value
from bot.contract import Said
from bot.forms.values import Reading, Unclear, Understood, read
from bot.i18n import LANGUAGES
from bot.message import Choice, FieldKind, FormField
from directory.database import Database
from tests.support.asking import Asking

CHOICES = (Choice("h", "Holder"), Choice("a", "Alternate"), Choice("ac", "Acting"), Choice("2", "Nobody"))


def field(kind: FieldKind, *, required: bool = True, max_length: int = 0) -> FormField:
    choices = CHOICES if kind is FieldKind.CHOICE else ()
    return FormField("x", "X", kind, required=required, choices=choices, max_length=max_length)


async def reading(
    database: Database, kind: FieldKind, text: str, who: str = "focal", language: str = "en", **more: object
) -> Reading:
    async with database.reading() as session:
        context = await Asking(database, who, language)._context(session, Said(""))
        return await read(field(kind, **more), text, context)  # type: ignore[arg-type]


async def understood(database: Database, kind: FieldKind, text: str, **more: str) -> Value:
    found = await reading(database, kind, text, **more)
    assert isinstance(found, Understood), found
    again = await reading(database, kind, found.written, **more)
    assert isinstance(again, Understood)
    assert (again.value, again.written) == (found.value, found.written)
    return found.value


async def unclear(database: Database, kind: FieldKind, text: str, **more: object) -> Unclear:
    found = await reading(database, kind, text, **more)  # type: ignore[arg-type]
    assert isinstance(found, Unclear), found
    return found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mx", "MX"),
        ("MEX", "MX"),
        ("México", "MX"),
        ("Haïti", "HT"),
        ("RD", "DO"),
        ("trinidad", "TT"),
        ("Guinea", "GN"),
    ],
)
async def test_countries_by_any_name(network: Database, text: str, code: str) -> None:
    assert await understood(network, FieldKind.COUNTRY, text) == code


async def test_a_country_that_could_be_two_is_asked_about(network: Database) -> None:
    found = await unclear(network, FieldKind.COUNTRY, "Congo")
    assert {option.value for option in found.options} >= {"CD", "CG"}
    assert "Congo - Kinshasa" in found.message
    assert "“Atlantis”" in (await unclear(network, FieldKind.COUNTRY, "Atlantis")).message


async def test_people_are_those_whom_the_asker_may_know(network: Database) -> None:
    key = await understood(network, FieldKind.PERSON, "Lucía Demoreda")
    assert isinstance(key, str)
    for text in ("Lucía Demoreda", key):
        found = await unclear(network, FieldKind.PERSON, text, who="visitor")
        assert found.options == ()
        assert "Demoreda" not in found.message.replace("“Lucía Demoreda”", "")
    assert "“Nobody Atall”" in (await unclear(network, FieldKind.PERSON, "Nobody Atall")).message


async def test_choices_by_value_label_number_and_beginning(network: Database) -> None:
    for text, value in (
        ("h", "h"),
        ("holder", "h"),
        ("ALTERNATE", "a"),
        ("3", "ac"),
        ("2", "2"),
        ("nob", "2"),
    ):
        assert await understood(network, FieldKind.CHOICE, text) == value
    assert "Holder · Alternate · Acting · Nobody" in (await unclear(network, FieldKind.CHOICE, "9")).message


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Ana@Example.ORG", "Ana@example.org"),
        (" mailto:a.b+c@x-y.gov.mx ", "a.b+c@x-y.gov.mx"),
        ("Ana Pérez <ana@example.org>", "ana@example.org"),
        ("ana@münchen.example", "ana@münchen.example"),
    ],
)
async def test_addresses(network: Database, text: str, address: str) -> None:
    assert await understood(network, FieldKind.EMAIL, text) == address


@pytest.mark.parametrize(
    "text",
    [
        "ana",
        "ana@",
        "@x.org",
        "a b@x.org",
        "a@b",
        "a@x.org, b@x.org",
        "a..b@x.org",
        ".a@x.org",
        "a@-x.org",
        "a@x.o",
    ],
)
async def test_what_is_no_address(network: Database, text: str) -> None:
    assert "name@example.org" in (await unclear(network, FieldKind.EMAIL, text)).message


async def test_an_ambiguous_day_is_offered_both_ways(network: Database) -> None:
    found = await unclear(network, FieldKind.DATE, "03/04/2027")
    assert "“03/04/2027” can be 3 April 2027 or 4 March 2027." in found.message
    assert [option.value for option in found.options] == ["2027-04-03", "2027-03-04"]
    french = await unclear(network, FieldKind.DATE, "03/04/2027", language="fr")
    assert [option.label for option in french.options] == ["3 avril 2027", "4 mars 2027"]


async def test_an_ambiguous_amount_is_offered_both_ways(network: Database) -> None:
    found = await unclear(network, FieldKind.MONEY, "EUR 1,234")
    assert [option.value for option in found.options] == ["EUR 1234.00", "EUR 1.2340"]
    assert await understood(network, FieldKind.NUMBER, "1234.5") == Decimal("1234.5")
    dollars = await unclear(network, FieldKind.MONEY, "$ 18,500.00")
    assert dollars.options[0].value == "USD 18500.00"
    assert "USD 18500.00" in dollars.message


async def test_tomorrow_is_the_readers(network: Database) -> None:
    async with network.reading() as session:
        asking = Asking(network, "visitor", "en", time_zone="America/Bogota")
        context = await asking._context(session, Said(""))
        evening = replace(context, now=datetime(2027, 4, 15, 2, tzinfo=UTC))
        found = await read(field(FieldKind.DATE), "tomorrow", evening)
    assert isinstance(found, Understood)
    assert found.written == "2027-04-15"


async def test_text_keeps_its_lines_only_where_there_are_lines(network: Database) -> None:
    assert await understood(network, FieldKind.TEXT, "  a\u202e\n b ") == "a b"
    assert await understood(network, FieldKind.LONG_TEXT, "a \r\nb\n\n\n\nc\x00") == "a\nb\n\nc"


async def test_nothing_is_an_answer_only_where_none_is_needed(network: Database) -> None:
    for kind in FieldKind:
        assert "needs an answer" in (await unclear(network, kind, " \u200b ")).message
        found = await reading(network, kind, "", required=False)
        assert isinstance(found, Understood)
        assert found.value is None


async def test_too_long_is_said_with_both_numbers(network: Database) -> None:
    message = (await unclear(network, FieldKind.TEXT, "x" * 61, max_length=60)).message
    assert "61" in message
    assert "60" in message


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_message_is_there_in_every_language(network: Database, language: str) -> None:
    wrong = {
        FieldKind.DATE: ("x", "30/02/2027", "3 May", "03/04/2027"),
        FieldKind.TIME: ("x",),
        FieldKind.NUMBER: ("x", "1.234", "1.23456"),
        FieldKind.MONEY: ("x", "5", "$5", "5 zz", "USD 1.234"),
        FieldKind.EMAIL: ("x",),
        FieldKind.COUNTRY: ("xyzzy quux", "saint"),
        FieldKind.PERSON: ("xyzzy quux",),
        FieldKind.CHOICE: ("x",),
    }
    for kind, texts in wrong.items():
        for text in texts:
            message = (await unclear(network, kind, text, language=language)).message
            assert message.strip()
            assert not message.startswith("form.")
            assert "!" not in message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(kind=st.sampled_from(FieldKind), text=st.text(max_size=80))
async def test_whatever_is_typed_is_read_or_asked_about(
    network: Database, kind: FieldKind, text: str
) -> None:
    found = await reading(network, kind, text)
    if isinstance(found, Understood):
        again = await reading(network, kind, found.written)
        assert isinstance(again, Understood)
        assert again.value == found.value
    else:
        assert found.message
        for option in found.options:
            assert isinstance(await reading(network, kind, option.value), Understood)
