"""Who is asking: the account, the person behind it, what they are, their language and their clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.command import Asker
from bot.contract import Incoming, Inline
from bot.i18n import Translator, negotiate, zone
from directory import accounts, people, rooms
from directory.access import PUBLIC, Role
from directory.accounts import Account, Reach
from directory.rooms import Room

#: What was sent longer ago than this when it came carries no right.
OLD: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Known:
    """The asker, the room where the place is shared, the voice to answer in, and where they spoke last."""

    asker: Asker
    room: Room | None
    t: Translator
    reach: Reach


async def identify(session: AsyncSession, incoming: Incoming, received_at: datetime | None = None) -> Known:
    """Look up who sent an event that was stored at ``received_at``.

    Whatever the account: what was not said by a person, by this person, now and to the bot alone has the
    public's rights, and so have guests.
    """
    sender, place = incoming.sender, incoming.place
    room = await rooms.get(session, place.platform, place.account, place.id) if place.shared else None
    reach = Reach(Account(sender.platform, sender.team, sender.user))
    standing = PUBLIC
    if sender.person:
        reach = await accounts.reach(session, sender.platform, sender.team, sender.user)
        if reach.account.person_key is not None and not _rightless(incoming, received_at):
            standing = await people.standing(session, reach.account.person_key)
    account = reach.account
    return Known(
        reach=reach,
        asker=Asker(account, standing, account.person_key if standing.role is not Role.PUBLIC else None),
        room=room,
        t=Translator(
            negotiate(room.language if room else "", account.language, sender.language),
            zone(room.time_zone if room else "", account.time_zone, sender.time_zone),
        ),
    )


def _rightless(incoming: Incoming, received_at: datetime | None) -> bool:
    old = received_at is not None and received_at - incoming.sent_at > OLD
    return incoming.relayed or incoming.sender.guest or isinstance(incoming.event, Inline) or old
