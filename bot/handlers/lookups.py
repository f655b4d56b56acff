"""``/lookups``: who looked me up, when and as what; and how many I have looked up this week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.cards import looking, trail
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Field, Reply, action
from bot.i18n import Translator, message
from directory import audit, lookups
from directory.access import Subject
from directory.audit import Entry

OLDER: Final = "lookups"
#: How many looks stand on a page.
PAGE: Final = 8
_LEVELS: Final = {1: message("lookups.level_1"), 2: message("lookups.level_2"), 3: message("lookups.level_3")}


async def run(context: Context, argument: str) -> Replies:
    """The newest looks at the asker."""
    del argument
    return Reply(await _card(context, None))


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """An older page."""
    before = arguments[0] if len(arguments) == 1 else ""
    if not (before.isascii() and before.isdecimal() and len(before) <= 18):
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return Reply(await _card(context, int(before)), replaces=True)


async def _card(context: Context, before: int | None) -> Card:
    t, key = context.t, context.asker.person_key
    if key is None:
        return Card(text=t("dispatch.refused"))
    own = len(await lookups.seen(context.session, context.actor, context.now))
    entries = await audit.looks_at(context.session, key, before=before, limit=PAGE + 1)
    shown = entries[:PAGE]
    known = await trail.names(context, shown)
    buttons: tuple[tuple[Button, ...], ...] = ()
    if len(entries) > PAGE:
        buttons = ((Button(t("audit.older"), action(OLDER, str(shown[-1].number))),),)
    used = t("lookups.own", number=t.number(own), budget=t.number(context.weekly_lookups))
    return Card(
        title=t("lookups.title"),
        text=t("lookups.lead") if shown else t("lookups.none"),
        fields=tuple(_field(t, entry, known) for entry in shown),
        footer="\n".join(part for part in (used, looking.notice(context)) if part),
        buttons=buttons,
    )


def _field(t: Translator, entry: Entry, known: trail.Names) -> Field:
    what = t(_LEVELS.get(entry.level or 1, _LEVELS[1]))
    line = t("lookups.line", who=trail.who(t, entry, known), what=what)
    if entry.note:
        line = t("audit.with_fields", did=line, fields=t("audit.reason", reason=entry.note))
    return Field(t.moment(entry.at), line)


COMMAND = Command(
    name="lookups",
    subject=Subject.OWN_ENTRY,
    run=run,
    summary="lookups.summary",
    usage="lookups.usage",
    examples=("/lookups",),
    aliases={"es": ("consultas",), "fr": ("consultations",), "pt": ("consultas",)},
    actions={OLDER: pressed},
    order=66,
)
