"""Codes are tried: one atomic step, the same work for every code that opens nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import accounts, people, posts
from directory.accounts import Account
from directory.invitations import codes, guesses
from directory.invitations.hashing import hashed
from directory.invitations.issuing import read
from directory.invitations.matching import with_email
from directory.invitations.records import Invitation, Joined, Refusal
from directory.invitations.tables import InvitationRow, InvitationState
from directory.posts import Nomination


async def redeem(session: AsyncSession, typed: str, known: Account, now: datetime) -> Joined | Refusal:
    """Let whoever typed a code join with their account, in the caller's write transaction.

    Of two who try the same code at once, one wins.
    """
    await guesses.one_at_a_time(session)
    if await guesses.is_exhausted(session, known, now):
        return Refusal.LIMITED
    row = await _open(session, typed, now)
    account = await accounts.account(session, known.platform, known.team, known.user)
    if row is None or not (person := await _whose(session, row, account)):
        await guesses.count(session, known, now)
        return Refusal.INVALID
    if account.person_key not in (None, person) or (person == _NEW and account.person_key is not None):
        return Refusal.TAKEN
    row.state, row.ended_at = InvitationState.USED, now
    invitation = read(row)
    new = person == _NEW
    if new and invitation.invitee is not None:
        who = invitation.invitee
        person = await people.add_newcomer(
            session, who.given_name, who.family_name, who.email, who.language, now.date()
        )
    row.person = person
    await accounts.link(session, account, person, now)
    if invitation.invitee is not None and invitation.invitee.language and not account.language:
        await accounts.choose(
            session, Account(known.platform, known.team, known.user, None, invitation.invitee.language)
        )
    verified = await _nominate(session, invitation, person, now)
    # Nobody needs the name and address any more: they are the person's own entry now.
    row.given_name = row.family_name = row.email = ""
    await session.flush()
    return Joined(invitation, person, new, verified)


async def burn(session: AsyncSession, typed: str, known: Account, now: datetime) -> Invitation | None:
    """Make void a code that was typed where others can read it; what it was for, where it was good.

    A code that opens nothing counts as a guess, and nothing is looked up beyond the limit.
    """
    await guesses.one_at_a_time(session)
    if await guesses.is_exhausted(session, known, now):
        return None
    row = await _open(session, typed, now)
    if row is None:
        await guesses.count(session, known, now)
        return None
    row.state, row.ended_at = InvitationState.BURNT, now
    await session.flush()
    return read(row)


#: Stands for somebody who is not in the directory yet; no key is like it.
_NEW: Final = "*"


async def _open(session: AsyncSession, typed: str, now: datetime) -> InvitationRow | None:
    """The invitation that a code opens now."""
    code = codes.read(typed)
    found = await session.execute(
        sa.select(InvitationRow)
        .where(
            InvitationRow.code_hash == await hashed(session, code),
            InvitationRow.state == InvitationState.OPEN,
            InvitationRow.expires_at > now,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = found.scalar_one_or_none()
    return row if code else None


async def _whose(session: AsyncSession, row: InvitationRow, account: Account) -> str:
    """Whose the account would become: a key, :data:`_NEW`, or nobody's where that must not be.

    Somebody who has an account links a further one only by a code that they made themselves: else whoever
    invites could speak as anybody.
    """
    if row.linking:
        return row.person or ""
    person = row.person or await with_email(session, row.email)
    if person is None:
        return _NEW
    theirs = await accounts.of_person(session, person)
    return person if not theirs or account.person_key == person else ""


async def _nominate(session: AsyncSession, invitation: Invitation, person: str, now: datetime) -> bool:
    """Name the person to the post where they were not; whether the nomination is confirmed."""
    invitee, today = invitation.invitee, now.date()
    if invitee is None:
        return False
    named = (await posts.nominations(session, [invitee.post])).get(invitee.post, [])
    present = [item for item in named if item.person == person and item.holds_on(today)]
    if not any(item.standing is invitee.standing for item in present):
        await posts.add(session, [], [Nomination(invitee.post, person, invitee.standing, today)])
    if invitee.reference:
        return await posts.confirm(
            session,
            invitee.post,
            person,
            reference=invitee.reference,
            letter_on=invitee.letter_on,
            on=today,
            by=invitation.invited_by,
        )
    return any(item.confirmed_on is not None for item in present)
