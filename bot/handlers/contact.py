"""``/contact WORDS``: who the focal point is, as far as the asker and the place allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot import parsing
from bot.cards import contact, examples, found, looking, opening, values, vcard
from bot.command import Command, Context, Replies
from bot.contract import Card, Reply
from bot.i18n import message
from directory import posts
from directory.access import Subject
from directory.posts import Post
from directory.search import Hit, Kind

KINDS: Final = (Kind.COUNTRY, Kind.INSTITUTION, Kind.POST, Kind.PERSON)


async def run(context: Context, argument: str) -> Replies:
    """The post that was meant, a short list, or how to ask; in a shared place the details go elsewhere."""
    t = context.t
    if not argument:
        example = _example(context)
        return Reply(Card(text=t("contact.which", example=example), buttons=examples.ask(example)))
    hits = found.near(await looking.find(context, argument, kinds=KINDS))
    best = found.meant(hits, argument)
    if best is not None and (replies := await _of(context, best)):
        return replies
    if gone := await opening.retired(context, Kind.INSTITUTION, Kind.POST, key=argument):
        return gone
    shown = parsing.echo(argument)
    if hits:
        card = await found.list_card(context, hits, shown, message("contact.several"))
        return [Reply(card), *await opening.people_directly(context, argument)]
    if opening.goes_direct(context):
        return await opening.privately(context, lambda direct: _answer(direct, argument))
    context.looking.unfound = True
    text = t("contact.none_found", text=shown, example=_example(context))
    return Reply(Card(text=text, footer=looking.notice(context)))


async def _answer(context: Context, argument: str) -> Sequence[Reply]:
    replies = await run(context, argument)
    return (replies,) if isinstance(replies, Reply) else replies


def _example(context: Context) -> str:
    return examples.typed(context, "contact", context.t.country("MX"))


async def _of(context: Context, hit: Hit) -> Sequence[Reply]:
    """The focal points of a country or an institution; a post or a person itself."""
    if hit.kind is Kind.COUNTRY:
        return await _among(context, hit, await posts.of_country(context.session, hit.key))
    if hit.kind is Kind.INSTITUTION:
        return await _among(context, hit, await contact.posts_within(context.session, hit.key))
    return await opening.record(context, hit.kind, hit.key)


async def _among(context: Context, hit: Hit, held: Sequence[Post]) -> Sequence[Reply]:
    t = context.t
    if len(held) == 1:
        return await opening.record(context, Kind.POST, held[0].key)
    if held:
        hits = [Hit(Kind.POST, post.key, hit.score, hit.matched) for post in held]
        return [Reply(await found.list_card(context, hits, hit.matched, message("contact.several")))]
    return [Reply(await found.list_card(context, [hit], t("contact.no_post", place=hit.matched)))]


async def filed(context: Context, arguments: Sequence[str]) -> Replies:
    """The contact card of a person as a file; only in a direct chat, only with what may be shown."""
    t = context.t
    if context.place.shared:
        return Reply(Card(text=t("contact.file_in_direct")))
    key = arguments[0] if len(arguments) == 1 else ""
    person = (await looking.see(context, [key], context.contact_level)).get(key)
    if person is None:
        return Reply(Card(text=looking.notice(context) or t("dispatch.stale_button")))
    held = await contact.held_by(context, person.key)
    named = await posts.nominations(context.session, [post.key for post in held])
    today = context.now.date()
    present = [
        await contact.called(context, post)
        for post in held
        if any(item.person == person.key and item.holds_on(today) for item in named.get(post.key, ()))
    ]
    note = t("contact.invented") if person.invented else ""
    attachment = vcard.attachment(person, present, note)
    return Reply(Card(title=person.name, text=t("contact.file_here"), attachments=(attachment,)))


COMMAND = Command(
    name="contact",
    subject=Subject.POSTS,
    run=run,
    summary="contact.summary",
    usage="contact.usage",
    examples=("/contact Mexico",),
    aliases={"es": ("contacto",), "pt": ("contato",)},
    actions={values.FILE: filed},
    order=20,
)
