"""Who owes a deadline: read from what people type, and called by their public names."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import contact, found, words
from bot.i18n import Translator
from bot.message import Choice
from directory import countries, institutions, posts, search
from directory.search import Hit, Kind, fold
from reminders.deadlines.records import Owner, OwnerKind

#: At most so many owners; who needs more means the network's members each, with deadlines of their own.
MOST: Final = 12
#: From this likeness (0 to 100) a name is taken for what was typed, and from that one it is asked about.
SURE: Final = 88.0
ALIKE: Final = 70.0
_KINDS: Final = {
    Kind.COUNTRY: OwnerKind.COUNTRY,
    Kind.INSTITUTION: OwnerKind.INSTITUTION,
    Kind.POST: OwnerKind.POST,
}
_WRITTEN: Final = re.compile(r"(post|country|institution)=([A-Za-z0-9_.-]{1,32})")
#: What a name may be written with or without, folded: "Trinidad & Tobago" is "Trinidad and Tobago".
_SMALL: Final = frozenset(("and", "the", "of", "y", "et", "e"))
#: Words for "nobody yet", folded, in the four languages.
_NOBODY: Final = frozenset(
    [
        *("nobody", "none", "not designated", "not yet designated", "sin designar", "nadie", "por designar"),
        *("personne", "non designe", "a designer", "ninguem", "nao designado", "a designar"),
    ]
)


@dataclass(frozen=True, slots=True)
class Named:
    """The owners that a text names; ``unclear`` are words that could be several, ``unknown`` are for none."""

    owners: tuple[Owner, ...] = ()
    unclear: Mapping[str, tuple[Owner, ...]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def written(owner: Owner) -> str:
    """An owner as a form keeps it; :func:`read` reads it as the same again."""
    return f"{owner.kind}={owner.key}"


async def read(session: AsyncSession, text: str, network: str) -> Named:
    """The owners that ``text`` names, parted by commas, semicolons or lines: codes, or names in any language.

    A country's name stands for the country, whatever posts it has.
    """
    parts = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
    owners: list[Owner] = []
    unclear: dict[str, tuple[Owner, ...]] = {}
    unknown: list[str] = []
    for part in dict.fromkeys(parts):
        if fold(part) in _NOBODY:
            continue
        meant = await _meant(session, part, network)
        if isinstance(meant, Owner):
            owners.append(meant)
        elif meant:
            unclear[part] = tuple(meant)
        else:
            unknown.append(part)
    return Named(tuple(dict.fromkeys(owners)), unclear, tuple(unknown))


async def _meant(session: AsyncSession, text: str, network: str) -> Owner | list[Owner]:
    """The owner that a text names beyond doubt, else those that it may name."""
    if match := _WRITTEN.fullmatch(text):
        owner = Owner(OwnerKind(match[1]), match[2])
        return owner if await _exists(session, owner, network) else []
    if len(text) in (2, 3) and (country := await countries.get(session, text)) is not None:
        return Owner(OwnerKind.COUNTRY, country.code)
    if (post := await posts.get(session, text.lower())) is not None and post.network == network:
        return Owner(OwnerKind.POST, post.key)
    hits = found.near(await search.find(session, text, kinds=tuple(_KINDS), limit=10, max_level=0))
    hits = await _of_network(session, hits, network)
    best = found.meant(hits, text)
    if best is None and hits and _same(hits[0].matched, text):
        best = hits[0]
    elif best is not None and best.score < SURE and not _same(best.matched, text):
        best = None
    if best is not None:
        return Owner(_KINDS[best.kind], best.key)
    # What is merely alike is asked about, even where it is the only one: a form shows nobody what was read.
    return [Owner(_KINDS[hit.kind], hit.key) for hit in hits[: found.OFFERED] if hit.score >= ALIKE]


def _same(name: str, text: str) -> bool:
    """Whether two names are the same but for small words."""
    said, typed = ([word for word in fold(one).split() if word not in _SMALL] for one in (name, text))
    return said == typed


async def _of_network(session: AsyncSession, hits: Sequence[Hit], network: str) -> list[Hit]:
    """Without the posts of other networks: a deadline is owed within its own."""
    known = await posts.several(session, [hit.key for hit in hits if hit.kind is Kind.POST])
    return [
        hit
        for hit in hits
        if hit.kind is not Kind.POST or (hit.key in known and known[hit.key].network == network)
    ]


async def _exists(session: AsyncSession, owner: Owner, network: str) -> bool:
    match owner.kind:
        case OwnerKind.COUNTRY:
            return await countries.get(session, owner.key) is not None
        case OwnerKind.INSTITUTION:
            return await institutions.get(session, owner.key) is not None
        case OwnerKind.POST:
            post = await posts.get(session, owner.key)
            return post is not None and post.network == network


async def names(session: AsyncSession, t: Translator, owners: Collection[Owner]) -> dict[Owner, str]:
    """What owners are called in the reader's language, all of it public; the key itself for what is gone."""
    keys = {kind: [owner.key for owner in owners if owner.kind is kind] for kind in OwnerKind}
    of_posts = await posts.several(session, keys[OwnerKind.POST]) if keys[OwnerKind.POST] else {}
    bodies = set(keys[OwnerKind.INSTITUTION]) | {p.institution for p in of_posts.values() if p.institution}
    known = await institutions.several(session, bodies) if bodies else {}
    called: dict[Owner, str] = {}
    for owner in owners:
        name = ""
        if owner.kind is OwnerKind.COUNTRY:
            name = t.country(owner.key)
        elif owner.kind is OwnerKind.INSTITUTION and owner.key in known:
            name = words.full_name(t, known[owner.key])
        elif owner.key in of_posts:
            post = of_posts[owner.key]
            place = t.country(post.country) if post.country else ""
            if not place and post.institution in known:
                place = words.short_name(t, known[post.institution])
            name = contact.title(t, post, place)
        called[owner] = name or owner.key
    return called


async def listed(session: AsyncSession, t: Translator, owners: Sequence[Owner]) -> str:
    """Owners as one text: ``Mexico and Haiti``; empty where there is none."""
    if not owners:
        return ""
    called = await names(session, t, owners)
    return t.list([called[owner] for owner in owners])


async def choices(session: AsyncSession, t: Translator, owners: Sequence[Owner]) -> tuple[Choice, ...]:
    """Owners to choose from in a form."""
    called = await names(session, t, owners)
    return tuple(Choice(written(owner), called[owner]) for owner in dict.fromkeys(owners))
