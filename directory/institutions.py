"""Institutions: names and acronyms per language, kind, country, parent and website."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory import revision, search
from directory.database import Base, Json, one_of
from directory.keys import checked
from directory.search import Entry, Kind, Name
from directory.texts import LocalText


class InstitutionKind(enum.StrEnum):
    """What kind of body it is."""

    INTERGOVERNMENTAL = "intergovernmental"
    SECRETARIAT = "secretariat"
    OFFICE = "office"
    AGENCY = "agency"
    MINISTRY = "ministry"
    GROUP = "group"


class InstitutionRow(Base):
    """Table ``institution``."""

    __tablename__ = "institution"

    key: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    names: Mapped[dict[str, str]] = mapped_column(Json)
    acronyms: Mapped[dict[str, str]] = mapped_column(Json)
    kind: Mapped[InstitutionKind] = mapped_column(one_of(InstitutionKind, "kind"))
    country: Mapped[str | None] = mapped_column(sa.ForeignKey("country.code"), index=True)
    parent: Mapped[str | None] = mapped_column(sa.ForeignKey("institution.key"), index=True)
    website: Mapped[str] = mapped_column(sa.String(200), default="")
    retired_on: Mapped[date | None] = mapped_column(sa.Date)


@dataclass(frozen=True, slots=True)
class Institution:
    """One institution; ``key`` is its short public name (ASCII, at most 32).

    ``retired_on`` is the day since which it is no longer in use: not found, not listed, but known by its key.
    """

    key: str
    names: LocalText
    acronyms: LocalText
    kind: InstitutionKind
    country: str | None = None
    parent: str | None = None
    website: str = ""
    retired_on: date | None = None


_COLUMNS = (
    InstitutionRow.key,
    InstitutionRow.names,
    InstitutionRow.acronyms,
    InstitutionRow.kind,
    InstitutionRow.country,
    InstitutionRow.parent,
    InstitutionRow.website,
    InstitutionRow.retired_on,
)


async def get(session: AsyncSession, key: str) -> Institution | None:
    """The institution with this key."""
    return (await several(session, [key])).get(key)


async def several(session: AsyncSession, keys: Collection[str]) -> dict[str, Institution]:
    """The institutions with these keys, by key; unknown keys are left out."""
    return {item.key: item for item in await _where(session, InstitutionRow.key.in_(list(keys)))}


async def of_country(session: AsyncSession, country: str) -> list[Institution]:
    """The institutions of a country that are in use, by key."""
    in_use = InstitutionRow.retired_on.is_(None)
    return await _where(session, sa.and_(InstitutionRow.country == country.upper(), in_use))


async def parts_of(session: AsyncSession, parent: str) -> list[Institution]:
    """The offices and other parts of an institution that are in use, by key."""
    in_use = InstitutionRow.retired_on.is_(None)
    return await _where(session, sa.and_(InstitutionRow.parent == parent, in_use))


async def _where(session: AsyncSession, condition: sa.ColumnElement[bool]) -> list[Institution]:
    rows = await session.execute(sa.select(*_COLUMNS).where(condition).order_by(InstitutionRow.key))
    return [
        Institution(key, LocalText(names), LocalText(acronyms), kind, country, parent, website, retired_on)
        for key, names, acronyms, kind, country, parent, website, retired_on in rows
    ]


async def add(session: AsyncSession, institutions: Sequence[Institution]) -> None:
    """Store new institutions (a parent before its parts) and make them findable."""
    if rows := [_values(item) for item in institutions]:
        await session.execute(sa.insert(InstitutionRow), rows)
    await _index(session, institutions)
    await revision.bump(session)


async def replace(session: AsyncSession, institution: Institution) -> None:
    """Store an institution, in place of the one with its key where there is one."""
    known = sa.update(InstitutionRow).where(InstitutionRow.key == institution.key)
    changed = await session.execute(known.values(_values(institution)).returning(InstitutionRow.key))
    if changed.first() is None:
        return await add(session, [institution])
    await _index(session, [institution])
    await revision.bump(session)


async def remove(session: AsyncSession, key: str) -> None:
    """Take an institution out as if it had never been added. What other records refer to cannot be.

    Raises:
        sqlalchemy.exc.IntegrityError: something refers to it.
    """
    await session.execute(sa.delete(InstitutionRow).where(InstitutionRow.key == key))
    await search.remove(session, Kind.INSTITUTION, key)
    await revision.bump(session)


async def _index(session: AsyncSession, institutions: Sequence[Institution]) -> None:
    """Make findable what is in use, and nothing else."""
    await search.put(session, *(entry(item) for item in institutions if item.retired_on is None))
    for item in institutions:
        if item.retired_on is not None:
            await search.remove(session, Kind.INSTITUTION, item.key)


def _values(item: Institution) -> dict[str, object]:
    return {
        "key": checked(item.key),
        "names": dict(item.names.by_language),
        "acronyms": dict(item.acronyms.by_language),
        "kind": item.kind,
        "country": item.country,
        "parent": item.parent,
        "website": item.website,
        "retired_on": item.retired_on,
    }


def entry(item: Institution) -> Entry:
    """Everything an institution is found by."""
    names = [Name(text, language) for language, text in item.names.by_language.items()]
    names += [Name(text, language, 0.98) for language, text in item.acronyms.by_language.items()]
    return Entry(Kind.INSTITUTION, item.key, names)
