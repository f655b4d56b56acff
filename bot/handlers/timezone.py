"""``/timezone``: the zone of dates and times, for oneself or, by its coordination, for a room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from bot import parsing
from bot.cards import examples, room_choices, zones
from bot.command import Command, Context, Replies
from bot.contract import Button, Card, Reply, action
from bot.i18n import Translator
from directory import accounts, posts
from directory.access import Decision, Subject

CHOOSE: Final = "timezone"
#: A city that serves as an example in every language.
EXAMPLE: Final = "Bogotá"
_OFFSET: Final = re.compile(r"(?:utc|gmt|z)?\s*[+\-−]\s*\d{1,2}(?::?\d{2})?", re.IGNORECASE)


async def run(context: Context, argument: str) -> Replies:
    """Show the zone with others as buttons, or set the one that was typed."""
    t = context.t
    if not argument:
        return Reply(_card(t, context, _present_text(context), await _offered(context)))
    example = examples.typed(context, "timezone", EXAMPLE)
    shown = parsing.echo(argument)
    if _OFFSET.fullmatch(argument):
        return Reply(Card(text=t("timezone.offset", text=shown, example=example)))
    found = zones.named(argument)
    if len(found) == 1:
        return Reply(await _set(context, found[0]))
    if found:
        return Reply(Card(text=t("timezone.which", text=shown), buttons=_buttons(t, context, found)))
    near = zones.like(argument)
    if near:
        return Reply(Card(text=t("timezone.near", text=shown), buttons=_buttons(t, context, near)))
    return Reply(Card(text=t("timezone.unknown", text=shown, example=example)))


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """A zone was chosen."""
    found = zones.named(arguments[0]) if len(arguments) == 1 else ()
    if len(found) != 1:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    return Reply(await _set(context, found[0]), replaces=not context.place.shared)


def _present_text(context: Context) -> str:
    t = context.t
    if not context.place.shared:
        return t("timezone.own", example=examples.typed(context, "timezone", EXAMPLE))
    return t("timezone.room") if context.room and context.room.time_zone else t("timezone.room_unset")


async def _offered(context: Context) -> Sequence[str]:
    """The zones of the person's country, the platform's hint, else the usual ones."""
    offered = [context.incoming.sender.time_zone] if context.incoming.sender.time_zone else []
    if context.asker.person_key is not None and not context.place.shared:
        held = await posts.of_person(context.session, context.asker.person_key)
        offered += [name for post in held if post.country for name in zones.of_country(post.country)]
    known = [name for name in offered if len(zones.named(name)) == 1]
    return tuple(dict.fromkeys((*known, *zones.USUAL)))[: zones.MOST]


def _buttons(t: Translator, context: Context, names: Sequence[str]) -> tuple[tuple[Button, ...], ...]:
    made = [
        Button(
            zones.label(name, t, context.now),
            action(CHOOSE, name),
            selected=name == t.zone.key,
        )
        for name in names
    ]
    return tuple(tuple(made[start : start + 2]) for start in range(0, len(made), 2))


def _card(t: Translator, context: Context, text: str, offered: Sequence[str] = ()) -> Card:
    now = context.now
    return Card(
        title=t("timezone.title", zone=zones.label(t.zone.key, t, now)),
        text=f"{text}\n{t('timezone.now', time=t.clock(now, t.zone))}",
        buttons=_buttons(t, context, offered),
    )


async def _set(context: Context, name: str) -> Card:
    t = Translator(context.t.language, ZoneInfo(name))
    if not context.place.shared:
        await accounts.choose(context.session, replace(context.asker.account, time_zone=name))
        return _card(t, context, t("timezone.own_saved"))
    if (
        context.room is None
        or context.decide(Subject.ROOM_SETTINGS, context.room.network) is not Decision.ALLOWED
    ):
        own = examples.typed(context, "timezone", zones.city(name, t))
        return Card(text=t("timezone.room_refused", command=own))
    await room_choices.save(context, context.room, replace(context.room, time_zone=name))
    return _card(t, context, t("timezone.room_saved"))


COMMAND = Command(
    name="timezone",
    subject=Subject.OWN_SETTINGS,
    run=run,
    summary="timezone.summary",
    usage="timezone.usage",
    examples=("/timezone Bogotá",),
    aliases={
        "es": ("zonahoraria",),
        "fr": ("fuseau", "fuseauhoraire"),
        "pt": ("fusohorario", "fuso"),
    },
    actions={CHOOSE: pressed},
    order=75,
    writes=True,
)
