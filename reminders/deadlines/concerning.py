"""Whom deadlines concern on a day. Posts owe; who holds them today is asked each time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import entries, posts, reviews
from directory.posts import Nomination, NominationRow, PostRow, Standing
from reminders.deadlines import reading
from reminders.deadlines.reading import Filters
from reminders.deadlines.records import Concerned, Deadline, Owner, OwnerKind, PostHolders, State

#: How many keys one statement takes.
_BATCH = 500


async def owed_posts(session: AsyncSession, deadlines: Collection[Deadline]) -> dict[int, tuple[str, ...]]:
    """The keys of the posts in use that owe each of these deadlines, by number.

    A country's are its posts in the deadline's network; an institution's those in that network or in none.
    """
    named: dict[OwnerKind, set[str]] = {kind: set() for kind in OwnerKind}
    for item in deadlines:
        for owner in item.owners:
            named[owner.kind].add(owner.key)
    found: dict[Owner, list[tuple[str, str | None]]] = {}
    for kind, column in (
        (OwnerKind.POST, PostRow.key),
        (OwnerKind.COUNTRY, PostRow.country),
        (OwnerKind.INSTITUTION, PostRow.institution),
    ):
        keys = sorted(named[kind])
        for start in range(0, len(keys), _BATCH):
            for key, post, network in await session.execute(
                sa.select(column, PostRow.key, PostRow.network)
                .where(column.in_(keys[start : start + _BATCH]), PostRow.retired_on.is_(None))
                .order_by(PostRow.key)
            ):
                found.setdefault(Owner(kind, key or ""), []).append((post, network))
    return {
        item.number: tuple(
            dict.fromkeys(
                post
                for owner in item.owners
                for post, network in found.get(owner, ())
                if _owes(owner, network, item.network)
            )
        )
        for item in deadlines
    }


def _owes(owner: Owner, of_post: str | None, of_deadline: str) -> bool:
    match owner.kind:
        case OwnerKind.POST:
            return True
        case OwnerKind.COUNTRY:
            return of_post == of_deadline
        case OwnerKind.INSTITUTION:
            return of_post in (of_deadline, None)


async def concerned(session: AsyncSession, deadline: Deadline, day: date) -> Concerned:
    """Whom a deadline concerns on a day."""
    return (await concerned_each(session, [deadline], day))[deadline.number]


async def concerned_each(
    session: AsyncSession, deadlines: Collection[Deadline], day: date
) -> dict[int, Concerned]:
    """Whom each of these deadlines concerns on a day, by number."""
    owed = await owed_posts(session, deadlines)
    held = await holders(session, sorted({post for some in owed.values() for post in some}), day)
    coordinators = await reviews.coordinators(session)
    return {
        item.number: Concerned(
            tuple(held[post] for post in owed[item.number]), tuple(coordinators.get(item.network, ()))
        )
        for item in deadlines
    }


async def holders(session: AsyncSession, keys: Sequence[str], day: date) -> dict[str, PostHolders]:
    """Who is there for each of these posts on a day."""
    named: dict[str, list[Nomination]] = {}
    for start in range(0, len(keys), _BATCH):
        named |= await posts.nominations(session, keys[start : start + _BATCH])
    there = {key: [item for item in named.get(key, ()) if item.holds_on(day)] for key in keys}
    people = sorted({item.person for some in there.values() for item in some})
    away: set[str] = set()
    for start in range(0, len(people), _BATCH):
        away |= (await entries.away(session, people[start : start + _BATCH], day)).keys()
    return {key: _post(key, there[key], away) for key in keys}


def _post(key: str, there: Sequence[Nomination], away: Collection[str]) -> PostHolders:
    def named(standing: Standing) -> tuple[str, ...]:
        return tuple(item.person for item in there if item.standing is standing)

    return PostHolders(
        key,
        next(iter(named(Standing.HOLDER)), None),
        named(Standing.ACTING),
        named(Standing.ALTERNATE),
        frozenset(item.person for item in there if item.person in away),
    )


async def owners_for(session: AsyncSession, person: str, day: date) -> dict[str, frozenset[Owner]]:
    """As what a person owes on a day, by the network whose deadlines they owe as that.

    ``""`` stands for every network: the posts themselves, and the institutions of posts in no network.
    """
    found: dict[str, set[Owner]] = {}
    for key, network, country, institution in await session.execute(
        sa.select(PostRow.key, PostRow.network, PostRow.country, PostRow.institution)
        .join(NominationRow, NominationRow.post == PostRow.key)
        .where(
            NominationRow.person == person,
            NominationRow.since <= day,
            sa.or_(NominationRow.until.is_(None), NominationRow.until > day),
            PostRow.retired_on.is_(None),
        )
    ):
        found.setdefault("", set()).add(Owner(OwnerKind.POST, key))
        if country and network:
            found.setdefault(network, set()).add(Owner(OwnerKind.COUNTRY, country))
        if institution:
            found.setdefault(network or "", set()).add(Owner(OwnerKind.INSTITUTION, institution))
    return {network: frozenset(owners) for network, owners in found.items()}


async def owes(session: AsyncSession, person: str, deadline: Deadline, day: date) -> bool:
    """Whether a person is named to a post that owes a deadline, in whatever standing."""
    held = await owners_for(session, person, day)
    return not held.get("", frozenset()).union(held.get(deadline.network, ())).isdisjoint(deadline.owners)


async def owed_by(session: AsyncSession, person: str, day: date) -> list[Deadline]:
    """The open deadlines that a person owes on a day, for whatever post; the earliest last day first."""
    held = await owners_for(session, person, day)
    everywhere = held.pop("", frozenset())
    filters = [Filters(owners=everywhere, states=(State.OPEN,))]
    filters += [
        Filters(networks=(network,), owners=owners, states=(State.OPEN,)) for network, owners in held.items()
    ]
    found: dict[int, Deadline] = {}
    for some in filters:
        found |= {item.number: item for item in await reading.listing(session, some)}
    return sorted(found.values(), key=lambda item: (item.due.last, item.number))
