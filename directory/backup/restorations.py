"""That a database was restored, and when: what it does not know of may have been sent until then."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant


class RestorationRow(Base):
    """Table ``restoration``: the name of the file, when that backup was made, and when it was restored."""

    __tablename__ = "restoration"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    made_at: Mapped[datetime] = mapped_column(Instant)
    restored_at: Mapped[datetime] = mapped_column(Instant)


async def note(session: AsyncSession, name: str, made_at: datetime, now: datetime) -> None:
    """Note a restoration."""
    await session.execute(sa.insert(RestorationRow).values(name=name[:160], made_at=made_at, restored_at=now))


async def restored_at(session: AsyncSession) -> datetime | None:
    """When this database was last restored; ``None`` where it never was.

    Whatever the program would have sent by itself until then may have been sent already, by the database
    that was lost: it is not sent again.
    """
    return await session.scalar(sa.select(sa.func.max(RestorationRow.restored_at)))
