"""Files that were sent on the chat page: kept in a table until they are looked at, and not for long."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, Instant

#: The largest file, in bytes. It travels as text in a body whose limit is 1 MB (``bot.web.guard``).
LARGEST: Final = 700_000
#: How long a file is kept.
KEEP: Final = timedelta(hours=1)
#: How many files of one speaker, and of all together, are kept; older ones go first.
MOST_OWN: Final = 4
MOST: Final = 100


class UploadRow(Base):
    """Table ``upload``."""

    __tablename__ = "upload"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(sa.String(200))
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    at: Mapped[datetime] = mapped_column(Instant, index=True)


async def keep(
    session: AsyncSession, owner: str, name: str, media_type: str, content: bytes, now: datetime
) -> str:
    """Store a file, and return the key under which it is found."""
    await forget(session, now)
    for mine, most in ((UploadRow.owner == owner, MOST_OWN), (sa.true(), MOST)):
        newest = sa.select(UploadRow.key).where(mine).order_by(UploadRow.at.desc()).limit(most - 1)
        kept = list((await session.execute(newest)).scalars())
        await session.execute(sa.delete(UploadRow).where(mine, UploadRow.key.not_in(kept)))
    key = secrets.token_urlsafe(24)
    row = {"key": key, "owner": owner, "name": name, "media_type": media_type, "content": content, "at": now}
    await session.execute(sa.insert(UploadRow).values(row))
    return key


async def content(session: AsyncSession, key: str) -> bytes:
    """The bytes of a file.

    Raises:
        LookupError: it is not there any more.
    """
    found = (await session.execute(sa.select(UploadRow.content).where(UploadRow.key == key))).scalar()
    if found is None:
        raise LookupError("the file is gone")
    return found


async def forget(session: AsyncSession, now: datetime) -> None:
    """Delete what is too old."""
    await session.execute(sa.delete(UploadRow).where(UploadRow.at < now - KEEP))
