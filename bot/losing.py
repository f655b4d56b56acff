"""The bot is out of a place: the room is closed, and whoever had it bound is told once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.command import Tell
from bot.i18n import message
from directory import rooms
from directory.letters import Letter


async def lose(
    session: AsyncSession, post: Tell | None, now: datetime, platform: str, account: str, place: str
) -> None:
    """Close a room from which the bot was removed, or in which it was blocked, however that became known."""
    room = await rooms.get(session, platform, account, place)
    await rooms.close(session, platform, account, place)
    if post is not None and room.bound_by and await rooms.tell_loss(session, room):
        told = {"room": room.name or room.place, "network": room.network or ""}
        await post(session, Letter(room.bound_by, message("bind.told_lost"), told, now))
