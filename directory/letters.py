"""Letters to people: what the program has to tell somebody who cannot be written to yet.

A letter waits here only while none of the person's accounts can be reached; otherwise it goes straight to
the outbox. It is kept as a message's key and its values, because it is put into words in the language of
whoever reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, Json


class LetterRow(Base):
    """Table ``letter``."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person: Mapped[str] = mapped_column(sa.String(32), index=True)
    message: Mapped[str] = mapped_column(sa.String(64))
    values: Mapped[dict[str, str]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Letter:
    """What to tell a person: a message's key with its values, and when it came up."""

    person: str
    message: str
    values: Mapping[str, str]
    at: datetime


async def keep(session: AsyncSession, letter: Letter) -> None:
    """Let a letter wait until its person can be reached."""
    await session.execute(
        sa.insert(LetterRow).values(
            person=letter.person, message=letter.message, values=dict(letter.values), at=letter.at
        )
    )


async def people_waited_for(session: AsyncSession) -> list[str]:
    """The people for whom a letter waits."""
    rows = await session.execute(sa.select(LetterRow.person).distinct().order_by(LetterRow.person))
    return list(rows.scalars())


async def take(session: AsyncSession, person: str) -> Sequence[Letter]:
    """Take the letters out that wait for a person, oldest first."""
    taken = await session.execute(
        sa.delete(LetterRow)
        .where(LetterRow.person == person)
        .returning(LetterRow.id, LetterRow.message, LetterRow.values, LetterRow.at),
        execution_options={"synchronize_session": False},
    )
    return [
        Letter(person, message, values, at) for _, message, values, at in sorted(taken, key=lambda r: r[0])
    ]
