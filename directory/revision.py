"""A counter of the directory's changes, so that whoever keeps a copy of a record knows when it is stale."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base


class RevisionRow(Base):
    """Table ``directory_revision``: one row."""

    __tablename__ = "directory_revision"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(sa.BigInteger)


async def current(session: AsyncSession) -> int:
    """The number of changes so far, as this transaction sees it."""
    return (await session.execute(sa.select(RevisionRow.number))).scalar_one_or_none() or 0


async def bump(session: AsyncSession) -> None:
    """The directory was changed in this transaction."""
    changed = await session.execute(
        sa.update(RevisionRow).values(number=RevisionRow.number + 1).returning(RevisionRow.id)
    )
    if changed.scalar_one_or_none() is None:
        await session.execute(sa.insert(RevisionRow).values(id=1, number=1))
