"""Proposals: an account whose profile has an office e-mail asks to be its owner's; a coordinator decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import accounts
from directory.accounts import Account
from directory.invitations.tables import ProposalRow, ProposalState


@dataclass(frozen=True, slots=True)
class Proposal:
    """An account that would be a person's. ``name`` is what the platform calls whoever has it."""

    id: int
    account: Account
    name: str
    person: str
    made_at: datetime


async def propose(session: AsyncSession, known: Account, name: str, person: str, now: datetime) -> bool:
    """Keep a proposal; whether it is new. One that was declined is not made again."""
    there = await session.scalar(
        sa.select(ProposalRow.id).where(
            ProposalRow.platform == known.platform,
            ProposalRow.team == known.team,
            ProposalRow.user == known.user,
            ProposalRow.person == person,
        )
    )
    if there is not None:
        return False
    session.add(
        ProposalRow(
            platform=known.platform,
            team=known.team,
            user=known.user,
            name=name[:120],
            person=person,
            made_at=now,
        )
    )
    await session.flush()
    return True


async def waiting(session: AsyncSession) -> list[Proposal]:
    """The proposals on which nobody has decided, oldest first."""
    rows = await session.scalars(
        sa.select(ProposalRow).where(ProposalRow.state == ProposalState.OPEN).order_by(ProposalRow.id)
    )
    return [_read(row) for row in rows]


async def get(session: AsyncSession, proposal_id: int) -> Proposal | None:
    """The proposal with this number, while nobody has decided on it."""
    row = await session.scalar(
        sa.select(ProposalRow)
        .where(ProposalRow.id == proposal_id, ProposalRow.state == ProposalState.OPEN)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return _read(row) if row is not None else None


async def decide(session: AsyncSession, proposal_id: int, by: str, now: datetime, *, confirm: bool) -> bool:
    """Confirm or decline a proposal; false where it was decided before, or the account is another's by now.

    Confirmed, the account is the person's.
    """
    state = ProposalState.CONFIRMED if confirm else ProposalState.DECLINED
    decided = await session.execute(
        sa.update(ProposalRow)
        .where(ProposalRow.id == proposal_id, ProposalRow.state == ProposalState.OPEN)
        .values(state=state, decided_by=by, decided_at=now)
        .returning(ProposalRow.platform, ProposalRow.team, ProposalRow.user, ProposalRow.person),
        execution_options={"synchronize_session": False},
    )
    row = decided.one_or_none()
    if row is None:
        return False
    platform, team, user, person = row
    if confirm:
        known = await accounts.account(session, platform, team, user)
        if known.person_key not in (None, person):
            return False
        await accounts.link(session, known, person, now)
    return True


def _read(row: ProposalRow) -> Proposal:
    return Proposal(row.id, Account(row.platform, row.team, row.user), row.name, row.person, row.made_at)
