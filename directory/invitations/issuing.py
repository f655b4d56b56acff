"""Invitations are made, listed, sent again and revoked, and so are the codes that link a further account."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.invitations import alternates, codes
from directory.invitations.hashing import hashed
from directory.invitations.records import Invitation, Invitee
from directory.invitations.tables import InvitationRow, InvitationState

#: How long an invitation is good for.
VALID: Final = timedelta(days=14)
#: How long a code that links a further account is good for.
LINK_VALID: Final = timedelta(minutes=15)
#: How long the name and address of somebody who did not join are kept.
KEEP_UNUSED: Final = timedelta(days=30)


async def invite(
    session: AsyncSession, invitee: Invitee, invited_by: str, now: datetime
) -> tuple[Invitation, str]:
    """Make an invitation; returns it with its code, which is shown once and stored nowhere."""
    row = InvitationRow(
        post=invitee.post,
        network=invitee.network,
        standing=invitee.standing,
        person=invitee.person,
        given_name=invitee.given_name,
        family_name=invitee.family_name,
        email=invitee.email,
        language=invitee.language,
        reference=invitee.reference,
        letter_on=invitee.letter_on,
        invited_by=invited_by,
        made_at=now,
        expires_at=now + VALID,
    )
    return await _issue(session, row)


async def link_code(session: AsyncSession, person: str, now: datetime) -> tuple[Invitation, str]:
    """Make a code that links a further account to ``person``; earlier ones of theirs are void."""
    await session.execute(
        sa.update(InvitationRow)
        .where(
            InvitationRow.linking,
            InvitationRow.person == person,
            InvitationRow.state == InvitationState.OPEN,
        )
        .values(state=InvitationState.REVOKED, ended_at=now),
        execution_options={"synchronize_session": False},
    )
    row = InvitationRow(
        linking=True, person=person, invited_by=person, made_at=now, expires_at=now + LINK_VALID
    )
    return await _issue(session, row)


async def _issue(session: AsyncSession, row: InvitationRow) -> tuple[Invitation, str]:
    code = codes.make()
    row.code_hash = await hashed(session, code)
    row.state = InvitationState.OPEN
    session.add(row)
    await session.flush()
    return read(row), code


async def resend(session: AsyncSession, invitation_id: int, now: datetime) -> tuple[Invitation, str] | None:
    """A new code for an invitation that was not used, good for as long as a new one; the old one is void.

    ``None`` where it was used, or there is no such invitation.
    """
    code = codes.make()
    renewed = await session.execute(
        sa.update(InvitationRow)
        .where(
            InvitationRow.id == invitation_id,
            ~InvitationRow.linking,
            InvitationRow.state != InvitationState.USED,
            InvitationRow.email != "",
        )
        .values(
            code_hash=await hashed(session, code),
            state=InvitationState.OPEN,
            made_at=now,
            expires_at=now + VALID,
            ended_at=None,
        )
        .returning(InvitationRow.id),
        execution_options={"synchronize_session": False},
    )
    if renewed.first() is None:
        return None
    found = await get(session, invitation_id)
    return (found, code) if found is not None else None


async def revoke(session: AsyncSession, invitation_id: int, now: datetime) -> bool:
    """Make an invitation's code void; whether it was still open."""
    gone = await session.execute(
        sa.update(InvitationRow)
        .where(InvitationRow.id == invitation_id, InvitationRow.state == InvitationState.OPEN)
        .values(state=InvitationState.REVOKED, ended_at=now)
        .returning(InvitationRow.id),
        execution_options={"synchronize_session": False},
    )
    return gone.first() is not None


async def get(session: AsyncSession, invitation_id: int) -> Invitation | None:
    """The invitation with this number; not a code that links an account."""
    found = await session.execute(
        sa.select(InvitationRow)
        .where(InvitationRow.id == invitation_id, ~InvitationRow.linking)
        .execution_options(populate_existing=True)
    )
    row = found.scalar_one_or_none()
    return read(row) if row is not None else None


async def unused(session: AsyncSession, networks: Collection[str] | None) -> list[Invitation]:
    """The invitations to posts of these networks that were not used, newest first; ``None``: of all."""
    wanted = sa.and_(
        ~InvitationRow.linking, InvitationRow.state != InvitationState.USED, InvitationRow.email != ""
    )
    if networks is not None:
        wanted = sa.and_(wanted, InvitationRow.network.in_(list(networks)))
    rows = await session.scalars(
        sa.select(InvitationRow).where(wanted).order_by(InvitationRow.made_at.desc(), InvitationRow.id.desc())
    )
    return [read(row) for row in rows]


_NOTHING_PERSONAL: Final = {"given_name": "", "family_name": "", "email": "", "reference": ""}


async def prune(session: AsyncSession, now: datetime) -> None:
    """Forget the names and addresses of those who did not join, and codes for accounts that are over."""
    await alternates.prune(session, now)
    await session.execute(
        sa.delete(InvitationRow).where(InvitationRow.linking, InvitationRow.expires_at < now - VALID)
    )
    await session.execute(
        sa.update(InvitationRow)
        .where(InvitationRow.expires_at < now - KEEP_UNUSED, InvitationRow.email != "")
        .values(**_NOTHING_PERSONAL),
        execution_options={"synchronize_session": False},
    )


def read(row: InvitationRow) -> Invitation:
    """The invitation that a row holds."""
    invitee = Invitee(
        row.post or "",
        row.network,
        row.given_name,
        row.family_name,
        row.email,
        row.language,
        row.standing,
        row.reference,
        row.letter_on,
        row.person,
    )
    return Invitation(
        row.id,
        row.state,
        None if row.linking else invitee,
        row.invited_by,
        row.made_at,
        row.expires_at,
        row.ended_at,
    )
