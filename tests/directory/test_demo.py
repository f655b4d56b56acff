"""The demo network holds the public facts exactly, in four languages, and nobody real."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa

from bot.demo import load_if_empty
from directory import countries, institutions, networks, people, posts, projects
from directory.access import Role
from directory.database import Database
from directory.demo import ACS_MEMBERS, DEMO_PEOPLE
from directory.networks import MemberKind
from directory.posts import Standing
from directory.projects import Amount, DocumentKind, Duration, FundingState, PartyRole, Status, Unit
from directory.texts import LocalText

FACTS: Final = Path(__file__).parents[3] / "shared/reference/networks.json"
TODAY: Final = date(2026, 11, 24)


def texts(value: Any) -> Iterator[LocalText]:
    """Every text of a record, however deep."""
    if isinstance(value, LocalText):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from texts(item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))


async def test_it_is_loaded_once(demo: Database) -> None:
    assert not await load_if_empty(demo)


async def test_acs_sf_001_holds_the_sheet(demo: Database) -> None:
    async with demo.reading() as session:
        sheet = await projects.sheet(session, "ACS-SF-001")
    assert sheet is not None
    assert (sheet.country, sheet.status, sheet.updated_on) == ("MX", Status.COMPLETED, date(2002, 11, 13))
    assert (sheet.starts_on, sheet.ends_on) == (date(2002, 4, 11), date(2002, 4, 12))
    assert len(sheet.specific_objectives) == 2
    assert [part.duration for part in sheet.components] == [Duration(3, Unit.MONTH), Duration(2, Unit.DAY)]
    assert [(step.on, step.until) for step in sheet.progress] == [(date(2002, 4, 11), date(2002, 4, 12))]
    (line,) = sheet.funding
    assert (line.donor.institution, line.amount) == ("imexci", Amount(Decimal("18500.00"), "USD"))
    roles = {role: [party.institution for party in sheet.parties_as(role)] for role in PartyRole}
    assert roles[PartyRole.RESPONSIBLE] == ["acs"]
    assert roles[PartyRole.EXECUTING] == ["acs-secretariat"]
    assert roles[PartyRole.ASSOCIATED] == roles[PartyRole.DONOR] == ["imexci"]
    assert sheet.parties_as(PartyRole.BENEFICIARY)[0].name.in_language("en")[0] == "ACS member countries"
    assert [paper.kind for paper in sheet.documents] == [DocumentKind.MANDATE]


async def test_the_swiss_contribution_holds_the_sheet(demo: Database) -> None:
    async with demo.reading() as session:
        sheet = await projects.sheet(session, "SDC-ML-SEG-3")
    assert sheet is not None
    assert (sheet.country, sheet.status) == ("ML", Status.COMPLETED)
    assert (sheet.starts_on, sheet.ends_on) == (date(2019, 7, 1), date(2021, 12, 31))
    assert sheet.budget == Amount(Decimal(300000), "CHF")
    (line,) = sheet.funding
    assert (line.amount, line.state) == (Amount(Decimal(284791), "CHF"), FundingState.ALLOCATED)
    assert sheet.budget is not None
    assert round(line.amount.value / sheet.budget.value * 100, 1) == Decimal("94.9")
    assert len(sheet.workstreams) == len(sheet.expected_results) == 3
    others = sheet.parties_as(PartyRole.OTHER_PARTNER)
    named = [party.country or party.institution for party in others]
    assert named == ["DE", "CA", "ES", "US", "LU", "SE", "eu"]
    assert [party.institution for party in sheet.parties_as(PartyRole.CONTRACT_PARTNER)] == ["undp"]
    assert [theme.slug for theme in sheet.themes] == ["governance", "public-finance"]
    assert sheet.updated_on is None


async def test_every_text_has_four_languages(demo: Database) -> None:
    found = 0
    async with demo.reading() as session:
        keys = list((await session.execute(sa.select(institutions.InstitutionRow.key))).scalars())
        records: list[object] = [
            await projects.sheet(session, code) for code in await projects.codes(session)
        ]
        records += [body.names for body in (await institutions.several(session, keys)).values()]
        records += await networks.every(session)
        for code in ACS_MEMBERS:
            records += await posts.of_country(session, code)
            records += await networks.memberships_of(session, code)
        records += await posts.of_institution(session, "acs-dcrm")
    for record in records:
        for text in texts(record):
            if text:
                assert set(text.by_language) >= {"en", "es", "fr", "pt"}, text
                assert all(words.strip() == words != "" for words in text.by_language.values())
                found += 1
    assert found > 120


async def test_memberships_depend_on_the_date(demo: Database) -> None:
    async with demo.reading() as session:
        members = {
            (network, day): [
                item.country
                for item in await networks.members_of(session, network, day)
                if item.kind is MemberKind.MEMBER
            ]
            for network in ("ACS", "OAS", "MERCOSUR", "CARICOM", "SEGIB")
            for day in (date(2022, 6, 22), TODAY)
        }
    assert sorted(members["ACS", TODAY]) == sorted(ACS_MEMBERS)
    assert len(ACS_MEMBERS) == 25
    assert "NI" in members["OAS", date(2022, 6, 22)]
    assert "NI" not in members["OAS", TODAY]
    assert "BO" not in members["MERCOSUR", date(2022, 6, 22)]
    assert "BO" in members["MERCOSUR", TODAY]
    assert (len(members["CARICOM", TODAY]), len(members["SEGIB", TODAY])) == (15, 22)


@pytest.mark.skipif(not FACTS.exists(), reason="the reference facts are not beside the project")
async def test_memberships_agree_with_the_reference(demo: Database) -> None:
    facts = json.loads(FACTS.read_text("utf-8"))
    lists = {
        "ACS": ("member_states", "associate_members", "observer_countries"),
        "OAS": ("charter_states",),
        "SEGIB": ("member_states", "associate_observers"),
        "MERCOSUR": ("states_parties", "associated_states"),
        "CARICOM": ("member_states", "associate_members"),
    }
    async with demo.reading() as session:
        for network, names in lists.items():
            wanted = {code for name in names for code in facts[network][name] if isinstance(code, str)}
            rows = await session.execute(
                sa.select(networks.MembershipRow.country).where(networks.MembershipRow.network == network)
            )
            assert wanted <= set(rows.scalars()), network
            known = await networks.get(session, network)
            assert known is not None
            assert dict(known.names.by_language) == facts[network]["names"]


async def test_every_acs_member_has_a_post_and_the_people_are_invented(demo: Database) -> None:
    standings: list[Standing] = []
    vacant = []
    async with demo.reading() as session:
        for code in ACS_MEMBERS:
            (post,) = await posts.of_country(session, code)
            named = (await posts.nominations(session, [post.key])).get(post.key, [])
            current = [item for item in named if item.holds_on(date.today())]  # noqa: DTZ011
            standings += [item.standing for item in current]
            if not current:
                vacant.append(code)
            for person in (await people.several(session, [item.person for item in named], 3)).values():
                assert person.invented
                emails = [contact.value for contact in person.contacts if contact.kind == "email"]
                assert all(value.endswith("@example.org") for value in emails)
                numbers = [
                    contact.value for contact in person.contacts if contact.kind in ("phone", "mobile")
                ]
                assert all(value.startswith("+1 868 555 01") for value in numbers)
        assert (await people.standing(session, DEMO_PEOPLE["focal"])).verified_in == {"ACS"}
        assert (await people.standing(session, DEMO_PEOPLE["coordinator"])).coordinates == {"ACS"}
        assert (await people.standing(session, DEMO_PEOPLE["operator"])).operator
        assert (await people.standing(session, "demo-mx-past")).role is Role.LINKED
    assert vacant == ["GY", "NI", "VE"]
    assert {Standing.HOLDER, Standing.ALTERNATE, Standing.ACTING} <= set(standings)


@pytest.mark.parametrize("level", [0, 1, 2, 3])
async def test_reads_return_nothing_above_the_level(demo: Database, level: int) -> None:
    async with demo.reading() as session:
        person = await people.get(session, DEMO_PEOPLE["focal"], level)
    if level == 0:
        assert person is None
        return
    assert person is not None
    assert {contact.level for contact in person.contacts} == set(range(1, level + 1))


async def test_countries_are_those_of_iso(demo: Database) -> None:
    async with demo.reading() as session:
        every = await countries.every(session)
        mexico = await countries.get(session, "mex")
    assert len(every) == 249
    assert mexico is not None
    assert (mexico.code, mexico.alpha3, mexico.time_zone) == ("MX", "MEX", "America/Mexico_City")
    assert mexico.flag == "🇲🇽"
