"""Notes whose accounts are heard in bound rooms: only they are ever mentioned there."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.command import Context
from bot.contract import Happened
from directory import room_members
from directory.accounts import Account
from directory.rooms import Room

#: So many are remembered, so that each is noted once a day and not with each event.
REMEMBERED: Final = 10_000


class Hearing:
    """One process's memory of whom it noted today."""

    def __init__(self) -> None:
        self._noted: dict[tuple[int, str, str, str], date] = {}

    def hear(self, context: Context) -> None:
        """Have it noted, with the answer, that whoever asks is in the room."""
        room, account = context.room, context.asker.account
        if room is None or room.network is None or context.asker.person_key is None:
            return
        key, today = (room.id, account.platform, account.team, account.user), context.now.date()
        if self._noted.get(key) != today and not isinstance(context.incoming.event, Happened):
            context.effects.append(partial(self._note, room=room, account=account, today=today))

    async def _note(self, session: AsyncSession, room: Room, account: Account, today: date) -> None:
        await room_members.heard(session, room, account, today)
        if len(self._noted) >= REMEMBERED:
            self._noted.clear()
        self._noted[room.id, account.platform, account.team, account.user] = today
