"""Who is asking: the account, the person behind it, what they are, their language and their clock."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.command import Asker
from bot.contract import Incoming
from bot.i18n import Translator, negotiate, zone
from directory import accounts, people
from directory.access import PUBLIC, Role
from directory.accounts import Account, Room


@dataclass(frozen=True, slots=True)
class Known:
    """The asker, the room where the place is shared, and the voice to answer in."""

    asker: Asker
    room: Room | None
    t: Translator


async def identify(session: AsyncSession, incoming: Incoming) -> Known:
    """Look up who sent an event. Second-hand text and anonymous senders have the public's rights."""
    sender, place = incoming.sender, incoming.place
    room = await accounts.room(session, place.platform, place.account, place.id) if place.shared else None
    account = Account(sender.platform, sender.team, sender.user)
    standing = PUBLIC
    if sender.person:
        account = await accounts.account(session, sender.platform, sender.team, sender.user)
        if account.person_key is not None and not incoming.relayed:
            standing = await people.standing(session, account.person_key)
    return Known(
        asker=Asker(account, standing, account.person_key if standing.role is not Role.PUBLIC else None),
        room=room,
        t=Translator(
            negotiate(room.language if room else "", account.language, sender.language),
            zone(room.time_zone if room else "", account.time_zone, sender.time_zone),
        ),
    )
