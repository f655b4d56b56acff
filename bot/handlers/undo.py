"""``/undo``: takes back the last change that the asker made, or the last change of an object."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from bot import parsing
from bot.cards import changes, examples, importing
from bot.cards import editing as cards
from bot.cards import editing_records as records
from bot.cards import editing_words as called
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Reply, action
from bot.i18n import message
from directory import audit, editing
from directory.access import Subject
from directory.audit import Entry
from directory.editing import Kept, NotUndone, Noun
from directory.importing import store
from directory.importing.tracing import IMPORT

#: How many of somebody's latest doings are looked through for a change that can be taken back.
BACK: Final = 40
_KEPT: Final[Mapping[Kept, str]] = {
    Kept.CHANGED_SINCE: message("undo.changed_since"),
    Kept.IN_USE: message("undo.in_use"),
    Kept.ERASED: message("undo.erased"),
    Kept.NOT_POSSIBLE: message("undo.not_possible"),
}


async def run(context: Context, argument: str) -> Replies:
    """Take back the last change, of oneself or of an object, or say why not."""
    t = context.t
    if argument:
        meant = await records.meant(context, argument, "undo", records.HISTORY)
        if meant.card is not None:
            return Reply(meant.card)
        kind, key = editing.noun_of(meant.record).value, editing.key_of(meant.record)
        entries = await audit.history(context.session, kind, key, limit=1)
    else:
        person = context.asker.person_key
        entries = await audit.by_person(context.session, person, limit=BACK) if person else []
    entry = next((item for item in entries if editing.undoable(item) or item.action == IMPORT), None)
    if entry is not None and entry.action == IMPORT:
        # A list is one change, however many records it changed.
        known = await store.latest(context.session, importing.owner(context))
        if known is not None:
            button = Button(t("edit.undo"), action(importing.UNDO, str(known.id)))
            return Reply(Card(text=t("undo.imported", file=known.file_name), buttons=((button,),)))
        entry = next((item for item in entries if editing.undoable(item)), None)
    if entry is None:
        shown = parsing.echo(argument)
        example = examples.typed(context, "history", shown or "ACS-SF-001")
        return Reply(Card(text=t("undo.nothing", example=example)))
    return Reply(await _undone(context, entry))


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """The button beside a change was pressed."""
    number = arguments[0] if len(arguments) == 1 else ""
    # No trail has numbers of more digits, and no column holds them.
    if context.place.shared or not number.isdecimal() or len(number) > 18:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    found = await audit.by_time(context.session, before=int(number) + 1, limit=1)
    if not found or found[0].number != int(number) or not editing.undoable(found[0]):
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return Reply(await _undone(context, found[0]))


async def _undone(context: Context, entry: Entry) -> Card:
    t, session, noun = context.t, context.session, Noun(entry.kind)
    record = await editing.read(session, noun, entry.key or "")
    if not await _may(context, entry, record):
        return Card(text=t("dispatch.refused"))
    name = await called.called(context, record) if record is not None else entry.key or ""
    try:
        changed = await editing.undo(session, context.actor, context.now, entry)
    except NotUndone as kept:
        command = examples.typed(context, "edit", entry.key or "")
        return Card(title=name, text=t(_KEPT[kept.reason], command=command))
    stored = await editing.read(session, noun, changed.key)
    said = changes.said(t, (await audit.history(session, noun.value, changed.key, limit=1))[0])
    said = said[:1].upper() + said[1:]
    if stored is None:
        return Card(title=name, text=said, buttons=(cards.undo_row(context, changed.number),))
    return await cards.card(context, stored, said, undo=changed.number)


async def _may(context: Context, entry: Entry, record: Any) -> bool:
    """Whether the asker keeps true what the record is now, and what it would be again."""
    noun, owners = Noun(entry.kind), set[Collection[str]]()
    if record is not None:
        owners.add(await editing.networks_of(context.session, record))
    elif entry.network:
        owners.add(frozenset((entry.network,)))
    if earlier := entry.before.get("network"):
        owners.add(frozenset((str(earlier),)))
    comes_or_goes = not (entry.before and entry.after) or "retired_on" in entry.after
    if comes_or_goes:
        if record is not None and not await records.may_retire(context, record):
            return False
        if entry.kind == Noun.NETWORK and not records.may_make_networks(context):
            return False
    if noun is Noun.PERSON and record is not None and await records.of(context, noun, record.key) is None:
        return False
    return all(records.may_change(context, some) for some in owners or {frozenset()})


COMMAND = Command(
    name="undo",
    subject=Subject.EDIT_DIRECTORY,
    run=run,
    summary="undo.summary",
    usage="undo.usage",
    aliases={
        "es": ("deshacer",),
        "fr": ("defaire",),
        "pt": ("desfazer",),
    },
    actions={records.UNDO: pressed},
    order=83,
    writes=True,
)
