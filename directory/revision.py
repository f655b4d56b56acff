"""A counter of the directory's changes, so that whoever keeps a copy of a record knows when it is stale."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base


class RevisionRow(Base):
    """Table ``directory_revision``: one row."""

    __tablename__ = "directory_revision"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(sa.BigInteger)


_CURRENT = sa.select(RevisionRow.__table__.c.number)


async def current(session: AsyncSession) -> int:
    """The number of changes so far, as this transaction sees it."""
    known: int | None = session.info.get("revision")
    if known is None:
        known = (await session.execute(_CURRENT)).scalar_one_or_none() or 0
        if session.info.get("snapshot"):
            session.info["revision"] = known
    return known


async def bump(session: AsyncSession) -> None:
    """The directory was changed in this transaction."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # One statement, because two first changes at once must not both insert the row.
    await session.execute(
        insert(RevisionRow)
        .values(id=1, number=1)
        .on_conflict_do_update(
            index_elements=[RevisionRow.id], set_={"number": RevisionRow.__table__.c.number + 1}
        )
    )
