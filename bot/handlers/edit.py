"""``/edit OBJECT``: a record is corrected part by part, by form; what others changed meanwhile is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.cards import editing as cards
from bot.cards import editing_forms as forms
from bot.cards import editing_records as records
from bot.cards import editing_words as called
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Card, Form, Reply
from bot.i18n import LANGUAGES, message
from directory import editing
from directory.access import Subject
from directory.editing import Record, Section
from directory.problems import Invalid


async def run(context: Context, argument: str) -> Replies:
    """The record with its parts, those to choose from, or how to ask."""
    return await records.asked(context, argument, "edit", records.EDIT, message("edit.which"), cards.card)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a button or a form is about. ``place`` is an item's, ``None`` where it is no item or a new one."""

    record: Any
    section: Section
    place: int | None
    language: str


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """A record, a part of it, an item of a list, or a language was chosen."""
    stale = Reply(Card(text=context.t("dispatch.stale_button")))
    letter, key, code, place, language = (*arguments, "", "", "", "", "")[:5]
    record = await records.opened(context, letter, key)
    if record is None:
        return stale
    if not code:
        return Reply(await cards.card(context, record), replaces=True)
    section = editing.section(editing.noun_of(record), code)
    if section is None:
        return stale
    if language:
        part = await _part(context, record, section, place, language)
        return Reply(form=await _form(context, part)) if part is not None else stale
    if section.of and not place:
        return Reply(await cards.list_card(context, record, section), replaces=True)
    if not section.of and not section.spoken:
        return Reply(form=await _form(context, _Part(record, section, None, context.t.language)))
    part = await _part(context, record, section, place or records.NONE, context.t.language)
    if part is None or (section.of and part.place is None):
        return stale
    fields = await forms.recorded(context, section, record, part.place)
    if part.place is None:
        return Reply(await cards.languages_card(context, record, section, fields), replaces=True)
    return Reply(await cards.item_card(context, record, section, part.place, fields), replaces=True)


async def _part(
    context: Context, record: Record, section: Section, place: str, language: str
) -> _Part | None:
    if language not in LANGUAGES:
        return None
    if place == records.NONE:
        return _Part(record, section, None, language)
    if (
        not section.of
        or not place.isdecimal()
        or int(place) not in await cards.visible(context, record, section)
    ):
        return None
    return _Part(record, section, int(place), language)


async def _form(
    context: Context,
    part: _Part,
    *,
    text: str = "",
    values: Mapping[str, editing.Value] | None = None,
    noted: Mapping[str, str] | None = None,
) -> Form:
    t, section = context.t, part.section
    present = section.values(part.record, part.language, part.place)
    fields = await forms.fields(context, section.inputs, present if values is None else values, noted or {})
    lines = [text, await called.called(context, part.record)]
    if section.spoken:
        lines.append(t("edit.in_language", language=t.language_name(part.language)))
    if len(fields) < len([item for item in section.inputs if not item.network]):
        lines.append(t("edit.too_long_here"))
    place = records.NONE if part.place is None else str(part.place)
    mark = section.digest(part.record, part.language, part.place)
    return Form(
        records.named(records.EDIT_FORM, part.record, section.code, place, part.language, mark),
        called.section_name(t, section.name),
        fields,
        t("edit.submit"),
        "\n".join(line for line in lines if line),
    )


async def submitted(
    context: Context, arguments: Sequence[str], answers: Mapping[str, Value]
) -> Replies | Problems:
    """The form was sent: what changed is stored, unless somebody else changed it meanwhile."""
    t = context.t
    letter, key, code, place, language, mark = (*arguments, *("",) * 6)[:6]
    record = await records.opened(context, letter, key, hold=True)
    section = editing.section(editing.noun_of(record), code) if record is not None else None
    if section is None or language not in LANGUAGES:
        return Reply(Card(text=t("edit.gone")))
    part = _Part(record, section, _found(section, record, place, language, mark), language)
    if _changed_since(part, place, mark):
        return await _conflict(context, part, place, answers)
    present = section.values(record, language, part.place)
    try:
        values = await forms.read(context, section.inputs, answers, present)
        edited = section.put(record, language, values, part.place)
        owners = await editing.networks_of(context.session, edited)
        if not records.may_change(context, owners):
            return Problems({"network": t("edit.problem_network")})
        network = await records.own_network(context, edited)
        changed = await editing.change(context.session, context.actor, context.now, edited, network)
    except Invalid as wrong:
        return await forms.problems(context, editing.noun_of(record), wrong, section.inputs)
    stored = await editing.read(context.session, editing.noun_of(record), key)
    if changed is None:
        return Reply(await cards.card(context, stored, t("edit.nothing_changed")))
    return Reply(await cards.card(context, stored, t("edit.done"), undo=changed.number))


def _found(section: Section, record: Record, place: str, language: str, mark: str) -> int | None:
    """Where the item is now that the form was opened for; others may have moved it."""
    if not section.of or not place.isdecimal():
        return None
    count = len(section.items(record))
    places = [int(place), *range(count)] if int(place) < count else list(range(count))
    return next((at for at in places if section.digest(record, language, at) == mark), None)


def _changed_since(part: _Part, place: str, mark: str) -> bool:
    if part.section.of:
        return place != records.NONE and part.place is None
    return part.section.digest(part.record, part.language) != mark


async def _conflict(
    context: Context, part: _Part, place: str, answers: Mapping[str, Value]
) -> Replies | Problems:
    """The form again, with what was typed, and at each field what stands there now."""
    t, section = context.t, part.section
    at = int(place) if place.isdecimal() and int(place) < len(section.items(part.record)) else None
    here = _Part(part.record, section, at, part.language)
    present = section.values(here.record, here.language, here.place)
    try:
        values = await forms.read(context, section.inputs, answers, present)
    except Invalid as wrong:
        return await forms.problems(context, editing.noun_of(part.record), wrong, section.inputs)
    noted = {}
    for question in section.inputs:
        if question.name in values and (values[question.name] or None) != (present[question.name] or None):
            now = await forms.shown(context, question, present[question.name])
            noted[question.name] = t("edit.now", value=now[:120] or t("said.not_recorded"))
    gone = bool(section.of) and at is None
    text = t("edit.item_gone") if gone else t("edit.conflict")
    return Reply(
        form=await _form(context, here, text=text, values=present | values, noted={} if gone else noted)
    )


COMMAND = Command(
    name="edit",
    subject=Subject.EDIT_DIRECTORY,
    run=run,
    summary="edit.summary",
    usage="edit.usage",
    aliases={
        "es": ("editar", "corregir"),
        "fr": ("modifier",),
        "pt": ("editar", "alterar"),
    },
    actions={records.EDIT: pressed},
    forms={records.EDIT_FORM: submitted},
    order=81,
)
