"""Countries: every code, four names each, what people type instead, the time in the capital."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from directory import countries, search
from directory.countries import ALIASES, CAPITAL_ZONES, LOCALES
from directory.database import Database
from directory.search import Kind

#: Territories where nobody lives, for which the tz database has no zone.
UNINHABITED = {"BV", "HM"}


async def top(database: Database, typed: str) -> str:
    async with database.reading() as session:
        hits = await search.find(session, typed, kinds=(Kind.COUNTRY,), limit=1, max_level=0)
    return hits[0].key if hits else ""


async def test_every_alias_finds_its_country_first(demo: Database) -> None:
    wrong = {
        alias: found
        for code, aliases in ALIASES.items()
        for alias in aliases
        if (found := await top(demo, alias)) != code
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Reino Unido", "GB"),
        ("cote d ivoire", "CI"),
        ("Elfenbeinkuste", ""),
        ("St. Vincent and the Grenadines", "VC"),
        ("Estados Unidos", "US"),
        ("trinite et tobago", "TT"),
        ("MEX", "MX"),
        ("mx", "MX"),
        ("Países Baixos", "NL"),
        ("Guayana Francesa", "GF"),
    ],
)
async def test_names_without_accents_and_codes(demo: Database, typed: str, code: str) -> None:
    assert await top(demo, typed) == code


async def test_every_country_has_four_names_and_a_zone_that_exists(demo: Database) -> None:
    async with demo.reading() as session:
        every = await countries.every(session)
    known = available_timezones()
    for country in every:
        assert {name.language for name in countries.names(country.code)} >= set(LOCALES), country.code
    assert {country.code for country in every if not country.time_zone} == UNINHABITED
    assert all(country.time_zone in known for country in every if country.time_zone)
    assert all(len(country.alpha3) == 3 for country in every)
    assert set(ALIASES) | set(CAPITAL_ZONES) <= {country.code for country in every}


@pytest.mark.parametrize("typed", ["tt", "TT", "tto", "TTO"])
async def test_a_code_is_known_in_any_case(demo: Database, typed: str) -> None:
    async with demo.reading() as session:
        country = await countries.get(session, typed)
    assert country is not None
    assert (country.code, country.flag) == ("TT", "🇹🇹")


@pytest.mark.parametrize("typed", ["", "T", "XX", "ZZ", "EU", "' OR 1=1", "%%"])
async def test_what_is_no_code_is_nothing(demo: Database, typed: str) -> None:
    async with demo.reading() as session:
        assert await countries.get(session, typed) is None
