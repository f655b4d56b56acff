"""Grants roles from the command line: whoever works on the machine makes the first operator."""

from __future__ import annotations

import getpass
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from directory import accounts, audit, grants, networks, people
from directory.access import Role
from directory.accounts import Account
from directory.audit import Actor
from directory.database import Database
from directory.people import NAME_LEVEL, Person

#: The platforms whose accounts can be named.
PLATFORMS: Final = ("telegram", "slack", "browser", "terminal")


class Wrong(ValueError):
    """What was asked for cannot be; the text says why and what to type instead."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A role, the network where it has one, and the account of whoever is to have it."""

    role: Role
    network: str | None
    account: Account


def read(words: Sequence[str]) -> Wanted:
    """What ``operator ACCOUNT`` or ``coordinator NETWORK ACCOUNT`` asks for.

    Raises:
        Wrong: it is neither.
    """
    match list(words):
        case [Role.OPERATOR, whose]:
            return Wanted(Role.OPERATOR, None, account(whose))
        case [Role.COORDINATOR, network, whose]:
            return Wanted(Role.COORDINATOR, network.upper(), account(whose))
    raise Wrong("type: operator ACCOUNT, or coordinator NETWORK ACCOUNT (for example telegram:123456)")


def account(text: str) -> Account:
    """The account that is written ``telegram:123456`` or ``slack:T0123:U0456``.

    Raises:
        Wrong: it is none.
    """
    parts = text.split(":")
    if parts[0] not in PLATFORMS or not all(parts) or len(parts) not in (2, 3):
        raise Wrong(
            f"{text!r} is no account; accounts look like telegram:123456 or slack:T0123:U0456 "
            f"(platforms: {', '.join(PLATFORMS)})"
        )
    return Account(parts[0], parts[1] if len(parts) == 3 else "", parts[-1])


async def known_account(session: AsyncSession, wanted: Account) -> Account:
    """The account as it is stored. A Slack account needs its workspace, unless only one has spoken."""
    if wanted.platform == "slack" and not wanted.team:
        found = await accounts.with_user(session, wanted.platform, wanted.user)
        if len(found) != 1:
            raise Wrong(f"which workspace? Type slack:TEAM:{wanted.user}")
        return found[0]
    return await accounts.account(session, wanted.platform, wanted.team, wanted.user)


async def grant(database: Database, wanted: Wanted, name: str, now: datetime) -> str:
    """Give the role to whoever the account belongs to; says what was done.

    An account that is nobody's gets an entry of its own, called ``name``.

    Raises:
        Wrong: there is no such network, or the account cannot be told.
    """
    async with database.writing() as session:
        if wanted.network is not None and await networks.get(session, wanted.network) is None:
            known = ", ".join(network.code for network in await networks.every(session))
            raise Wrong(f"there is no network {wanted.network}" + (f"; known: {known}" if known else ""))
        found = await known_account(session, wanted.account)
        key = found.person_key or await _make(session, found, name, now)
        if await grants.holds(session, key, wanted.role, wanted.network):
            return f"{await _named(session, key)} is {_role(wanted)} already; nothing was changed."
        await people.grant(session, key, wanted.role, wanted.network)
        await _record(session, now, "grant", key, wanted, before=False)
        return f"{await _named(session, key)} is now {_role(wanted)}."


async def revoke(database: Database, wanted: Wanted, now: datetime) -> str:
    """Take the role from whoever the account belongs to; says what was done.

    Raises:
        Wrong: the account is nobody's, or its person has no such role.
    """
    async with database.writing() as session:
        found = await known_account(session, wanted.account)
        key = found.person_key
        if key is None or not await grants.revoke(session, key, wanted.role, wanted.network):
            raise Wrong(f"the account is not {_role(wanted)}; enlace grants shows who is what")
        await _record(session, now, "revoke", key, wanted, before=True)
        said = f"{await _named(session, key)} is no longer {_role(wanted)}."
        if not any(item.role is Role.OPERATOR for item in await grants.every(session)):
            said += " No operator is left."
        return said


async def listed(database: Database) -> list[str]:
    """Every grant, a line each, with the accounts of its person."""
    async with database.reading() as session:
        return [
            "\t".join((grant.role, grant.network or "-", grant.name, await _accounts(session, grant.person)))
            for grant in await grants.every(session)
        ]


async def _accounts(session: AsyncSession, person: str) -> str:
    found = [item.account for item in await accounts.of_person(session, person)]
    return ", ".join(":".join(part for part in (a.platform, a.team, a.user) if part) for a in found) or "-"


async def _make(session: AsyncSession, found: Account, name: str, now: datetime) -> str:
    given, _, family = (name.strip() or f"{found.platform.capitalize()} {found.user}").partition(" ")
    key = f"p-{secrets.token_hex(6)}"
    await people.add(session, [Person(key, given[:120], family[:120])])
    await accounts.link(session, found, key, now)
    return key


async def _named(session: AsyncSession, key: str) -> str:
    person = await people.get(session, key, NAME_LEVEL)
    return person.name if person is not None else key


def _role(wanted: Wanted) -> str:
    return "an operator" if wanted.network is None else f"a coordinator of {wanted.network}"


async def _record(
    session: AsyncSession, now: datetime, act: str, person: str, wanted: Wanted, *, before: bool
) -> None:
    held = {wanted.role.value: wanted.network or "installation"}
    await audit.changed(
        session,
        Actor.command_line(user()),
        now,
        act,
        audit.PERSON,
        person,
        held if before else None,
        None if before else held,
        wanted.network,
    )


def user() -> str:
    """Who works on this machine, as the operating system calls them; empty where it does not say."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
