"""People: their names, languages, zone, contact values with levels, and the roles granted to them.

A person's name is of level 1: reads take the highest level that may be shown and return nothing above it.
"""

from __future__ import annotations

import enum
import functools
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory import revision, search
from directory.access import NO_NETWORK, Role, Standing
from directory.database import Base, BigId, Json, one_of
from directory.keys import checked
from directory.search import Entry, Kind, Name

#: The level of a person's name (see ``directory.access.contact_level``).
NAME_LEVEL = 1
#: The key of the nameless person to whom the nominations of people who were erased go over.
NOBODY: Final = "erased"


class ContactKind(enum.StrEnum):
    """What a contact value is."""

    EMAIL = "email"
    PHONE = "phone"
    MOBILE = "mobile"
    HANDLE = "handle"


class PersonRow(Base):
    """Table ``person``."""

    __tablename__ = "person"

    key: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    given_name: Mapped[str] = mapped_column(sa.String(120))
    family_name: Mapped[str] = mapped_column(sa.String(120))
    languages: Mapped[list[str]] = mapped_column(Json)
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="")
    invented: Mapped[bool] = mapped_column(default=False)
    retired_on: Mapped[date | None] = mapped_column(sa.Date)


class ContactRow(Base):
    """Table ``contact_value``."""

    __tablename__ = "contact_value"
    __table_args__ = (sa.CheckConstraint("level BETWEEN 0 AND 3", name="level"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person: Mapped[str] = mapped_column(sa.ForeignKey("person.key"), index=True)
    kind: Mapped[ContactKind] = mapped_column(one_of(ContactKind, "kind"))
    value: Mapped[str] = mapped_column(sa.String(200))
    level: Mapped[int]
    confirmed_on: Mapped[date | None] = mapped_column(sa.Date)


class GrantRow(Base):
    """Table ``role_grant``: coordinators of a network, operators of the installation."""

    __tablename__ = "role_grant"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person: Mapped[str] = mapped_column(sa.ForeignKey("person.key"), index=True)
    role: Mapped[Role] = mapped_column(one_of(Role, "role"))
    network: Mapped[str | None] = mapped_column(sa.ForeignKey("network.code"))


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact value, its level and the day on which it was last confirmed."""

    kind: ContactKind
    value: str
    level: int
    confirmed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person as far as the reader may know them; ``invented`` marks the demo network's people.

    ``retired_on`` is the day since which they are no longer found by name.
    """

    key: str
    given_name: str
    family_name: str
    languages: tuple[str, ...] = ()
    time_zone: str = ""
    contacts: tuple[Contact, ...] = ()
    invented: bool = False
    retired_on: date | None = None

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}".strip()


async def several(session: AsyncSession, keys: Collection[str], max_level: int) -> dict[str, Person]:
    """People by key, with contact values up to ``max_level``; nobody at all below level 1."""
    if max_level < NAME_LEVEL or not keys:
        return {}
    rows = await session.execute(
        sa.select(
            PersonRow.key,
            PersonRow.given_name,
            PersonRow.family_name,
            PersonRow.languages,
            PersonRow.time_zone,
            PersonRow.invented,
            PersonRow.retired_on,
        ).where(PersonRow.key.in_(list(keys)))
    )
    people = rows.all()
    values: dict[str, list[Contact]] = {}
    for person, kind, value, level, confirmed_on in await session.execute(
        sa.select(
            ContactRow.person, ContactRow.kind, ContactRow.value, ContactRow.level, ContactRow.confirmed_on
        )
        .where(ContactRow.person.in_([row[0] for row in people]), ContactRow.level <= max_level)
        .order_by(ContactRow.level, ContactRow.id)
    ):
        values.setdefault(person, []).append(Contact(kind, value, level, confirmed_on))
    return {
        key: Person(key, given, family, tuple(languages), zone, tuple(values.get(key, ())), invented, retired)
        for key, given, family, languages, zone, invented, retired in people
    }


async def get(session: AsyncSession, key: str, max_level: int) -> Person | None:
    """The person with this key, as far as ``max_level`` allows."""
    return (await several(session, [key], max_level)).get(key)


async def exists(session: AsyncSession, key: str) -> bool:
    """Whether there is a person with this key."""
    found = await session.execute(sa.select(PersonRow.key).where(PersonRow.key == key))
    return found.scalar_one_or_none() is not None


@functools.cache
def _held() -> sa.CompoundSelect[str, str | None]:
    """What a person holds; asked at every event, so it is built once."""
    from directory.posts import NominationRow, PostRow
    from directory.suspensions import SuspensionRow

    today = sa.func.current_date()
    nominated = (
        sa.select(sa.literal(Role.FOCAL_POINT.value), PostRow.network)
        .join(NominationRow, NominationRow.post == PostRow.key)
        .where(
            NominationRow.person == sa.bindparam("person"),
            PostRow.retired_on.is_(None),
            NominationRow.confirmed_on.is_not(None),
            NominationRow.since <= today,
            sa.or_(NominationRow.until.is_(None), NominationRow.until > today),
            sa.or_(PostRow.retired_on.is_(None), PostRow.retired_on > today),
        )
    )
    granted = sa.select(sa.cast(GrantRow.role, sa.String), GrantRow.network).where(
        GrantRow.person == sa.bindparam("person")
    )
    suspended = sa.select(sa.literal("suspended"), sa.null()).where(
        SuspensionRow.person == sa.bindparam("person")
    )
    retired = sa.select(sa.literal("suspended"), sa.null()).where(
        PersonRow.key == sa.bindparam("person"), PersonRow.retired_on.is_not(None)
    )
    return sa.union_all(nominated, granted, suspended, retired)


async def standing(session: AsyncSession, key: str) -> Standing:
    """What a person is to each network: by confirmed nominations that hold today, and by granted roles.

    A retired post gives no rights, and a retired person has none.
    """
    held: dict[str, set[str]] = {}
    rows: sa.Result[str, str | None] = await session.execute(_held(), {"person": key})
    for role, network in rows:
        held.setdefault(role, set()).add(network or NO_NETWORK)
    return Standing(
        operator=Role.OPERATOR in held,
        coordinates=frozenset(held.get(Role.COORDINATOR, ())),
        verified_in=frozenset(held.get(Role.FOCAL_POINT, ())) - {NO_NETWORK},
        linked=True,
        suspended="suspended" in held,
    )


async def grant(session: AsyncSession, person: str, role: Role, network: str | None = None) -> None:
    """Give a person a role: a coordinator's of one network, an operator's of the installation.

    Raises ``ValueError`` for any other role, and where a network is missing or makes no sense.
    """
    if role not in (Role.COORDINATOR, Role.OPERATOR):
        raise ValueError("only coordinators and operators are granted their role")
    if (role is Role.COORDINATOR) is (network is None):
        raise ValueError("a coordinator has a network, an operator has none")
    await session.execute(sa.insert(GrantRow).values(person=person, role=role, network=network))
    await revision.bump(session)


async def add(session: AsyncSession, people: Sequence[Person]) -> None:
    """Store new people with their contact values, findable for those who may see names."""
    if rows := [_values(item) for item in people]:
        await session.execute(sa.insert(PersonRow), rows)
    await _finish(session, people)


async def add_newcomer(
    session: AsyncSession,
    given_name: str,
    family_name: str,
    email: str,
    language: str = "",
    confirmed_on: date | None = None,
) -> str:
    """Store somebody of whom only the name and the office address are known; the key that they get."""
    key = f"p-{secrets.token_hex(6)}"
    office = Contact(ContactKind.EMAIL, email, NAME_LEVEL, confirmed_on)
    languages = (language,) if language else ()
    await add(session, [Person(key, given_name, family_name, languages, contacts=(office,))])
    return key


async def replace(session: AsyncSession, person: Person) -> None:
    """Store a person, in place of the one with this key where there is one, contact values included.

    ``person`` must have been read at level 3: values that are not in it are forgotten.
    """
    known = sa.update(PersonRow).where(PersonRow.key == person.key)
    changed = await session.execute(known.values(_values(person)).returning(PersonRow.key))
    if changed.first() is None:
        return await add(session, [person])
    await session.execute(sa.delete(ContactRow).where(ContactRow.person == person.key))
    await _finish(session, [person])


async def remove(session: AsyncSession, key: str) -> None:
    """Take a person out as if they had never been added. One whom other records name cannot be.

    Raises:
        sqlalchemy.exc.IntegrityError: something refers to them.
    """
    await session.execute(sa.delete(ContactRow).where(ContactRow.person == key))
    await session.execute(sa.delete(PersonRow).where(PersonRow.key == key))
    await search.remove(session, Kind.PERSON, key)
    await revision.bump(session)


def _values(item: Person) -> dict[str, object]:
    return {
        "key": checked(item.key),
        "given_name": item.given_name,
        "family_name": item.family_name,
        "languages": list(item.languages),
        "time_zone": item.time_zone,
        "invented": item.invented,
        "retired_on": item.retired_on,
    }


async def _finish(session: AsyncSession, people: Sequence[Person]) -> None:
    values = [
        {
            "person": item.key,
            "kind": contact.kind,
            "value": contact.value,
            "level": contact.level,
            "confirmed_on": contact.confirmed_on,
        }
        for item in people
        for contact in item.contacts
    ]
    if values:
        await session.execute(sa.insert(ContactRow), values)
    await search.put(
        session,
        *(
            Entry(Kind.PERSON, item.key, [Name(item.name)], level=NAME_LEVEL)
            for item in people
            if item.retired_on is None
        ),
    )
    for item in people:
        if item.retired_on is not None:
            await search.remove(session, Kind.PERSON, item.key)
    await revision.bump(session)
