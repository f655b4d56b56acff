"""Posts and the nominations that join people to them."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from directory import posts, revision, search
from directory.database import Database
from directory.demo import ACS_MEMBERS
from directory.posts import Nomination, Post, Standing
from directory.search import Kind
from directory.texts import local


@pytest.mark.parametrize(
    "typed", ["focal point Mexico", "punto focal México", "point focal Mexique", "ponto focal méxico"]
)
async def test_a_post_is_found_by_title_and_country_in_four_languages(demo: Database, typed: str) -> None:
    async with demo.reading() as session:
        hits = await search.find(session, typed, kinds=(Kind.POST,), limit=1, max_level=0)
    assert [hit.key for hit in hits] == ["acs-fp-mx"]


async def test_the_history_of_a_post_is_kept_newest_first(demo: Database) -> None:
    async with demo.reading() as session:
        keys = [f"acs-fp-{code.lower()}" for code in ACS_MEMBERS]
        named = await posts.nominations(session, keys)
        (held,) = await posts.of_person(session, "demo-mx-past")
    assert held.key == "acs-fp-mx"
    assert [item.person for item in named["acs-fp-mx"]] == ["demo-mx", "demo-mx-alt", "demo-mx-past"]
    for history in named.values():
        assert all(newer.since >= older.since for newer, older in pairwise(history))
    assert "acs-fp-ni" not in named, "nobody was ever named"


async def test_a_post_is_replaced_with_its_nominations(demo: Database) -> None:
    moved = Post("acs-fp-mx", local(en="Zarzamora liaison"), local(), "ACS", "MX")
    named = Nomination("acs-fp-mx", "demo-mx", Standing.ACTING, date(2026, 5, 1), None, "REF/1")
    async with demo.writing() as session:
        before = await revision.current(session)
        await posts.replace(session, moved, [named])
        assert await revision.current(session) == before + 1
    async with demo.reading() as session:
        assert await posts.get(session, "acs-fp-mx") == moved
        assert await posts.nominations(session, ["acs-fp-mx"]) == {"acs-fp-mx": [named]}
        assert await posts.of_person(session, "demo-mx-past") == []
        hits = await search.find(session, "zarzamora liaison Mexico", kinds=(Kind.POST,), limit=1)
    assert [hit.key for hit in hits] == ["acs-fp-mx"]


async def test_a_new_post_and_nothing_at_all(demo: Database) -> None:
    new = Post("new-post", local(en="New post"), institution="acs-dcrm")
    async with demo.writing() as session:
        await posts.add(session, [], [])
        await posts.replace(session, new, [])
    async with demo.reading() as session:
        assert new in await posts.of_institution(session, "acs-dcrm")
        assert await posts.nominations(session, ["new-post"]) == {}


async def test_impossible_nominations_are_refused(demo: Database) -> None:
    backwards = Nomination("acs-fp-mx", "demo-mx", Standing.HOLDER, date(2026, 2, 1), date(2026, 1, 1))
    async with demo.writing() as session:
        with pytest.raises(ValueError, match="before it begins"):
            await posts.add(session, [], [backwards])
        mexico = await posts.get(session, "acs-fp-mx")
        assert mexico is not None
        with pytest.raises(ValueError, match="acs-fp-mx"):
            await posts.replace(
                session, mexico, [Nomination("acs-fp-ni", "demo-mx", Standing.HOLDER, date(2026, 1, 1))]
            )
