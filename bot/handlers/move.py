"""``/move D-12``: those who planned a deadline change it: words, date, owners; they cancel or reopen it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot import parsing
from bot.cards import deadline as cards
from bot.cards import deadline_answers as answers
from bot.cards import deadline_changes as forms
from bot.cards import deadline_letters as letters
from bot.cards import deadline_line as line
from bot.cards import deadline_owners as owning
from bot.cards import deadline_rights as rights
from bot.cards import examples
from bot.cards.deadline_forms import ASKED, read_due
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Card, Form, Reply
from bot.i18n import LANGUAGES, message
from bot.permission import refusal
from directory.access import Subject
from directory.texts import LocalText
from reminders.deadlines import LEAD, Deadline, concerning, ending, number_of, reading, series, writing
from reminders.deadlines.writing import Ended


async def run(context: Context, argument: str) -> Replies:
    """The form for another date of a code."""
    number = number_of(argument)
    if number is None:
        example = examples.typed(context, "move", "D-12")
        return Reply(Card(text=context.t("deadline.move_how", example=example)))
    return await move_pressed(context, [str(number)])


async def _found(context: Context, arguments: Sequence[str], *, ended: bool = False) -> Deadline | Reply:
    """The deadline of a button or a form that the asker may change; else what to say."""
    number = answers.number(arguments)
    found = await reading.get(context.session, number) if number is not None else None
    if found is None:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    if not await rights.may_change(context, found):
        return refusal(context)
    if ended and found.is_open:
        return Reply(await cards.card(context, found, context.t("deadline.meanwhile_open")))
    return found if found.is_open is not ended else await answers.over(context, found)


async def edit_pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """Other words."""
    found = await _found(context, arguments)
    return found if isinstance(found, Reply) else Reply(form=forms.edit_form(context.t, found))


async def move_pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """Another date."""
    found = await _found(context, arguments)
    return found if isinstance(found, Reply) else Reply(form=forms.move_form(context.t, found))


async def assign_pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """Other owners."""
    found = await _found(context, arguments)
    return found if isinstance(found, Reply) else Reply(form=await forms.assign_form(context, found))


async def cancel_pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """It is cancelled: the form asks whether, and why."""
    found = await _found(context, arguments)
    return found if isinstance(found, Reply) else Reply(form=forms.cancel_form(context.t, found))


async def reopen_pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """It is owed again."""
    found = await _found(context, arguments, ended=True)
    return found if isinstance(found, Reply) else Reply(form=forms.reopen_form(context.t, found))


async def edit_sent(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """Other words are stored, in the language of the form."""
    t = context.t
    found = await _found(context, arguments)
    language = arguments[1] if len(arguments) > 1 else ""
    if isinstance(found, Reply) or language not in LANGUAGES:
        return found if isinstance(found, Reply) else refusal(context)
    typed = str(given.get("lead") or "")
    lead = line.leads(typed) if typed else LEAD
    if lead is None:
        return Problems({"lead": t("deadline.lead_unknown", text=parsing.echo(typed))})
    changed = replace(
        found,
        titles=_with(found.titles, language, str(given.get("title") or "")),
        descriptions=_with(found.descriptions, language, str(given.get("description") or "")),
        lead=lead,
    )
    stored = await writing.change(context.session, context.actor, context.now, changed)
    return Reply(await cards.card(context, stored, t("edit.done")))


def _with(text: LocalText, language: str, words: str) -> LocalText:
    kept = {code: said for code, said in text.by_language.items() if code != language}
    return LocalText(kept | ({language: words.strip()} if words.strip() else {}))


async def move_sent(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """It is due on another date; those who owe it are told."""
    t = context.t
    found = await _found(context, arguments)
    if isinstance(found, Reply):
        return found
    typed, reason = str(given.get("due") or ""), str(given.get("reason") or "")
    readings, problem = read_due(context, typed)
    if problem:
        return Problems({"due": problem})
    if len(readings) > 1:
        return Reply(form=forms.move_form(t, found, typed, reason, readings))
    if readings[0] == found.due:
        return Problems({"due": t("deadline.same_date")})
    session, actor, now = context.session, context.actor, context.now
    try:
        moved = await writing.move(session, actor, now, found.number, readings[0], reason)
    except Ended as ended:
        return await answers.over(context, ended.deadline)
    await letters.tell(
        context,
        await _owing(context, moved),
        message("deadline.told_moved"),
        moved,
        dates={"before": found.due, "due": moved.due},
    )
    return Reply(await cards.card(context, moved, t("deadline.moved")))


async def _owing(context: Context, deadline: Deadline) -> frozenset[str]:
    return (await concerning.concerned(context.session, deadline, context.now.date())).owing


async def assign_sent(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """Others owe it; those who do so newly are told."""
    t = context.t
    found = await _found(context, arguments)
    if isinstance(found, Reply):
        return found
    names = ["owners", *(f"owner_{number}" for number in range(1, ASKED + 1))]
    typed = ", ".join(text for name in names if (text := str(given.get(name) or "")))
    named = await owning.read(context.session, typed, found.network)
    if named.unknown:
        return Problems({"owners": t("deadline.owner_unknown", text=parsing.echo(named.unknown[0]))})
    if len(named.owners) + len(named.unclear) > owning.MOST or len(named.unclear) > ASKED:
        return Problems({"owners": t("deadline.owners_too_many", number=t.number(owning.MOST))})
    if named.unclear:
        form: Form = await forms.assign_form(context, found, typed, named)
        return Reply(form=form)
    if not await rights.may_plan(context, found.network, named.owners):
        return Problems({"owners": t("deadline.owner_foreign")})
    before = await letters.first_to_turn_to(context, found)
    session, actor, now = context.session, context.actor, context.now
    try:
        assigned = await writing.assign(session, actor, now, found.number, named.owners)
    except Ended as ended:
        return await answers.over(context, ended.deadline)
    newly = [key for key in await letters.first_to_turn_to(context, assigned) if key not in before]
    await letters.tell(
        context, newly, message("deadline.told_assigned"), assigned, dates={"due": assigned.due}
    )
    return Reply(await cards.card(context, assigned, t("deadline.assigned")))


async def cancel_sent(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """It is cancelled; those who owed it are told."""
    found = await _found(context, arguments)
    if isinstance(found, Reply):
        return found
    reason, whole = str(given.get("reason") or ""), given.get("which") == forms.ALL
    session, actor, now = context.session, context.actor, context.now
    if whole and found.series is not None:
        # Ended first: what ends one of a series makes the next.
        await series.end(session, actor, now, found)
    try:
        cancelled = await ending.cancel(session, actor, now, found.number, reason)
    except Ended as ended:
        return await answers.over(context, ended.deadline)
    await letters.tell(context, await _owing(context, found), message("deadline.told_cancelled"), found)
    return Reply(await cards.card(context, cancelled, context.t("deadline.cancelled")))


async def reopen_sent(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """It is owed again; those who owe it are told."""
    found = await _found(context, arguments, ended=True)
    if isinstance(found, Reply):
        return found
    reason = str(given.get("reason") or "")
    try:
        reopened = await ending.reopen(context.session, context.actor, context.now, found.number, reason)
    except Ended as ended:
        return Reply(await cards.card(context, ended.deadline, context.t("deadline.meanwhile_open")))
    await letters.tell(
        context,
        await _owing(context, reopened),
        message("deadline.told_reopened"),
        reopened,
        dates={"due": reopened.due},
    )
    return Reply(await cards.card(context, reopened, context.t("deadline.reopened")))


COMMAND = Command(
    name="move",
    subject=Subject.PLAN,
    run=run,
    summary="deadline.move_summary",
    usage="deadline.move_usage",
    aliases={"es": ("mover",), "fr": ("deplacer", "déplacer"), "pt": ("mover",)},
    actions={
        cards.EDIT: edit_pressed,
        cards.MOVE: move_pressed,
        cards.ASSIGN: assign_pressed,
        cards.CANCEL: cancel_pressed,
        cards.REOPEN: reopen_pressed,
    },
    forms={
        cards.EDIT: edit_sent,
        cards.MOVE: move_sent,
        cards.ASSIGN: assign_sent,
        cards.CANCEL: cancel_sent,
        cards.REOPEN: reopen_sent,
    },
    order=35,
    in_menu=False,
)
