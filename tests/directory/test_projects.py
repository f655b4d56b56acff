"""Codes forgive, sheets come back as they were stored, lists can be narrowed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import projects, revision
from directory.database import Database
from directory.demo.project_acs import ACS_SF_001
from directory.demo.project_sdc import SDC_ML_SEG_3
from directory.projects import Amount, Filters, ProjectSheet, Status
from directory.projects.codes import looks_like_code, same, squeeze
from directory.texts import local

CODES = st.from_regex(r"[A-Z]{2,5}-[A-Z]{2,4}-(0{0,3}[1-9][0-9]{0,3})", fullmatch=True)


@pytest.mark.parametrize(
    "typed", ["acs sf 1", "ACS SF-001", "acssf001", "ACS-SF-01", "  acs–sf—001 ", "Acs/Sf.1", "acs_sf_0001"]
)
async def test_ways_of_writing_a_code(demo: Database, typed: str) -> None:
    async with demo.reading() as session:
        assert await projects.code_of(session, typed) == "ACS-SF-001"


@pytest.mark.parametrize(
    "typed", ["acs sf 11", "acs sf 10", "sf 1", "", "acs sf", "1", "acs sf 0 1", "x" * 9000]
)
async def test_other_codes_are_not_taken_for_it(demo: Database, typed: str) -> None:
    async with demo.reading() as session:
        assert await projects.code_of(session, typed) is None


@given(CODES, st.sampled_from(["", " ", "-", ".", "/", " - "]), st.booleans(), st.integers(0, 4))
def test_case_separators_and_zeros_do_not_count(code: str, between: str, lower: bool, zeros: int) -> None:
    *words, number = code.split("-")
    typed = between.join([*words, "0" * zeros + number.lstrip("0")])
    assert same(typed.lower() if lower else typed, code)
    assert looks_like_code(code)


@given(CODES, CODES)
def test_different_numbers_are_different_codes(first: str, second: str) -> None:
    plain = [tuple(part.lstrip("0") for part in code.split("-")) for code in (first, second)]
    joined = ["".join(parts[:-1]) + "#" + parts[-1] for parts in plain]
    assert same(first, second) == (joined[0] == joined[1])


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_squeezing_is_total(text: str) -> None:
    assert squeeze(text.lower()) == squeeze(text.lower().upper().lower())
    looks_like_code(text)


@pytest.mark.parametrize("sheet", [ACS_SF_001, SDC_ML_SEG_3], ids=lambda sheet: sheet.code)
async def test_a_sheet_comes_back_as_it_was_stored(demo: Database, sheet: ProjectSheet) -> None:
    async with demo.reading() as session:
        read = await projects.sheet(session, sheet.code)
    assert read is not None

    def bare(value: ProjectSheet) -> ProjectSheet:
        # The names of institutions are read with the sheet; what is stored are their keys.
        parties = tuple(
            replace(party, name=local(), acronym=local()) if party.institution else party
            for party in value.parties
        )
        funding = tuple(
            replace(line, donor=replace(line.donor, name=local(), acronym=local())) for line in value.funding
        )
        return replace(value, parties=parties, funding=funding)

    assert bare(read) == bare(sheet)


async def test_a_replaced_sheet_is_found_by_its_new_words_and_the_change_is_counted(demo: Database) -> None:
    changed = replace(ACS_SF_001, titles=local(en="Zanzibar harbour works"), status=Status.ONGOING)
    async with demo.writing() as session:
        before = await revision.current(session)
        await projects.put(session, changed)
        assert await revision.current(session) == before + 1
    async with demo.reading() as session:
        read = await projects.sheet(session, "ACS-SF-001")
    assert read is not None
    assert read.titles.in_language("fr") == ("Zanzibar harbour works", "en")


async def test_a_bare_project_has_nothing_recorded(demo: Database) -> None:
    bare = ProjectSheet("X-1", local(pt="Só um título"))
    async with demo.writing() as session:
        await projects.put(session, bare)
    async with demo.reading() as session:
        assert await projects.sheet(session, "X-1") == bare


@pytest.mark.parametrize(
    ("filters", "codes"),
    [
        (Filters(), ["ACS-SF-001", "SDC-ML-SEG-3"]),
        (Filters(country="MX"), ["ACS-SF-001"]),
        (Filters(country="DE"), ["SDC-ML-SEG-3"]),
        (Filters(donors=("imexci",)), ["ACS-SF-001"]),
        (Filters(donors=("sdc", "imexci")), ["ACS-SF-001", "SDC-ML-SEG-3"]),
        (Filters(donors=("eu",)), []),
        (Filters(theme="governance"), ["SDC-ML-SEG-3"]),
        (Filters(status=Status.COMPLETED, country="ML"), ["SDC-ML-SEG-3"]),
        (Filters(status=Status.ONGOING), []),
        (Filters(codes=("ACS-SF-001", "NO")), ["ACS-SF-001"]),
        (Filters(codes=()), []),
    ],
)
async def test_lists_are_narrowed(demo: Database, filters: Filters, codes: list[str]) -> None:
    async with demo.reading() as session:
        lines, total = await projects.listing(session, filters, 0, 10)
        page, same_total = await projects.listing(session, filters, 1, 10)
    assert [line.code for line in lines] == codes
    assert total == same_total == len(codes)
    assert [line.code for line in page] == codes[1:]


async def test_money_is_exact(demo: Database) -> None:
    odd = replace(ACS_SF_001, code="X-2", budget=Amount(Decimal("0.1001"), "JPY"), updated_on=date(1, 1, 1))
    async with demo.writing() as session:
        await projects.put(session, odd)
    async with demo.reading() as session:
        read = await projects.sheet(session, "X-2")
    assert read is not None
    assert read.budget == Amount(Decimal("0.1001"), "JPY")
    async with demo.writing() as session:
        with pytest.raises(Exception, match="four decimal"):
            await projects.put(session, replace(odd, budget=Amount(Decimal("0.00001"), "JPY")))
