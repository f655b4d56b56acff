"""The card of a deadline, its history, and the buttons that a reminder of it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.cards import deadline_owners as owners
from bot.cards import deadline_rights as rights
from bot.cards import deadline_words as said
from bot.cards import words
from bot.cards.buttons import label
from bot.command import Context
from bot.contract import Button, Card, Field, Section, action
from bot.i18n import Translator, message
from directory import meetings, networks
from reminders import workplans
from reminders.deadlines import (
    Deadline,
    Evidence,
    Request,
    RequestKind,
    SourceKind,
    State,
    Step,
    code,
    reading,
    requests,
    series,
)
from reminders.vague import VagueDate

#: The buttons: a deadline's card, its history, a file of its evidence.
SHOW: Final = "dl"
HISTORY: Final = "dlh"
FILE: Final = "dle"
#: Second argument of the first: in the place of what the button is on.
BACK: Final = "b"
#: The button of a work plan and of its measures: the plan's key, the measure's number, 0 for the plan itself.
PLAN: Final = "wp"
#: The button of a meeting: its number.
MEETING: Final = "meeting"
#: What those who owe it do; each has the deadline's number, and a form of the same name.
DONE: Final = "dl-done"
SNOOZE: Final = "dl-snooze"
TIME: Final = "dl-time"
OTHER: Final = "dl-other"
#: What those who planned it do.
EDIT: Final = "dl-edit"
MOVE: Final = "dl-move"
CANCEL: Final = "dl-cancel"
REOPEN: Final = "dl-open"
ASSIGN: Final = "dl-own"
#: What the coordination decides; each has a request's number.
YES: Final = "dl-yes"
NO: Final = "dl-no"
#: So many steps of a history are shown, the newest first.
STEPS: Final = 15


def nudge_buttons(t: Translator, deadline: Deadline) -> tuple[tuple[Button, ...], ...]:
    """The buttons of a reminder to somebody who owes a deadline."""
    return (*_answers(t, deadline), (_button(t, message("deadline.details"), SHOW, deadline),))


def show_button(t: Translator, deadline: Deadline) -> Button:
    """The button that shows a deadline's card, with its code and title."""
    return Button(label(said.named(t, deadline)), action(SHOW, str(deadline.number)))


def _button(t: Translator, key: str, name: str, deadline: Deadline) -> Button:
    return Button(t(key), action(name, str(deadline.number)))


def _answers(t: Translator, deadline: Deadline) -> tuple[tuple[Button, ...], ...]:
    return (
        (
            _button(t, message("deadline.done_button"), DONE, deadline),
            _button(t, message("deadline.snooze_button"), SNOOZE, deadline),
        ),
        (
            _button(t, message("deadline.time_button"), TIME, deadline),
            _button(t, message("deadline.other_button"), OTHER, deadline),
        ),
    )


async def card(context: Context, deadline: Deadline, note: str = "") -> Card:
    """A deadline as far as the reader may see it here. In a room it shows what is public."""
    t, today = context.t, context.now.astimezone(context.t.zone).date()
    body = await networks.get(context.session, deadline.network)
    whole = await rights.may_see_all(context, deadline)
    asked = await requests.waiting(context.session, deadline=deadline.number) if whole else []
    sections = _evidence(t, deadline) if whole else []
    sections += [await request_section(context, request) for request in asked]
    buttons = await _buttons(context, deadline)
    if whole:
        buttons += [_file_button(t, deadline, item) for item in deadline.evidence if item.file_name]
    if rights.coordinates(context, deadline.network) and not context.place.shared:
        buttons += [decision(t, request) for request in asked]
    return Card(
        title=said.named(t, deadline),
        subtitle=words.full_name(t, body) if body is not None else deadline.network,
        text="\n".join(part for part in (note, words.said(t, deadline.descriptions)) if part),
        fields=(
            Field(t("deadline.state"), said.state(t, deadline, today)),
            *_dates(t, deadline),
            await owners_field(context, deadline),
            *await _bonds(context, deadline),
        ),
        sections=tuple(sections),
        buttons=tuple(buttons),
        summary=said.named(t, deadline),
    )


def _dates(t: Translator, deadline: Deadline) -> list[Field]:
    fields = [Field(t("deadline.due"), said.due(t, deadline.due))]
    if deadline.planned is not None and deadline.planned != deadline.due:
        fields.append(Field(t("deadline.planned"), said.due(t, deadline.planned)))
    return fields


async def owners_field(context: Context, deadline: Deadline) -> Field:
    """Who owes it, or that nobody was designated yet."""
    t = context.t
    listed = await owners.listed(context.session, t, deadline.owners)
    heading = t.plural("deadline.owners", max(1, len(deadline.owners)))
    return Field(heading, listed or t("deadline.not_designated"), missing=not listed)


async def _bonds(context: Context, deadline: Deadline) -> list[Field]:
    """What it waits for, how often it comes, where it comes from, when people are reminded."""
    t, session = context.t, context.session
    fields = []
    if deadline.after is not None:
        before = await reading.get(session, deadline.after)
        if before is not None:
            fields.append(Field(t("deadline.after"), said.named(t, before)))
    if deadline.series is not None and (known := await series.get(session, deadline.series)) is not None:
        fields.append(Field(t("deadline.repeats"), said.rule(t, known.rule)))
    if source := await _source(context, deadline):
        fields.append(Field(t("deadline.source"), source))
    if deadline.is_open and deadline.owners:
        fields.append(Field(t("deadline.reminders"), reminders_text(t, deadline.lead)))
    return fields


async def _source(context: Context, deadline: Deadline) -> str:
    """Where it comes from; a work plan is called by its title."""
    t = context.t
    if deadline.source.kind is not SourceKind.WORK_PLAN or not deadline.source.key:
        return said.source(t, deadline)
    plan = await workplans.get(context.session, deadline.source.key)
    return words.said(t, plan.titles) if plan is not None else said.source(t, deadline)


def reminders_text(t: Translator, lead: Sequence[int]) -> str:
    """On which days people are reminded."""
    before = [t.number(days) for days in lead if days]
    if not before:
        return t("deadline.on_the_day")
    key = "deadline.days_before_and_on_the_day" if 0 in lead else "deadline.days_before"
    return t(key, days=t.list(before))


def _evidence(t: Translator, deadline: Deadline) -> list[Section]:
    if not deadline.evidence:
        return []
    fields = []
    for item in deadline.evidence:
        when = t.day(item.at.astimezone(t.zone).date()) if item.at is not None else t("deadline.evidence")
        parts = [part for part in (item.note, item.link, item.file_name) if part]
        fields.append(Field(when, " · ".join(parts), item.link))
    return [Section(t("deadline.evidence"), fields=tuple(fields))]


def _file_button(t: Translator, deadline: Deadline, item: Evidence) -> tuple[Button, ...]:
    text = label(t("deadline.file_button", name=item.file_name))
    return (Button(text, action(FILE, str(deadline.number), str(item.number))),)


async def request_section(context: Context, request: Request, heading: str = "") -> Section:
    """What somebody asks of the coordination, without saying who: the owner in whose place it was asked."""
    t = context.t
    text = t("deadline.asks_time", due=said.due(t, request.due)) if request.due is not None else ""
    if request.kind is RequestKind.OTHER_OWNER and request.owner is not None:
        text = t(
            "deadline.asks_other",
            owner=await owners.listed(context.session, t, [request.owner]),
            of=await owners.listed(context.session, t, [request.of]) if request.of else t("deadline.nobody"),
        )
    reason = t("deadline.reason_given", reason=request.reason) if request.reason else ""
    return Section(heading or t("deadline.request"), "\n".join(part for part in (text, reason) if part))


def decision(t: Translator, request: Request) -> tuple[Button, ...]:
    """Yes and no to a request."""
    of, more_time = code(request.deadline), request.kind is RequestKind.MORE_TIME
    yes = t("deadline.yes_time", code=of) if more_time else t("deadline.yes_owner", code=of)
    no = t("deadline.no_time", code=of) if more_time else t("deadline.no_owner", code=of)
    return Button(yes, action(YES, str(request.number))), Button(no, action(NO, str(request.number)))


async def _buttons(context: Context, deadline: Deadline) -> list[tuple[Button, ...]]:
    t, shared = context.t, context.place.shared
    owes = await rights.owned(context, deadline) is not None
    answers = shared or await rights.may_answer(context, deadline)
    changes = not shared and await rights.may_change(context, deadline)
    last = [_button(t, message("deadline.history_button"), HISTORY, deadline)]
    if (measure := await workplans.of_deadline(context.session, deadline.number)) is not None:
        last.append(Button(t("workplan.back"), action(PLAN, measure[0], str(measure[1]))))
    if (meeting := meetings.read_code(deadline.source.key)) is not None:
        last.append(Button(t("meeting.show"), action(MEETING, str(meeting))))
    rows: list[tuple[Button, ...]] = []
    if deadline.is_open:
        if shared or owes:
            rows += _answers(t, deadline)
        elif answers:
            rows.append((_button(t, message("deadline.done_button"), DONE, deadline),))
        if changes:
            rows += [
                (
                    _button(t, message("deadline.edit_button"), EDIT, deadline),
                    _button(t, message("deadline.move_button"), MOVE, deadline),
                ),
                (
                    _button(t, message("deadline.assign_button"), ASSIGN, deadline),
                    _button(t, message("deadline.cancel_button"), CANCEL, deadline),
                ),
            ]
    else:
        ended = []
        if answers and not shared and deadline.state is State.DONE:
            ended.append(_button(t, message("deadline.evidence_button"), DONE, deadline))
        if changes:
            ended.append(_button(t, message("deadline.reopen_button"), REOPEN, deadline))
        rows += [tuple(ended)] if ended else []
    return [*rows, tuple(last)]


async def history_card(context: Context, deadline: Deadline, steps: Sequence[Step]) -> Card:
    """What happened to a deadline, the newest first as it is given; who did it is not said."""
    t = context.t
    whole = await rights.may_see_all(context, deadline)
    shown = steps[:STEPS]
    called = await owners.names(
        context.session, t, {owner for step in shown for owner in (*step.owners_before, *step.owners_after)}
    )
    fields = []
    for step in shown:
        parts = [t(said.HAPPENED[step.what])]
        if step.due_before is not None and step.due_after is not None and step.due_before != step.due_after:
            parts.append(_from_to(t, step.due_before, step.due_after))
        elif step.due_after is not None:
            parts.append(t.vague(step.due_after))
        if step.owners_after and step.owners_after != step.owners_before:
            parts.append(t.list([called[owner] for owner in step.owners_after]))
        if step.note and whole:
            parts.append(step.note)
        fields.append(Field(t.day(step.at.astimezone(t.zone).date()), " · ".join(parts)))
    return Card(
        title=said.named(t, deadline),
        subtitle=t("deadline.history"),
        text="" if fields else t("deadline.no_history"),
        fields=tuple(fields),
        buttons=((Button(t("deadline.back_button"), action(SHOW, str(deadline.number), BACK)),),),
    )


def _from_to(t: Translator, before: VagueDate, after: VagueDate) -> str:
    return t("deadline.from_to", before=t.vague(before), after=t.vague(after))
