"""Whose data are meant where somebody asks for their own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.command import Context
from directory import accounts, people
from directory.accounts import Reach


async def own_key(context: Context) -> str | None:
    """The person whose account asks; also where they are suspended, who keep the right to their own data.

    A message that was forwarded or edited carries no right, and a channel or another bot is nobody.
    """
    incoming = context.incoming
    key = context.asker.person_key or context.asker.account.person_key
    if key is None or incoming.relayed or not incoming.sender.person:
        return None
    return key if await people.exists(context.session, key) else None


async def own_reaches(session: AsyncSession, context: Context, person_key: str | None) -> Sequence[Reach]:
    """All accounts of the person, or the asking account alone."""
    if person_key is not None:
        return await accounts.of_person(session, person_key)
    account = context.asker.account
    known = await accounts.reach(session, account.platform, account.team, account.user)
    return [known]
