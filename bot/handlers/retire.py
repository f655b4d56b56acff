"""``/retire OBJECT``: a record goes out of use, or back; an item of a list is removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.cards import editing as cards
from bot.cards import editing_records as records
from bot.cards import editing_words as called
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Reply
from bot.i18n import message
from directory import editing
from directory.access import Subject
from directory.editing import Record
from directory.networks import Membership
from directory.problems import Invalid

#: What the button says that means it.
SURE: Final = "y"


async def run(context: Context, argument: str) -> Replies:
    """Asks once whether the record is to be retired."""
    return await records.asked(context, argument, "retire", records.RETIRE, message("retire.which"), _sure)


async def _sure(context: Context, record: Record) -> Card:
    t = context.t
    if isinstance(record, Membership):
        over, text = not record.holds_on(context.now.date()), t("retire.sure_membership")
    else:
        over, text = record.retired_on is not None, t("retire.sure")
    if over:
        return await cards.card(context, record, t("retire.already"))
    if not await records.may_retire(context, record):
        return Card(text=t("dispatch.refused"))
    return Card(
        title=await called.called(context, record),
        subtitle=t(called.NOUNS[editing.noun_of(record)]),
        text=text,
        buttons=(
            (Button(t("retire.button"), records.named(records.RETIRE, record, SURE)),),
            (Button(t("edit.back"), records.named(records.EDIT, record)),),
        ),
    )


async def retired(context: Context, arguments: Sequence[str]) -> Replies:
    """A record was chosen, or its retirement was meant."""
    t = context.t
    letter, key, sure = (*arguments, "", "", "")[:3]
    record = await records.opened(context, letter, key, hold=True)
    if record is None or not await records.may_retire(context, record):
        return Reply(Card(text=t("dispatch.stale_button")))
    if sure != SURE:
        return Reply(await _sure(context, record), replaces=True)
    network, today = await records.own_network(context, record), context.now.astimezone(t.zone).date()
    try:
        changed = await editing.retire(context.session, context.actor, context.now, record, today, network)
    except Invalid as wrong:
        said = await called.problem(context, editing.noun_of(record), wrong)
        return Reply(await cards.card(context, record, said), replaces=True)
    return await _shown(context, record, changed, t("retire.done"))


async def restored(context: Context, arguments: Sequence[str]) -> Replies:
    """A retired record was put back into use."""
    letter, key = (*arguments, "", "")[:2]
    record = await records.opened(context, letter, key, hold=True)
    if record is None or not await records.may_retire(context, record):
        return Reply(Card(text=context.t("dispatch.stale_button")))
    network = await records.own_network(context, record)
    try:
        changed = await editing.restore(context.session, context.actor, context.now, record, network)
    except Invalid as wrong:
        said = await called.problem(context, editing.noun_of(record), wrong)
        return Reply(await cards.card(context, record, said), replaces=True)
    return await _shown(context, record, changed, context.t("retire.restored"))


async def removed(context: Context, arguments: Sequence[str]) -> Replies:
    """An item of a list was removed, where it still is what its button was made for."""
    t = context.t
    letter, key, code, place, mark = (*arguments, *("",) * 5)[:5]
    record = await records.opened(context, letter, key, hold=True)
    part = editing.section(editing.noun_of(record), code) if record is not None else None
    if part is None or not place.isdecimal():
        return Reply(Card(text=t("dispatch.stale_button")))
    at = int(place)
    if at not in await cards.visible(context, record, part) or part.digest(record, t.language, at) != mark:
        return Reply(await cards.list_card(context, record, part, t("edit.list_changed")), replaces=True)
    network = await records.own_network(context, record)
    try:
        changed = await editing.change(
            context.session, context.actor, context.now, part.without(record, at), network
        )
    except Invalid as wrong:
        said = await called.problem(context, editing.noun_of(record), wrong)
        return Reply(await cards.list_card(context, record, part, said), replaces=True)
    return await _shown(context, record, changed, t("edit.removed"))


async def _shown(context: Context, record: Record, changed: editing.Changed | None, note: str) -> Reply:
    stored = await editing.read(context.session, editing.noun_of(record), editing.key_of(record))
    number = changed.number if changed is not None else 0
    return Reply(await cards.card(context, stored, note, undo=number), replaces=True)


COMMAND = Command(
    name="retire",
    subject=Subject.EDIT_DIRECTORY,
    run=run,
    summary="retire.summary",
    usage="retire.usage",
    aliases={
        "es": ("retirar", "darbaja"),
        "fr": ("retirer",),
        "pt": ("desativar",),
    },
    actions={records.RETIRE: retired, records.RESTORE: restored, records.REMOVE: removed},
    order=82,
    writes=True,
)
