"""Who is there: those invited say so; the coordination ticks the board, or answers for the silent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.cards import meeting as card
from bot.cards import meeting_answers as answers
from bot.cards import meeting_board as boards
from bot.cards import meeting_making, paging
from bot.cards.buttons import label
from bot.cards.meeting import View
from bot.command import Context, Replies
from bot.contract import Button, Card, Reply, action
from directory import meetings
from directory.access import Decision, Subject
from directory.meetings import Closed, Meeting, NotExpected, State, Unit

#: The coordination's buttons: the list to tick (number, start), one of it (number, unit, whether there,
#: start), and whom to answer for (number, then a start or a unit).
LIST: Final = "meeting-ticks"
TICK: Final = "mt-tick"
BEHALF: Final = "meeting-for"
#: From so long before the beginning somebody can be there.
EARLY: Final = timedelta(hours=2)
#: Buttons on a page, two in a row.
PAGE: Final = 16
_THERE: Final = "1"


def is_open(meeting: Meeting, now: datetime) -> bool:
    """Whether those invited can say that they are there."""
    return meeting.is_answered(now) and meeting.starts_at - EARLY <= now


def has_begun(meeting: Meeting, now: datetime) -> bool:
    """Whether the coordination can tick who is there; that stays so after the meeting."""
    return meeting.state is State.ANNOUNCED and meeting.starts_at - EARLY <= now


def here_row(context: Context, shown: View, mine: answers.Standing) -> tuple[tuple[Button, ...], ...]:
    """The button of those invited before the card itself has it, which is while the meeting runs."""
    meeting, now = shown.meeting, context.now
    if not mine.units or not is_open(meeting, now) or card.is_running(meeting, now):
        return ()
    return ((card.here_button(context.t, meeting),),)


def board_rows(context: Context, shown: View) -> tuple[tuple[Button, ...], ...]:
    """What the coordination can do from the board."""
    t, meeting, number = context.t, shown.meeting, str(shown.meeting.number)
    row = []
    if meeting.is_answered(context.now) and shown.tally.silent:
        row.append(Button(t("meeting.answer_for"), action(BEHALF, number, "0")))
    if has_begun(meeting, context.now):
        row.append(Button(t("meeting.tick_list"), action(LIST, number, "0")))
    return (tuple(row),) if row else ()


async def here(context: Context, arguments: Sequence[str]) -> Replies:
    """Somebody invited is there."""
    t, now = context.t, context.now
    shown = await _view(context, arguments)
    if shown is None:
        return answers.private(Card(text=t("dispatch.stale_button")))
    meeting = shown.meeting
    if context.decide(Subject.ANSWER_INVITATION, meeting.network) is not Decision.ALLOWED:
        return answers.private(Card(text=t("dispatch.refused")))
    units = (await answers.own(context, shown)).units
    if len(arguments) > 1:
        units = tuple(unit for unit in units if unit.short == arguments[1])
    if not units:
        return answers.private(Card(text=t("meeting.here_not_expected", title=card.title(t, meeting))))
    if not is_open(meeting, now):
        return answers.private(Card(text=_closed(context, meeting)))
    if len(units) > 1:
        return answers.private(_which(context, shown, units))
    try:
        done = await meetings.check_in(context.session, context.actor, now, meeting.number, units[0])
    except (Closed, NotExpected):
        return answers.private(Card(text=_closed(context, meeting)))
    who = card.unit_name(t, shown, units[0]) or t("meeting.myself")
    at = done.after.checked_in_at or now
    text = t("meeting.here_noted", who=who, title=card.title(t, meeting), time=t.hour(at))
    return answers.private(Card(text=text))


def _closed(context: Context, meeting: Meeting) -> str:
    t = context.t
    if meeting.is_answered(context.now):
        opens = t.moment(meeting.starts_at - EARLY)
        return t("meeting.here_early", title=card.title(t, meeting), time=opens)
    return answers.closed(t, meeting)


def _which(context: Context, shown: View, units: Sequence[Unit]) -> Card:
    t, number = context.t, str(shown.meeting.number)
    rows = tuple(
        (
            Button(
                label(card.unit_name(t, shown, unit) or t("meeting.myself")),
                action(card.HERE, number, unit.short),
            ),
        )
        for unit in units
    )
    return Card(text=t("meeting.here_which"), buttons=rows)


async def ticks(context: Context, arguments: Sequence[str]) -> Replies:
    """Everybody expected, each with a button that ticks them."""
    shown = await _coordinated(context, arguments)
    if isinstance(shown, Reply):
        return shown
    return Reply(await _ticks(context, shown, _start(arguments, 1)), replaces=True)


async def ticked(context: Context, arguments: Sequence[str]) -> Replies:
    """One is there, or is not after all; pressed twice it is the same."""
    shown = await _coordinated(context, arguments)
    if isinstance(shown, Reply):
        return shown
    t, number = context.t, shown.meeting.number
    unit = meetings.unit_of(arguments[1]) if len(arguments) > 2 else None
    if unit is None:
        return Reply(Card(text=t("dispatch.stale_button")))
    there = arguments[2] == _THERE
    known = shown.replies.get(unit)
    own = (await answers.own(context, shown)).units
    if (known is not None and known.checked_in_at is not None) != there:
        try:
            await meetings.check_in(
                context.session,
                context.actor,
                context.now,
                number,
                unit,
                there=there,
                on_behalf=unit not in own,
            )
        except (Closed, NotExpected):
            return Reply(Card(text=t("dispatch.stale_button")))
        shown = await card.view(context.session, number) or shown
    return Reply(await _ticks(context, shown, _start(arguments, 3)), replaces=True)


async def _ticks(context: Context, shown: View, start: int) -> Card:
    t, meeting = context.t, shown.meeting
    number = str(meeting.number)
    if not has_begun(meeting, context.now):
        return Card(text=_closed(context, meeting))

    def button(unit: Unit, name: str, at: int) -> Button:
        reply = shown.replies.get(unit)
        there = reply is not None and reply.checked_in_at is not None
        wanted = "0" if there else _THERE
        return Button(name, action(TICK, number, unit.short, wanted, str(at)), selected=there)

    there = sum(reply.checked_in_at is not None for reply in shown.replies.values())
    return await _choosing(
        context,
        shown,
        shown.units,
        start,
        lambda at: action(LIST, number, str(at)),
        button,
        subtitle=t("meeting.there_of", there=t.number(there), expected=t.number(len(shown.units))),
        text=t("meeting.tick_text"),
    )


async def behalf(context: Context, arguments: Sequence[str]) -> Replies:
    """Whom to answer for, of those who are silent; then what."""
    shown = await _coordinated(context, arguments)
    if isinstance(shown, Reply):
        return shown
    t, meeting = context.t, shown.meeting
    if not meeting.is_answered(context.now):
        return Reply(Card(text=answers.closed(t, meeting)))
    number = str(meeting.number)
    unit = meetings.unit_of(arguments[1]) if len(arguments) > 1 else None
    if unit is not None and unit in shown.units:
        who = boards.named_unit(context, shown, unit, await boards.names(context, shown))
        text = t("meeting.answer_for_which", who=who, title=card.title(t, meeting))
        rows = card.answer_buttons(t, meeting, unit)
        back = (Button(t("meeting.answer_for_back"), action(BEHALF, number, "0")),)
        return Reply(Card(text=text, buttons=(*rows, back)), replaces=True)
    silent = [unit for unit in shown.units if unit not in shown.replies]
    chosen = await _choosing(
        context,
        shown,
        silent,
        _start(arguments, 1),
        lambda at: action(BEHALF, number, str(at)),
        lambda unit, name, _: Button(name, action(BEHALF, number, unit.short)),
        subtitle=t("meeting.board_silent"),
        text=t("meeting.answer_for_text") if silent else t("meeting.board_empty"),
    )
    return Reply(chosen, replaces=True)


async def _choosing(
    context: Context,
    shown: View,
    units: Sequence[Unit],
    start: int,
    turn: Callable[[int], str],
    button: Callable[[Unit, str, int], Button],
    *,
    subtitle: str,
    text: str,
) -> Card:
    """One page of buttons, one for each of ``units``, in the order of their names."""
    t = context.t
    named = await boards.names(context, shown)
    called = {unit: boards.named_unit(context, shown, unit, named) for unit in units}
    order = sorted(called, key=lambda unit: boards.sorting(called[unit]))
    start = start if start < len(order) else 0
    turns, place = paging.turns(t, start, PAGE, len(order), turn)
    page = [button(unit, label(called[unit]), start) for unit in order[start : start + PAGE]]
    boards.note_looks(context, shown, order[start : start + PAGE])
    return Card(
        title=card.title(t, shown.meeting),
        subtitle=subtitle,
        text=text,
        footer=place,
        buttons=(
            *(tuple(page[at : at + 2]) for at in range(0, len(page), 2)),
            *((turns,) if turns else ()),
            (Button(t("meeting.to_board"), action(card.BOARD, str(shown.meeting.number))),),
        ),
    )


async def _view(context: Context, arguments: Sequence[str]) -> View | None:
    number = arguments[0] if arguments else ""
    known = number.isascii() and number.isdecimal() and len(number) < 10
    return await card.view(context.session, int(number)) if known else None


async def _coordinated(context: Context, arguments: Sequence[str]) -> View | Reply:
    """The meeting, where the asker coordinates it, in the direct chat."""
    if context.place.shared:
        return answers.private(Card(text=context.t("dispatch.stale_button")))
    return await meeting_making.own(context, arguments)


def _start(arguments: Sequence[str], at: int) -> int:
    text = arguments[at] if len(arguments) > at else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
