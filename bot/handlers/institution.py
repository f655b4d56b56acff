"""``/institution WORDS``: an institution with its parts, focal points and projects."""

from __future__ import annotations

from bot import parsing
from bot.cards import examples, found, opening
from bot.command import Command, Context, Replies
from bot.contract import Card, Reply
from bot.i18n import message
from directory import search
from directory.access import Subject
from directory.search import Kind

EXAMPLE = "IMEXCI"


async def run(context: Context, argument: str) -> Replies:
    """The institution that was meant, a short list, or how to ask."""
    t = context.t
    example = examples.typed(context, "institution", EXAMPLE)
    if not argument:
        return Reply(Card(text=t("institution.which", example=example), buttons=examples.ask(example)))
    hits = found.near(
        await search.find(context.session, argument, kinds=(Kind.INSTITUTION,), limit=10, max_level=0)
    )
    best = found.meant(hits, argument)
    if best is not None and (replies := await opening.record(context, Kind.INSTITUTION, best.key)):
        return replies
    if replies := await opening.retired(context, Kind.INSTITUTION, key=argument):
        return replies
    shown = parsing.echo(argument)
    if hits:
        return Reply(await found.list_card(context, hits, shown, message("institution.several")))
    return Reply(Card(text=t("institution.none_found", text=shown, example=example)))


COMMAND = Command(
    name="institution",
    subject=Subject.POSTS,
    run=run,
    summary="institution.summary",
    usage="institution.usage",
    examples=("/institution IMEXCI",),
    aliases={"es": ("institucion",), "fr": ("institution", "organisme"), "pt": ("instituicao",)},
    order=50,
)
