"""Letters about polls: to each person in their own language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import poll as card
from bot.i18n import Translator, negotiate, zone
from directory import people
from directory.letters import Letter
from directory.meetings.polls import Poll
from directory.people import NAME_LEVEL


async def letters(
    session: AsyncSession, now: datetime, keys: Iterable[str], message: str, poll: Poll
) -> list[Letter]:
    """A letter to each of these people.

    Its words may use ``{title}``, ``{code}``, ``{number}`` and ``{closes}``, the last day to answer.
    """
    made = []
    known = await people.several(session, list(dict.fromkeys(keys)), NAME_LEVEL)
    for person in known.values():
        t = Translator(negotiate(*person.languages), zone(person.time_zone, poll.zone))
        values = {
            "title": card.title(t, poll),
            "code": poll.code,
            "number": str(poll.number),
            "closes": t.weekday(poll.close_on),
        }
        made.append(Letter(person.key, message, values, now))
    return made
