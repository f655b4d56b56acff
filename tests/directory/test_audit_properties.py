"""Whatever is appended and erased, the chain closes; whatever is then tampered with, it does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from directory import audit
from directory.audit import Actor, Change, Look
from directory.database import Database

PEOPLE: Final = ("ana", "ben", "cem", "dia")
START: Final = datetime(2026, 11, 24, tzinfo=UTC)

_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_values = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), _texts, st.lists(_texts, max_size=2))
_fields = st.none() | st.dictionaries(st.sampled_from(["name", "phone", "holder"]), _values, max_size=3)
_people = st.sampled_from(PEOPLE)
_actors = st.builds(
    Actor,
    st.sampled_from(["telegram", "slack"]),
    st.sampled_from(["", "T1"]),
    st.sampled_from(["1", "2", "3"]),
    st.none() | _people,
    st.sampled_from(["public", "focal_point", "operator"]),
    st.sampled_from(["direct", "group:C1"]),
)
_changes = st.builds(
    Change,
    st.sampled_from(["edit", "add"]),
    st.sampled_from(["person", "project"]),
    _people,
    _fields,
    _fields,
    st.sampled_from([None, "ACS"]),
    _texts,
    st.none() | _people,
    st.sampled_from([None, 1, 3]),
)
_steps = st.one_of(
    st.tuples(st.just("change"), _actors, st.lists(_changes, min_size=1, max_size=3)),
    st.tuples(st.just("look"), _actors, st.lists(st.builds(Look, _people, st.integers(1, 3)), max_size=3)),
    st.tuples(st.just("erase"), _people),
)

#: What can be done to an entry behind the program's back; :n is its number.
TAMPERINGS: Final = (
    "UPDATE audit_entry SET action = action || 'x' WHERE number = :n",
    "UPDATE audit_entry SET kind = kind || 'x' WHERE number = :n",
    "UPDATE audit_entry SET network = network || 'x' WHERE number = :n",
    "UPDATE audit_entry SET role = role || 'x' WHERE number = :n",
    "UPDATE audit_entry SET place = place || 'x' WHERE number = :n",
    "UPDATE audit_entry SET level = COALESCE(level, 0) + 1 WHERE number = :n",
    "UPDATE audit_entry SET seals = seals || ' ' WHERE number = :n",
    "UPDATE audit_entry SET previous = hash WHERE number = :n",
    "UPDATE audit_entry SET hash = previous WHERE number = :n",
    "UPDATE audit_party SET person = COALESCE(person, '') || 'x' WHERE number = :n",
    "UPDATE audit_party SET platform = COALESCE(platform, '') || 'x' WHERE number = :n",
    "UPDATE audit_party SET key = COALESCE(key, '') || 'x' WHERE number = :n",
    "UPDATE audit_party SET who_salt = 'x' WHERE number = :n",
    "INSERT INTO audit_value (number, side, name, value, salt) VALUES (:n, 'after', 'more', '1', 'x')",
    "CUT",
    "SWAP",
)


async def _play(database: Database, steps: Sequence[Any]) -> None:
    for number, step in enumerate(steps):
        async with database.writing() as session:
            now = START + timedelta(minutes=number)
            match step:
                case ("change", actor, changes):
                    await audit.changed_many(session, actor, now, changes)
                case ("look", actor, looks):
                    await audit.look(session, actor, now, looks)
                case (_, person):
                    await audit.erase(session, person)


async def _tamper(session: AsyncSession, statement: str, number: int) -> None:
    sqlite = session.get_bind().dialect.name == "sqlite"
    for table in ("audit_entry", "audit_party", "audit_value"):
        for trigger in (f"{table}_unchanged", f"{table}_kept"):
            await session.execute(sa.text(f"DROP TRIGGER {trigger}" + ("" if sqlite else f" ON {table}")))
    statements = [statement]
    if statement == "CUT":
        statements = [
            f"DELETE FROM {table} WHERE number = :n"
            for table in ("audit_value", "audit_party", "audit_entry")
        ]
    elif statement == "SWAP":
        columns = "at, action, kind, network, role, place, level, seals, previous, hash"
        statements = [
            f"UPDATE audit_entry SET ({columns}) = (SELECT {columns} FROM audit_entry AS other"
            " WHERE other.number = CASE WHEN :n = 1 THEN 2 ELSE :n - 1 END) WHERE number = :n"
        ]
    for text in statements:
        await session.execute(sa.text(text), {"n": number})


class _Undone(Exception):
    """The tampering is taken back."""


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(_steps, max_size=8),
    tampering=st.sampled_from(TAMPERINGS),
    position=st.floats(0, 1, exclude_max=True),
)
async def test_the_chain_closes_until_somebody_tampers(
    database: Database, steps: list[Any], tampering: str, position: float
) -> None:
    # The trail grows from example to example: it cannot be emptied.
    base = [("change", Actor("t", "", "1", "ana", "operator", "direct"), [Change("add", "project", "p")] * 2)]
    await _play(database, [*base, *steps])
    async with database.reading() as session:
        assert await audit.verify(session) is None
        end = await audit.head(session)
    assert end is not None
    number = 1 + int(position * end.number)
    try:
        async with database.writing() as session:
            await _tamper(session, tampering, number)
            broken = await audit.verify(session)
            assert broken is not None, (tampering, number)
            assert broken.number <= number + 1
            raise _Undone
    except _Undone:
        pass
    async with database.reading() as session:
        assert await audit.verify(session) is None


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_steps, max_size=10), person=_people)
async def test_nothing_is_left_of_whoever_is_erased(
    database: Database, steps: list[Any], person: str
) -> None:
    await _play(database, [*steps, ("erase", person)])
    async with database.reading() as session:
        assert await audit.verify(session) is None
        assert await audit.by_person(session, person) == []
        assert await audit.history(session, "person", person) == []
        assert await audit.looks_at(session, person) == []
        about = await session.execute(
            sa.text("SELECT count(*) FROM audit_value WHERE about = :p OR value LIKE :q"),
            {"p": person, "q": f'%"{person}"%'},
        )
        assert about.scalar_one() == 0
