"""Suspended people: who is suspended counts as the public, whatever they are otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, Instant


class SuspensionRow(Base):
    """Table ``suspension``. ``suspended_by`` is a person's key."""

    __tablename__ = "suspension"

    person: Mapped[str] = mapped_column(sa.ForeignKey("person.key"), primary_key=True)
    since: Mapped[datetime] = mapped_column(Instant)
    suspended_by: Mapped[str] = mapped_column(sa.String(32), default="")


@dataclass(frozen=True, slots=True)
class Suspension:
    """Since when somebody is suspended, and by whom (a person's key)."""

    person: str
    since: datetime
    suspended_by: str = ""


async def of(session: AsyncSession, person: str) -> Suspension | None:
    """The suspension of a person, or ``None``."""
    found = await session.execute(
        sa.select(SuspensionRow.person, SuspensionRow.since, SuspensionRow.suspended_by).where(
            SuspensionRow.person == person
        )
    )
    row = found.one_or_none()
    return Suspension(*row) if row is not None else None


async def suspend(session: AsyncSession, wanted: Suspension) -> bool:
    """Take a person's rights away until :func:`lift`; whether they had not been taken already."""
    if await of(session, wanted.person) is not None:
        return False
    session.add(SuspensionRow(person=wanted.person, since=wanted.since, suspended_by=wanted.suspended_by))
    await session.flush()
    return True


async def lift(session: AsyncSession, person: str) -> bool:
    """Give a person their rights back; whether they were suspended."""
    gone = await session.execute(
        sa.delete(SuspensionRow).where(SuspensionRow.person == person).returning(SuspensionRow.person)
    )
    return gone.first() is not None
