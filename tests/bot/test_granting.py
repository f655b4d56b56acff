"""Roles are granted on the command line, to the account of somebody, with a trace."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot import granting
from bot.granting import Wrong
from directory import accounts, audit, people
from directory.accounts import Account
from directory.database import Database

NOW = datetime(2027, 4, 15, 12, tzinfo=UTC)


async def grants(database: Database, *words: str, name: str = "") -> str:
    return await granting.grant(database, granting.read(words), name, NOW)


async def test_the_first_operator_is_made_on_an_empty_directory(database: Database) -> None:
    said = await grants(database, "operator", "telegram:123456", name="Ana Pérez")
    assert said == "Ana Pérez is now an operator."
    async with database.reading() as session:
        account = await accounts.account(session, "telegram", "", "123456")
        assert account.person_key is not None
        assert (await people.standing(session, account.person_key)).operator
        (entry,) = await audit.history(session, audit.PERSON, account.person_key)
    assert (entry.action, entry.after) == ("grant", {"operator": "installation"})
    assert (entry.actor.platform if entry.actor else "") == "command line"
    assert "nothing was changed" in await grants(database, "operator", "telegram:123456")
    assert await granting.listed(database) == ["operator\t-\tAna Pérez\ttelegram:123456"]


async def test_without_a_name_the_entry_is_called_by_the_account(database: Database) -> None:
    assert await grants(database, "operator", "telegram:42") == "Telegram 42 is now an operator."


async def test_a_coordinator_is_one_of_a_network_that_exists(demo: Database) -> None:
    async with demo.writing() as session:
        await accounts.link(session, Account("telegram", "", "7"), "demo-mx", NOW)
    assert (
        await grants(demo, "coordinator", "acs", "telegram:7")
        == "Lucía Demoreda is now a coordinator of ACS."
    )
    async with demo.reading() as session:
        assert (await people.standing(session, "demo-mx")).coordinates == {"ACS"}
    with pytest.raises(Wrong, match=r"no network NOPE; known: .*ACS"):
        await grants(demo, "coordinator", "NOPE", "telegram:7")
    wanted = granting.read(("coordinator", "ACS", "telegram:7"))
    assert "no longer a coordinator of ACS" in await granting.revoke(demo, wanted, NOW)
    with pytest.raises(Wrong, match="not a coordinator"):
        await granting.revoke(demo, wanted, NOW)
    async with demo.reading() as session:
        assert not (await people.standing(session, "demo-mx")).coordinates


async def test_the_last_operator_is_named_when_they_go(database: Database) -> None:
    await grants(database, "operator", "telegram:1")
    wanted = granting.read(("operator", "telegram:1"))
    assert (await granting.revoke(database, wanted, NOW)).endswith("No operator is left.")


async def test_a_slack_account_needs_its_workspace_unless_one_alone_has_spoken(database: Database) -> None:
    with pytest.raises(Wrong, match="slack:TEAM:U1"):
        await grants(database, "operator", "slack:U1")
    async with database.writing() as session:
        await accounts.save_account(session, Account("slack", "T1", "U1"))
    await grants(database, "operator", "slack:U1")
    assert await granting.listed(database) == ["operator\t-\tSlack U1\tslack:T1:U1"]
    await grants(database, "operator", "slack:T2:U2")
    assert (await granting.listed(database))[1].endswith("slack:T2:U2")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("operator",),
        ("king", "telegram:1"),
        ("operator", "ACS", "telegram:1"),
        ("coordinator", "telegram:1"),
        ("operator", "123456"),
        ("operator", "telegram:"),
        ("operator", "icq:1"),
        ("operator", "a:b:c:d"),
    ],
)
def test_nonsense_is_refused_with_what_to_type(words: tuple[str, ...]) -> None:
    with pytest.raises(Wrong):
        granting.read(words)


async def test_the_demo_has_one_of_each_role(demo: Database) -> None:
    held = [line.split("\t")[:2] for line in await granting.listed(demo)]
    assert sorted(held) == [["coordinator", "ACS"], ["operator", "-"]]
