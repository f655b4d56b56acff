"""What is refused of a project, what is kept of it, and how cheaply its sheet is read."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from directory import projects
from directory.database import Database
from directory.projects import Amount, Funding, Party, PartyRole, ProjectSheet
from directory.projects.codes import parts, same, squeeze
from directory.texts import LocalText, local

#: A sheet is the most asked question: project, items, parties, amounts, institutions.
QUERIES = 5


@pytest.mark.parametrize("donor", [local(en="Friends of the reef"), local(fr="Amis du récif", pt="Amigos")])
async def test_a_donor_described_in_words_keeps_its_name(demo: Database, donor: LocalText) -> None:
    party = Party(PartyRole.DONOR, name=donor)
    line = Funding(party, Amount(Decimal("12.50"), "USD"))
    async with demo.writing() as session:
        await projects.put(session, ProjectSheet("X-1", local(en="x"), parties=(party,), funding=(line,)))
    async with demo.reading() as session:
        read = await projects.sheet(session, "X-1")
    assert read is not None
    assert read.funding == (line,)


@pytest.mark.parametrize("code", ["ACSS-F-1", "ACS-SF-1", "ACSSF-001", "A-CSSF-0001"])
async def test_a_code_that_would_be_typed_like_another_is_refused(demo: Database, code: str) -> None:
    async with demo.writing() as session:
        with pytest.raises(ValueError, match="ACS-SF-001"):
            await projects.put(session, ProjectSheet(code, local(en="x")))
    async with demo.reading() as session:
        assert await projects.codes(session) == ["ACS-SF-001", "SDC-ML-SEG-3"]


@pytest.mark.parametrize("code", ["", "acs-1", "ACS 1", "ACS:1", "-ACS", "ÉTÉ-1", "A" * 33, "A-1\n"])
async def test_what_is_no_code_is_refused(demo: Database, code: str) -> None:
    async with demo.writing() as session:
        with pytest.raises(ValueError, match="capital letters"):
            await projects.put(session, ProjectSheet(code, local(en="x")))


@pytest.mark.parametrize("typed", ["ＡＣＳ－ＳＦ－００１", "acs sf ١", "ACS-SF-००१", "acs\u00a0sf\u2011𝟎𝟎𝟏"])
async def test_other_keyboards_write_the_same_code(demo: Database, typed: str) -> None:
    async with demo.reading() as session:
        assert await projects.code_of(session, typed) == "ACS-SF-001"


@given(st.text())
def test_any_text_is_taken_apart_the_same_way_twice(text: str) -> None:
    assert parts(" ".join(parts(text))) == parts(text)
    assert same(text, " ".join(parts(text)))
    for part in parts(text):
        assert part
        assert not part.isdecimal() or part.isascii()


@given(st.from_regex(r"[A-Z]{2,5}(-[A-Z]{2,4}){0,2}-[0-9]{1,4}", fullmatch=True), st.integers(0, 9999))
def test_the_number_tells_projects_apart(code: str, other: int) -> None:
    body, number = code.rsplit("-", 1)
    assert same(code, f"{body}-{other}") is (int(number) == other)
    assert squeeze(code) == squeeze(code.lower().replace("-", ""))


async def test_a_sheet_takes_few_queries(demo: Database) -> None:
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    async with demo.reading() as session:
        engine = session.get_bind().engine
        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            assert await projects.sheet(session, "SDC-ML-SEG-3") is not None
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
    asked = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(asked) <= QUERIES
