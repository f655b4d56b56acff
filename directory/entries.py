"""A person's own entry: every value with who may see it, consent, when it was confirmed, absence.

What a person does to their own entry goes through here, in the caller's write transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory import people, revision
from directory.access import Role
from directory.accounts import Account, AccountRow
from directory.database import Base, BigId, Instant
from directory.people import Contact, ContactKind, ContactRow, GrantRow, Person

#: The levels that a person may choose for a contact value: network, coordinators, only themselves.
LEVELS: Final = (1, 2, 3)
#: The highest level: whoever reads at it reads their own entry.
OWN_LEVEL: Final = 3
#: The level that a new value of each kind begins with.
FIRST_LEVEL: Final = {
    ContactKind.EMAIL: 1,
    ContactKind.PHONE: 1,
    ContactKind.MOBILE: 2,
    ContactKind.HANDLE: 2,
}


class ConsentRow(Base):
    """Table ``consent``: each time somebody agreed, to which exact words."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person: Mapped[str] = mapped_column(sa.ForeignKey("person.key"), index=True)
    wording: Mapped[str] = mapped_column(sa.String(32))
    language: Mapped[str] = mapped_column(sa.String(16))
    text: Mapped[str] = mapped_column(sa.Text)
    given_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class EntryRow(Base):
    """Table ``entry``: when a person's entry as a whole was confirmed, asked about, and their absence."""

    __tablename__ = "entry"

    person: Mapped[str] = mapped_column(sa.ForeignKey("person.key"), primary_key=True)
    confirmed_on: Mapped[date | None] = mapped_column(sa.Date)
    asked_on: Mapped[date | None] = mapped_column(sa.Date)
    away_until: Mapped[date | None] = mapped_column(sa.Date)


@dataclass(frozen=True, slots=True)
class Consent:
    """An agreement: the version of the wording, its exact text in a language, and when."""

    wording: str
    language: str
    text: str
    given_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A contact value with the number that its buttons carry."""

    id: int
    contact: Contact


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything of a person's own entry. Only ever read for that person.

    ``confirmed_on`` is when the whole of it was last confirmed; ``away_until`` the last day of an absence.
    """

    person: Person
    values: tuple[Value, ...] = ()
    confirmed_on: date | None = None
    asked_on: date | None = None
    away_until: date | None = None
    consents: tuple[Consent, ...] = ()
    accounts: tuple[Account, ...] = ()
    roles: tuple[tuple[Role, str | None], ...] = ()

    @property
    def consent(self) -> Consent | None:
        """The agreement that holds."""
        return next((item for item in reversed(self.consents) if item.withdrawn_at is None), None)


async def get(session: AsyncSession, person_key: str) -> Entry | None:
    """The entry of a person, all of it; ``None`` where there is no such person."""
    person = await people.get(session, person_key, OWN_LEVEL)
    if person is None:
        return None
    rows = await session.execute(
        sa.select(ContactRow.id, ContactRow.kind, ContactRow.value, ContactRow.level, ContactRow.confirmed_on)
        .where(ContactRow.person == person_key)
        .order_by(ContactRow.level, ContactRow.id)
    )
    values = tuple(
        Value(row_id, Contact(kind, value, level, confirmed))
        for row_id, kind, value, level, confirmed in rows
    )
    state = (
        await session.execute(
            sa.select(EntryRow.confirmed_on, EntryRow.asked_on, EntryRow.away_until).where(
                EntryRow.person == person_key
            )
        )
    ).one_or_none()
    confirmed_on, asked_on, away_until = state or (None, None, None)
    return Entry(
        person,
        values,
        confirmed_on or oldest(item.contact for item in values),
        asked_on,
        away_until,
        await _consents(session, person_key),
        await linked(session, person_key),
        await _roles(session, person_key),
    )


def oldest(contacts: Iterable[Contact]) -> date | None:
    """The day since which every value that was ever confirmed is; ``None`` where none was."""
    return min((item.confirmed_on for item in contacts if item.confirmed_on is not None), default=None)


async def linked(session: AsyncSession, person_key: str) -> tuple[Account, ...]:
    """The accounts of a person, the one linked first before the others."""
    rows = await session.execute(
        sa.select(
            AccountRow.platform, AccountRow.team, AccountRow.user, AccountRow.language, AccountRow.time_zone
        )
        .where(AccountRow.person_key == person_key)
        .order_by(AccountRow.id)
    )
    return tuple(
        Account(platform, team, user, person_key, language, zone)
        for platform, team, user, language, zone in rows
    )


async def _roles(session: AsyncSession, person_key: str) -> tuple[tuple[Role, str | None], ...]:
    rows = await session.execute(
        sa.select(GrantRow.role, GrantRow.network).where(GrantRow.person == person_key).order_by(GrantRow.id)
    )
    return tuple((role, network) for role, network in rows)


async def _consents(session: AsyncSession, person_key: str) -> tuple[Consent, ...]:
    rows = await session.execute(
        sa.select(
            ConsentRow.wording,
            ConsentRow.language,
            ConsentRow.text,
            ConsentRow.given_at,
            ConsentRow.withdrawn_at,
        )
        .where(ConsentRow.person == person_key)
        .order_by(ConsentRow.id)
    )
    return tuple(Consent(*row) for row in rows)


async def confirm(session: AsyncSession, person_key: str, today: date) -> None:
    """Everything of the entry is right as it stands."""
    await session.execute(
        sa.update(ContactRow).where(ContactRow.person == person_key).values(confirmed_on=today),
        execution_options={"synchronize_session": False},
    )
    await _note(session, person_key, confirmed_on=today)
    await revision.bump(session)


async def set_level(session: AsyncSession, person_key: str, value_id: int, level: int) -> Value | None:
    """Change who may see one of the person's own values; ``None`` where they have no such value.

    Raises ``ValueError`` for a level that nobody may choose.
    """
    if level not in LEVELS:
        raise ValueError("the level of a person's value is 1, 2 or 3")
    changed = await session.execute(
        sa.update(ContactRow)
        .where(ContactRow.id == value_id, ContactRow.person == person_key)
        .values(level=level)
        .returning(ContactRow.kind, ContactRow.value, ContactRow.level, ContactRow.confirmed_on),
        execution_options={"synchronize_session": False},
    )
    row = changed.one_or_none()
    if row is None:
        return None
    await revision.bump(session)
    return Value(value_id, Contact(*row))


async def hide(session: AsyncSession, person_key: str) -> None:
    """Show every contact value to the person alone."""
    await session.execute(
        sa.update(ContactRow).where(ContactRow.person == person_key).values(level=OWN_LEVEL),
        execution_options={"synchronize_session": False},
    )
    await revision.bump(session)


def with_value(person: Person, kind: ContactKind, value: str, today: date) -> Person:
    """``person`` with this value in place of those of its kind; without any where it is empty.

    A new value is as visible as the one it replaces; what stays as it was is confirmed all the same.
    """
    old = [item for item in person.contacts if item.kind is kind]
    others = tuple(item for item in person.contacts if item.kind is not kind)
    if not value:
        return replace(person, contacts=others)
    level = old[0].level if old else FIRST_LEVEL[kind]
    return replace(person, contacts=(*others, Contact(kind, value, level, today)))


async def save(session: AsyncSession, person: Person) -> None:
    """Store what the person changed of their entry; values that did not change keep their number."""
    known = await get(session, person.key)
    if known is None:
        raise LookupError("there is no such person")
    if (known.person.given_name, known.person.family_name) != (person.given_name, person.family_name):
        await people.replace(session, person)
        return
    wanted = list(person.contacts)
    for value in known.values:
        if value.contact in wanted:
            wanted.remove(value.contact)
        else:
            await session.execute(
                sa.delete(ContactRow).where(ContactRow.id == value.id),
                execution_options={"synchronize_session": False},
            )
    if wanted:
        await session.execute(
            sa.insert(ContactRow),
            [
                {
                    "person": person.key,
                    "kind": item.kind,
                    "value": item.value,
                    "level": item.level,
                    "confirmed_on": item.confirmed_on,
                }
                for item in wanted
            ],
        )
    await session.execute(
        sa.update(people.PersonRow)
        .where(people.PersonRow.key == person.key)
        .values(languages=list(person.languages), time_zone=person.time_zone),
        execution_options={"synchronize_session": False},
    )
    await revision.bump(session)


async def agree(
    session: AsyncSession, person_key: str, *, wording: str, language: str, text: str, now: datetime
) -> None:
    """The person agreed to a wording; an earlier agreement to another ends."""
    await withdraw(session, person_key, now)
    await session.execute(
        sa.insert(ConsentRow).values(
            person=person_key, wording=wording, language=language, text=text, given_at=now
        )
    )


async def withdraw(session: AsyncSession, person_key: str, now: datetime) -> None:
    """The person takes their agreement back; that it was given stays written."""
    await session.execute(
        sa.update(ConsentRow)
        .where(ConsentRow.person == person_key, ConsentRow.withdrawn_at.is_(None))
        .values(withdrawn_at=now),
        execution_options={"synchronize_session": False},
    )


async def set_away(session: AsyncSession, person_key: str, until: date | None) -> None:
    """The person is away until a day, that day included; ``None``: they are back."""
    await _note(session, person_key, away_until=until)
    await revision.bump(session)


async def away(session: AsyncSession, keys: Sequence[str], today: date) -> dict[str, date]:
    """Of these people, those who are away today, with the last day of their absence."""
    if not keys:
        return {}
    rows = await session.execute(
        sa.select(EntryRow.person, EntryRow.away_until).where(
            EntryRow.person.in_(list(keys)), EntryRow.away_until >= today
        )
    )
    return {person: until for person, until in rows if until is not None}


async def _note(session: AsyncSession, person_key: str, **values: Any) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    await session.execute(
        insert(EntryRow)
        .values(person=person_key, **values)
        .on_conflict_do_update(index_elements=[EntryRow.person], set_=values)
    )
