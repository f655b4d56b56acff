"""The trail: what is appended, read, erased; and what is noticed where somebody tampers with it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

import pytest
import sqlalchemy as sa

from directory import accounts, audit, people
from directory.accounts import Account
from directory.audit import Actor, Broken, Change, Entry, Head, Look, Scope
from directory.database import Database
from directory.people import Contact, ContactKind, Person
from directory.texts import local

NOW: Final = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
ANA: Final = Actor("telegram", "", "1001", "ana", "coordinator", "direct")
BEN: Final = Actor("slack", "T1", "U1", "ben", "focal_point", "group:C1")


async def append(database: Database, *changes: Change, actor: Actor = ANA, now: datetime = NOW) -> list[int]:
    async with database.writing() as session:
        return await audit.changed_many(session, actor, now, changes)


async def verified(database: Database, known: Head | None = None) -> Broken | None:
    async with database.reading() as session:
        return await audit.verify(session, known)


async def history(database: Database, kind: str, key: str) -> list[Entry]:
    async with database.reading() as session:
        return await audit.history(session, kind, key)


async def tamper(database: Database, *statements: str) -> None:
    """Change rows as somebody who owns the database could, behind the back of its triggers."""
    tables = ("audit_entry", "audit_party", "audit_value")
    async with database.engine.begin() as connection:
        for table in tables:
            for trigger in ("unchanged", "kept"):
                name = f"{table}_{trigger}" + ("" if database.is_sqlite else f" ON {table}")
                await connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        if database.is_sqlite:
            await connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for statement in statements:
            await connection.exec_driver_sql(statement)


async def test_a_change_is_read_as_it_was_made(database: Database) -> None:
    async with database.writing() as session:
        number = await audit.changed(
            session,
            ANA,
            NOW,
            "edit",
            "project",
            "ACS-SF-001",
            {"amount": Decimal("10.50"), "titles": local(en="Old"), "status": "same"},
            {
                "amount": Decimal("11.00"),
                "titles": local(en="New"),
                "status": "same",
                "ends": date(2027, 1, 2),
            },
            "ACS",
            note="as the letter says",
        )
    (entry,) = await history(database, "project", "ACS-SF-001")
    assert entry.number == number == 1
    assert entry.at == NOW
    assert entry.actor == ANA
    assert (entry.action, entry.kind, entry.key, entry.network) == ("edit", "project", "ACS-SF-001", "ACS")
    assert entry.before == {"amount": "10.50", "titles": {"en": "Old"}}
    assert entry.after == {"amount": "11.00", "titles": {"en": "New"}, "ends": "2027-01-02"}
    assert entry.note == "as the letter says"
    assert await verified(database) is None


async def test_what_has_no_form_in_the_trail_is_refused(database: Database) -> None:
    with pytest.raises(TypeError):
        await append(database, Change("edit", "project", "p", None, {"x": object()}))
    assert await verified(database) is None


async def test_the_trail_is_read_by_person_by_time_by_network_and_in_pages(database: Database) -> None:
    for day in range(5):
        await append(
            database,
            Change("edit", "project", f"p{day}", None, {"n": day}, network="ACS" if day % 2 else "SEGIB"),
            actor=ANA if day < 3 else BEN,
            now=NOW + timedelta(days=day),
        )
    async with database.reading() as session:
        by_ana = await audit.by_person(session, "ana")
        assert [entry.key for entry in by_ana] == ["p2", "p1", "p0"]
        of_acs, own = Scope(frozenset({"ACS"})), Scope(person="ben")
        assert [e.key for e in await audit.by_person(session, "ana", scope=of_acs)] == ["p1"]
        assert await audit.by_person(session, "ana", scope=Scope()) == []
        assert [e.key for e in await audit.by_time(session, scope=own)] == ["p4", "p3"]
        first = await audit.by_time(session, limit=2)
        assert [entry.key for entry in first] == ["p4", "p3"]
        assert [e.key for e in await audit.by_time(session, before=first[-1].number, limit=2)] == ["p2", "p1"]
        between = await audit.by_time(session, NOW + timedelta(days=1), NOW + timedelta(days=3))
        assert [entry.key for entry in between] == ["p2", "p1"]


async def test_looks_are_counted_once_for_a_person_on_all_their_accounts(database: Database) -> None:
    other = Actor("slack", "T1", "U9", "ana", "coordinator", "direct")
    async with database.writing() as session:
        await audit.look(session, ANA, NOW - timedelta(days=8), [Look("old", 1)])
        await audit.look(session, ANA, NOW, [Look("ben", 2, "ACS"), Look("cem", 1)])
        await audit.look(session, other, NOW, [Look("ben", 1), Look("dia", 1)])
        await audit.look(session, BEN, NOW, [Look("eva", 1)])
    async with database.reading() as session:
        seen = await audit.looked_up(session, ANA, NOW - timedelta(days=7))
        assert set(seen) == {"ben", "cem", "dia"}
        assert seen["ben"] == NOW
        at_ben = await audit.looks_at(session, "ben")
        assert [(e.actor, e.level, e.network) for e in at_ben] == [(other, 1, None), (ANA, 2, "ACS")]
        assert await audit.history(session, "person", "ben") == []
        stranger = Actor("telegram", "", "5", None, "public", "direct")
        assert await audit.looked_up(session, stranger, NOW - timedelta(days=7)) == {}
    assert await verified(database) is None


async def test_the_database_itself_refuses_to_change_the_trail(database: Database) -> None:
    await append(database, Change("edit", "person", "ben", {"n": "a"}, {"n": "b"}))
    for statement in (
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_entry",
        "UPDATE audit_party SET person = 'cem'",
        "UPDATE audit_value SET value = '\"c\"'",
        "DELETE FROM audit_value",
        "DELETE FROM audit_party",
    ):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            async with database.writing() as session:
                await session.execute(sa.text(statement))
    async with database.writing() as session:
        await audit.erase(session, "ben")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        async with database.writing() as session:
            await session.execute(sa.text("UPDATE audit_value SET value = '\"b\"'"))
    assert await verified(database) is None


@pytest.mark.parametrize(
    ("statements", "number"),
    [
        (["UPDATE audit_entry SET action = 'x' WHERE number = 2"], 2),
        (["UPDATE audit_entry SET at = '2020-01-01 00:00:00.000000' WHERE number = 3"], 3),
        (["UPDATE audit_entry SET role = 'operator' WHERE number = 1"], 1),
        (["UPDATE audit_entry SET level = 3 WHERE number = 2"], 2),
        (["UPDATE audit_party SET person = 'cem' WHERE number = 2"], 2),
        (["UPDATE audit_party SET key = 'other' WHERE number = 2"], 2),
        (["UPDATE audit_party SET who_salt = NULL WHERE number = 2"], 2),
        (["UPDATE audit_value SET value = '9' WHERE number = 2 AND side = 'after'"], 2),
        (["UPDATE audit_value SET salt = NULL WHERE number = 2 AND side = 'after'"], 2),
        (["DELETE FROM audit_value WHERE number = 2"], 2),
        (["DELETE FROM audit_value WHERE number = 2", "DELETE FROM audit_party WHERE number = 2"], 2),
        (
            [
                "DELETE FROM audit_value WHERE number = 2",
                "DELETE FROM audit_party WHERE number = 2",
                "DELETE FROM audit_entry WHERE number = 2",
            ],
            2,
        ),
        (
            [
                "DELETE FROM audit_value WHERE number = 4",
                "DELETE FROM audit_party WHERE number = 4",
                "DELETE FROM audit_entry WHERE number = 4",
            ],
            4,
        ),
        (["DELETE FROM audit_value", "DELETE FROM audit_party", "DELETE FROM audit_entry"], 1),
        (["UPDATE audit_head SET number = 3"], 4),
        (["DELETE FROM audit_head"], 4),
    ],
)
async def test_tampering_is_noticed(database: Database, statements: Sequence[str], number: int) -> None:
    for n in range(4):
        await append(database, Change("edit", "project", f"p{n}", {"n": n}, {"n": n + 1}))
    assert await verified(database) is None
    if not database.is_sqlite:
        statements = [
            s.replace("'2020-01-01 00:00:00.000000'", "TIMESTAMPTZ '2020-01-01 Z'") for s in statements
        ]
    await tamper(database, *statements)
    broken = await verified(database)
    assert broken is not None
    assert broken.number == number


async def test_reordered_entries_are_noticed(database: Database) -> None:
    for n in range(3):
        await append(database, Change("edit", "project", f"p{n}", None, None))
    columns = "at, action, kind, network, role, place, level, seals, previous, hash"
    await tamper(
        database,
        "CREATE TABLE kept AS SELECT * FROM audit_entry WHERE number = 2",
        f"UPDATE audit_entry SET ({columns}) = (SELECT {columns} FROM audit_entry WHERE number = 3)"
        " WHERE number = 2",
        f"UPDATE audit_entry SET ({columns}) = (SELECT {columns} FROM kept) WHERE number = 3",
    )
    broken = await verified(database)
    assert broken == Broken(2, "does not follow the one before it")


async def test_a_trail_without_its_end_takes_nothing_more(database: Database) -> None:
    await tamper(database, "DELETE FROM audit_head")
    with pytest.raises(audit.TrailDamaged):
        await append(database, Change("edit", "project", "p", None, None))


async def test_a_noted_end_gives_a_rewritten_trail_away(database: Database) -> None:
    await append(database, Change("edit", "project", "p", {"n": 1}, {"n": 2}))
    async with database.reading() as session:
        noted = await audit.head(session)
    assert noted is not None
    await append(database, Change("edit", "project", "p", {"n": 2}, {"n": 3}))
    assert await verified(database, noted) is None
    assert await verified(database, Head(1, "f" * 64)) == Broken(1, "is not the one that was noted")
    assert await verified(database, Head(9, noted.hash)) == Broken(3, "is missing: the noted end is later")


async def test_erasure_empties_what_is_known_of_a_person_and_the_chain_closes(database: Database) -> None:
    eva = Person("eva", "Eva", "Peña", contacts=(Contact(ContactKind.EMAIL, "eva@example.org", 1),))
    async with database.writing() as session:
        await people.add(session, [eva])
        await accounts.save_account(session, Account("telegram", "", "77", "eva"))
    as_eva = Actor("telegram", "", "77", "eva", "focal_point", "direct")
    unlinked = Actor("telegram", "", "77", None, "public", "direct")
    await append(
        database,
        Change("edit", "person", "eva", {"phone": "+1 246 111"}, {"phone": "+1 246 222"}, note="called me"),
        Change(
            "edit", "post", "bb-coop", {"holder": "eva", "area": "water"}, {"holder": "ben", "area": "sea"}
        ),
        Change("edit", "institution", "mfa", {"note": "ask Eva Peña"}, {"note": "ask eva@example.org"}),
        Change("invite", "invitation", "i1", None, {"mail": "old@example.org"}, about="eva"),
        Change("edit", "project", "p1", {"n": 1}, {"n": 2}),
    )
    await append(database, Change("edit", "project", "p2", None, {"n": 2}), actor=as_eva)
    await append(database, Change("join", "account", "a", None, None), actor=unlinked)
    async with database.writing() as session:
        await audit.look(session, ANA, NOW, [Look("eva", 1)])
        assert await audit.erase(session, "eva") > 0
    assert await verified(database) is None
    async with database.reading() as session:
        rows = await session.execute(sa.text("SELECT value FROM audit_value WHERE value IS NOT NULL"))
        left = "\n".join(rows.scalars())
        assert not any(text in left for text in ("246", "called", "eva", "Peña", "old@example"))
        parties = list(await session.execute(sa.text("SELECT * FROM audit_party")))
        assert not any(value in ("eva", "77") for row in parties for value in row)
        entries = {entry.number: entry for entry in await audit.by_time(session)}
    assert entries[1].key is None
    assert set(entries[1].erased) == {"phone", "note"}
    assert (entries[2].key, entries[2].before, entries[2].after) == (
        "bb-coop",
        {"area": "water"},
        {"holder": "ben", "area": "sea"},
    )
    assert (entries[5].before, entries[5].after, entries[5].erased) == ({"n": 1}, {"n": 2}, ())
    assert (entries[6].actor, entries[6].role) == (None, "focal_point")
    assert entries[7].actor is None
    assert (entries[8].key, entries[8].actor) == (None, ANA)


async def test_appending_at_once_makes_one_chain(database: Database) -> None:
    async def one(n: int) -> None:
        await append(
            database,
            *(Change("edit", "project", f"p{n}-{m}", {"n": n}, {"n": m}) for m in range(3)),
            actor=ANA if n % 2 else BEN,
        )

    await asyncio.gather(*(one(n) for n in range(40)))
    assert await verified(database) is None
    async with database.reading() as session:
        end = await audit.head(session)
    assert end is not None
    assert end.number == 120


async def test_what_is_rolled_back_leaves_no_gap(database: Database) -> None:
    await append(database, Change("edit", "project", "p", None, None))

    async def fail() -> None:
        async with database.writing() as session:
            await audit.changed(session, ANA, NOW, "edit", "project", "q", None, None)
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await fail()
    assert await append(database, Change("edit", "project", "r", None, None)) == [2]
    assert await verified(database) is None
