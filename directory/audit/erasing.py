"""Erasure: what the trail knows of a person is emptied, and the chain still closes."""

from __future__ import annotations

import json
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.audit.records import PERSON
from directory.audit.tables import EntryRow, PartyRow, ValueRow

#: A family name from this length on gives somebody away wherever it stands.
LONG_NAME: Final = 4
#: How a statement that empties rows runs: nothing of them is held in the session.
_PLAIN: Final = {"synchronize_session": False}


async def erase(session: AsyncSession, person_key: str) -> int:
    """Empty every value about a person, in the caller's write transaction; returns how many were emptied.

    That is: who acted where it was this person (by the person's key or by an account of theirs), the key
    where the object was this person, and every field, wherever it stands, that is about this person or
    holds their key, their full or family name or one of their contact values as they are now. Call it
    *before* the person's own rows and accounts are emptied.
    """
    erased = await _empty_actor(session, person_key)
    own = sa.select(EntryRow.number).where(EntryRow.kind == PERSON)
    keys = await session.execute(
        sa.update(PartyRow)
        .where(PartyRow.key == person_key, PartyRow.number.in_(own))
        .values(key=None, key_salt=None)
        .returning(PartyRow.number),
        execution_options=_PLAIN,
    )
    erased += len(keys.scalars().all())
    holds = [ValueRow.value.contains(text, autoescape=True) for text in await _texts(session, person_key)]
    fields = await session.execute(
        sa.update(ValueRow)
        .where(ValueRow.value.is_not(None), sa.or_(ValueRow.about == person_key, *holds))
        .values(value=None, salt=None, about=None)
        .returning(ValueRow.id),
        execution_options=_PLAIN,
    )
    erased += len(fields.scalars().all())
    # Those whose value was empty already must not keep the key either.
    await session.execute(
        sa.update(ValueRow).where(ValueRow.about == person_key).values(about=None), execution_options=_PLAIN
    )
    return erased


async def _empty_actor(session: AsyncSession, person_key: str) -> int:
    from directory.accounts import AccountRow

    accounts = await session.execute(
        sa.select(AccountRow.platform, AccountRow.team, AccountRow.user).where(
            AccountRow.person_key == person_key
        )
    )
    theirs = [
        sa.and_(
            PartyRow.platform == platform,
            PartyRow.team == team,
            PartyRow.user == user,
            PartyRow.person.is_(None),
        )
        for platform, team, user in accounts
    ]
    emptied: sa.Result[Any] = await session.execute(
        sa.update(PartyRow)
        .where(sa.or_(PartyRow.person == person_key, *theirs))
        .values(platform=None, team=None, user=None, person=None, who_salt=None)
        .returning(PartyRow.number),
        execution_options=_PLAIN,
    )
    return len(emptied.scalars().all())


async def _texts(session: AsyncSession, person_key: str) -> list[str]:
    """What gives a person away inside a value, as it stands in JSON text."""
    from directory.people import ContactRow, PersonRow

    texts = [f'"{person_key}"']
    for given, family in await session.execute(
        sa.select(PersonRow.given_name, PersonRow.family_name).where(PersonRow.key == person_key)
    ):
        # A short name alone may be a word of something else: it counts only where it is the whole value.
        texts += [_quoted(name) for name in (given, family) if name]
        if len(family) >= LONG_NAME:
            texts.append(_quoted(family)[1:-1])
        if given and family:
            texts += [_quoted(f"{given} {family}")[1:-1], _quoted(f"{family}, {given}")[1:-1]]
    values = await session.execute(sa.select(ContactRow.value).where(ContactRow.person == person_key))
    texts += [_quoted(value)[1:-1] for value in values.scalars() if value]
    return texts


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
