"""What is exported is imported again without a change, in every format and language."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from directory.database import Database
from directory.exporting import Listing, Scope, focal_points, projects_of, workbooks
from directory.importing import Defaults, Plan, Request, Result, make, store


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


_WORD = st.text("abcdefghijlmnopqrstuvzáéñçõüø", min_size=2, max_size=9).map(str.capitalize)
_NAME = st.lists(_WORD, min_size=1, max_size=2).map(" ".join)
#: A made-up person of a list: given and family names, a country, what the post is called, a phone or none.
_ROW = st.tuples(
    _NAME,
    _NAME,
    st.sampled_from(["Mexico", "Barbados", "Mali", "Switzerland"]),
    st.lists(_WORD, min_size=2, max_size=4).map(" ".join),
    st.sampled_from(["", "+52 55 1234 5678", "+1 246 555 0101"]),
)
_HEADINGS = ("Given name", "Family name", "Country", "Post", "Phone", "E-mail")


@pytest.fixture
def copied(tmp_path: Path, sqlite_demo_template: Path) -> str:
    """The address of a fresh database with the demo network."""
    path = tmp_path / "enlace.db"
    path.write_bytes(sqlite_demo_template.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def on_sqlite(copied: str) -> AsyncIterator[Database]:
    """The demo network on SQLite: what lists are read as and written from is the same on every database."""
    database = Database(copied)
    yield database
    await database.close()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rows=st.lists(_ROW, min_size=1, max_size=6, unique_by=lambda row: (row[2], row[3])),
    language=st.sampled_from(["en", "es", "fr", "pt"]),
)
async def test_any_list_comes_back_as_it_went_in(
    on_sqlite: Database, ending: str, rows: list[tuple[str, ...]], language: str
) -> None:
    """In as a file, out in any language, in again: nothing changes; and what comes out is what went in."""
    now, today = datetime.now(UTC), datetime.now(UTC).date()
    given_rows = [(*row, f"person{number}@example.org") for number, row in enumerate(rows)]
    async with on_sqlite.writing() as session:
        data = _file(Listing(_HEADINGS, tuple(given_rows), ()), ending)
        plan = await make(session, Request(data, today, defaults=Defaults("TST"), new_network="Test network"))
        number = await store.new(
            session, now, kind=plan.kind, file_name="l", network="TST", owner="t", counts={}
        )
        assert await store.carry_out(session, number, plan.changes(session), now)
        listing = await focal_points(session, Scope("TST"), lambda _: 1, language, today)
        exported = {tuple(str(cell) for cell in row) for row in listing.rows}
        counts = (await _planned(session, _file(listing, ending))).counts()
        assert counts[Result.UNCHANGED] == len(rows)
        for given_name, family_name, _, post, _, email in given_rows:
            (line,) = [row for row in exported if email in row]
            assert {given_name, family_name, post} <= set(line), line
        await session.rollback()
