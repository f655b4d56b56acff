"""What is exported is imported again without a change, in every format and language."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from directory.database import Database
from directory.exporting import Listing, Scope, focal_points, projects_of, workbooks
from directory.importing import Plan, Request, Result, make


def _file(listing: Listing, ending: str) -> bytes:
    buffer = io.BytesIO()
    writer = workbooks.write if ending == "xlsx" else workbooks.write_csv
    writer(buffer, listing.headings, listing.rows)
    return buffer.getvalue()


async def _planned(session: AsyncSession, data: bytes) -> Plan:
    plan = await make(session, Request(data, datetime.now(UTC).date()))
    changes = [change async for batch in plan.changes(session) for change in batch]
    assert changes == [], [(item.label, item.differences, item.problem) for item in plan.outcomes()]
    return plan


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "es", "fr", "pt"])
async def test_the_demo_network_comes_back_unchanged(demo: Database, language: str, ending: str) -> None:
    today = datetime.now(UTC).date()
    async with demo.reading() as session:
        for level_of in (lambda _: 1, lambda _: 2):
            listing = await focal_points(session, Scope(), level_of, language, today)
            assert len(listing.rows) > 25
            counts = (await _planned(session, _file(listing, ending))).counts()
            assert counts[Result.UNCHANGED] == len(listing.rows)
            assert counts[Result.DOUBTFUL] == counts[Result.REFUSED] == 0


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt"])
async def test_projects_come_back_unchanged(demo: Database, language: str) -> None:
    async with demo.reading() as session:
        listing = await projects_of(session, Scope(), language)
        assert len(listing.rows) == 2
        for ending in ("csv", "xlsx"):
            counts = (await _planned(session, _file(listing, ending))).counts()
            assert counts[Result.UNCHANGED] == 2


async def test_nobody_is_listed_whose_name_may_not_be_shown(demo: Database) -> None:
    async with demo.reading() as session:
        listing = await focal_points(session, Scope(), lambda _: 0, "en", date(2030, 1, 1))
    assert listing.rows == ()
    assert listing.people == ()


async def test_a_country_and_a_network_narrow_the_list(demo: Database) -> None:
    today = datetime.now(UTC).date()
    async with demo.reading() as session:
        mexico = await focal_points(session, Scope("ACS", "MX"), lambda _: 1, "en", today)
        nobody = await focal_points(session, Scope("SDC"), lambda _: 1, "en", today)
    assert {row[1] for row in mexico.rows} == {"Mexico"}
    assert len(mexico.rows) == 2
    assert nobody.rows == ()
    assert all(contact.level <= 1 for person in mexico.people for contact in person.contacts)
