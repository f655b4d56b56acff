"""Letters: to every account that can be written to, in each reader's language; else they wait for one."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.letters import LetterPost
from directory import accounts, letters, people
from directory.accounts import Account
from directory.database import Database
from directory.letters import Letter
from directory.people import Person
from reminders.outbox import OutboxRow

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LETTER = Letter("eva", "breakglass.told", {"name": "Ana", "reason": "a reason"}, NOW)
BOTS = (("telegram", "77"), ("slack", "T1"), ("terminal", "t"))


async def sent(database: Database) -> list[tuple[str, str, str, str]]:
    async with database.reading() as session:
        rows = await session.execute(
            sa.select(OutboxRow.platform, OutboxRow.account, OutboxRow.destination, OutboxRow.body).order_by(
                OutboxRow.id
            )
        )
        return [
            (platform, account, destination, json.loads(body)["cards"][0]["text"])
            for platform, account, destination, body in rows
        ]


async def person(database: Database, *known: Account) -> None:
    async with database.writing() as session:
        await people.add(session, [Person("eva", "Eva", "Peña", languages=("pt",))])
        for account in known:
            await accounts.save_account(session, account)


async def test_every_account_gets_it_in_its_own_language(database: Database) -> None:
    await person(
        database,
        Account("telegram", "", "1", "eva", language="fr"),
        Account("slack", "T1", "U1", "eva"),
        Account("slack", "T2", "U2", "eva"),
        Account("terminal", "", "eva", "eva"),
        Account("telegram", "", "2", None),
    )
    async with database.writing() as session:
        await accounts.reached(session, Account("slack", "T1", "U1"), "T1", "D9")
        await LetterPost(lambda: BOTS).send(session, LETTER)
    found = await sent(database)
    assert [row[:3] for row in found] == [("telegram", "77", "1"), ("slack", "T1", "D9")]
    assert found[0][3].startswith("Ana, de l'exploitation de cette installation, a ouvert votre fiche")
    assert found[1][3].startswith("Ana, da operação desta instalação, abriu seu cadastro")
    assert all("a reason" in row[3] for row in found)
    async with database.reading() as session:
        assert await letters.people_waited_for(session) == []


async def test_it_waits_until_there_is_an_account(database: Database) -> None:
    await person(database)
    post = LetterPost(lambda: BOTS)
    async with database.writing() as session:
        await post.send(session, LETTER)
        await post.send(session, Letter("eva", "lookups.told", {"name": "B", "number": "3"}, NOW))
    assert await sent(database) == []
    await post.deliver_waiting(database, NOW)
    assert await sent(database) == []
    async with database.writing() as session:
        await accounts.save_account(session, Account("telegram", "", "1", "eva", language="es"))
    await post.deliver_waiting(database, NOW)
    await post.deliver_waiting(database, NOW)
    found = await sent(database)
    assert len(found) == 2, "once each"
    assert found[0][3].startswith("Ana, de la operación")
    assert found[1][3].startswith("B ha agotado")


async def test_with_two_bots_an_account_that_never_spoke_is_not_guessed_at(database: Database) -> None:
    await person(database, Account("telegram", "", "1", "eva"))
    async with database.writing() as session:
        await LetterPost(lambda: (*BOTS, ("telegram", "78"))).send(session, LETTER)
    assert await sent(database) == []
    async with database.reading() as session:
        assert await letters.people_waited_for(session) == ["eva"]
