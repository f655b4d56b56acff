"""What is chosen for a shared place: stored, with its trace in the trail."""

from __future__ import annotations

from typing import Final

from bot.command import Context
from directory import audit, rooms
from directory.rooms import Room

#: The kind of the trail's entries about rooms; their key is the room's number.
ROOM: Final = "room"


async def save(context: Context, before: Room, wanted: Room) -> None:
    """Store what was chosen for a room, and note who chose it."""
    session = context.session
    await rooms.save(session, wanted)
    stored = await rooms.get(session, wanted.platform, wanted.account, wanted.place)
    await audit.changed(
        session, context.actor, context.now, "edit", ROOM, str(stored.id), _chosen(before), _chosen(stored),
        stored.network,
    )  # fmt: skip


def _chosen(room: Room) -> dict[str, object]:
    return {"language": room.language, "time_zone": room.time_zone}
