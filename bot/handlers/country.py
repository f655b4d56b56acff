"""``/country WORDS``: a country with its memberships, focal points, institutions and projects."""

from __future__ import annotations

from bot import parsing
from bot.cards import examples, found, opening
from bot.command import Command, Context, Replies
from bot.contract import Card, Reply
from bot.i18n import message
from directory import countries, search
from directory.access import Subject
from directory.search import Kind


async def run(context: Context, argument: str) -> Replies:
    """The country that was meant, a short list, or how to ask."""
    t = context.t
    example = examples.typed(context, "country", t.country("MX"))
    if not argument:
        return Reply(Card(text=t("country.which", example=example), buttons=examples.ask(example)))
    if len(argument) in (2, 3) and (known := await countries.get(context.session, argument)) is not None:
        return await opening.record(context, Kind.COUNTRY, known.code)
    hits = found.near(
        await search.find(context.session, argument, kinds=(Kind.COUNTRY,), limit=10, max_level=0)
    )
    best = found.meant(hits, argument)
    if best is not None and (replies := await opening.record(context, Kind.COUNTRY, best.key)):
        return replies
    shown = parsing.echo(argument)
    if hits:
        return Reply(await found.list_card(context, hits, shown, message("country.several")))
    return Reply(Card(text=t("country.none_found", text=shown, example=example)))


COMMAND = Command(
    name="country",
    subject=Subject.POSTS,
    run=run,
    summary="country.summary",
    usage="country.usage",
    examples=("/country Mexico", "/country RD"),
    aliases={"es": ("pais",), "fr": ("pays",), "pt": ("pais",)},
    order=40,
)
