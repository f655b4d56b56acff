"""To which networks people belong: by the posts that they hold, and by what they coordinate."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.people import GrantRow
from directory.posts import NominationRow, PostRow


@dataclass(frozen=True, slots=True)
class Belonging:
    """The networks of the posts that somebody holds or will hold, and of those they coordinate; by code.

    ``past`` are those of the posts that they held: their name stands in the history of these.
    """

    present: frozenset[str] = frozenset()
    past: frozenset[str] = frozenset()


NOWHERE = Belonging()


async def of(session: AsyncSession, people: Collection[str], today: date) -> dict[str, Belonging]:
    """To which networks each of these people belongs; who belongs to none is left out."""
    if not people:
        return {}
    keys = list(people)
    # A post that is no longer in use is held by nobody.
    over = sa.or_(
        sa.and_(NominationRow.until.is_not(None), NominationRow.until <= today),
        sa.and_(PostRow.retired_on.is_not(None), PostRow.retired_on <= today),
    )
    named = (
        sa.select(NominationRow.person, PostRow.network, sa.case((over, 1), else_=0))
        .join(PostRow, PostRow.key == NominationRow.post)
        .where(NominationRow.person.in_(keys), PostRow.network.is_not(None))
    )
    granted = sa.select(GrantRow.person, GrantRow.network, sa.literal(0)).where(
        GrantRow.person.in_(keys), GrantRow.network.is_not(None)
    )
    present: dict[str, set[str]] = {}
    past: dict[str, set[str]] = {}
    rows: sa.Result[str, str, int] = await session.execute(sa.union(named, granted))
    for person, network, ended in rows:
        (past if ended else present).setdefault(person, set()).add(network)
    return {
        person: Belonging(frozenset(present.get(person, ())), frozenset(past.get(person, ())))
        for person in present.keys() | past.keys()
    }
