"""Accounts of chat platforms and the rooms they talk in: their choices, and whose account it is.

An account is (platform, team, user), never a name. A room is a place on a platform.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId


class AccountRow(Base):
    """Table ``account``."""

    __tablename__ = "account"
    __table_args__ = (sa.UniqueConstraint("platform", "team", "user"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(sa.String(32))
    team: Mapped[str] = mapped_column(sa.String(64), default="")
    user: Mapped[str] = mapped_column(sa.String(64))
    person_key: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    language: Mapped[str] = mapped_column(sa.String(16), default="")
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="")


class RoomRow(Base):
    """Table ``room``."""

    __tablename__ = "room"
    __table_args__ = (sa.UniqueConstraint("platform", "account", "place"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(sa.String(32))
    account: Mapped[str] = mapped_column(sa.String(64), default="")
    place: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(16), default="")
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="")
    active: Mapped[bool] = mapped_column(default=True)


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
class Room:
    """What was chosen for a place. ``active`` is false once the bot was removed or blocked."""

    platform: str
    account: str
    place: str
    language: str = ""
    time_zone: str = ""
    active: bool = True


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
    """Store the account's person and choices."""
    row = (
        await session.execute(
            sa.select(AccountRow).where(
                AccountRow.platform == wanted.platform,
                AccountRow.team == wanted.team,
                AccountRow.user == wanted.user,
            )
        )
    ).scalar_one_or_none()
    if row is None:
        row = AccountRow(platform=wanted.platform, team=wanted.team, user=wanted.user)
        session.add(row)
    row.person_key, row.language, row.time_zone = wanted.person_key, wanted.language, wanted.time_zone
    await session.flush()


async def room(session: AsyncSession, platform: str, account: str, place: str) -> Room:
    """The room, with nothing chosen where it was never seen."""
    found = (
        await session.execute(
            sa.select(RoomRow.language, RoomRow.time_zone, RoomRow.active).where(
                RoomRow.platform == platform, RoomRow.account == account, RoomRow.place == place
            )
        )
    ).one_or_none()
    return Room(platform, account, place, *found) if found else Room(platform, account, place)


async def save_room(session: AsyncSession, wanted: Room) -> None:
    """Store the room's choices and whether the bot is still in it."""
    row = await _room_row(session, wanted.platform, wanted.account, wanted.place)
    if row is None:
        row = RoomRow(platform=wanted.platform, account=wanted.account, place=wanted.place)
        session.add(row)
    row.language, row.time_zone, row.active = wanted.language, wanted.time_zone, wanted.active
    await session.flush()


async def move_room(session: AsyncSession, platform: str, account: str, old: str, new: str) -> None:
    """A place got a new id (a Telegram group became a supergroup): its choices go with it."""
    row = await _room_row(session, platform, account, old)
    if row is None or await _room_row(session, platform, account, new) is not None:
        return
    row.place = new
    await session.flush()


async def _room_row(session: AsyncSession, platform: str, account: str, place: str) -> RoomRow | None:
    return (
        await session.execute(
            sa.select(RoomRow).where(
                RoomRow.platform == platform, RoomRow.account == account, RoomRow.place == place
            )
        )
    ).scalar_one_or_none()


async def close_room(session: AsyncSession, platform: str, account: str, place: str) -> None:
    """The bot was removed from a place or blocked in it."""
    known = await room(session, platform, account, place)
    if known.active:
        await save_room(session, replace(known, active=False))


async def open_room(session: AsyncSession, known: Room) -> None:
    """The bot is (again) in a place."""
    await save_room(session, replace(known, active=True))
