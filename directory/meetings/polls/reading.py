"""Reads of polls: one, those of some networks, and how one stands."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import countries, institutions
from directory.meetings.polls.records import Ballot, Poll, Standing, State, Vote, code
from directory.meetings.polls.tables import PollRow, PollUnitRow, VoteRow
from directory.meetings.records import Unit, UnitKind
from directory.texts import LocalText

_POLL: Final = PollRow.__table__.c
_VOTE: Final = VoteRow.__table__.c


def poll_of(row: sa.RowMapping) -> Poll:
    """The record of a row of the table."""
    return Poll(
        number=row["id"],
        network=row["network"],
        titles=LocalText(row["titles"]),
        zone=row["zone"],
        starts=tuple(datetime.fromisoformat(start) for start in row["starts"]),
        minutes=row["minutes"],
        close_on=row["close_on"],
        state=row["state"],
        version=row["version"],
        chosen=row["chosen"],
        meeting=row["meeting"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        opened_at=row["opened_at"],
        reminded_at=row["reminded_at"],
    )


async def get(session: AsyncSession, number: int, *, locked: bool = False) -> Poll | None:
    """The poll with this number.

    ``locked``: no other transaction changes it or its votes until this one ends.
    """
    chosen = sa.select(*_POLL).where(_POLL.id == number)
    row = (await session.execute(chosen.with_for_update() if locked else chosen)).mappings().one_or_none()
    return poll_of(row) if row is not None else None


async def listing(
    session: AsyncSession, networks: Collection[str], states: Collection[State], limit: int = 20
) -> list[Poll]:
    """Polls of these networks in these states, the latest first."""
    rows = await session.execute(
        sa.select(*_POLL)
        .where(_POLL.network.in_(list(networks)), _POLL.state.in_(list(states)))
        .order_by(_POLL.id.desc())
        .limit(limit)
    )
    return [poll_of(row) for row in rows.mappings()]


async def expected(session: AsyncSession, number: int) -> list[Unit]:
    """Who is expected to vote, by kind and key."""
    rows = await session.execute(
        sa.select(PollUnitRow.kind, PollUnitRow.key)
        .where(PollUnitRow.poll == number)
        .order_by(PollUnitRow.kind, PollUnitRow.key)
    )
    return [Unit(kind, key) for kind, key in rows]


async def ballots(session: AsyncSession, number: int) -> dict[Unit, Ballot]:
    """What was said, by unit; who is silent is left out."""
    rows = await session.execute(
        sa.select(_VOTE.kind, _VOTE.key, _VOTE.slot, _VOTE.vote, _VOTE.by, _VOTE.on_behalf)
        .where(_VOTE.poll == number)
        .order_by(_VOTE.kind, _VOTE.key, _VOTE.voted_at)
    )
    votes: dict[Unit, dict[int, Vote]] = {}
    last: dict[Unit, tuple[str, bool]] = {}
    for kind, key, slot, vote, by, on_behalf in rows:
        unit = Unit(kind, key)
        votes.setdefault(unit, {})[slot] = vote
        last[unit] = (by, on_behalf)
    return {unit: Ballot(unit, given, *last[unit]) for unit, given in votes.items()}


async def standing(session: AsyncSession, number: int) -> Standing | None:
    """How the poll with this number stands."""
    poll = await get(session, number)
    if poll is None:
        return None
    units = tuple(await expected(session, number))
    return Standing(poll, units, await ballots(session, number), await _zones(session, units))


async def _zones(session: AsyncSession, units: Collection[Unit]) -> dict[Unit, str]:
    """The zones of the capitals: a country's own, an institution's country's."""
    capitals = {country.code: country.time_zone for country in await countries.every(session)}
    bodies = [unit.key for unit in units if unit.kind is UnitKind.INSTITUTION]
    known = await institutions.several(session, bodies) if bodies else {}
    found = {}
    for unit in units:
        country = unit.key if unit.kind is UnitKind.COUNTRY else None
        if unit.key in known:
            country = known[unit.key].country
        if zone := capitals.get(country or "", ""):
            found[unit] = zone
    return found


async def closing(session: AsyncSession, now: datetime) -> list[int]:
    """The open polls whose last day is over."""
    rows = await session.scalars(
        sa.select(PollRow.id)
        .where(PollRow.state == State.OPEN, PollRow.closes_at <= now)
        .order_by(PollRow.id)
    )
    return list(rows)


async def known(session: AsyncSession, person: str) -> list[dict[str, Any]]:
    """What polls hold of a person, in terms of JSON: votes they gave, polls they made."""
    rows = await session.execute(
        sa.select(_VOTE.poll, _VOTE.kind, _VOTE.key, _VOTE.slot, _VOTE.vote, _VOTE.voted_at)
        .where(_VOTE.by == person)
        .order_by(_VOTE.poll, _VOTE.kind, _VOTE.key, _VOTE.slot)
    )
    votes: list[dict[str, Any]] = [
        {
            "poll": code(poll),
            "for": Unit(kind, key).short,
            "slot": slot,
            "vote": vote.value,
            "at": at.isoformat(),
        }
        for poll, kind, key, slot, vote, at in rows
    ]
    made = await session.scalars(sa.select(PollRow.id).where(PollRow.created_by == person))
    return votes + [{"poll": code(number), "you": "called_it"} for number in sorted(made)]
