"""Rooms: shared places that the bot is in, what was chosen for them, and the network they are bound to.

A room answers for the network that it is bound to. A coordinator proposes it, somebody else confirms it.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Instant, one_of


class Receives(enum.StrEnum):
    """What a bound room is sent without having asked."""

    EVERYTHING = "everything"
    ANNOUNCEMENTS = "announcements"
    NOTHING = "nothing"


class RoomRow(Base):
    """Table ``room``. ``bound_by``, ``confirmed_by`` and ``added_by`` are people's keys.

    ``loss_told``: who had it bound was told that the bot is no longer in it.
    """

    __tablename__ = "room"
    __table_args__ = (sa.UniqueConstraint("platform", "account", "place"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(sa.String(32))
    account: Mapped[str] = mapped_column(sa.String(64), default="")
    place: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(16), default="")
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="")
    active: Mapped[bool] = mapped_column(default=True)
    name: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    network: Mapped[str | None] = mapped_column(sa.String(16), index=True)
    receives: Mapped[str] = mapped_column(
        sa.String(32), default=Receives.EVERYTHING, server_default=Receives.EVERYTHING.value
    )
    bound_by: Mapped[str] = mapped_column(sa.String(32), default="", server_default="")
    confirmed_by: Mapped[str] = mapped_column(sa.String(32), default="", server_default="")
    bound_at: Mapped[datetime | None] = mapped_column(Instant)
    loss_told: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    broadcast: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    handle: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    added_by: Mapped[str] = mapped_column(sa.String(32), default="", server_default="")


class ProposalRow(Base):
    """Table ``room_proposal``: at most one for a room."""

    __tablename__ = "room_proposal"

    room: Mapped[int] = mapped_column(sa.ForeignKey("room.id"), primary_key=True)
    network: Mapped[str] = mapped_column(sa.ForeignKey("network.code"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(16))
    time_zone: Mapped[str] = mapped_column(sa.String(64))
    receives: Mapped[Receives] = mapped_column(one_of(Receives, "receives"))
    proposed_by: Mapped[str] = mapped_column(sa.String(32))
    proposed_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Room:
    """What was chosen for a place. ``active`` is false once the bot was removed or blocked.

    ``network`` is the code of the network that it is bound to; ``name`` is what those who bound it call it.
    ``id`` is 0 where nothing is stored yet. ``broadcast``: everybody reads it, nobody speaks to the bot;
    ``handle`` is its public name, folded, without the ``@``, and ``added_by`` who let the bot into it.
    """

    platform: str
    account: str
    place: str
    language: str = ""
    time_zone: str = ""
    active: bool = True
    name: str = ""
    network: str | None = None
    receives: Receives = Receives.EVERYTHING
    bound_by: str = ""
    confirmed_by: str = ""
    bound_at: datetime | None = None
    id: int = 0
    broadcast: bool = False
    handle: str = ""
    added_by: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """That a room be bound to a network, in which language and zone, and what it receives."""

    room: int
    network: str
    name: str
    language: str
    time_zone: str
    receives: Receives
    proposed_by: str
    proposed_at: datetime


_ROOM = (
    RoomRow.platform,
    RoomRow.account,
    RoomRow.place,
    RoomRow.language,
    RoomRow.time_zone,
    RoomRow.active,
    RoomRow.name,
    RoomRow.network,
    RoomRow.receives,
    RoomRow.bound_by,
    RoomRow.confirmed_by,
    RoomRow.bound_at,
    RoomRow.id,
    RoomRow.broadcast,
    RoomRow.handle,
    RoomRow.added_by,
)


def _room(values: Sequence[Any]) -> Room:
    known = Room(*values)
    return replace(known, receives=Receives(known.receives))


async def get(session: AsyncSession, platform: str, account: str, place: str) -> Room:
    """The room, with nothing chosen where it was never seen."""
    row = (await session.execute(sa.select(*_ROOM).where(_is(platform, account, place)))).one_or_none()
    return _room(tuple(row)) if row is not None else Room(platform, account, place)


async def by_id(session: AsyncSession, room_id: int) -> Room | None:
    """The stored room with this number."""
    row = (await session.execute(sa.select(*_ROOM).where(RoomRow.id == room_id))).one_or_none()
    return _room(tuple(row)) if row is not None else None


async def several(session: AsyncSession, ids: Collection[int]) -> dict[int, Room]:
    """The stored rooms with these numbers, by number."""
    rows = await session.execute(sa.select(*_ROOM).where(RoomRow.id.in_(sorted(ids))))
    found = [_room(tuple(row)) for row in rows]
    return {room.id: room for room in found}


async def bound_to(session: AsyncSession, networks: Collection[str]) -> list[Room]:
    """The rooms that are bound to these networks and that the bot is in, the oldest first."""
    rows = await session.execute(
        sa.select(*_ROOM)
        .where(RoomRow.network.in_(list(networks)), RoomRow.active)
        .order_by(RoomRow.network, RoomRow.id)
    )
    return [_room(tuple(row)) for row in rows]


async def save(session: AsyncSession, wanted: Room) -> None:
    """Store the room's language and zone and whether the bot is still in it; what it is bound to stays."""
    row = await _row(session, wanted.platform, wanted.account, wanted.place)
    if row is None:
        row = RoomRow(platform=wanted.platform, account=wanted.account, place=wanted.place)
        session.add(row)
    row.language, row.time_zone, row.active = wanted.language, wanted.time_zone, wanted.active
    await session.flush()


async def move(session: AsyncSession, platform: str, account: str, old: str, new: str) -> None:
    """A place got a new id (a Telegram group became a supergroup): its choices go with it."""
    row = await _row(session, platform, account, old)
    if row is None:
        return
    other = await _row(session, platform, account, new)
    if other is None:
        row.place = new
    elif other.network is None and row.network is not None:
        # Something was said in the new place before the move was heard of.
        for name in ("language", "time_zone", "name", "network", "receives", "bound_by", "confirmed_by"):
            setattr(other, name, getattr(row, name))
        other.bound_at = row.bound_at
        row.network = None
    await session.flush()


async def close(session: AsyncSession, platform: str, account: str, place: str) -> None:
    """The bot was removed from a place or blocked in it."""
    known = await get(session, platform, account, place)
    if known.active:
        await save(session, replace(known, active=False))


async def open_again(session: AsyncSession, known: Room) -> None:
    """The bot is (again) in a place."""
    await save(session, replace(known, active=True))
    await session.execute(
        sa.update(RoomRow).where(_is(known.platform, known.account, known.place)).values(loss_told=False)
    )


async def enter_broadcast(session: AsyncSession, known: Room, name: str, handle: str, added_by: str) -> None:
    """The bot was let into a broadcast channel, by a person of the directory or (empty) by somebody else."""
    await session.execute(
        sa.update(RoomRow)
        .where(_is(known.platform, known.account, known.place))
        .values(
            broadcast=True,
            name=known.name or name[:120],
            handle=handle.casefold()[:64],
            added_by=added_by,
        )
    )


async def broadcasts(session: AsyncSession, added_by: str) -> list[Room]:
    """The broadcast channels that a person let the bot into, which nothing is bound to, the oldest first."""
    rows = await session.execute(
        sa.select(*_ROOM)
        .where(RoomRow.broadcast, RoomRow.active, RoomRow.network.is_(None), RoomRow.added_by == added_by)
        .order_by(RoomRow.id)
    )
    return [_room(tuple(row)) for row in rows]


async def broadcast_called(session: AsyncSession, handle: str) -> Room | None:
    """The broadcast channel of this public name that the bot is in."""
    rows = await session.execute(
        sa.select(*_ROOM)
        .where(RoomRow.broadcast, RoomRow.active, RoomRow.handle == handle.removeprefix("@").casefold())
        .order_by(RoomRow.id.desc())
    )
    row = rows.first() if handle.removeprefix("@") else None
    return _room(tuple(row)) if row is not None else None


async def tell_loss(session: AsyncSession, room: Room) -> bool:
    """Note that whoever had the room bound is told that the bot is out of it; false where they were."""
    told = await session.execute(
        sa.update(RoomRow)
        .where(RoomRow.id == room.id, RoomRow.network.is_not(None), RoomRow.loss_told.is_(False))
        .values(loss_told=True)
        .returning(RoomRow.id)
    )
    return told.first() is not None


async def propose(session: AsyncSession, wanted: Proposal) -> None:
    """Store that a room be bound, in place of what was proposed for it before."""
    await session.execute(sa.delete(ProposalRow).where(ProposalRow.room == wanted.room))
    session.add(
        ProposalRow(
            room=wanted.room,
            network=wanted.network,
            name=wanted.name,
            language=wanted.language,
            time_zone=wanted.time_zone,
            receives=wanted.receives,
            proposed_by=wanted.proposed_by,
            proposed_at=wanted.proposed_at,
        )
    )
    await session.flush()


async def proposals(session: AsyncSession) -> list[Proposal]:
    """What is proposed and not decided, the oldest first."""
    rows = await session.execute(
        sa.select(
            ProposalRow.room,
            ProposalRow.network,
            ProposalRow.name,
            ProposalRow.language,
            ProposalRow.time_zone,
            ProposalRow.receives,
            ProposalRow.proposed_by,
            ProposalRow.proposed_at,
        ).order_by(ProposalRow.proposed_at, ProposalRow.room)
    )
    return [Proposal(*row) for row in rows]


async def proposal(session: AsyncSession, room_id: int) -> Proposal | None:
    """What is proposed for a room."""
    return next((item for item in await proposals(session) if item.room == room_id), None)


async def dismiss(session: AsyncSession, room_id: int) -> bool:
    """Take back what is proposed for a room; whether anything was."""
    gone = await session.execute(
        sa.delete(ProposalRow).where(ProposalRow.room == room_id).returning(ProposalRow.room)
    )
    return gone.first() is not None


async def bind(session: AsyncSession, wanted: Proposal, confirmed_by: str, now: datetime) -> None:
    """Bind a stored room as proposed; what was proposed for it is done with."""
    await session.execute(
        sa.update(RoomRow)
        .where(RoomRow.id == wanted.room)
        .values(
            network=wanted.network,
            name=wanted.name,
            language=wanted.language,
            time_zone=wanted.time_zone,
            receives=wanted.receives,
            bound_by=wanted.proposed_by,
            confirmed_by=confirmed_by,
            bound_at=now,
        )
    )
    await dismiss(session, wanted.room)


async def unbind(session: AsyncSession, room_id: int) -> None:
    """Bind a room to no network; its language and zone stay."""
    await session.execute(
        sa.update(RoomRow)
        .where(RoomRow.id == room_id)
        .values(network=None, bound_by="", confirmed_by="", bound_at=None)
    )
    await dismiss(session, room_id)


def _is(platform: str, account: str, place: str) -> sa.ColumnElement[bool]:
    return sa.and_(RoomRow.platform == platform, RoomRow.account == account, RoomRow.place == place)


async def _row(session: AsyncSession, platform: str, account: str, place: str) -> RoomRow | None:
    found = await session.execute(sa.select(RoomRow).where(_is(platform, account, place)))
    return found.scalar_one_or_none()
