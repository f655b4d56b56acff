"""Letters about meetings: to each person in their own language and their own time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import meeting as card
from bot.cards import words
from bot.command import Context
from bot.i18n import Translator, negotiate, zone
from directory import institutions, people
from directory.letters import Letter
from directory.meetings import Meeting, Unit, UnitKind
from directory.people import NAME_LEVEL


async def letters(
    session: AsyncSession,
    now: datetime,
    keys: Iterable[str],
    message: str,
    meeting: Meeting,
    *,
    unit: Unit | None = None,
    before: Meeting | None = None,
    **values: str,
) -> list[Letter]:
    """A letter to each of these people.

    Its words may use ``{title}``, ``{code}``, ``{number}``, ``{begins}`` (in the reader's time), ``{who}``
    (what ``unit`` is called), ``{unit}`` and ``{was}`` (when it was ``before``), besides ``values``.
    """
    known = await people.several(session, list(dict.fromkeys(keys)), NAME_LEVEL)
    made = []
    for person in known.values():
        t = Translator(negotiate(*person.languages), zone(person.time_zone, meeting.when.zone))
        given = {
            "title": card.title(t, meeting),
            "code": meeting.code,
            "number": str(meeting.number),
            "begins": card.span(t, meeting, t.zone),
        }
        if before is not None:
            given["was"] = card.span(t, before, t.zone)
        if unit is not None:
            given |= {"unit": unit.short, "who": await called(session, t, unit)}
        made.append(Letter(person.key, message, given | values, now))
    return made


async def tell(
    context: Context,
    keys: Iterable[str],
    message: str,
    meeting: Meeting,
    *,
    unit: Unit | None = None,
    before: Meeting | None = None,
    **values: str,
) -> None:
    """Send a letter to each of these people but the asker, once the answer is stored; see :func:`letters`."""
    wanted = [key for key in keys if key and key != context.asker.person_key]
    made = await letters(
        context.session, context.now, wanted, message, meeting, unit=unit, before=before, **values
    )
    for letter in made:
        context.tell(letter.person, letter.message, **letter.values)


async def called(session: AsyncSession, t: Translator, unit: Unit) -> str:
    """What a unit is called: a country, an institution, or the name of a person who may be known."""
    if unit.kind is UnitKind.COUNTRY:
        return t.country(unit.key)
    if unit.kind is UnitKind.INSTITUTION:
        body = await institutions.get(session, unit.key)
        return words.full_name(t, body) if body is not None else unit.key
    person = await people.get(session, unit.key, NAME_LEVEL)
    return person.name if person is not None else unit.key
