"""``/done D-12``: who owes a deadline says that it is done, asks for more time, or names somebody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot import parsing
from bot.cards import deadline as cards
from bot.cards import deadline_answers as answers
from bot.cards import deadline_letters as letters
from bot.cards import deadline_owners as owning
from bot.cards import deadline_rights as rights
from bot.cards import examples
from bot.cards.deadline_forms import read_due
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Card, Reply
from bot.i18n import message
from directory.access import Subject
from reminders.deadlines import Deadline, State, asking, ending, number_of, writing
from reminders.deadlines.writing import Ended


async def run(context: Context, argument: str) -> Replies:
    """The form for a code."""
    number = number_of(argument)
    if number is None:
        example = examples.typed(context, "done", "D-12")
        return Reply(Card(text=context.t("deadline.done_how", example=example)))
    return await done_pressed(context, [str(number)])


async def _open(context: Context, arguments: Sequence[str]) -> Deadline | Reply:
    """The open deadline of a button or a form; else what to say."""
    found = await answers.found(context, arguments)
    if isinstance(found, Reply) or found.is_open:
        return found
    return await answers.over(context, found)


async def done_pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """It is done: the form for what shows it."""
    found = await answers.found(context, arguments)
    if isinstance(found, Reply):
        return found
    if found.state is State.CANCELLED:
        return await answers.over(context, found)
    return Reply(form=answers.done_form(context.t, found))


async def done_sent(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """It is done, with what shows it; of what is done already, more that shows it."""
    found = await answers.found(context, arguments)
    if isinstance(found, Reply):
        return found
    if found.state is State.CANCELLED:
        return await answers.over(context, found)
    shown = answers.evidence(context, given, context.files)
    if isinstance(shown, Problems):
        return shown
    note, link, file = shown
    if found.state is State.DONE and not (note or link or file):
        return Problems({"note": context.t("form.needed")})
    session, actor, now = context.session, context.actor, context.now
    was_done = found.state is State.DONE
    store = ending.add_evidence if was_done else ending.complete
    try:
        await store(session, actor, now, found.number, note=note, link=link, file=file)
    except Ended as ended:
        return await answers.over(context, ended.deadline)
    finished = await writing.found(session, found.number)
    if was_done:
        return Reply(await cards.card(context, finished, context.t("deadline.evidence_added")))
    told = await letters.coordinators(context, found)
    await letters.tell(context, told, message("deadline.told_done"), finished)
    return Reply(await cards.card(context, finished, context.t("deadline.marked_done")))


async def time_pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """More time is needed: until when, and why."""
    found = await _open(context, arguments)
    if isinstance(found, Reply):
        return found
    return Reply(form=answers.time_form(context.t, found))


async def time_sent(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """More time is asked for; the coordination decides."""
    t = context.t
    found = await _open(context, arguments)
    if isinstance(found, Reply):
        return found
    typed, reason = str(given.get("due") or ""), str(given.get("reason") or "")
    readings, problem = read_due(context, typed)
    later = [when for when in readings if when.last > found.due.last]
    if problem or not later:
        return Problems({"due": problem or t("deadline.not_later")})
    if len(later) > 1:
        return Reply(form=answers.time_form(t, found, typed, reason, later))
    by = context.asker.person_key or ""
    try:
        request = await asking.ask_for_time(
            context.session, context.actor, context.now, found.number, by, later[0], reason
        )
    except Ended as ended:
        return await answers.over(context, ended.deadline)
    await letters.tell(
        context,
        await letters.coordinators(context, found),
        message("deadline.told_time_asked"),
        found,
        dates={"due": later[0], "present": found.due},
        reason=reason,
        request=str(request.number),
    )
    return Reply(await cards.card(context, found, t("deadline.time_asked")))


async def other_pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """Somebody else owes it: who, and why."""
    found = await _open(context, arguments)
    if isinstance(found, Reply):
        return found
    return Reply(form=await answers.other_form(context, found))


async def other_sent(
    context: Context, arguments: Sequence[str], given: Mapping[str, Value]
) -> Replies | Problems:
    """Another owner is proposed; the coordination decides."""
    t = context.t
    found = await _open(context, arguments)
    if isinstance(found, Reply):
        return found
    typed, reason = str(given.get("owner") or ""), str(given.get("reason") or "")
    named = await owning.read(context.session, typed, found.network)
    if named.unclear:
        among = next(iter(named.unclear.values()))
        return Reply(form=await answers.other_form(context, found, typed, reason, among))
    if len(named.owners) != 1 or named.unknown:
        return Problems({"owner": t("deadline.owner_unknown", text=parsing.echo(typed))})
    if named.owners[0] in found.owners:
        return Problems({"owner": t("deadline.owner_already")})
    of = await rights.owned(context, found)
    by = context.asker.person_key or ""
    try:
        request = await asking.propose_owner(
            context.session, context.actor, context.now, found.number, by, named.owners[0], of, reason
        )
    except Ended as ended:
        return await answers.over(context, ended.deadline)
    await letters.tell(
        context,
        await letters.coordinators(context, found),
        message("deadline.told_owner_proposed"),
        found,
        owners={"owner": named.owners, "of": (of,) if of is not None else ()},
        reason=reason,
        request=str(request.number),
    )
    return Reply(await cards.card(context, found, t("deadline.owner_proposed")))


COMMAND = Command(
    name="done",
    subject=Subject.ANSWER_DEADLINE,
    run=run,
    summary="deadline.done_summary",
    usage="deadline.done_usage",
    aliases={"es": ("hecho", "cumplido"), "fr": ("fait",), "pt": ("feito",)},
    actions={cards.DONE: done_pressed, cards.TIME: time_pressed, cards.OTHER: other_pressed},
    forms={cards.DONE: done_sent, cards.TIME: time_sent, cards.OTHER: other_sent},
    file_forms=frozenset((cards.DONE,)),
    order=33,
    in_menu=False,
)
