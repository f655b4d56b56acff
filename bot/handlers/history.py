"""``/history OBJECT``: who changed what of a record and when, newest first, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.cards import changes, looking
from bot.cards import editing as cards
from bot.cards import editing_records as records
from bot.cards import editing_words as called
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Field, Reply
from bot.i18n import message
from directory import audit, editing
from directory.access import Decision, Subject
from directory.audit import Entry
from directory.editing import Record
from directory.people import NAME_LEVEL

#: How many changes stand on a page.
PAGE: Final = 8
_ROLES: Final = {
    "coordinator": message("history.by_coordination"),
    "operator": message("history.by_operator"),
}


async def run(context: Context, argument: str) -> Replies:
    """The newest changes of the record that is meant."""
    return await records.asked(context, argument, "history", records.HISTORY, message("history.which"), _card)


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """A record's history, or an older page of it."""
    letter, key, before = (*arguments, "", "", "")[:3]
    record = await records.opened(context, letter, key)
    if record is None or (before and not (before.isdecimal() and len(before) <= 18)):
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return Reply(await _card(context, record, int(before) if before else None), replaces=True)


async def _card(context: Context, record: Record, before: int | None = None) -> Card:
    t = context.t
    kind, key = editing.noun_of(record).value, editing.key_of(record)
    entries = await audit.history(context.session, kind, key, before=before, limit=PAGE + 1)
    shown = entries[:PAGE]
    who = await _names(context, shown)
    fields = tuple(
        Field(
            t.moment(entry.at),
            t("history.line", who=who[entry.number], what=changes.said(t, entry)),
        )
        for entry in shown
    )
    rows: list[tuple[Button, ...]] = []
    if before is None and shown and editing.undoable(shown[0]):
        rows.append(cards.undo_row(context, shown[0].number))
    if len(entries) > PAGE:
        older = records.named(records.HISTORY, record, str(shown[-1].number))
        rows.append((Button(t("history.older"), older),))
    rows.append((Button(t("edit.back"), records.named(records.EDIT, record)),))
    return Card(
        title=await called.called(context, record),
        subtitle=t("history.title"),
        text="" if fields else t("history.none"),
        fields=fields,
        buttons=tuple(rows),
        footer=looking.notice(context),
    )


async def _names(context: Context, entries: Sequence[Entry]) -> dict[int, str]:
    """Who made each change: by name where the asker may read the trail of its network, else as what."""
    t = context.t
    readable = [
        entry
        for entry in entries
        if context.decide(Subject.AUDIT, entry.network) is Decision.ALLOWED
        and entry.actor is not None
        and entry.actor.person_key is not None
    ]
    keys = {entry.actor.person_key for entry in readable if entry.actor and entry.actor.person_key}
    known = await looking.see(context, sorted(keys), NAME_LEVEL, names_only=True)
    names: dict[int, str] = {}
    for entry in entries:
        person = known.get(entry.actor.person_key or "") if entry.actor and entry in readable else None
        role = t(_ROLES.get(entry.role, message("history.by_somebody")))
        names[entry.number] = person.name if person is not None else role
    return names


COMMAND = Command(
    name="history",
    subject=Subject.EDIT_DIRECTORY,
    run=run,
    summary="history.summary",
    usage="history.usage",
    aliases={
        "es": ("historial",),
        "fr": ("historique",),
        "pt": ("historico",),
    },
    actions={records.HISTORY: pressed},
    order=84,
)
