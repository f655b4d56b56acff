"""Links to a calendar of meetings: secret, one for each person and network, and revoked by whoever has them.

A link is all that a calendar program shows, so its token is as good as a password: 256 bits, shown once and
kept only as a hash. What it opens is decided anew at each visit, by what its person may see then.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory import audit
from directory.audit import Actor
from directory.database import Base, BigId, Instant

#: What every token begins with, so that it is recognised wherever it must not stand.
PREFIX: Final = "ecal_"
#: What the trail calls a link.
FEED: Final = "calendar_link"
_BYTES: Final = 32
_PLAIN: Final = {"synchronize_session": False}


class FeedRow(Base):
    """Table ``calendar_feed``. ``network`` is empty for the meetings at which the person is expected.

    A hash without salt is enough: nobody guesses 256 bits, whoever holds a list of the hashes.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (sa.UniqueConstraint("person", "network"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person: Mapped[str] = mapped_column(sa.String(32))
    network: Mapped[str] = mapped_column(sa.String(32), default="")
    made_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Feed:
    """A link: whose it is, to the meetings of which network (empty: their own), and when it was made."""

    number: int
    person: str
    network: str
    made_at: datetime


async def make(session: AsyncSession, actor: Actor, now: datetime, person: str, network: str) -> str:
    """Make a link in place of the earlier one to the same calendar; its token, which cannot be had again."""
    await session.execute(
        sa.delete(FeedRow).where(FeedRow.person == person, FeedRow.network == network),
        execution_options=_PLAIN,
    )
    token = PREFIX + secrets.token_urlsafe(_BYTES)
    await session.execute(
        sa.insert(FeedRow).values(token_hash=_hash(token), person=person, network=network, made_at=now)
    )
    await _trace(session, actor, now, "add", person, network)
    return token


async def revoke(session: AsyncSession, actor: Actor, now: datetime, person: str, network: str) -> bool:
    """Let a link open nothing any more; whether there was one."""
    gone = await session.execute(
        sa.delete(FeedRow)
        .where(FeedRow.person == person, FeedRow.network == network)
        .returning(FeedRow.id),
        execution_options=_PLAIN,
    )  # fmt: skip
    found = gone.first() is not None
    if found:
        await _trace(session, actor, now, "revoke", person, network)
    return found


async def of_person(session: AsyncSession, person: str) -> list[Feed]:
    """The links of a person: to their own meetings first, then by network."""
    rows = await session.execute(
        sa.select(FeedRow.id, FeedRow.person, FeedRow.network, FeedRow.made_at)
        .where(FeedRow.person == person)
        .order_by(FeedRow.network)
    )
    return [Feed(*row) for row in rows]


async def opened(session: AsyncSession, token: str) -> Feed | None:
    """The link with this token. What is compared is a hash, so that the time tells nothing of the token."""
    row = (
        await session.execute(
            sa.select(FeedRow.id, FeedRow.person, FeedRow.network, FeedRow.made_at).where(
                FeedRow.token_hash == _hash(token)
            )
        )
    ).one_or_none()
    return Feed(*row) if row is not None else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


async def _trace(
    session: AsyncSession, actor: Actor, now: datetime, action: str, person: str, network: str
) -> None:
    said = {"network": network}
    before, after = (None, said) if action == "add" else (said, None)
    await audit.changed(
        session, actor, now, action, FEED, network or "own", before, after, network or None, about=person
    )
