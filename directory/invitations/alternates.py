"""Proposals of alternates: who holds a post names somebody for it; a coordinator decides.

What is proposed is kept until it is decided: afterwards name and address stand with the person, or nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.invitations.tables import AlternateRow, ProposalState

#: How many proposals for one post may wait at a time.
WAITING: Final = 3
#: How long a proposal is kept, decided or not.
KEEP: Final = timedelta(days=90)
#: What is emptied once it is decided: it stands with the person then, or nobody needs it.
_NOTHING_PERSONAL: Final = {"given_name": "", "family_name": "", "email": "", "reference": ""}


@dataclass(frozen=True, slots=True)
class Alternate:
    """Somebody who would be the alternate on a post. ``reference`` is that of the letter that names them.

    ``proposed_by`` is the key of whoever holds the post; ``id`` is 0 where it is not stored yet.
    """

    post: str
    given_name: str
    family_name: str
    email: str
    language: str
    reference: str
    proposed_by: str
    made_at: datetime
    id: int = 0

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}".strip()


async def propose(session: AsyncSession, wanted: Alternate) -> int:
    """Store a proposal; its number."""
    row = AlternateRow(
        post=wanted.post,
        given_name=wanted.given_name,
        family_name=wanted.family_name,
        email=wanted.email,
        language=wanted.language,
        reference=wanted.reference,
        proposed_by=wanted.proposed_by,
        made_at=wanted.made_at,
        state=ProposalState.OPEN,
        decided_by="",
    )
    session.add(row)
    await session.flush()
    return row.id


async def waiting(session: AsyncSession) -> list[Alternate]:
    """The proposals on which nobody has decided, oldest first."""
    rows = await session.scalars(
        sa.select(AlternateRow).where(AlternateRow.state == ProposalState.OPEN).order_by(AlternateRow.id)
    )
    return [_read(row) for row in rows]


async def get(session: AsyncSession, number: int) -> Alternate | None:
    """The proposal with this number, while nobody has decided on it; nobody else decides meanwhile."""
    row = await session.scalar(
        sa.select(AlternateRow)
        .where(AlternateRow.id == number, AlternateRow.state == ProposalState.OPEN)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return _read(row) if row is not None else None


async def decide(session: AsyncSession, number: int, by: str, now: datetime, *, confirm: bool) -> bool:
    """Note what was decided and forget who was proposed; false where it was decided before."""
    state = ProposalState.CONFIRMED if confirm else ProposalState.DECLINED
    decided = await session.execute(
        sa.update(AlternateRow)
        .where(AlternateRow.id == number, AlternateRow.state == ProposalState.OPEN)
        .values(state=state, decided_by=by, decided_at=now, **_NOTHING_PERSONAL)
        .returning(AlternateRow.id),
        execution_options={"synchronize_session": False},
    )
    return decided.first() is not None


async def prune(session: AsyncSession, now: datetime) -> None:
    """Forget proposals that are old."""
    await session.execute(
        sa.delete(AlternateRow).where(AlternateRow.made_at < now - KEEP),
        execution_options={"synchronize_session": False},
    )


def _read(row: AlternateRow) -> Alternate:
    return Alternate(
        row.post,
        row.given_name,
        row.family_name,
        row.email,
        row.language,
        row.reference,
        row.proposed_by,
        row.made_at,
        row.id,
    )
