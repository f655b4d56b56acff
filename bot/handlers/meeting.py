"""``/meeting CODE``: a meeting's card, and the buttons that answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot import parsing
from bot.cards import (
    examples,
    meeting_answers,
    meeting_attendance,
    meeting_board,
    meeting_calendar,
    meeting_changes,
    meeting_decisions,
    meeting_files,
    meeting_form,
    meeting_line,
    meeting_lists,
    meeting_making,
    meeting_people,
    zones,
)
from bot.cards import meeting as card
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Button, Card, Reply, Where
from bot.permission import refusal
from directory import meetings
from directory.access import Decision, Subject
from directory.meetings import Answer
from directory.search import fold

#: Words that ask for the form of a new meeting, and for one after another, folded, in the four languages.
_NEW: Final = frozenset(
    ("new", "add", "nuevo", "nueva", "anadir", "nouveau", "nouvelle", "ajouter", "novo", "nova", "adicionar")
)
_COPY: Final = frozenset(("copy", "copiar", "copia", "copier", "copie"))


async def run(context: Context, argument: str) -> Replies:
    """Show the meeting that a code names, else those that are to come."""
    if not argument:
        return Reply(await meeting_lists.coming(context))
    word, rest = parsing.first_word(argument)
    is_new = fold(word) in _NEW
    typed = meeting_line.read(rest if is_new else argument, context.now.astimezone(context.t.zone).date())
    if typed is not None:
        return await _typed(context, typed)
    if is_new:
        return await _new(context, rest.strip().upper())
    if fold(word) in _COPY:
        return await _copy(context, rest)
    number = meetings.read_code(argument)
    if number is None:
        return Reply(await meeting_lists.named(context, argument))
    return await _show(context, number, replaces=False)


async def _new(context: Context, network: str) -> Replies:
    """The form of a new meeting; of which network is asked where it could be several."""
    t, own = context.t, await meeting_form.may_make(context)
    if not own:
        return refusal(context)
    if network not in own:
        if len(own) > 1 or network:
            typed = [examples.typed(context, "meeting", f"new {code}") for code in own]
            return Reply(Card(text=t("meeting.which_network", examples=t.list(typed))))
        network = own[0]
    return await meeting_making.form(context.directly(), network)


async def _typed(context: Context, typed: meeting_line.Line) -> Replies:
    """The form of a meeting that was typed on one line; where the day could be several, which of them."""
    t, own = context.t, await meeting_form.may_make(context)
    if not own:
        return refusal(context)
    if len(typed.days) > 1:
        days = [t("meeting.day_or", day=t.weekday(day), typed=day.isoformat()) for day in typed.days]
        return Reply(Card(text=t("meeting.which_day", days="\n".join(days))))
    network = typed.network or own[0]
    if network not in own or (len(own) > 1 and not typed.network):
        lines = [examples.typed(context, "meeting", f'"{typed.title}" … network:{code}') for code in own]
        return Reply(Card(text=t("meeting.which_network", examples=t.list(lines))))
    day = typed.days[0] if typed.days else None
    values = typed.values(t, day, zones.city(str(t.zone), t))
    return await meeting_making.form(context.directly(), network, values)


async def _copy(context: Context, text: str) -> Replies:
    """The form of a new meeting, filled in with what another was."""
    number = meetings.read_code(text)
    shown = await card.view(context.session, number) if number is not None else None
    if shown is None or not await _may_see(context, shown):
        return Reply(Card(text=context.t("meeting.not_found", text=parsing.echo(text))))
    return await meeting_making.copy(context.directly(), shown)


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """Show a meeting in the place of the pressed card."""
    number = _number(arguments)
    if number is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    if arguments[1:] == [card.DETAILS]:
        return await _details(context, number)
    return await _show(context, number, replaces=not context.place.shared)


async def _show(context: Context, number: int, *, replaces: bool) -> Replies:
    t = context.t
    shown = await card.view(context.session, number)
    if shown is None or not await _may_see(context, shown):
        return Reply(Card(text=t("meeting.unknown", code=meetings.code(number))))
    known = card.card(t, shown, context.now)
    if context.place.shared:
        return Reply(known, replaces=replaces)
    mine = await meeting_answers.own(context, shown)
    if mine.coordinates:
        return Reply(await meeting_changes.managed(context, number), replaces=replaces)
    more = (
        *meeting_attendance.here_row(context, shown, mine),
        *meeting_decisions.rows(context, shown, coordinates=False),
    )
    return Reply(card.with_buttons(known, more), replaces=replaces)


async def _details(context: Context, number: int) -> Replies:
    """What only the coordination and those invited see, privately."""
    shown = await card.view(context.session, number)
    if shown is None or not await _may_see(context, shown):
        return Reply(Card(text=context.t("dispatch.stale_button")), Where.PRIVATE)
    mine = await meeting_answers.own(context, shown)
    if not meeting_answers.may_see_details(context, shown, mine):
        return Reply(Card(text=context.t("meeting.details_refused")), Where.PRIVATE)
    shared = context.place.shared
    given = await meeting_board.details(context.directly(), shown)
    return Reply(given, Where.PRIVATE, replaces=not shared)


async def board(context: Context, arguments: Sequence[str]) -> Replies:
    """Who has answered what: a page of the board."""
    number = _number(arguments)
    shown = await card.view(context.session, number) if number is not None else None
    if shown is None or not await _may_see(context, shown):
        return Reply(Card(text=context.t("dispatch.stale_button")))
    chosen = arguments[1] if len(arguments) > 1 else meeting_board.ALL
    start = int(arguments[2]) if len(arguments) > 2 and arguments[2].isdecimal() else 0
    more: tuple[tuple[Button, ...], ...] = ()
    if not context.place.shared:
        mine = await meeting_answers.own(context, shown)
        if meeting_answers.may_see_details(context, shown, mine):
            more = meeting_files.buttons(context, shown)
        more += meeting_attendance.board_rows(context, shown) if mine.coordinates else ()
    given = await meeting_board.board(context, shown, chosen, start, more)
    # The room's card stays as it is: others answer with it.
    return Reply(given, replaces=len(arguments) > 1 or not context.place.shared)


async def decided(context: Context, arguments: Sequence[str]) -> Replies:
    """What was decided at a meeting."""
    number = _number(arguments)
    shown = await card.view(context.session, number) if number is not None else None
    if shown is None or not await _may_see(context, shown):
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return await meeting_decisions.turned(context, arguments, shown)


async def _may_see(context: Context, shown: card.View) -> bool:
    """Whether the asker may know of a meeting; of a draft only its coordination does."""
    network = shown.meeting.network
    if shown.meeting.state in (meetings.State.DRAFT, meetings.State.ANNOUNCING):
        return context.decide(Subject.ANNOUNCE, network) is Decision.ALLOWED
    return context.decide(Subject.MEETINGS, network) is Decision.ALLOWED


async def answered(context: Context, arguments: Sequence[str]) -> Replies:
    """Take an answer."""
    number, unit = _number(arguments), None
    given = arguments[1] if len(arguments) > 1 else ""
    if len(arguments) > 2:
        unit = meetings.unit_of(arguments[2])
    if number is None or given not in list(Answer) or (len(arguments) > 2 and unit is None):
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return await meeting_answers.answer(context, number, Answer(given), unit)


async def own_time(context: Context, arguments: Sequence[str]) -> Replies:
    """When it is in the time of whoever pressed."""
    t, number = context.t, _number(arguments)
    shown = await card.view(context.session, number) if number is not None else None
    if shown is None or not await _may_see(context, shown):
        return Reply(Card(text=t("dispatch.stale_button")), Where.PRIVATE)
    meeting = shown.meeting
    t = (await meeting_answers.personally(context, meeting)).t
    when = card.span(t, meeting, t.zone)
    text = t("meeting.in_your_time", title=card.title(t, meeting), when=when)
    return meeting_answers.private(Card(text=text), t.language)


async def _changed(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """Keep what was changed, and tell those whom it concerns."""
    before = await meeting_making.own(context, arguments)
    if isinstance(before, Reply):
        return before
    problems = await meeting_making.change(context, before, given)
    if problems is not None:
        return problems
    number = before.meeting.number
    after = await meetings.get(context.session, number)
    if after is not None:
        await meeting_changes.announce(context, before.meeting, after)
    return Reply(await meeting_changes.managed(context, number))


def _number(arguments: Sequence[str]) -> int | None:
    return int(arguments[0]) if arguments and arguments[0].isdecimal() and len(arguments[0]) < 10 else None


COMMAND = Command(
    name="meeting",
    subject=Subject.MEETINGS,
    run=run,
    summary="meeting.summary",
    usage="meeting.usage",
    examples=("/meeting M-2",),
    aliases={"es": ("reunion",), "fr": ("reunion",), "pt": ("reuniao",)},
    actions={
        card.SHOW: pressed,
        card.ANSWER: answered,
        card.TIME: own_time,
        card.BOARD: board,
        card.CALENDAR: meeting_calendar.pressed,
        meeting_making.ANNOUNCE: meeting_making.announce,
        meeting_making.TAKE_BACK: meeting_making.take_back,
        meeting_making.CHANGE: meeting_making.change_form,
        meeting_making.ROOM: meeting_making.toggle_room,
        meeting_making.PREVIEW: meeting_making.preview,
        meeting_making.FOLD: meeting_making.other_hour,
        card.HERE: meeting_attendance.here,
        meeting_attendance.LIST: meeting_attendance.ticks,
        meeting_attendance.TICK: meeting_attendance.ticked,
        meeting_attendance.BEHALF: meeting_attendance.behalf,
        card.DECISIONS: decided,
        meeting_decisions.DECIDE: meeting_decisions.decide_form,
        meeting_decisions.MINUTES: meeting_decisions.minutes_form,
        meeting_changes.CANCEL: meeting_changes.cancel_form,
        meeting_changes.RESTORE: meeting_changes.restored,
        card.DELEGATION: meeting_people.people_form,
        card.NOTE: meeting_people.note_form,
        card.ADD: meeting_people.added,
    },
    forms={
        card.DELEGATION: meeting_people.people_sent,
        card.NOTE: meeting_people.note_sent,
        meeting_form.NEW: meeting_making.made,
        meeting_form.EDIT: _changed,
        meeting_changes.CANCEL: meeting_changes.cancelled,
        meeting_decisions.DECIDE: meeting_decisions.decided,
        meeting_decisions.MINUTES: meeting_decisions.minutes_sent,
    },
    recognises=lambda text: meetings.read_code(text) is not None,
    order=30,
    writes=True,
)
