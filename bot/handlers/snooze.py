"""``/snooze D-12``: somebody is not reminded of one deadline until a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.cards import deadline as cards
from bot.cards import deadline_answers as answers
from bot.cards import deadline_rights as rights
from bot.cards import deadline_words as said
from bot.cards import examples
from bot.cards.deadline_forms import today
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Card, Reply
from bot.permission import refusal
from directory.access import Subject
from reminders.deadlines import Deadline, concerning, number_of, reading, writing
from reminders.deadlines.writing import Ended


async def run(context: Context, argument: str) -> Replies:
    """The choice of days for a code."""
    number = number_of(argument)
    if number is None:
        example = examples.typed(context, "snooze", "D-12")
        return Reply(Card(text=context.t("deadline.snooze_how", example=example)))
    return await pressed(context, [str(number)])


async def _found(context: Context, arguments: Sequence[str]) -> Deadline | Reply:
    """The open deadline that the asker is reminded of; else what to say."""
    number = answers.number(arguments)
    found = await reading.get(context.session, number) if number is not None else None
    if found is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    if context.asker.person_key is None or not await _is_reminded(context, found):
        return refusal(context)
    return found if found.is_open else await answers.over(context, found)


async def _is_reminded(context: Context, deadline: Deadline) -> bool:
    """Those who owe it, and the coordination, which hears of what is overdue."""
    if rights.coordinates(context, deadline.network):
        return True
    day, person = context.now.date(), context.asker.person_key or ""
    return await concerning.owes(context.session, person, deadline, day)


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """A deadline, or for how long, was chosen."""
    found = await _found(context, arguments)
    if isinstance(found, Reply):
        return found
    choice = arguments[1] if len(arguments) > 1 else ""
    if not choice:
        return Reply(answers.snooze_card(context.t, found))
    if choice == answers.ON_A_DAY:
        week = answers.snoozed_until("0", today(context))
        return Reply(form=answers.snooze_form(context.t, found, week or today(context)))
    until = answers.snoozed_until(choice, today(context))
    if until is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return await _snoozed(context, found, until, replaces=True)


async def sent(context: Context, arguments: Sequence[str], given: Mapping[str, Value]) -> Replies | Problems:
    """A day was given."""
    found = await _found(context, arguments)
    if isinstance(found, Reply):
        return found
    until = given.get("until")
    if not isinstance(until, date) or not today(context) < until <= answers.latest_day(context):
        latest = context.t.day(answers.latest_day(context))
        return Problems({"until": context.t("deadline.snooze_range", day=latest)})
    return await _snoozed(context, found, until)


async def _snoozed(context: Context, found: Deadline, until: date, *, replaces: bool = False) -> Reply:
    t = context.t
    person = context.asker.person_key or ""
    try:
        await writing.snooze(context.session, context.actor, context.now, found.number, person, until)
    except Ended as ended:
        return await answers.over(context, ended.deadline)
    text = t("deadline.snoozed", day=t.day(until))
    if until > found.due.last:
        text = t("deadline.snoozed_beyond", day=t.day(until), due=t.day(found.due.last))
    buttons = ((cards.show_button(t, found),),)
    return Reply(Card(title=said.named(t, found), text=text, buttons=buttons), replaces=replaces)


COMMAND = Command(
    name="snooze",
    subject=Subject.OWN_NUDGES,
    run=run,
    summary="deadline.snooze_summary",
    usage="deadline.snooze_usage",
    aliases={"es": ("posponer",), "fr": ("reporter",), "pt": ("adiar",)},
    actions={cards.SNOOZE: pressed},
    forms={cards.SNOOZE: sent},
    order=34,
    writes=True,
    in_menu=False,
)
