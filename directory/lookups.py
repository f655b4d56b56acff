"""The weekly budget of lookups: how many different people somebody may look up in any seven days.

A rate limit does not stop whoever copies the directory slowly; a cumulative budget does. What counts is the
trail itself: the people of whom somebody saw values of level 1 or more, under whatever name they asked and on
whichever account of theirs. Seeing the same person again costs nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory import audit
from directory.audit import Actor
from directory.database import Base, Instant

#: How many different people in a week, unless the settings say otherwise. A network of thirty-odd member
#: states has about four people each: 150 let a focal point meet every colleague of the largest one in a
#: single week, while a directory of 1,000 takes seven weeks, of which a coordinator hears in the first.
WEEKLY: Final = 150
WEEK: Final = timedelta(days=7)


class NoticeRow(Base):
    """Table ``lookup_notice``: when those in charge were last told of something.

    That is an account (or a person) whose budget is used up, or codes of which too many were tried.
    """

    __tablename__ = "lookup_notice"

    account: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


async def seen(session: AsyncSession, actor: Actor, now: datetime) -> dict[str, datetime]:
    """The people whom this actor looked up in the last seven days, each with the last time."""
    return await audit.looked_up(session, actor, now - WEEK)


def admitted(known: Collection[str], keys: Collection[str], budget: int) -> frozenset[str]:
    """Which of these people may be shown: those already looked up, and others as far as the budget goes."""
    free = max(0, budget - len(known))
    new = [key for key in dict.fromkeys(keys) if key not in known]
    return frozenset((*(key for key in keys if key in known), *new[:free]))


def renews(known: Mapping[str, datetime], budget: int) -> datetime | None:
    """When somebody new may be looked up again; ``None`` where it is possible now."""
    over = len(known) + 1 - budget
    return sorted(known.values())[min(over, len(known)) - 1] + WEEK if known and over > 0 else None


async def first_notice(session: AsyncSession, actor: Actor, now: datetime) -> bool:
    """Note that the coordinators are told of this actor; false where they were within the last week."""
    account = (
        f"person:{actor.person_key}"
        if actor.person_key is not None
        else f"{actor.platform}:{actor.team}:{actor.user}"
    )[:160]
    return await first_of(session, account, now, WEEK)


async def first_of(session: AsyncSession, about: str, now: datetime, span: timedelta) -> bool:
    """Note that those in charge are told of something now; false where they were within ``span``."""
    told = await session.execute(
        sa.update(NoticeRow)
        .where(NoticeRow.account == about, NoticeRow.at <= now - span)
        .values(at=now)
        .returning(NoticeRow.account),
        execution_options={"synchronize_session": False},
    )
    if told.first() is not None:
        return True
    from sqlalchemy.dialects import postgresql, sqlite

    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = await session.execute(
        insert(NoticeRow).values(account=about, at=now).on_conflict_do_nothing().returning(NoticeRow.account)
    )
    return new.first() is not None


async def overseers(session: AsyncSession, networks: Collection[str], person: str) -> list[str]:
    """Who is told of a person: the other coordinators of these networks, else the other operators."""
    from directory.access import Role
    from directory.people import GrantRow

    for granted in (
        sa.and_(GrantRow.role == Role.COORDINATOR, GrantRow.network.in_(list(networks))),
        GrantRow.role == Role.OPERATOR,
    ):
        rows = await session.execute(
            sa.select(GrantRow.person)
            .where(granted, GrantRow.person != person)
            .distinct()
            .order_by(GrantRow.person)
        )
        if found := list(rows.scalars()):
            return found
    return []
