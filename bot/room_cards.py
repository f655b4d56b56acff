"""Brings the cards that stand in rooms up to date, of whatever kind: a meeting's, a poll's.

A card is posted once, and edited in place whenever what it shows has changed since. An edit that still waits
is replaced by a newer one, so that a room gets the latest state and no more than its limits allow.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from bot.contract import Card, Place, PlaceKind
from bot.i18n import Translator, negotiate, zone
from bot.outgoing import letter_draft, update_draft
from directory import rooms
from directory.meetings.cards import Cards, RoomCard
from directory.rooms import Room
from reminders import outbox
from reminders.outbox import OutboxRow, Priority, State


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to stand on the cards of a subject now.

    ``name`` is unique among all kinds (``meeting:3``); ``zone`` is for rooms that have none of their own;
    ``card`` puts it into a room's language.
    """

    name: str
    network: str
    version: int
    zone: str
    card: Callable[[Translator], Card]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of subject: its cards, and how one is read by its number, locked against other workers."""

    cards: Cards
    read: Callable[[AsyncSession, int, datetime], Awaitable[Shown | None]]


async def renew(session: AsyncSession, kind: Kind, number: int, wanted: Iterable[int], now: datetime) -> None:
    """Post or edit the cards of a subject in the rooms with these numbers, where they are out of date."""
    # Another worker may be at it: whoever is second finds the cards renewed.
    shown = await kind.read(session, number, now)
    if shown is None:
        return
    present = {item.room: item for item in await kind.cards.of(session, number)}
    for key in wanted:
        room = await rooms.by_id(session, key)
        known = present.get(key)
        if room is None or known is None or known.shown >= shown.version:
            continue
        if not room.active or room.network != shown.network:
            # The bot is out of it, or it is another network's now: what stands there stays as it is.
            await kind.cards.save(session, replace(known, shown=shown.version))
            continue
        known = await settled(session, known)
        if known is not None:
            delivery = await _send(session, room, shown, known, now)
            await kind.cards.save(session, replace(known, delivery=delivery, shown=shown.version))


async def _send(session: AsyncSession, room: Room, shown: Shown, known: RoomCard, now: datetime) -> str:
    t = Translator(negotiate(room.language), zone(room.time_zone, shown.zone))
    content = shown.card(t)
    if room.broadcast:
        # Nobody can be answered there, so nothing is offered.
        content = replace(content, buttons=())
    where = place(room)
    draft = (
        update_draft(where, content, t.language, known.message)
        if known.message
        else letter_draft(where, content, t.language)
    )
    key = str(uuid.uuid4())
    draft = replace(draft, key=key, coalesce=shown.name, priority=Priority.LETTER)
    await outbox.enqueue(session, [draft], now)
    stored = await session.scalar(sa.select(OutboxRow.key).where(OutboxRow.key == key))
    return stored or known.delivery


def place(room: Room) -> Place:
    """Where a room is written to."""
    return Place(room.platform, room.account, PlaceKind.GROUP, room.place)


async def settled(session: AsyncSession, known: RoomCard) -> RoomCard | None:
    """The card with the message that it stands in by now; ``None`` while that is not known yet."""
    if not known.delivery:
        return known
    row = (
        await session.execute(
            sa.select(OutboxRow.state, OutboxRow.receipt).where(OutboxRow.key == known.delivery)
        )
    ).one_or_none()
    if row is None:
        return known
    state, receipt = row
    if state is State.SENT and receipt:
        return replace(known, message=receipt)
    if known.message:
        return known
    # Never posted: it is posted now. Of one in doubt nobody knows; a second card would be worse than none.
    return replace(known, delivery="") if state in (State.FAILED, State.DROPPED) else None
