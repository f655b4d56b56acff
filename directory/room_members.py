"""Members of rooms, as far as they are known: accounts of people that were heard in a bound room."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.accounts import Account, AccountRow
from directory.database import Base
from directory.rooms import Room, RoomRow

#: Whoever was not heard for so long is no longer taken for a member.
STALE: Final = timedelta(days=180)


class MemberRow(Base):
    """Table ``room_member``. It goes with the room and with the account."""

    __tablename__ = "room_member"

    room: Mapped[int] = mapped_column(sa.ForeignKey("room.id", ondelete="CASCADE"), primary_key=True)
    account: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    heard_on: Mapped[date] = mapped_column(sa.Date)


async def heard(session: AsyncSession, room: Room, account: Account, day: date) -> None:
    """Note that an account was heard in a stored room; nothing where it is nobody's."""
    known = sa.select(sa.literal(room.id), AccountRow.id, sa.literal(day, sa.Date)).where(
        AccountRow.platform == account.platform,
        AccountRow.team == account.team,
        AccountRow.user == account.user,
        AccountRow.person_key.is_not(None),
    )
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    await session.execute(
        insert(MemberRow)
        .from_select(["room", "account", "heard_on"], known)
        .on_conflict_do_update(index_elements=["room", "account"], set_={"heard_on": day})
    )


async def prune(session: AsyncSession, today: date) -> None:
    """Forget who was heard in a room too long ago to be taken for a member."""
    await session.execute(
        sa.delete(MemberRow).where(MemberRow.heard_on <= today - STALE),
        execution_options={"synchronize_session": False},
    )


async def accounts_of(
    session: AsyncSession, rooms: Collection[int], people: Collection[str], today: date
) -> dict[tuple[int, str], Account]:
    """By room and person's key, the account with which each of them was heard last there."""
    rows: sa.Result[int, str | None, str, str, str] = await session.execute(
        sa.select(
            MemberRow.room, AccountRow.person_key, AccountRow.platform, AccountRow.team, AccountRow.user
        )
        .join(AccountRow, AccountRow.id == MemberRow.account)
        .where(
            MemberRow.room.in_(sorted(rooms)),
            MemberRow.heard_on > today - STALE,
            AccountRow.person_key.in_(sorted(people)),
        )
        .order_by(MemberRow.heard_on, AccountRow.id)
    )
    return {
        (room, person): Account(platform, team, user, person)
        for room, person, platform, team, user in rows
        if person
    }


async def rooms_of(session: AsyncSession, account: Account) -> list[tuple[str, str, date]]:
    """The rooms in which an account was heard: the platform, what the room is called, the last day."""
    rows: sa.Result[str, str, str, date] = await session.execute(
        sa.select(RoomRow.platform, RoomRow.name, RoomRow.place, MemberRow.heard_on)
        .join(MemberRow, MemberRow.room == RoomRow.id)
        .join(AccountRow, AccountRow.id == MemberRow.account)
        .where(
            AccountRow.platform == account.platform,
            AccountRow.team == account.team,
            AccountRow.user == account.user,
        )
        .order_by(RoomRow.id)
    )
    return [(platform, name or place, heard_on) for platform, name, place, heard_on in rows]
