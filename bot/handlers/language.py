"""``/language``: the language of the answers, for oneself or, by its coordination, for a room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot import parsing
from bot.cards import examples, languages, room_choices
from bot.command import Command, Context, Replies
from bot.contract import Card, Reply
from bot.i18n import LANGUAGES, Translator
from bot.permission import carry_out
from directory import accounts
from directory.access import Decision, Subject


async def run(context: Context, argument: str) -> Replies:
    """Show the language with the others as buttons, or set the one that was typed."""
    if not argument:
        return Reply(_present(context, _present_text(context)))
    language = languages.named(argument)
    if not language:
        return Reply(_present(context, context.t("language.unknown", text=parsing.echo(argument))))
    return Reply(await _set(context, language))


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """A language was chosen; where the button stood under another command's card, that is shown again."""
    language, after = (*arguments, "", "")[:2]
    if language not in LANGUAGES:
        return Reply(Card(text=context.t("dispatch.stale_button")))
    card = await _set(context, language)
    command = context.registry.named(after) if after else None
    if command is not None and not context.place.shared and not command.writes:
        again = replace(context, t=Translator(language, context.t.zone))
        return await carry_out(command, again, lambda place: command.run(place, ""))
    return Reply(card, replaces=not context.place.shared)


def _present_text(context: Context) -> str:
    t = context.t
    if not context.place.shared:
        return t("language.own")
    return t("language.room") if context.room and context.room.language else t("language.room_unset")


def _present(context: Context, text: str) -> Card:
    t = context.t
    return Card(
        title=t("language.title", language=t.language_name(t.language)),
        text=text,
        buttons=languages.buttons(t.language),
    )


async def _set(context: Context, language: str) -> Card:
    t = Translator(language, context.t.zone)
    if context.place.shared:
        if (
            context.room is None
            or context.decide(Subject.ROOM_SETTINGS, context.room.network) is not Decision.ALLOWED
        ):
            own = examples.typed(context, "language", languages.own_name(language).lower())
            return Card(text=context.t("language.room_refused", command=own))
        await room_choices.save(context, context.room, replace(context.room, language=language))
        text = t("language.room_saved")
    else:
        await accounts.choose(context.session, replace(context.asker.account, language=language))
        text = t("language.own_saved")
    return Card(
        title=t("language.title", language=t.language_name(language)),
        text=text,
        buttons=languages.buttons(language),
    )


COMMAND = Command(
    name="language",
    subject=Subject.OWN_SETTINGS,
    run=run,
    summary="language.summary",
    usage="language.usage",
    examples=("/language español",),
    aliases={"es": ("idioma",), "fr": ("langue",), "pt": ("idioma",)},
    actions={languages.CHOOSE: pressed},
    order=70,
    writes=True,
)
