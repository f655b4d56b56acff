"""A state machine over handing over, being away, leaving and being forgotten: no invariant of rights breaks.

One holder of a post at a time; nobody has rights without a confirmed nomination that holds; of whoever was
forgotten nothing is left, while the history of the post stays.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from directory import accounts, audit, entries, erasure, handover, people, posts
from directory.access import Role
from directory.accounts import Account
from directory.audit import Actor
from directory.database import Base, Database
from directory.handover import CannotHandOver
from directory.people import NOBODY, Contact, ContactKind, Person
from directory.posts import Nomination, Standing
from directory.scrubbing import scrub
from tests.directory.test_schema import declare_every_table
from tests.support.postgres import Databases, url_of

TODAY = datetime.now(UTC).date()
NOW = datetime.now(UTC)
POSTS = ("acs-fp-ni", "acs-fp-ve", "acs-fp-gy")
_numbers = itertools.count(1)
_T = TypeVar("_T")


@dataclass
class Known:
    """What the test itself knows: who is there, and what was said of their nominations."""

    people: list[str] = field(default_factory=list)
    forgotten: list[tuple[str, ...]] = field(default_factory=list)
    held: int = 0


class Rights(RuleBasedStateMachine):
    """People come, hand posts over, go away, leave and are forgotten, in any order."""

    url: str

    def __init__(self) -> None:
        super().__init__()
        self.known = Known()
        self.loop = asyncio.new_event_loop()
        self.folder = ""

    @initialize()
    def begin(self) -> None:
        self.database = Database(self.fresh())

        # The demo's vacant posts are where this plays.
        async def clear() -> None:
            async with self.database.writing() as session:
                await session.execute(
                    sa.delete(posts.NominationRow).where(posts.NominationRow.post.in_(POSTS))
                )

        self.run(clear())

    def fresh(self) -> str:
        """The address of a database of this run's own."""
        raise NotImplementedError

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        async def end() -> None:
            async with self.database.reading() as session:
                assert await audit.verify(session) is None, "the chain closes"
            await scrub(self.database, NOW)
            await self.database.close()

        if hasattr(self, "database"):
            self.run(end())
        self.loop.close()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    # What happens

    @rule()
    def joins(self) -> None:
        number = next(_numbers)
        person = Person(
            f"zq-{number}-key",
            f"Zqgiven{number}x",
            f"Zqfamily{number}x",
            ("en",),
            contacts=(Contact(ContactKind.EMAIL, f"zq{number}x@canary.example.org", 1),),
        )

        async def work() -> None:
            async with self.database.writing() as session:
                await people.add(session, [person])
                await accounts.save_account(
                    session, Account("recording", "", f"zq-account-{number}x", person.key)
                )

        self.run(work())
        self.known.people.append(person.key)

    @precondition(lambda self: self.known.people)
    @rule(data=st.data(), post=st.sampled_from(POSTS), days=st.integers(-20, 20), confirmed=st.booleans())
    def is_handed(self, data: st.DataObject, post: str, days: int, confirmed: bool) -> None:
        person = data.draw(st.sampled_from(self.known.people))
        since = TODAY + timedelta(days)

        async def work() -> bool:
            async with self.database.writing() as session:
                before = (await posts.nominations(session, [post])).get(post, [])
                try:
                    passed = await handover.hand_over(
                        session, post, person, since, reference="R", confirmed_on=TODAY if confirmed else None
                    )
                except CannotHandOver:
                    assert (await posts.nominations(session, [post])).get(post, []) == before
                    return False
                after = (await posts.nominations(session, [post]))[post]
                assert [
                    item.person for item in after if item.standing is Standing.HOLDER and item.holds_on(since)
                ] == [person]
                # What was before that day is as it was.
                eve = since - timedelta(1)
                assert {item.person for item in before if item.holds_on(eve)} == {
                    item.person for item in after if item.holds_on(eve)
                }
                actor = Actor("recording", "", f"account of {person}", person, Role.FOCAL_POINT, "direct")
                await audit.changed(
                    session, actor, NOW, "handover", "nomination", post, None, {"person": passed.new.person},
                    about=person,
                )  # fmt: skip
            return True

        self.run(work())

    @precondition(lambda self: self.known.people)
    @rule(data=st.data(), post=st.sampled_from(POSTS), days=st.integers(-20, 20), acting=st.booleans())
    def is_named_beside(self, data: st.DataObject, post: str, days: int, acting: bool) -> None:
        person = data.draw(st.sampled_from(self.known.people))
        standing = Standing.ACTING if acting else Standing.ALTERNATE

        async def work() -> None:
            async with self.database.writing() as session:
                named = (await posts.nominations(session, [post])).get(post, [])
                if any(item.person == person for item in named):
                    return
                await posts.add(
                    session,
                    [],
                    [Nomination(post, person, standing, TODAY + timedelta(days), confirmed_on=TODAY)],
                )

        self.run(work())

    @precondition(lambda self: self.known.people)
    @rule(data=st.data(), post=st.sampled_from(POSTS))
    def leaves(self, data: st.DataObject, post: str) -> None:
        person = data.draw(st.sampled_from(self.known.people))

        async def work() -> None:
            async with self.database.writing() as session:
                await handover.leave(session, post, person, TODAY)
            async with self.database.reading() as session:
                assert not await handover.holds(session, post, person, TODAY)
                assert not await handover.holds(session, post, person, TODAY + timedelta(40))

        self.run(work())

    @precondition(lambda self: self.known.people)
    @rule(data=st.data(), days=st.one_of(st.none(), st.integers(-3, 10)))
    def is_away(self, data: st.DataObject, days: int | None) -> None:
        person = data.draw(st.sampled_from(self.known.people))
        until = None if days is None else TODAY + timedelta(days)

        async def work() -> None:
            async with self.database.writing() as session:
                await entries.set_away(session, person, until)

        self.run(work())

    @precondition(lambda self: self.known.people)
    @rule(data=st.data())
    def is_forgotten(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(self.known.people))
        number = person.split("-")[1]

        async def work() -> None:
            async with self.database.reading() as session:
                begun = await self._begun(session)
            async with self.database.writing() as session:
                gone = await erasure.forget(session, person, TODAY, NOW)
            assert f'"{person}"' in gone.texts
            async with self.database.reading() as session:
                assert await self._begun(session) == begun, "the history of the posts stays"

        self.run(work())
        self.known.people.remove(person)
        self.known.forgotten.append(
            (person, f"zqgiven{number}x", f"zqfamily{number}x", f"zq{number}x@", f"zq-account-{number}x")
        )

    async def _begun(self, session: Any) -> int:
        """How many nominations have begun, those of nobody too."""
        found = await session.execute(
            sa.select(sa.func.count()).where(
                posts.NominationRow.post.in_(POSTS), posts.NominationRow.since < TODAY
            )
        )
        return int(found.scalar_one())

    # What never breaks

    @invariant()
    def one_holder_at_a_time(self) -> None:
        async def work() -> None:
            async with self.database.reading() as session:
                named = await posts.nominations(session, POSTS)
            for post, items in named.items():
                holders = [item for item in items if item.standing is Standing.HOLDER]
                for one, other in itertools.combinations(holders, 2):
                    assert _apart(one, other), f"{post} has two holders: {one} {other}"

        if hasattr(self, "database"):
            self.run(work())

    @invariant()
    def no_rights_without_a_nomination_that_holds(self) -> None:
        async def work() -> None:
            async with self.database.reading() as session:
                named = [
                    item for items in (await posts.nominations(session, POSTS)).values() for item in items
                ]
                for person in self.known.people:
                    holds = any(
                        item.person == person and item.confirmed_on is not None and item.holds_on(TODAY)
                        for item in named
                    )
                    standing = await people.standing(session, person)
                    assert (standing.role is Role.FOCAL_POINT) is holds
                    assert bool(standing.verified_in) is holds
                nobody = await people.standing(session, NOBODY)
                assert not nobody.verified_in, "nobody has rights"

        if hasattr(self, "database"):
            self.run(work())

    @invariant()
    def whoever_stands_in_is_there_and_named(self) -> None:
        async def work() -> None:
            async with self.database.reading() as session:
                for post in POSTS:
                    acting = await handover.standing_in(session, post, TODAY)
                    present = await handover.present(session, post, TODAY)
                    absent = await entries.away(session, [item.person for item in present], TODAY)
                    there = [item for item in present if item.person not in absent]
                    assert (acting is None) is (not there)
                    assert acting is None or acting in there

        if hasattr(self, "database"):
            self.run(work())

    @invariant()
    def nothing_of_the_forgotten_is_left(self) -> None:
        async def work() -> None:
            async with self.database.reading() as session:
                for table in Base.metadata.sorted_tables:
                    rows = await session.execute(sa.select(table))
                    text = "\n".join(str(tuple(row)) for row in rows).lower()
                    for needles in self.known.forgotten:
                        for needle in needles:
                            assert needle not in text, f"{needle} is in {table.name}"

        if hasattr(self, "database") and self.known.forgotten:
            self.run(work())


def _apart(one: Nomination, other: Nomination) -> bool:
    """Whether two nominations share no day."""
    return _ends(one) <= other.since or _ends(other) <= one.since


def _ends(item: Nomination) -> date:
    return item.until if item.until is not None else date.max


def test_rights_on_sqlite(sqlite_demo_template: Path) -> None:
    declare_every_table()

    class OnSqlite(Rights):
        def fresh(self) -> str:
            self.folder = tempfile.mkdtemp(prefix="enlace-machine-")
            path = Path(self.folder) / "enlace.db"
            path.write_bytes(sqlite_demo_template.read_bytes())
            return f"sqlite+aiosqlite:///{path}"

    _play(OnSqlite, examples=12)


@pytest.mark.postgres
def test_rights_on_postgresql(postgres_demo_template: Databases) -> None:
    declare_every_table()

    class OnPostgres(Rights):
        def fresh(self) -> str:
            self.name = self.run(postgres_demo_template.lend())
            return url_of(self.name)

        def teardown(self) -> None:
            super().teardown()
            asyncio.run(postgres_demo_template.take_back(self.name))

    _play(OnPostgres, examples=4)


def _play(machine: type[Rights], examples: int) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
