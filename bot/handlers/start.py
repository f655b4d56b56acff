"""``/start``: what the bot is, how to begin, and where privacy stands."""

from __future__ import annotations

from bot.cards import examples, languages
from bot.command import Command, Context, Replies
from bot.contract import Card, Reply
from bot.permission import carry_out, is_closed
from directory.access import Subject

#: How many examples stand under the greeting.
EXAMPLES = 3


async def run(context: Context, argument: str) -> Replies:
    """Greet; a deep link's payload (``ACS-SF-001``, or words joined by ``_``) is a question to answer."""
    payload = argument.replace("_", " ").strip()
    find = context.registry.named("find")
    if payload and find is not None:
        return await carry_out(find, context, lambda place: find.run(place, payload))
    return Reply(greeting(context), replaces=True)


def greeting(context: Context) -> Card:
    """The greeting; in a direct chat it also offers the languages."""
    t = context.t
    if is_closed(context):
        return Card(title=t("start.title"), text=t("start.lead_unbound"), footer=t("start.privacy"))
    shared = context.place.shared
    rows = examples.buttons(context.registry.commands, t, EXAMPLES)
    return Card(
        title=t("start.title"),
        text=t("start.lead_shared") if shared else t("start.lead"),
        footer=t("start.privacy"),
        buttons=rows if shared else (*rows, *languages.buttons(t.language, after="start")),
    )


COMMAND = Command(
    name="start",
    subject=Subject.HELP,
    run=run,
    summary="start.summary",
    usage="start.usage",
    aliases={"es": ("inicio",), "fr": ("debut",), "pt": ("inicio",)},
    order=95,
)
