"""``/away until DAY``: whoever asks for the post sees who stands in meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.cards import contact, examples, until
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Field, Reply, action
from directory import audit, entries, handover, people, posts
from directory.access import Subject
from directory.people import NAME_LEVEL
from directory.search import fold

#: The button that ends an absence.
OFF: Final = "away-off"
#: Words that end an absence, folded, in the four languages.
_ENDS: Final = frozenset(
    {"off", "back", "end", "no", "fin", "de vuelta", "volvi", "retour", "de volta", "voltei", "terminar"}
)


async def run(context: Context, argument: str) -> Replies:
    """Say whether the asker is away, note an absence, or end it."""
    t, key = context.t, context.asker.person_key
    if key is None:
        return Reply(Card(text=t("entry.not_linked")))
    if not argument:
        return Reply(await _card(context, key))
    if fold(argument) in _ENDS:
        return Reply(await _set(context, key, None))
    example = examples.typed(context, "away", t("away.example"))
    meant = until.read(
        context, argument, example, lambda day: t("away.out_of_range", day=day, example=example)
    )
    return Reply(meant if isinstance(meant, Card) else await _set(context, key, meant))


async def pressed(context: Context, _arguments: Sequence[str]) -> Replies:
    """The absence is over."""
    key = context.asker.person_key
    if key is None or context.place.shared:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return Reply(await _set(context, key, None), replaces=True)


async def _set(context: Context, key: str, last: date | None) -> Card:
    entry = await entries.get(context.session, key)
    before = entry.away_until if entry is not None else None
    await entries.set_away(context.session, key, last)
    await audit.changed(
        context.session,
        context.actor,
        context.now,
        "away",
        audit.PERSON,
        key,
        {"away_until": before},
        {"away_until": last},
    )
    return await _card(context, key)


async def _card(context: Context, key: str) -> Card:
    """Whether the person is away, and for each post who stands in."""
    t, today = context.t, context.now.date()
    last = (await entries.away(context.session, [key], today)).get(key)
    if last is None:
        return Card(text=t("away.here", example=examples.typed(context, "away", t("away.example"))))
    fields: list[Field] = []
    for post in await posts.of_person(context.session, key):
        present = await handover.present(context.session, post.key, today)
        if any(item.person == key for item in present):
            acting = await handover.standing_in(context.session, post.key, today)
            known = await people.get(context.session, acting.person, NAME_LEVEL) if acting else None
            if known is not None:
                context.look(known.key, NAME_LEVEL, post.network)
            fields.append(
                Field(
                    await contact.called(context, post),
                    t("away.stands_in", name=known.name) if known else t("away.nobody"),
                    missing=known is None,
                )
            )
    return Card(
        text=t("away.noted", day=t.day(last)),
        fields=tuple(fields),
        buttons=((Button(t("away.off_button"), action(OFF)),),),
    )


COMMAND = Command(
    name="away",
    subject=Subject.OWN_ENTRY,
    run=run,
    summary="away.summary",
    usage="away.usage",
    aliases={"es": ("ausente",), "fr": ("absent",), "pt": ("ausencia",)},
    actions={OFF: pressed},
    order=66,
    writes=True,
)
