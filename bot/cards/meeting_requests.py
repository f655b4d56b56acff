"""Somebody who is not expected wants to answer: the coordination is asked, once for each unit."""

from __future__ import annotations

from bot.cards import meeting_letters
from bot.cards.meeting import View
from bot.command import Context
from bot.i18n import message
from directory import meetings, reviews
from directory.meetings import standing


async def ask_to_add(context: Context, shown: View) -> None:
    """Tell the coordination that somebody who is not expected wants to answer; one tap adds them."""
    person = context.asker.person_key
    if person is None:
        return
    mine = await standing.units_of(context.session, person, shown.meeting.network, context.now.date())
    unit = mine[0]
    if not await meetings.note_request(context.session, shown.meeting.number, unit, context.now):
        return
    coordinators = (await reviews.coordinators(context.session)).get(shown.meeting.network, [])
    await meeting_letters.tell(
        context, coordinators, message("meeting.told_wants_in"), shown.meeting, unit=unit
    )
