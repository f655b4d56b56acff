"""People: nothing above the level leaves the database, and a role is granted or nominated, never assumed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from directory import belonging, people, posts, revision, search, suspensions
from directory.access import Role
from directory.access import Standing as Rights
from directory.database import Database
from directory.people import Contact, ContactKind, Person
from directory.posts import Nomination, Standing
from directory.search import Kind
from directory.suspensions import Suspension

SOMEBODY = Person(
    "somebody",
    "Zwxqvily",
    "Qvorzik",
    ("fr", "ht"),
    "America/Port-au-Prince",
    (
        Contact(ContactKind.EMAIL, "office@example.org", 0, date(2026, 1, 2)),
        Contact(ContactKind.PHONE, "+1 868 555 0100", 1),
        Contact(ContactKind.MOBILE, "+1 868 555 0101", 2),
        Contact(ContactKind.HANDLE, "@private", 3),
    ),
)


@pytest.mark.parametrize("level", [-1, 0, 1, 2, 3])
async def test_no_value_above_the_level(demo: Database, level: int) -> None:
    async with demo.writing() as session:
        await people.add(session, [SOMEBODY])
    async with demo.reading() as session:
        person = await people.get(session, "somebody", level)
        everybody = await people.several(session, ["somebody", "demo-mx", "nobody"], level)
    if level < people.NAME_LEVEL:
        assert person is None
        assert everybody == {}
        return
    assert person is not None
    assert person.contacts == SOMEBODY.contacts[: level + 1]
    assert set(everybody) == {"somebody", "demo-mx"}
    assert all(contact.level <= level for one in everybody.values() for contact in one.contacts)


async def test_a_name_is_found_by_those_who_may_see_it(demo: Database) -> None:
    async with demo.writing() as session:
        await people.add(session, [SOMEBODY])
    async with demo.reading() as session:
        for level, keys in ((0, []), (1, ["somebody"])):
            hits = await search.find(session, "qvorzik", kinds=(Kind.PERSON,), max_level=level)
            assert [hit.key for hit in hits] == keys


async def test_a_replaced_person_keeps_no_old_value_and_no_old_name(demo: Database) -> None:
    moved = Person("somebody", "Zwxqvily", "Umbrazzo", contacts=SOMEBODY.contacts[:1])
    async with demo.writing() as session:
        await people.add(session, [])
        await people.replace(session, SOMEBODY)
        before = await revision.current(session)
        await people.replace(session, moved)
        assert await revision.current(session) == before + 1
    async with demo.reading() as session:
        assert await people.get(session, "somebody", 3) == moved
        assert await people.exists(session, "somebody")
        assert [hit.key for hit in await search.find(session, "umbrazzo", kinds=(Kind.PERSON,))] == [
            "somebody"
        ]
        assert await search.find(session, "qvorzik", kinds=(Kind.PERSON,)) == []


async def test_a_level_outside_the_scale_is_refused(demo: Database) -> None:
    odd = Person("odd", "A", "B", contacts=(Contact(ContactKind.EMAIL, "a@example.org", 4),))
    with pytest.raises(IntegrityError):
        async with demo.writing() as session:
            await people.add(session, [odd])
    async with demo.reading() as session:
        assert not await people.exists(session, "odd"), "nothing is half-written"


@pytest.mark.parametrize(
    ("since", "until", "confirmed", "role"),
    [
        (-30, None, -20, Role.FOCAL_POINT),
        (-30, None, None, Role.LINKED),
        (-30, -10, -20, Role.LINKED),
        (10, None, -20, Role.LINKED),
        (-30, 10, -20, Role.FOCAL_POINT),
    ],
)
async def test_a_confirmed_nomination_that_holds_makes_a_focal_point(
    demo: Database, since: int, until: int | None, confirmed: int | None, role: Role
) -> None:
    today = datetime.now(UTC).date()

    def day(offset: int | None) -> date | None:
        return None if offset is None else today + timedelta(offset)

    async with demo.writing() as session:
        begins = day(since)
        assert begins is not None
        named = Nomination(
            "acs-fp-ni", "somebody", Standing.HOLDER, begins, day(until), confirmed_on=day(confirmed)
        )
        await people.add(session, [SOMEBODY])
        await posts.add(session, [], [named])
    async with demo.reading() as session:
        standing = await people.standing(session, "somebody")
    assert standing.role is role
    assert standing.verified_in == ({"ACS"} if role is Role.FOCAL_POINT else frozenset())


async def test_a_post_that_is_out_of_use_gives_no_right(demo: Database) -> None:
    today = datetime.now(UTC).date()
    async with demo.writing() as session:
        before = await people.standing(session, "demo-mx")
        post = await posts.get(session, "acs-fp-mx")
        assert post is not None
        await posts.change(session, replace(post, retired_on=today))
    async with demo.reading() as session:
        assert before.verified_in == {"ACS"}
        assert (await people.standing(session, "demo-mx")).role is Role.LINKED
        known = await belonging.of(session, ["demo-mx", "demo-coordinator", "demo-operator"], today)
    assert known["demo-mx"] == belonging.Belonging(past=frozenset({"ACS"}))
    assert known["demo-coordinator"] == belonging.Belonging(present=frozenset({"ACS"}))
    assert "demo-operator" not in known


async def test_a_suspended_person_is_one_of_the_public(demo: Database) -> None:
    async with demo.writing() as session:
        await suspensions.suspend(session, Suspension("demo-coordinator", datetime.now(UTC)))
        assert (await people.standing(session, "demo-coordinator")).roles("ACS") == {Role.PUBLIC}
        await suspensions.lift(session, "demo-coordinator")
        assert (await people.standing(session, "demo-coordinator")).roles("ACS") == {Role.COORDINATOR}


async def test_a_granted_role_is_of_one_network_or_of_the_installation(demo: Database) -> None:
    async with demo.writing() as session:
        await people.add(session, [SOMEBODY])
        for role, network in (
            (Role.COORDINATOR, None),
            (Role.OPERATOR, "ACS"),
            (Role.FOCAL_POINT, "ACS"),
            (Role.PUBLIC, None),
        ):
            with pytest.raises(ValueError, match="coordinator"):
                await people.grant(session, "somebody", role, network)
        assert (await people.standing(session, "somebody")).role is Role.LINKED
        await people.grant(session, "somebody", Role.COORDINATOR, "OAS")
        assert await people.standing(session, "somebody") == Rights(
            coordinates=frozenset({"OAS"}), linked=True
        )
        await people.grant(session, "somebody", Role.OPERATOR)
        assert await people.standing(session, "somebody") == Rights(
            operator=True, coordinates=frozenset({"OAS"}), linked=True
        )
