"""``/unbind``: a room answers for no network any more; at once, because it only takes away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.cards import binding
from bot.cards.buttons import label
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Reply, action
from bot.permission import refusal
from directory import networks, rooms
from directory.access import Condition, Decision, Subject
from directory.rooms import Room

UNBIND: Final = "unbind"
#: How many rooms are offered.
OFFERED: Final = 20


async def run(context: Context, argument: str) -> Replies:
    """In a room, unbind it; in a direct chat, choose one of the rooms that the asker decides about."""
    t = context.t
    if context.place.shared:
        room = context.room
        if room is None or room.network is None or not _may(context, room):
            return refusal(context)
        await binding.unbind(context, room)
        return Reply(Card(text=t("unbind.done")))
    codes = [network.code for network in await networks.every(context.session)]
    bound = [room for room in await rooms.bound_to(context.session, codes) if _may(context, room)]
    if not bound:
        return Reply(Card(text=t("unbind.none")))
    rows = tuple(
        (Button(label(f"{room.name or room.place} · {room.network}"), action(UNBIND, str(room.id))),)
        for room in bound[:OFFERED]
    )
    return Reply(Card(title=t("unbind.title"), text=t("unbind.which"), buttons=rows))


def _may(context: Context, room: Room) -> bool:
    """In the room its settings decide; from afar whoever may bind alone.

    In a broadcast channel nobody can ask: it is let go from afar by those who may propose it.
    """
    if room.broadcast:
        return context.decide(Subject.BIND, room.network, {Condition.PROPOSAL}) is Decision.ALLOWED
    subject = Subject.ROOM_SETTINGS if context.place.shared else Subject.BIND
    return context.decide(subject, room.network) is Decision.ALLOWED


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """A room was chosen."""
    number = arguments[0] if len(arguments) == 1 else ""
    room = await rooms.by_id(context.session, int(number)) if number.isdecimal() else None
    if room is None or room.network is None or not _may(context, room):
        return Reply(Card(text=context.t("dispatch.stale_button")))
    await binding.unbind(context, room)
    return Reply(Card(title=room.name, text=context.t("unbind.done_afar")), replaces=True)


COMMAND = Command(
    name="unbind",
    subject=Subject.BIND,
    run=run,
    summary="unbind.summary",
    usage="unbind.usage",
    aliases={"es": ("desvincular",), "fr": ("detacher",), "pt": ("desvincular",)},
    actions={UNBIND: pressed},
    order=85,
    writes=True,
)
