"""``/help``: what can be asked, made from the registry; and the buttons that ask an example."""

from __future__ import annotations

from collections.abc import Sequence

from bot import parsing
from bot.cards import examples
from bot.command import Command, Context, Replies
from bot.contract import Card, Field, Reply, Section
from bot.permission import carry_out, denied, is_closed
from directory.access import Decision, Subject

#: How many examples stand under the list of commands.
EXAMPLES = 3


async def run(context: Context, argument: str) -> Replies:
    """All commands, or one of them with its usage and examples."""
    word = parsing.first_word(argument.removeprefix("/"))[0]
    if not word:
        return Reply(overview(context))
    command = context.registry.named(word)
    if command is None:
        return Reply(overview(context, context.t("help.unknown", command=parsing.echo(word))))
    return Reply(one(context, command))


def overview(context: Context, lead: str = "") -> Card:
    """Every command that may be given here, with what it is for, and three examples that work."""
    t = context.t
    shown = [
        command
        for command in context.registry.commands
        if command.in_menu
        and denied(command, context) is None
        and context.decide(command.subject, meets=command.cases) not in (Decision.REFUSED, Decision.IGNORED)
    ]
    if not lead:
        lead = t("help.lead_shared") if context.place.shared else t("help.lead")
        lead = t("help.lead_unbound") if is_closed(context) else lead
    first = shown[0] if shown else COMMAND
    return Card(
        title=t("help.title"),
        text=lead,
        fields=tuple(Field(f"/{command.name_in(t.language)}", t(command.summary)) for command in shown),
        footer=t("help.more", example=examples.typed(context, "help", first.name_in(t.language))),
        buttons=() if is_closed(context) else examples.buttons(shown, t, EXAMPLES),
    )


def one(context: Context, command: Command) -> Card:
    """One command: what it is for, how it is typed, in which other words, examples."""
    t = context.t
    name = command.name_in(t.language)
    others = [f"/{other}" for other in dict.fromkeys(command.names()) if other != name]
    fields = [Field(t("help.how"), t(command.usage))]
    if others:
        fields.append(Field(t("help.also"), ", ".join(others)))
    known = [examples.in_words(command, example, t) for example in command.examples]
    sections = (Section(t("help.examples"), "\n".join(known)),) if known else ()
    rows = () if command.writes or is_closed(context) else examples.ask(*known)
    return Card(
        title=f"/{name}",
        text=t(command.summary),
        fields=tuple(fields),
        sections=sections,
        buttons=rows,
    )


async def pressed(context: Context, arguments: Sequence[str]) -> Replies:
    """An example was chosen: ask it. What changes anything is not done by a button with free text."""
    question = ":".join(arguments)
    line = parsing.parse(question)
    registry = context.registry
    command = registry.named(line.word) if line.word else registry.named("find")
    if command is None:
        return Reply(overview(context, context.t("help.unknown", command=parsing.echo(line.word))))
    if command.writes:
        return Reply(Card(text=context.t("help.type_it", example=parsing.echo(question))))
    return await carry_out(command, context, lambda place: command.run(place, line.rest))


COMMAND = Command(
    name="help",
    subject=Subject.HELP,
    run=run,
    summary="help.summary",
    usage="help.usage",
    examples=("/help project",),
    aliases={"es": ("ayuda",), "fr": ("aide",), "pt": ("ajuda",)},
    actions={examples.ASK: pressed},
    order=90,
)
