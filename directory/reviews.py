"""Which entries are due to be confirmed, who is asked, and what a coordinator is told of them.

What was asked and listed is written where it is claimed, so that a restart neither skips nor repeats.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.access import Role
from directory.accounts import Account, AccountRow
from directory.database import Base, Instant
from directory.entries import EntryRow
from directory.freshness import DUE_MONTHS, Freshness, freshness, months_later
from directory.people import ContactRow, GrantRow, PersonRow
from directory.posts import NominationRow, PostRow


class EntryListRow(Base):
    """Table ``entry_list``: the months for which a network's coordinators have had their list."""

    __tablename__ = "entry_list"

    network: Mapped[str] = mapped_column(sa.ForeignKey("network.code"), primary_key=True)
    month: Mapped[str] = mapped_column(sa.String(7), primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody to be asked: on which account, and what is known of their language and clock."""

    person: str
    account: Account
    languages: tuple[str, ...]
    time_zone: str
    freshness: Freshness
    confirmed_on: date | None
    asked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stale:
    """An entry on a coordinator's list: whose, for which post, how fresh."""

    person: str
    post: str
    freshness: Freshness
    confirmed_on: date | None


def _confirmed() -> tuple[sa.Subquery, sa.ColumnElement[date | None]]:
    values = (
        sa.select(ContactRow.person, sa.func.min(ContactRow.confirmed_on).label("oldest"))
        .group_by(ContactRow.person)
        .subquery()
    )
    return values, sa.func.coalesce(EntryRow.confirmed_on, values.c.oldest)


def _holds(today: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        NominationRow.since <= today, sa.or_(NominationRow.until.is_(None), NominationRow.until > today)
    )


async def to_ask(
    session: AsyncSession, today: date, platforms: Collection[str], limit: int = 500
) -> list[Asked]:
    """Who is due to be asked: holds a post or a role, can be reached, and was not asked for a month.

    One account a person: the one linked last among those of ``platforms``.
    """
    values, confirmed = _confirmed()
    # Months differ in length: the database looks a few days too far, and the exact rule decides below.
    due_before = months_later(today, -DUE_MONTHS) + timedelta(days=4)
    asked_before = months_later(today, -1) + timedelta(days=4)
    named = sa.select(NominationRow.person).where(_holds(today))
    granted = sa.select(GrantRow.person)
    rows = await session.execute(
        sa.select(
            PersonRow.key,
            PersonRow.languages,
            PersonRow.time_zone,
            confirmed,
            EntryRow.asked_on,
            AccountRow.platform,
            AccountRow.team,
            AccountRow.user,
            AccountRow.language,
            AccountRow.time_zone,
        )
        .join(AccountRow, AccountRow.person_key == PersonRow.key)
        .outerjoin(EntryRow, EntryRow.person == PersonRow.key)
        .outerjoin(values, values.c.person == PersonRow.key)
        .where(
            AccountRow.platform.in_(list(platforms)),
            sa.or_(PersonRow.key.in_(named), PersonRow.key.in_(granted)),
            sa.or_(confirmed.is_(None), confirmed <= due_before),
            sa.or_(EntryRow.asked_on.is_(None), EntryRow.asked_on <= asked_before),
        )
        .order_by(PersonRow.key, AccountRow.id)
        .limit(limit)
    )
    found: dict[str, Asked] = {}
    for key, languages, zone, confirmed_on, asked_on, platform, team, user, language, own_zone in rows:
        state = freshness(confirmed_on, today)
        if state is Freshness.FRESH or not may_ask(asked_on, today):
            continue
        account = Account(platform, team, user, key, language, own_zone)
        found[key] = Asked(key, account, tuple(languages), zone, state, confirmed_on, asked_on)
    return list(found.values())


def may_ask(asked_on: date | None, today: date) -> bool:
    """Whether a month has passed since a person was asked last."""
    return asked_on is None or today >= months_later(asked_on, 1)


async def claim(session: AsyncSession, person: str, asked_before: date | None, today: date) -> bool:
    """Note that a person is asked today; false where somebody else did since ``asked_before`` was read."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    unchanged = EntryRow.asked_on.is_(None) if asked_before is None else EntryRow.asked_on == asked_before
    claimed = await session.execute(
        insert(EntryRow)
        .values(person=person, asked_on=today)
        .on_conflict_do_update(index_elements=[EntryRow.person], set_={"asked_on": today}, where=unchanged)
        .returning(EntryRow.person)
    )
    return claimed.scalar_one_or_none() is not None


async def stale(session: AsyncSession, network: str, today: date) -> list[Stale]:
    """The entries of a network's present holders and alternates that are not fresh, the stalest first."""
    values, confirmed = _confirmed()
    rows = await session.execute(
        sa.select(NominationRow.person, NominationRow.post, confirmed)
        .join(PostRow, PostRow.key == NominationRow.post)
        .outerjoin(EntryRow, EntryRow.person == NominationRow.person)
        .outerjoin(values, values.c.person == NominationRow.person)
        .where(PostRow.network == network, _holds(today))
        .order_by(NominationRow.post, NominationRow.id)
    )
    found = [
        Stale(person, post, freshness(confirmed_on, today), confirmed_on)
        for person, post, confirmed_on in rows
    ]
    order = [Freshness.NEVER, Freshness.DELINQUENT, Freshness.OVERDUE, Freshness.DUE]
    return sorted(
        (item for item in found if item.freshness in order),
        key=lambda item: (item.confirmed_on or date.min, item.post),
    )


async def coordinators(session: AsyncSession) -> dict[str, list[str]]:
    """The coordinators of each network that has any."""
    found: dict[str, list[str]] = {}
    for network, person in await session.execute(
        sa.select(GrantRow.network, GrantRow.person)
        .where(GrantRow.role == Role.COORDINATOR, GrantRow.network.is_not(None))
        .order_by(GrantRow.network, GrantRow.id)
    ):
        found.setdefault(network or "", []).append(person)
    return found


async def is_listed(session: AsyncSession, network: str, today: date) -> bool:
    """Whether the network's coordinators have had their list of this month."""
    known = await session.execute(
        sa.select(EntryListRow.month).where(
            EntryListRow.network == network, EntryListRow.month == f"{today:%Y-%m}"
        )
    )
    return known.scalar_one_or_none() is not None


async def claim_list(session: AsyncSession, network: str, today: date, now: datetime) -> bool:
    """Note that the network's coordinators get their list of this month; false where they had it."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    claimed = await session.execute(
        insert(EntryListRow)
        .values(network=network, month=f"{today:%Y-%m}", sent_at=now)
        .on_conflict_do_nothing()
        .returning(EntryListRow.month)
    )
    return claimed.scalar_one_or_none() is not None
