"""The board of a meeting: every country and institution expected, what each has answered, who is silent.

A room sees states alone. Names, sizes and times are for the coordination and those invited, in private.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot.cards import meeting as card
from bot.cards import meeting_answers as answers
from bot.cards import meeting_letters, paging
from bot.cards.meeting import View
from bot.command import Context
from bot.contract import Button, Card, Field, action
from bot.i18n import message
from directory import people
from directory.countries import flag
from directory.meetings import Answer, Reply, Seat, Unit, UnitKind
from directory.people import NAME_LEVEL, Person
from directory.search import fold

#: Units on a page.
PAGE: Final = 12
#: The filters of the board: an answer, silence, or all.
SILENT: Final = "silent"
ALL: Final = "all"
FILTERS: Final[Mapping[str, str]] = {
    ALL: message("meeting.board_all"),
    **{str(given): words for given, words in card.COUNTED.items()},
    SILENT: message("meeting.board_silent"),
}
#: Flags and other signs before a name.
_SIGNS: Final = re.compile(r"^\W+")
#: What is said of a seat beside an answer.
SEATS: Final = {
    Seat.WAITING: message("meeting.board_waiting"),
    Seat.OFFERED: message("meeting.board_offered"),
}


async def board(
    context: Context,
    shown: View,
    chosen: str = ALL,
    start: int = 0,
    more: tuple[tuple[Button, ...], ...] = (),
) -> Card:
    """One page of the board, with ``more`` buttons; an unknown filter shows all."""
    t, meeting = context.t, shown.meeting
    chosen = chosen if chosen in FILTERS else ALL
    mine = await answers.own(context, shown)
    details = not context.place.shared and answers.may_see_details(context, shown, mine)
    named = await names(context, shown) if details or mine.coordinates else {}
    units = sorted(
        (unit for unit in shown.units if _passes(shown, unit, chosen)),
        key=lambda unit: sorting(named_unit(context, shown, unit, named)),
    )
    start = start if 0 <= start < len(units) else 0
    row, place = paging.turns(
        t, start, PAGE, len(units), lambda at: action(card.BOARD, str(meeting.number), chosen, str(at))
    )
    page = units[start : start + PAGE]
    if details:
        note_looks(context, shown, page)
    number = str(meeting.number)
    filters = [
        Button(t(words), action(card.BOARD, number, name), selected=name == chosen)
        for name, words in FILTERS.items()
    ]
    tally = shown.tally
    return Card(
        title=card.title(t, meeting),
        subtitle=t(
            "meeting.board_title",
            answered=t.number(tally.answered),
            expected=t.number(tally.expected),
            filter=t(FILTERS[chosen]),
        ),
        text="" if page else t("meeting.board_empty"),
        fields=tuple(
            Field(
                named_unit(context, shown, unit, named),
                line(context, shown.replies.get(unit), named if details else None),
            )
            for unit in page
        ),
        footer=place,
        buttons=(
            *((row,) if row else ()),
            tuple(filters[:3]),
            tuple(filters[3:]),
            *more,
            (Button(t("meeting.back"), action(card.SHOW, number)),),
        ),
    )


def _passes(shown: View, unit: Unit, chosen: str) -> bool:
    reply = shown.replies.get(unit)
    if chosen == SILENT:
        return reply is None
    return chosen == ALL or (reply is not None and reply.answer == chosen)


def sorting(name: str) -> str:
    """By what a name is put in order: without its flag, accents and capitals."""
    return fold(_SIGNS.sub("", name))


async def names(context: Context, shown: View) -> dict[str, Person]:
    """The people of the board: who answered, who comes, who was invited by name; by key."""
    keys = {key for reply in shown.replies.values() for key in (reply.by, reply.delegate) if key}
    keys |= {unit.key for unit in shown.units if unit.kind is UnitKind.PERSON}
    return await people.several(context.session, keys, NAME_LEVEL)


def named_unit(context: Context, shown: View, unit: Unit, named: Mapping[str, Person]) -> str:
    """What stands for a unit: a country with its flag, an institution, a guest's name where it may be."""
    if unit.kind is UnitKind.COUNTRY:
        return f"{flag(unit.key)} {context.t.country(unit.key)}"
    if unit.kind is UnitKind.PERSON:
        known = named.get(unit.key)
        return known.name if known is not None else context.t("meeting.guest")
    return card.unit_name(context.t, shown, unit)


def line(context: Context, reply: Reply | None, named: Mapping[str, Person] | None) -> str:
    """What a unit has answered; with ``named`` also who comes, how many, and when it was said."""
    t = context.t
    if reply is None:
        return t("meeting.board_no_answer")
    parts = [t(card.ANSWERED_AS[reply.answer])]
    if reply.seat in SEATS:
        parts.append(t(SEATS[reply.seat]))
    if reply.checked_in_at is not None:
        parts.append(t("meeting.board_there"))
    if named is not None:
        who = who_comes(reply, named)
        parts += [who] if who else []
        if reply.size > 1:
            parts.append(t.plural("meeting.board_size", reply.size))
        parts.append(t.day(reply.answered_at.astimezone(t.zone).date()))
        if reply.on_behalf:
            parts.append(t("meeting.board_on_behalf"))
        if reply.late:
            parts.append(t("meeting.board_late"))
    return " · ".join(parts)


def who_comes(reply: Reply, named: Mapping[str, Person]) -> str:
    """The name of the delegate, else of whoever answered for their own country."""
    if reply.delegate_name:
        return reply.delegate_name
    key = reply.delegate or ("" if reply.on_behalf or reply.answer is Answer.CANNOT else reply.by)
    known = named.get(key)
    return known.name if known is not None else ""


def note_looks(context: Context, shown: View, page: Sequence[Unit]) -> None:
    """The names that the page shows go into the trail."""
    for unit in page:
        reply = shown.replies.get(unit)
        keys = {unit.key} if unit.kind is UnitKind.PERSON else set()
        if reply is not None and not reply.delegate_name:
            keys.add(reply.delegate or reply.by)
        for key in keys - {""}:
            context.look(key, NAME_LEVEL, shown.meeting.network)


async def details(context: Context, shown: View) -> Card:
    """What only the coordination and those invited see: link, host, languages, agenda, documents."""
    t, meeting = context.t, shown.meeting
    fields = [Field(t("meeting.when"), card.span(t, meeting, t.zone))]
    if meeting.link:
        fields.append(Field(t("meeting.link"), meeting.link, url=meeting.link))
    if meeting.host:
        fields.append(Field(t("meeting.host"), await _host(context, meeting.host)))
    if meeting.languages:
        spoken = t.list([t.language_name(code) for code in meeting.languages])
        key = "meeting.languages_interpreted" if meeting.interpretation else "meeting.languages_plain"
        fields.append(Field(t("meeting.languages"), t(key, languages=spoken)))
    if meeting.project:
        fields.append(Field(t("meeting.project"), meeting.project))
    if meeting.minutes:
        fields.append(Field(t("meeting.minutes"), meeting.minutes, url=meeting.minutes))
    return Card(
        title=card.title(t, meeting),
        subtitle=t("meeting.subtitle", code=meeting.code, network=meeting.network),
        fields=tuple(fields),
        sections=card.agenda_and_documents(t, meeting),
        buttons=((Button(t("meeting.back"), action(card.SHOW, str(meeting.number))),),),
    )


async def _host(context: Context, host: str) -> str:
    kind = UnitKind.COUNTRY if len(host) == 2 and host.isupper() else UnitKind.INSTITUTION
    return await meeting_letters.called(context.session, context.t, Unit(kind, host))
