"""Institutions: parts and parents, and being found by what they are called now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from directory import institutions, revision, search
from directory.database import Database
from directory.institutions import Institution, InstitutionKind
from directory.search import Kind
from directory.texts import local


async def test_parts_and_country(demo: Database) -> None:
    async with demo.reading() as session:
        assert [part.key for part in await institutions.parts_of(session, "un")] == ["undp"]
        assert [body.key for body in await institutions.of_country(session, "ml")] == ["ml-gec", "ml-seg"]
        assert list(await institutions.several(session, ["sdc", "nobody"])) == ["sdc"]
        assert await institutions.get(session, "nobody") is None


@pytest.mark.parametrize("typed", ["IMEXCI", "I.M.E.X.C.I.", "instituto mexicano", "Institut mexicain"])
async def test_found_by_name_and_acronym(demo: Database, typed: str) -> None:
    async with demo.reading() as session:
        hits = await search.find(session, typed, kinds=(Kind.INSTITUTION,), limit=1, max_level=0)
    assert [hit.key for hit in hits] == ["imexci"]


async def test_a_replaced_institution_is_found_by_its_new_name_alone(demo: Database) -> None:
    renamed = Institution(
        "imexci", local(es="Zarzamora Institucional"), local(), InstitutionKind.MINISTRY, "MX"
    )
    async with demo.writing() as session:
        before = await revision.current(session)
        await institutions.replace(session, renamed)
        assert await revision.current(session) == before + 1
    async with demo.reading() as session:
        assert await institutions.get(session, "imexci") == renamed
        new = await search.find(session, "zarzamora", kinds=(Kind.INSTITUTION,), max_level=0)
        old = await search.find(session, "IMEXCI", kinds=(Kind.INSTITUTION,), max_level=0)
    assert [hit.key for hit in new] == ["imexci"]
    assert "imexci" not in [hit.key for hit in old]


async def test_replacing_what_is_not_there_stores_it(demo: Database) -> None:
    new = Institution(
        "new-one", local(en="New one"), local(), InstitutionKind.OFFICE, None, "acs", "https://x.org"
    )
    async with demo.writing() as session:
        await institutions.add(session, [])
        await institutions.replace(session, new)
    async with demo.reading() as session:
        assert await institutions.get(session, "new-one") == new


@pytest.mark.parametrize("key", ["", "A", "a b", "a:b", "é", "-a", "a--b", "a" * 33, "a\n"])
async def test_a_key_must_fit_into_a_button(demo: Database, key: str) -> None:
    async with demo.reading() as session:
        sdc = await institutions.get(session, "sdc")
    assert sdc is not None
    async with demo.writing() as session:
        with pytest.raises(ValueError, match="key"):
            await institutions.add(session, [replace(sdc, key=key)])
