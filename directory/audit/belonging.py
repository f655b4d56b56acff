"""To which network an entry about a person belongs, where whoever appends it names none."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.audit.records import PERSON, Change


async def completed(session: AsyncSession, changes: Sequence[Change]) -> Sequence[Change]:
    """The changes, those of people that name no network with one, so that its coordinators can read them."""
    unnamed = {change.key for change in changes if change.kind == PERSON and not change.network}
    if not unnamed:
        return changes
    networks = await networks_of(session, unnamed)
    return [
        replace(change, network=networks.get(change.key))
        if change.kind == PERSON and not change.network
        else change
        for change in changes
    ]


async def networks_of(session: AsyncSession, people: Collection[str]) -> dict[str, str]:
    """The network of each person's newest post, else the first that they coordinate, as the trail names it.

    To which networks somebody belongs at present is for ``directory.belonging``.
    """
    from directory.people import GrantRow
    from directory.posts import NominationRow, PostRow

    if not people:
        return {}
    named = (
        sa.select(NominationRow.person, PostRow.network)
        .join(PostRow, PostRow.key == NominationRow.post)
        .where(NominationRow.person.in_(list(people)), PostRow.network.is_not(None))
        .order_by(NominationRow.since.desc(), NominationRow.id.desc())
    )
    granted = (
        sa.select(GrantRow.person, GrantRow.network)
        .where(GrantRow.person.in_(list(people)), GrantRow.network.is_not(None))
        .order_by(GrantRow.id)
    )
    found: dict[str, str] = {}
    for statement in (named, granted):
        for person, network in await session.execute(statement):
            found.setdefault(person, network or "")
    return found
