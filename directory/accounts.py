"""Accounts of chat platforms: their choices, and whose account it is.

An account is (platform, team, user), never a name.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory import rooms
from directory.database import Base, BigId, Instant

#: For delivery, which learns from refusals that the bot is no longer in a place or that it has a new id.
close_room = rooms.close
move_room = rooms.move


class AccountRow(Base):
    """Table ``account``. ``bot`` and ``chat``: see :class:`Reach`."""

    __tablename__ = "account"
    __table_args__ = (sa.UniqueConstraint("platform", "team", "user"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(sa.String(32))
    team: Mapped[str] = mapped_column(sa.String(64), default="")
    user: Mapped[str] = mapped_column(sa.String(64))
    person_key: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    language: Mapped[str] = mapped_column(sa.String(16), default="")
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="")
    bot: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    chat: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    linked_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account it is and what was chosen on it; empty strings where nothing was chosen."""

    platform: str
    team: str
    user: str
    person_key: str | None = None
    language: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """An account and the direct chat in which it spoke last, where it can be written to.

    ``bot`` is the bot's own account on the platform and ``chat`` the platform's id of the direct chat; both
    are empty where the account never spoke to the bot.
    """

    account: Account
    bot: str = ""
    chat: str = ""
    linked_at: datetime | None = None


async def account(session: AsyncSession, platform: str, team: str, user: str) -> Account:
    """The account, with nothing chosen where it was never seen."""
    found = (
        await session.execute(
            sa.select(AccountRow.person_key, AccountRow.language, AccountRow.time_zone).where(
                AccountRow.platform == platform, AccountRow.team == team, AccountRow.user == user
            )
        )
    ).one_or_none()
    return Account(platform, team, user, *found) if found else Account(platform, team, user)


async def save_account(session: AsyncSession, wanted: Account) -> None:
    """Store the account's person and choices. Where only the choices changed, :func:`choose` is right."""
    row = await _account_row(session, wanted)
    row.person_key, row.language, row.time_zone = wanted.person_key, wanted.language, wanted.time_zone
    await session.flush()


async def choose(session: AsyncSession, wanted: Account) -> None:
    """Store the account's choices; whose account it is stays as it is, whatever ``wanted`` says."""
    row = await _account_row(session, wanted)
    row.language, row.time_zone = wanted.language, wanted.time_zone
    await session.flush()


async def link(session: AsyncSession, known: Account, person: str, at: datetime) -> None:
    """Make an account a person's, whoever had it before."""
    row = await _account_row(session, known)
    row.person_key, row.linked_at = person, at
    await session.flush()


async def unlink(session: AsyncSession, known: Account, person: str) -> bool:
    """Make an account nobody's; whether it was ``person``'s. Its choices stay."""
    gone = await session.execute(
        sa.update(AccountRow)
        .where(_is(known), AccountRow.person_key == person)
        .values(person_key=None, linked_at=None)
        .returning(AccountRow.id),
        execution_options={"synchronize_session": False},
    )
    return gone.first() is not None


async def reached(session: AsyncSession, known: Account, bot: str, chat: str) -> None:
    """Note where an account can be written to; an account that was never stored is nobody's to write to."""
    await session.execute(
        sa.update(AccountRow).where(_is(known)).values(bot=bot, chat=chat),
        execution_options={"synchronize_session": False},
    )


async def of_person(session: AsyncSession, person: str) -> list[Reach]:
    """The accounts of a person, in the order in which they became known."""
    rows = await session.execute(
        sa.select(*_REACH).where(AccountRow.person_key == person).order_by(AccountRow.id)
    )
    return [_reach(row) for row in rows]


async def of_people(session: AsyncSession, people: Collection[str]) -> dict[str, list[Reach]]:
    """The accounts of several people, by person, in the order in which they became known."""
    found: dict[str, list[Reach]] = {}
    if people:
        rows = await session.execute(
            sa.select(*_REACH).where(AccountRow.person_key.in_(list(people))).order_by(AccountRow.id)
        )
        for known in map(_reach, rows):
            found.setdefault(known.account.person_key or "", []).append(known)
    return found


async def reach(session: AsyncSession, platform: str, team: str, user: str) -> Reach:
    """The account with where it can be written to."""
    given = {"platform": platform, "team": team, "user": user}
    row = (await session.execute(_REACH_OF, given)).one_or_none()
    return _reach(row) if row is not None else Reach(Account(platform, team, user))


async def with_user(session: AsyncSession, platform: str, user: str) -> list[Account]:
    """The accounts of a platform with this user's id, whatever their team."""
    rows = await session.execute(
        sa.select(*_REACH).where(AccountRow.platform == platform, AccountRow.user == user)
    )
    return [_reach(row).account for row in rows]


def _is(known: Account) -> sa.ColumnElement[bool]:
    return sa.and_(
        AccountRow.platform == known.platform,
        AccountRow.team == known.team,
        AccountRow.user == known.user,
    )


async def _account_row(session: AsyncSession, wanted: Account) -> AccountRow:
    found = await session.execute(sa.select(AccountRow).where(_is(wanted)).with_for_update())
    row = found.scalar_one_or_none()
    if row is None:
        row = AccountRow(platform=wanted.platform, team=wanted.team, user=wanted.user)
        session.add(row)
    return row


_ACCOUNT = cast(sa.Table, AccountRow.__table__)
_REACH = (
    AccountRow.platform,
    AccountRow.team,
    AccountRow.user,
    AccountRow.person_key,
    AccountRow.language,
    AccountRow.time_zone,
    AccountRow.bot,
    AccountRow.chat,
    AccountRow.linked_at,
)
# Asked at every event, so it is built once: building costs more than executing.
_REACH_OF = sa.select(*(_ACCOUNT.c[column.key] for column in _REACH)).where(
    *(_ACCOUNT.c[name] == sa.bindparam(name) for name in ("platform", "team", "user"))
)


def _reach(row: sa.Row[str, str, str, str | None, str, str, str, str, datetime | None]) -> Reach:
    platform, team, user, person, language, zone, bot, chat, linked_at = row
    return Reach(Account(platform, team, user, person, language, zone), bot, chat, linked_at)
