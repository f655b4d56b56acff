"""For which units somebody may answer, and who is to be asked for a unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import entries, handover, networks, posts
from directory.meetings.records import Unit, UnitKind
from directory.networks import MemberKind
from directory.posts import Nomination, Post, PostRow

#: How many keys one statement takes.
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who answers for a unit: as what they were named, or in their own name."""

    person: str
    nomination: Nomination | None = None


async def units_of(session: AsyncSession, person: str, network: str, day: date) -> list[Unit]:
    """The units for which a person may answer in a network: those of their posts, and themselves."""
    held = await posts.of_person(session, person)
    named = await posts.nominations(session, [post.key for post in held])
    found = [
        unit
        for post in held
        if any(item.person == person and item.holds_on(day) for item in named.get(post.key, ()))
        for unit in _units(post, network)
    ]
    return [*dict.fromkeys(found), Unit(UnitKind.PERSON, person)]


async def everybody(session: AsyncSession, network: str, day: date) -> list[Unit]:
    """All that a network expects: the countries that have a post in it, else its member states."""
    with_post = await session.scalars(
        sa.select(PostRow.country)
        .where(PostRow.network == network, PostRow.country.is_not(None), PostRow.retired_on.is_(None))
        .distinct()
    )
    countries = {country for country in with_post if country}
    if not countries:
        members = await networks.members_of(session, network, day)
        countries = {item.country for item in members if item.kind is MemberKind.MEMBER}
    return [Unit(UnitKind.COUNTRY, country) for country in sorted(countries)]


async def speakers(session: AsyncSession, unit: Unit, network: str, day: date) -> list[Speaker]:
    """Who may answer for a unit: of each of its posts whoever is there first, then the others.

    Who is away comes last. Empty where every post is vacant.
    """
    if unit.kind is UnitKind.PERSON:
        return [Speaker(unit.key)]
    found: dict[str, Speaker] = {}
    there = [
        item
        for post in await posts_of(session, unit, network)
        for item in await handover.present(session, post.key, day)
    ]
    absent = await entries.away(session, [item.person for item in there], day)
    rest = list(there)
    while (first := handover.first_of(rest, absent)) is not None:
        found.setdefault(first.person, Speaker(first.person, first))
        rest.remove(first)
    for item in rest:
        found.setdefault(item.person, Speaker(item.person, item))
    return list(found.values())


async def posts_of(session: AsyncSession, unit: Unit, network: str) -> list[Post]:
    """The posts of a country or an institution that speak for it in a network."""
    if unit.kind is UnitKind.COUNTRY:
        held: Sequence[Post] = await posts.of_country(session, unit.key)
    elif unit.kind is UnitKind.INSTITUTION:
        held = await posts.of_institution(session, unit.key)
    else:
        held = ()
    return [post for post in held if unit in _units(post, network)]


async def posts_of_units(
    session: AsyncSession, wanted: Collection[tuple[str, Unit]]
) -> dict[tuple[str, Unit], list[str]]:
    """The keys of the posts in use that speak for units in networks, by network and unit."""
    found: dict[tuple[str, Unit], list[str]] = {}
    for kind, column in ((UnitKind.COUNTRY, PostRow.country), (UnitKind.INSTITUTION, PostRow.institution)):
        keys = sorted({unit.key for _, unit in wanted if unit.kind is kind})
        for start in range(0, len(keys), _BATCH):
            rows = await session.execute(
                sa.select(column, PostRow.key, PostRow.network, PostRow.institution)
                .where(column.in_(keys[start : start + _BATCH]), PostRow.retired_on.is_(None))
                .order_by(PostRow.key)
            )
            of: dict[str, list[tuple[str, str | None]]] = {}
            for key, post, network, institution in rows:
                if kind is UnitKind.INSTITUTION or not institution:
                    of.setdefault(key or "", []).append((post, network))
            for network, unit in wanted:
                if unit.kind is kind and unit.key in of:
                    speak = [post for post, where in of[unit.key] if where in (network, None)]
                    found.setdefault((network, unit), []).extend(speak)
    return found


def _units(post: Post, network: str) -> list[Unit]:
    if post.retired_on is not None or post.network not in (network, None):
        return []
    if post.institution:
        return [Unit(UnitKind.INSTITUTION, post.institution)]
    return [Unit(UnitKind.COUNTRY, post.country)] if post.country else []
