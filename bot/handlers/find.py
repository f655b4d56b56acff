"""``/find WORDS`` and free text: the best hit of all that is known, or a short list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot import parsing
from bot.cards import asked, examples, found, looking, opening, sheets
from bot.cards.buttons import OPEN
from bot.command import Command, Context, Replies
from bot.contract import Card, Inline, Reply
from bot.i18n import message
from directory import projects, search
from directory.access import Subject
from directory.search import Hit, Kind

#: How many projects a list that is made while somebody types has.
INLINE = 10


async def run(context: Context, argument: str) -> Replies:
    """Answer free text."""
    if isinstance(context.incoming.event, Inline):
        return await _inline(context, argument)
    if not argument:
        return Reply(Card(text=context.t("find.which", example=examples.typed(context, "find", "IMEXCI"))))
    if (card := await sheets.card_for(context, argument)) is not None:
        return Reply(card)
    hits = await _hits(context, argument)
    best = found.meant(hits, argument)
    if best is not None and (replies := await opening.record(context, best.kind, best.key)):
        return replies
    if gone := await opening.retired(context, Kind.INSTITUTION, Kind.POST, key=argument):
        return gone
    if hits:
        card = await found.list_card(context, hits, parsing.echo(argument), message("find.several"))
        return [Reply(card), *await opening.people_directly(context, argument)]
    if opening.goes_direct(context):
        return await opening.privately(context, lambda direct: _answer(direct, argument))
    return Reply(_none(context, argument))


async def _hits(context: Context, argument: str) -> Sequence[Hit]:
    """What the words find, or what those of them find that name something: ``who is …``."""
    hits = found.near(await looking.find(context, argument))
    if found.meant(hits, argument) is None and (essence := asked.essence(argument)):
        others = found.near(await looking.find(context, essence))
        if found.meant(others, essence) is not None or not hits:
            return others
    return hits


async def _answer(context: Context, argument: str) -> Sequence[Reply]:
    replies = await run(context, argument)
    return (replies,) if isinstance(replies, Reply) else replies


def _none(context: Context, argument: str) -> Card:
    t = context.t
    context.looking.unfound = True
    text = t("find.none", text=parsing.echo(argument), help=examples.typed(context, "help"))
    buttons = examples.buttons(context.registry.commands, t, 3)
    return Card(text=text, buttons=buttons, footer=looking.notice(context))


async def _inline(context: Context, argument: str) -> Sequence[Reply]:
    """Projects alone: what is typed in somebody else's chat carries no right."""
    session = context.session
    if argument:
        hits = await search.find(session, argument, kinds=(Kind.PROJECT,), limit=INLINE, max_level=0)
        codes = [hit.key for hit in hits]
        code = await sheets.code_of(context, argument)
        if code is not None:
            codes = list(dict.fromkeys((code, *codes)))
    else:
        lines, _ = await projects.listing(session, projects.Filters(), 0, INLINE)
        codes = [line.code for line in lines]
    cards = [await sheets.card_of(context, code) for code in codes]
    return [Reply(replace(card, buttons=())) for card in cards if card is not None]


async def opened(context: Context, arguments: Sequence[str]) -> Replies:
    """A record was chosen from a list."""
    if len(arguments) == 2 and arguments[0] in list(Kind):
        replies = await opening.record(context, Kind(arguments[0]), arguments[1])
        if replies:
            return replies
    return Reply(Card(text=context.t("dispatch.stale_button")))


COMMAND = Command(
    name="find",
    subject=Subject.POSTS,
    run=run,
    summary="find.summary",
    usage="find.usage",
    examples=("/find IMEXCI",),
    aliases={"es": ("buscar",), "fr": ("chercher",), "pt": ("buscar",)},
    actions={OPEN: opened},
    order=60,
)
