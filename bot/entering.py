"""The bot was let into a broadcast channel: nothing is said there; whoever let it in may connect it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import binding
from bot.command import Context
from bot.contract import Happened, Lifecycle, Reply, Where
from directory import rooms


async def entered(context: Context, event: Happened) -> Sequence[Reply]:
    """Note the channel; the offer goes to the direct chat of somebody who may propose to connect it."""
    if event.what is not Lifecycle.JOINED:
        return ()
    session, place = context.session, context.place
    known = await rooms.get(session, place.platform, place.account, place.id)
    await rooms.enter_broadcast(session, known, event.title, event.handle, context.asker.person_key or "")
    direct = context.directly()
    room = await rooms.get(session, place.platform, place.account, place.id)
    if room.network is not None or not context.asker.person_key or not await binding.proposable(direct):
        return ()
    return (Reply(await binding.offer(direct, room), Where.PRIVATE),)
