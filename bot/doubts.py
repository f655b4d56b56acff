"""Deliveries in doubt: whoever looks after them is told, and what is critical is sent once more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.courier import PlatformCourier
from bot.guards import Guards, is_of_person
from bot.i18n import message
from bot.letters import LetterPost
from bot.outgoing import repeated
from directory import lookups, rooms
from directory.database import Database
from directory.letters import Letter
from reminders import outbox
from reminders.delivery import SETTLING
from reminders.outbox import Accounts, Troubled

#: What guards of these letters begin with: nobody is told of a letter that tells of a doubt.
GUARD: Final = "doubt"
#: So many rooms are named in a letter; all of them are listed by ``/status``.
NAMED: Final = 5


class Doubts:
    """Looks after the deliveries in doubt of ``accounts``, which are this worker's to send as."""

    def __init__(
        self,
        database: Database,
        courier: PlatformCourier,
        guards: Guards,
        letters: LetterPost,
        *,
        accounts: Callable[[], Accounts],
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._courier = courier
        self._guards = guards
        self._letters = letters
        self._accounts = accounts
        self._now = now
        self._log = structlog.get_logger("bot.doubts")
        guards.register(GUARD, is_of_person)

    async def tell(self, *, after: timedelta = SETTLING) -> None:
        """Tell, once, of what is in doubt for longer than ``after``: until then the platform is asked."""
        now = self._now()
        async with self._database.reading() as session:
            found = await outbox.untold(session, self._accounts(), now - after)
        if not found:
            return
        async with self._database.writing() as session:
            first = await outbox.mark_told(session, [one.id for one in found])
            new = [one for one in found if one.id in first]
            for one in new:
                await self._repeat(session, one, now)
            await self._write(session, [one for one in new if not one.guard.startswith(f"{GUARD}:")], now)

    async def _repeat(self, session: AsyncSession, one: Troubled, now: datetime) -> None:
        """Send once more what must not be missed, where nothing will ever tell whether it arrived."""
        critical = self._guards.is_critical(one.guard) and one.repeats is None
        if not critical or self._courier.can_confirm(one.platform, one.account):
            return
        delivery = await outbox.one(session, one.id)
        if delivery is None:
            return
        try:
            draft = repeated(delivery, one.id)
        except ValueError:
            self._log.exception("not_repeated", delivery=one.id)
            return
        await outbox.enqueue(session, [draft], now)

    async def _write(self, session: AsyncSession, new: Sequence[Troubled], now: datetime) -> None:
        """One letter to each: coordinators look after their rooms, operators after the rest."""
        named: dict[str | None, list[str]] = {}
        for one in new:
            room = await rooms.get(session, one.platform, one.account, one.destination)
            known = named.setdefault(room.network, [])
            known.append(room.name or room.place if room.network else "")
        letters: dict[str, list[str]] = {}
        for network, names in named.items():
            for person in await lookups.overseers(session, [network] if network else [], ""):
                letters.setdefault(person, []).extend(names)
        for person, names in letters.items():
            told = sorted({name for name in names if name})
            shown = ", ".join(told[:NAMED]) + (", …" if len(told) > NAMED else "")
            key = message("status.told_rooms") if told else message("status.told")
            values = {"count": str(len(names)), "rooms": shown, "status": "/status"}
            await self._letters.send(session, Letter(person, key, values, now), f"{GUARD}:{person}")
