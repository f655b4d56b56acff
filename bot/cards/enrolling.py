"""Who may be invited, verified and suspended by whoever asks, and which person or post was meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bot import parsing
from bot.cards import found
from bot.cards.buttons import label
from bot.command import Context
from bot.contract import Button, Card, action
from directory import people, posts, search
from directory.access import NO_NETWORK, Condition, Decision, Subject
from directory.people import NAME_LEVEL, Person
from directory.posts import Post
from directory.search import Kind

#: How many posts or people are offered to choose from.
OFFERED: Final = 6


def may(context: Context, network: str | None) -> bool:
    """Whether the asker enrols people of a network, here."""
    return context.decide(Subject.ENROL, network or NO_NETWORK) is Decision.ALLOWED


def may_propose(context: Context, network: str | None) -> bool:
    """Whether the asker may name people of a network for somebody else to decide about, and not alone."""
    proposed = context.decide(Subject.ENROL, network or NO_NETWORK, {Condition.PROPOSAL})
    return proposed is Decision.ALLOWED and not may(context, network)


def parted(name: str) -> tuple[str, str]:
    """Given and family name: parted at a comma (``Pérez López, Juan``), else after half of the words."""
    family, comma, given = name.partition(",")
    if comma:
        return given.strip(), family.strip()
    words = name.split()
    half = max(1, len(words) // 2)
    return " ".join(words[:half]), " ".join(words[half:])


async def may_govern(context: Context, person_key: str) -> bool:
    """Whether the asker decides about a person in every network they belong to.

    Who coordinates a network or operates the installation is decided about by those who grant roles.
    """
    held = await people.standing(context.session, person_key)
    if held.operator or held.coordinates:
        return context.decide(Subject.GRANT, NO_NETWORK) is Decision.ALLOWED
    networks = held.verified_in | set(await networks_of(context, person_key))
    return all(may(context, network) for network in networks or (NO_NETWORK,))


async def networks_of(context: Context, person_key: str) -> list[str]:
    """The networks of the posts that a person holds today, confirmed or not; else of those they held."""
    held = await posts.of_person(context.session, person_key)
    named = await posts.nominations(context.session, [post.key for post in held])
    today = context.now.date()
    present = {
        post.network
        for post in held
        if post.network
        and any(item.person == person_key and item.holds_on(today) for item in named.get(post.key, ()))
    }
    return sorted(present or {post.network for post in held if post.network})


async def post_meant(context: Context, words: str) -> list[Post]:
    """The posts that a coordinator may have meant by a key, a title or a country; one if it is clear."""
    session = context.session
    exact = await posts.get(session, words.strip().lower()) if words.strip() else None
    if exact is not None:
        return [exact]
    hits = found.near(
        await search.find(
            session, words, kinds=(Kind.POST, Kind.COUNTRY, Kind.INSTITUTION), limit=10, max_level=0
        )
    )
    best = found.meant(hits, words)
    meant: list[Post] = []
    for hit in [best] if best is not None else hits:
        match hit.kind:
            case Kind.COUNTRY:
                meant += await posts.of_country(session, hit.key)
            case Kind.INSTITUTION:
                meant += await posts.of_institution(session, hit.key)
            case _:
                known = await posts.get(session, hit.key)
                meant += [known] if known is not None else []
    unique = {post.key: post for post in meant if post.retired_on is None and may(context, post.network)}
    return list(unique.values())[:OFFERED]


async def person_meant(context: Context, words: str) -> list[Person]:
    """The people whom a coordinator may have meant by a key or a name, among those they decide about."""
    session = context.session
    exact = await people.get(session, words.strip(), NAME_LEVEL)
    if exact is not None:
        return [exact] if await may_govern(context, exact.key) else []
    hits = found.near(await search.find(session, words, kinds=(Kind.PERSON,), limit=10, max_level=NAME_LEVEL))
    best = found.meant(hits, words)
    keys = [hit.key for hit in ([best] if best is not None else hits)]
    known = await people.several(session, keys, NAME_LEVEL)
    return [known[key] for key in keys if key in known and await may_govern(context, key)][:OFFERED]


def choice(
    context: Context, meant: Sequence[Person], words: str, button: str, none: Callable[[str], str]
) -> Card:
    """A question which of several people was meant, or that nobody was found."""
    shown = parsing.echo(words)
    if not meant:
        return Card(text=none(shown))
    rows = tuple((Button(label(person.name), action(button, person.key)),) for person in meant)
    for person in meant:
        context.look(person.key, NAME_LEVEL)
    return Card(text=context.t("enrol.which_person", text=shown), buttons=rows)
