"""``/breakglass PERSON``: an operator sees a whole entry, for a reason, and the person is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot import parsing
from bot.cards import examples, found, person, trail, values
from bot.command import Command, Context, Problems, Replies, Value
from bot.contract import Button, Card, FieldKind, Form, FormField, Reply, action
from bot.i18n import message
from directory import audit, people, search
from directory.access import Condition, Decision, Subject
from directory.people import NAME_LEVEL, Person
from directory.search import Kind

ASK: Final = "glass"
BREAK: Final = "glassed"
#: The level of what only the person may see.
WHOLE: Final = 3
#: A reason is a few words at least; the person reads it.
REASON_CHARACTERS: Final = 10
REASON_MOST: Final = 400


async def run(context: Context, argument: str) -> Replies:
    """Ask for the reason, or with ``PERSON: reason`` show the entry."""
    t = context.t
    if not _may(context):
        return Reply(Card(text=t("dispatch.refused")))
    words, colon, reason = (part.strip() for part in argument.partition(":"))
    if not words:
        return Reply(Card(text=_how(context)))
    hits = found.near(
        await search.find(
            context.session, words, kinds=(Kind.PERSON,), limit=found.OFFERED, max_level=NAME_LEVEL
        )
    )
    best = found.meant(hits, words)
    if best is not None:
        if colon:
            return await _shown(context, best.key, reason)
        return await _asked(context, best.key)
    shown = parsing.echo(words)
    if not hits:
        return Reply(Card(text=t("breakglass.none_found", text=shown, how=_how(context))))
    named = await people.several(context.session, [hit.key for hit in hits], NAME_LEVEL)
    rows = []
    for key in (hit.key for hit in hits if hit.key in named):
        context.look(key, NAME_LEVEL)
        rows.append((Button(named[key].name, action(ASK, key)),))
    return Reply(Card(text=t.plural("breakglass.several", len(rows), text=shown), buttons=tuple(rows)))


def _may(context: Context) -> bool:
    asked_here = not context.incoming.place.shared
    decision = context.decide(Subject.PRIVATE_CONTACTS, meets=(Condition.BREAK_GLASS,))
    return asked_here and decision is Decision.ALLOWED


def _how(context: Context) -> str:
    example = examples.typed(context, "breakglass", context.t("breakglass.example"))
    return context.t("breakglass.how", example=example)


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """Somebody was chosen of several."""
    if len(arguments) != 1 or not _may(context):
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return await _asked(context, arguments[0])


async def _asked(context: Context, key: str) -> Replies:
    t = context.t
    known = await people.get(context.session, key, NAME_LEVEL)
    if known is None:
        return Reply(Card(text=t("dispatch.stale_button")))
    context.look(key, NAME_LEVEL)
    field = FormField(
        "reason",
        t("breakglass.reason"),
        FieldKind.LONG_TEXT,
        hint=t("breakglass.reason_hint"),
        max_length=REASON_MOST,
    )
    return Reply(
        form=Form(
            action(BREAK, key),
            t("breakglass.title", name=known.name),
            (field,),
            submit=t("breakglass.submit"),
            text=t("breakglass.text"),
        )
    )


async def submitted(
    context: Context, arguments: Sequence[str], answers: Mapping[str, Value]
) -> Replies | Problems:
    """The reason was given."""
    if len(arguments) != 1 or not _may(context):
        return Reply(Card(text=context.t("dispatch.stale_button")))
    reason = str(answers.get("reason") or "").strip()
    if not _is_reason(reason):
        return Problems({"reason": context.t("breakglass.no_reason")})
    return await _shown(context, arguments[0], reason)


def _is_reason(text: str) -> bool:
    return len(text) >= REASON_CHARACTERS and " " in text


async def _shown(context: Context, key: str, reason: str) -> Replies:
    t = context.t
    if not _is_reason(reason):
        return Reply(Card(text=t("breakglass.no_reason")))
    known = await people.get(context.session, key, WHOLE)
    if known is None:
        return Reply(Card(text=t("dispatch.stale_button")))
    reason = reason[:REASON_MOST]
    await _record(context, known, reason)
    card = await person.card(context, known)
    # A file of it could be passed on without a trace.
    buttons = tuple(row for row in card.buttons if not row[0].action.startswith(f"{values.FILE}:"))
    return Reply(
        replace(card, text=t("breakglass.recorded", name=known.name, reason=reason), buttons=buttons)
    )


async def _record(context: Context, known: Person, reason: str) -> None:
    session = context.session
    network = (await audit.networks_of(session, [known.key])).get(known.key)
    await audit.changed(
        session,
        context.actor,
        context.now,
        audit.BREAK_GLASS,
        audit.PERSON,
        known.key,
        None,
        None,
        network,
        note=reason,
        level=WHOLE,
    )
    own = context.asker.person_key or ""
    by = await people.get(session, own, NAME_LEVEL)
    name = by.name if by is not None else context.t(trail.ROLES[context.asker.role])
    context.tell(known.key, message("breakglass.told"), name=name, reason=reason)


COMMAND = Command(
    name="breakglass",
    subject=Subject.PRIVATE_CONTACTS,
    run=run,
    summary="breakglass.summary",
    usage="breakglass.usage",
    aliases={"es": ("emergencia",), "fr": ("urgence",), "pt": ("emergencia",)},
    actions={ASK: pressed},
    forms={BREAK: submitted},
    order=95,
    writes=True,
    in_menu=False,
)
