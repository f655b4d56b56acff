"""Making a meeting: the draft with its preview, its rooms, the announcement and a minute to take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from bot.cards import meeting as card
from bot.cards import meeting_answers, meeting_board, meeting_form
from bot.cards.deadline_rights import coordinates
from bot.cards.meeting import View
from bot.command import Context, Problems, Replies, Value
from bot.contract import Button, Card, Field, Form, Reply, action
from bot.i18n import Translator, negotiate, zone
from bot.permission import refusal
from directory import meetings, rooms
from directory.access import Decision, Subject
from directory.meetings import Meeting, State, Unchangeable, UnitKind
from directory.meetings.cards import MEETINGS
from directory.meetings.when import instants
from directory.rooms import Receives, Room

#: The buttons of a draft: announce, take back, edit, choose rooms, preview, the second of two hours, cancel.
ANNOUNCE: Final = "meeting-announce"
TAKE_BACK: Final = "meeting-undo"
CHANGE: Final = "meeting-change"
ROOM: Final = "meeting-room"
PREVIEW: Final = "meeting-preview"
FOLD: Final = "meeting-fold"
#: Rooms that a draft has a button for.
ROOMS_SHOWN: Final = 12


async def form(context: Context, network: str, values: Mapping[str, str] | None = None) -> Reply:
    """The form of a new meeting of a network, with what is known already."""
    t = context.t
    own_zone = await meeting_answers.own_zone(context, "UTC")
    blank = meeting_form.blank(context, network, str(own_zone))
    title = t("meeting.new_title", network=network)
    shown = meeting_form.form(
        t,
        blank,
        t("meeting.everybody"),
        title=title,
        name=meeting_form.NEW,
        argument=network,
        with_rooms=True,
        values=values,
    )
    return Reply(form=shown)


async def made(context: Context, arguments: Sequence[str], given: Mapping[str, Value]) -> Replies | Problems:
    """Keep what was filled in as a draft."""
    network = arguments[0] if arguments else ""
    if not coordinates(context, network):
        return refusal(context)
    base = meeting_form.blank(context, network, str(context.t.zone))
    read = await meeting_form.read(context, base, given)
    if read.meeting is None:
        return Problems(read.problems)
    bound = await announced_in(context, network) if read.rooms == meeting_form.ALL_ROOMS else []
    stored = await meetings.draft(
        context.session,
        context.actor,
        context.now,
        read.meeting,
        read.units,
        [room.id for room in bound],
    )
    return Reply(await draft(context, stored.number))


async def change_form(context: Context, arguments: Sequence[str]) -> Replies:
    """The form of a meeting that is there already."""
    shown = await own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    t, meeting = context.t, shown.meeting
    expected = await meeting_form.expected_text(context, meeting.network, shown.units)
    return Reply(
        form=meeting_form.form(
            t,
            meeting,
            expected,
            title=t("meeting.change_title", title=card.title(t, meeting)),
            name=meeting_form.EDIT,
            argument=str(meeting.number),
            with_rooms=False,
        )
    )


async def change(context: Context, shown: View, given: Mapping[str, Value]) -> Problems | None:
    """Keep what was filled in of a meeting that is there; what is wrong with it, if anything."""
    read = await meeting_form.read(context, shown.meeting, given)
    if read.meeting is None:
        return Problems(read.problems)
    number = shown.meeting.number
    await meetings.change(context.session, context.actor, context.now, read.meeting)
    await meetings.add_units(context.session, number, read.units)
    for unit in set(shown.units) - set(read.units):
        if unit.kind is not UnitKind.PERSON:
            await meetings.drop_unit(context.session, number, unit)
    return None


async def announced_in(context: Context, network: str) -> list[Room]:
    """The rooms in which meetings of a network are announced."""
    bound = await rooms.bound_to(context.session, [network])
    return [room for room in bound if room.receives is not Receives.NOTHING]


async def own(context: Context, arguments: Sequence[str]) -> View | Reply:
    """The meeting that a button or a form is about, where the asker coordinates it; else what to say."""
    number = arguments[0] if arguments else ""
    known = number.isascii() and number.isdecimal() and len(number) < 10
    shown = await card.view(context.session, int(number)) if known else None
    if shown is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    decided = context.decide(Subject.ANNOUNCE, shown.meeting.network)
    return shown if decided in (Decision.ALLOWED, Decision.DIRECT_CHAT) else refusal(context)


async def draft(context: Context, number: int, note: str = "") -> Card:
    """A draft: how it will be shown, where, and what can be done with it."""
    t, session = context.t, context.session
    shown = await card.view(session, number)
    if shown is None:
        return Card(text=t("meeting.unknown", code=meetings.code(number)))
    meeting = shown.meeting
    preview = card.card(t, shown, context.now)
    detail = await meeting_board.details(context, shown)
    chosen = {item.room for item in await MEETINGS.of(session, number)}
    bound = await announced_in(context, meeting.network)
    fields = [
        *(item for item in preview.fields if item.label != t("meeting.answered")),
        Field(t("meeting.expected"), t.plural("meeting.units", len(shown.units))),
        *detail.fields[1:],
        Field(t("meeting.f_rooms"), _named(t, [room for room in bound if room.id in chosen])),
    ]
    text = {
        State.DRAFT: t("meeting.draft_text"),
        State.ANNOUNCING: _announcing(t, meeting),
    }.get(meeting.state, "")
    notes = [note, text, _doubled(t, meeting)]
    return Card(
        title=card.title(t, meeting),
        subtitle=t("meeting.draft_subtitle", code=meeting.code, network=meeting.network),
        text="\n".join(part for part in notes if part),
        fields=tuple(fields),
        sections=detail.sections,
        buttons=_draft_buttons(t, meeting, bound, chosen),
    )


def _named(t: Translator, chosen: Sequence[Room]) -> str:
    if not chosen:
        return t("meeting.no_rooms")
    return t.list([room.name or room.platform.capitalize() for room in chosen])


def _announcing(t: Translator, meeting: Meeting) -> str:
    at = meeting.announce_at
    return t("meeting.announcing", time=f"{at.astimezone(t.zone):%H:%M:%S}") if at is not None else ""


def _doubled(t: Translator, meeting: Meeting) -> str:
    """Where the wall time comes twice that night: which of the two is meant."""
    there = ZoneInfo(meeting.when.zone)
    found = instants(meeting.when.start, there)
    if len(found) < 2:
        return ""
    meant = t.offset(there, found[meeting.when.fold])
    return t("meeting.twice", time=f"{meeting.when.start:%H:%M}", offset=meant)


def _draft_buttons(
    t: Translator, meeting: Meeting, bound: Sequence[Room], chosen: set[int]
) -> tuple[tuple[Button, ...], ...]:
    number = str(meeting.number)
    if meeting.state is State.ANNOUNCING:
        return ((Button(t("meeting.take_back"), action(TAKE_BACK, number)),),)
    rows: list[tuple[Button, ...]] = [
        (
            Button(t("meeting.announce"), action(ANNOUNCE, number)),
            Button(t("meeting.change"), action(CHANGE, number)),
        )
    ]
    if _doubled(t, meeting):
        rows.append((Button(t("meeting.other_hour"), action(FOLD, number)),))
    for room in bound[:ROOMS_SHOWN]:
        name = room.name or room.platform.capitalize()
        rows.append(
            (
                Button(
                    t("meeting.room_in" if room.id in chosen else "meeting.room_out", room=name),
                    action(ROOM, number, str(room.id)),
                    selected=room.id in chosen,
                ),
                Button(t("meeting.preview"), action(PREVIEW, number, str(room.id))),
            )
        )
    return tuple(rows)


async def preview(context: Context, arguments: Sequence[str]) -> Replies:
    """The card as a room will see it: in its language, in its time, without buttons."""
    shown = await own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    room = await _room(context, shown, arguments)
    if room is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    t = Translator(negotiate(room.language), zone(room.time_zone, shown.meeting.when.zone))
    seen = card.card(t, replace(shown, meeting=replace(shown.meeting, state=State.ANNOUNCED)), context.now)
    name = room.name or room.platform.capitalize()
    footer = context.t("meeting.preview_of", room=name, language=context.t.language_name(t.language))
    return Reply(replace(seen, buttons=(), footer=footer))


async def toggle_room(context: Context, arguments: Sequence[str]) -> Replies:
    """Announce it in a room, or not."""
    shown = await own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    room = await _room(context, shown, arguments)
    if room is None or shown.meeting.state is not State.DRAFT:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    number = shown.meeting.number
    if not await meetings.drop_room(context.session, number, room.id):
        await meetings.choose_rooms(context.session, number, [room.id])
    return Reply(await draft(context, number), replaces=True)


async def _room(context: Context, shown: View, arguments: Sequence[str]) -> Room | None:
    wanted = arguments[1] if len(arguments) > 1 else ""
    bound = await announced_in(context, shown.meeting.network)
    return next((room for room in bound if str(room.id) == wanted), None)


async def other_hour(context: Context, arguments: Sequence[str]) -> Replies:
    """The other one of two hours of the same name is meant."""
    shown = await own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    when = shown.meeting.when
    wanted = replace(shown.meeting, when=replace(when, fold=1 - when.fold))
    await meetings.change(context.session, context.actor, context.now, wanted)
    return Reply(await draft(context, shown.meeting.number), replaces=True)


async def announce(context: Context, arguments: Sequence[str]) -> Replies:
    """Announce a draft in a minute."""
    shown = await own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    number = shown.meeting.number
    try:
        await meetings.announce(context.session, context.actor, context.now, number)
    except Unchangeable:
        return Reply(Card(text=context.t("meeting.cannot_announce", code=shown.meeting.code)))
    return Reply(await draft(context, number), replaces=True)


async def take_back(context: Context, arguments: Sequence[str]) -> Replies:
    """Not to be announced after all."""
    shown = await own(context, arguments)
    if isinstance(shown, Reply):
        return shown
    number, t = shown.meeting.number, context.t
    try:
        await meetings.take_back(context.session, context.actor, context.now, number)
    except Unchangeable:
        return Reply(Card(text=t("meeting.cannot_take_back", code=shown.meeting.code)))
    return Reply(await draft(context, number, t("meeting.taken_back")), replaces=True)


async def copy(context: Context, source: View) -> Replies:
    """The form of a new meeting, filled in with what another was; its days are to be said anew."""
    t, meeting = context.t, source.meeting
    if not coordinates(context, meeting.network):
        return refusal(context)
    expected = await meeting_form.expected_text(context, meeting.network, source.units)
    shown: Form = meeting_form.form(
        t,
        meeting,
        expected,
        title=t("meeting.copy_title", title=card.title(t, meeting)),
        name=meeting_form.NEW,
        argument=meeting.network,
        with_rooms=True,
        values={"day": "", "last_day": "", "answer_by": ""},
    )
    return Reply(form=shown)
