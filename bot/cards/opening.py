"""Shows one record to whoever asks, here and, where it may not be shown here, in their direct chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot import parsing, permission
from bot.cards import contact, country, found, institution, looking, sheets
from bot.cards import person as person_card
from bot.command import Context
from bot.contract import Card, Reply, Where
from bot.i18n import message
from directory import countries, institutions, posts
from directory.access import NO_NETWORK, Decision, Subject
from directory.people import NAME_LEVEL
from directory.search import Kind


def goes_direct(context: Context, network: str | None = None) -> bool:
    """Whether what may not be shown here (of a network, of any) may go to the asker's direct chat."""
    return context.decide(Subject.PERSONS, network) is Decision.DIRECT_CHAT


async def privately(context: Context, answer: Callable[[Context], Awaitable[Sequence[Reply]]]) -> list[Reply]:
    """One sentence here, the same whatever was found, and the answer in the direct chat."""
    replies = await answer(context.directly()) or [Reply(Card(text=context.t("dispatch.stale_button")))]
    return list(permission.privately(context, replies))


async def people_directly(context: Context, words: str) -> list[Reply]:
    """The people that ``words`` name, for the asker's direct chat, beside what is answered here."""
    if not goes_direct(context):
        return []
    direct = context.directly()
    if await looking.search_level(direct) < NAME_LEVEL:
        return [Reply(Card(text=looking.notice(direct)), Where.PRIVATE)]
    hits = found.near(await looking.find(direct, words, kinds=(Kind.PERSON,)))
    if not hits:
        return []
    best = found.meant(hits, words)
    replies = await _person(direct, best.key) if best is not None else []
    cards = [reply.card for reply in replies] or [
        await found.list_card(direct, hits, parsing.echo(words), message("find.several"))
    ]
    return [Reply(card, Where.PRIVATE) for card in cards]


async def record(context: Context, kind: Kind, key: str) -> list[Reply]:
    """The card of a record; none where it does not exist or its existence may not be known here."""
    session = context.session
    match kind:
        case Kind.PROJECT:
            card = await sheets.card_of(context, key)
            return [Reply(card)] if card is not None else []
        case Kind.COUNTRY:
            land = await countries.get(session, key)
            return [Reply(await country.card(context, land))] if land is not None else []
        case Kind.INSTITUTION:
            body = await institutions.get(session, key)
            return [Reply(await institution.card(context, body))] if body is not None else []
        case Kind.POST:
            return await _post(context, key)
        case Kind.PERSON:
            return await _person(context, key)


async def retired(context: Context, *kinds: Kind, key: str) -> list[Reply]:
    """The card of a record that is out of use, by its key alone: words do not find it any more."""
    key = key.lower()
    if Kind.INSTITUTION in kinds:
        body = await institutions.get(context.session, key)
        if body is not None and body.retired_on is not None:
            return await record(context, Kind.INSTITUTION, key)
    if Kind.POST in kinds:
        post = await posts.get(context.session, key)
        if post is not None and post.retired_on is not None:
            return await record(context, Kind.POST, key)
    return []


async def _post(context: Context, key: str) -> list[Reply]:
    post = await posts.get(context.session, key)
    if post is None:
        return []
    level = context.contact_level
    if not goes_direct(context, post.network or NO_NETWORK):
        return [Reply(await contact.post_card(context, post, level))]
    note = context.t("dispatch.private_sent")
    direct = context.directly()
    return [
        Reply(await contact.post_card(context, post, level, note)),
        Reply(await contact.post_card(direct, post, direct.contact_level), Where.PRIVATE),
    ]


async def _person(context: Context, key: str) -> list[Reply]:
    if goes_direct(context):
        return await privately(context, lambda direct: _person(direct, key))
    if context.contact_level < NAME_LEVEL:
        return []
    person = (await looking.see(context, [key], context.contact_level)).get(key)
    if person is not None:
        return [Reply(await person_card.card(context, person))]
    return [Reply(Card(text=looking.notice(context)))] if context.looking.withheld else []
