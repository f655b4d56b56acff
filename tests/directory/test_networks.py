"""Dated memberships: what is not known to the day is never said to be, and still reckoned with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import networks, revision
from directory.database import Database
from directory.networks import MemberKind, Membership
from directory.texts import local

DAYS = st.none() | st.dates(date(1950, 1, 1), date(2050, 1, 1))


@given(DAYS, DAYS, DAYS, DAYS, st.dates(date(1950, 1, 1), date(2050, 1, 1)))
def test_a_known_day_wins_over_a_reckoned_one(
    since: date | None, until: date | None, begin: date | None, end: date | None, day: date
) -> None:
    vague = Membership("N", "MX", MemberKind.MEMBER, since, until, counted_from=begin, counted_until=end)
    exact = Membership("N", "MX", MemberKind.MEMBER, since or begin, until or end)
    assert vague.holds_on(day) is exact.holds_on(day)


def test_the_last_day_is_the_one_before_the_end() -> None:
    left = Membership("N", "MX", MemberKind.MEMBER, date(2000, 1, 1), date(2010, 1, 1))
    days = (date(1999, 12, 31), date(2000, 1, 1), date(2009, 12, 31), date(2010, 1, 1))
    assert [left.holds_on(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("network", "country", "kind", "before", "after"),
    [
        ("MERCOSUR", "VE", MemberKind.MEMBER, date(2011, 12, 31), date(2013, 1, 1)),
        ("MERCOSUR", "BO", MemberKind.MEMBER, date(2024, 6, 30), date(2024, 8, 1)),
        ("CARICOM", "CW", MemberKind.ASSOCIATE, date(2023, 12, 31), date(2025, 1, 1)),
        ("ACS", "MF", MemberKind.ASSOCIATE, date(2015, 12, 31), date(2017, 1, 1)),
    ],
)
async def test_a_year_is_reckoned_with_but_no_day_is_said(
    demo: Database, network: str, country: str, kind: MemberKind, before: date, after: date
) -> None:
    async with demo.reading() as session:
        held = {
            day: [m for m in await networks.members_of(session, network, day) if m.country == country]
            for day in (before, after)
        }
    assert kind not in [item.kind for item in held[before]]
    (now,) = held[after]
    assert (now.kind, now.since, now.until) == (kind, None, None)
    assert now.counted_from is not None, "what is known of the date is kept, and said as what it is"


async def test_bolivia_was_associated_before_it_was_a_party(demo: Database) -> None:
    kinds = {}
    async with demo.reading() as session:
        for day in (date(2022, 6, 22), date(2026, 1, 1)):
            held = await networks.memberships_of(session, "bo", day)
            kinds[day.year] = [item.kind for item in held if item.network == "MERCOSUR"]
    assert kinds == {2022: [MemberKind.ASSOCIATE], 2026: [MemberKind.MEMBER]}


@pytest.mark.parametrize(("territory", "holder"), [("GF", "FR"), ("BL", "FR"), ("BQ", "NL"), ("gf", "FR")])
async def test_a_territory_belongs_through_the_country_that_is_a_member_for_it(
    demo: Database, territory: str, holder: str
) -> None:
    async with demo.reading() as session:
        (held,) = await networks.memberships_of(session, territory)
        assert held in await networks.memberships_of(session, holder)
    assert (held.network, held.country, held.kind) == ("ACS", holder, MemberKind.ASSOCIATE)


@pytest.mark.parametrize("typed", ["", "F", " F", "F ", "FB", "%%", "__", "GFB", "GF BL"])
async def test_what_is_no_code_has_no_membership(demo: Database, typed: str) -> None:
    async with demo.reading() as session:
        assert await networks.memberships_of(session, typed) == []


async def test_members_come_before_associates_and_observers(demo: Database) -> None:
    async with demo.reading() as session:
        held = await networks.members_of(session, "acs", date(2026, 1, 1))
    kinds = [item.kind for item in held]
    assert kinds == sorted(kinds, key=list(MemberKind).index)
    assert [kinds.count(kind) for kind in MemberKind] == [25, 10, 29]


async def test_a_network_is_replaced_with_its_memberships(demo: Database) -> None:
    async with demo.writing() as session:
        oas = await networks.get(session, "oas")
        assert oas is not None
        before = await revision.current(session)
        kept = Membership("OAS", "MX", MemberKind.MEMBER, date(1948, 12, 13), note=local(en="kept"))
        await networks.replace(session, oas, [kept])
        assert await revision.current(session) > before
    async with demo.reading() as session:
        assert await networks.members_of(session, "OAS", date(2020, 1, 1)) == [kept]
        assert len(await networks.members_of(session, "ACS", date(2020, 1, 1))) > 50


async def test_a_new_network_and_nothing_at_all(demo: Database) -> None:
    new = networks.Network("NEW", local(en="New"), local())
    async with demo.writing() as session:
        await networks.add(session, [], [])
        await networks.replace(session, new, [])
        with pytest.raises(ValueError, match="NEW"):
            await networks.replace(session, new, [Membership("OAS", "MX", MemberKind.MEMBER)])
    async with demo.reading() as session:
        assert await networks.get(session, "new") == new
        assert await networks.members_of(session, "NEW", date.max - timedelta(1)) == []
        assert [item.code for item in await networks.every(session)][-2:] == ["OAS", "SEGIB"]
