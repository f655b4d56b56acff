"""The nouns that people keep true, and each one's record as plain data and back."""

from __future__ import annotations

import dataclasses
import enum
import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from directory import institutions, networks, people, posts, projects
from directory.database import Base
from directory.institutions import Institution, InstitutionRow
from directory.networks import Membership, MembershipRow, Network, NetworkRow
from directory.people import Person, PersonRow
from directory.posts import Post, PostRow
from directory.projects import Funding, Party, ProjectSheet
from directory.projects.tables import ProjectRow
from directory.texts import NO_TEXT

#: A record of one of the nouns, as its own module reads it.
Record = Network | Membership | Institution | Post | Person | ProjectSheet
#: A record as JSON has it: what the trail keeps, and what an undo writes back.
Plain = Mapping[str, Any]

#: Every contact value of a person, the person's own included: what is written back must be whole.
EVERYTHING: Final = 3


class Noun(enum.StrEnum):
    """What can be added, edited and retired. The values are the kinds of the trail's entries."""

    PROJECT = "project"
    INSTITUTION = "institution"
    POST = "post"
    PERSON = "person"
    NETWORK = "network"
    MEMBERSHIP = "membership"


@dataclass(frozen=True, slots=True)
class _Ways:
    """How the records of one noun are read, stored and taken out, and what keys them."""

    record: type[Any]
    record_table: type[Base]
    key: str
    read: Callable[[AsyncSession, str], Awaitable[Any]]
    write: Callable[[AsyncSession, Any], Awaitable[Any]]
    remove: Callable[[AsyncSession, str], Awaitable[None]]


async def _person(session: AsyncSession, key: str) -> Person | None:
    return await people.get(session, key, EVERYTHING)


async def _membership(session: AsyncSession, key: str) -> Membership | None:
    return await networks.membership(session, int(key)) if key.isdecimal() else None


async def _remove_membership(session: AsyncSession, key: str) -> None:
    await networks.remove_membership(session, int(key))


_WAYS: Final[Mapping[Noun, _Ways]] = {
    Noun.NETWORK: _Ways(Network, NetworkRow, "code", networks.get, networks.change, networks.remove),
    Noun.MEMBERSHIP: _Ways(
        Membership, MembershipRow, "id", _membership, networks.put_membership, _remove_membership
    ),
    Noun.INSTITUTION: _Ways(
        Institution,
        InstitutionRow,
        "key",
        institutions.get,
        institutions.replace,
        institutions.remove,
    ),
    Noun.POST: _Ways(Post, PostRow, "key", posts.get, posts.change, posts.remove),
    Noun.PERSON: _Ways(Person, PersonRow, "key", _person, people.replace, people.remove),
    Noun.PROJECT: _Ways(ProjectSheet, ProjectRow, "code", projects.sheet, projects.put, projects.remove),
}
_NOUNS: Final = {ways.record: noun for noun, ways in _WAYS.items()}


def noun_of(record: Record) -> Noun:
    """Which noun a record is of."""
    return _NOUNS[type(record)]


def key_of(record: Record) -> str:
    """The key by which a record is known."""
    return str(getattr(record, _WAYS[noun_of(record)].key))


async def read(session: AsyncSession, noun: Noun, key: str) -> Any:
    """The whole record with this key (a ``Record``), or ``None``. Whoever asks must be allowed to see it."""
    return await _WAYS[noun].read(session, key)


async def hold(session: AsyncSession, noun: Noun, key: str) -> None:
    """Let nobody else change a record before this transaction ends: what is read next stays true in it.

    On SQLite there is one writer at a time anyway.
    """
    table, column = _WAYS[noun].record_table, _WAYS[noun].key
    if noun is Noun.MEMBERSHIP and not key.isdecimal():
        return
    known: Any = int(key) if noun is Noun.MEMBERSHIP else key
    held = sa.select(sa.literal(1)).select_from(table).where(getattr(table, column) == known)
    await session.execute(held.with_for_update(of=table))


async def write(session: AsyncSession, record: Record) -> str:
    """Store a record, in place of the one with its key where there is one; returns the key."""
    stored = await _WAYS[noun_of(record)].write(session, record)
    return str(stored) if isinstance(record, Membership) else key_of(record)


async def remove(session: AsyncSession, noun: Noun, key: str) -> None:
    """Take a record out as if it had never been there.

    Raises:
        sqlalchemy.exc.IntegrityError: others refer to it. The transaction is then lost.
    """
    await _WAYS[noun].remove(session, key)


def fields(noun: Noun) -> frozenset[str]:
    """The names of a noun's plain values."""
    return frozenset(item.name for item in dataclasses.fields(_WAYS[noun].record))


@functools.cache
def _adapter(noun: Noun) -> TypeAdapter[Any]:
    return TypeAdapter(_WAYS[noun].record)


def plain(record: Record) -> dict[str, Any]:
    """A record as plain data: equal for equal records, and enough to write the record back."""
    values: dict[str, Any] = _adapter(noun_of(record)).dump_python(_own(record), mode="json")
    return values


def record(noun: Noun, values: Plain) -> Any:
    """The record (a ``Record``) that :func:`plain` gave these values of.

    Raises:
        ValueError: it gave no such values.
    """
    return _adapter(noun).validate_python(dict(values))


def _own(record: Record) -> Record:
    """The record without what it merely shows of others."""
    if isinstance(record, ProjectSheet):
        return replace(
            record,
            parties=tuple(_own_party(party) for party in record.parties),
            funding=tuple(_own_line(line) for line in record.funding),
        )
    if isinstance(record, Person):
        # They are read in the order of their levels.
        return replace(record, contacts=tuple(sorted(record.contacts, key=lambda item: item.level)))
    return record


def _own_party(party: Party) -> Party:
    """The name of an institution is its own."""
    return replace(party, name=NO_TEXT, acronym=NO_TEXT) if party.institution else party


def _own_line(line: Funding) -> Funding:
    return replace(line, donor=_own_party(line.donor))
