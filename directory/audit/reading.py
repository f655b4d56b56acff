"""The trail is read: by object, by person, by time, and who looked somebody up."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.audit.records import BREAK_GLASS, LOOK, PERSON, Actor, Entry, Head, Scope
from directory.audit.tables import EntryRow, HeadRow, PartyRow, Side, ValueRow

#: How many entries a reading gives where nothing else is asked for.
PAGE: Final = 20
#: Entries are numbered nearly in the order of their moments; a writer that waited is at most this late.
_DISORDER: Final = timedelta(hours=1)
#: A value beside the chain: its side, its name, its JSON text, the person it is about.
_Value = tuple[Side, str, str | None, str | None]


async def history(
    session: AsyncSession,
    kind: str,
    key: str,
    *,
    scope: Scope | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """What was done to an object, newest first; looks are left out (:func:`looks_at` has them).

    ``scope`` limits the entries to what a reader may see, ``before`` to those with a lower number.
    """
    condition = sa.and_(PartyRow.key == key, EntryRow.kind == kind, EntryRow.action != LOOK)
    return await _entries(session, condition, scope, before, limit)


async def by_person(
    session: AsyncSession,
    person_key: str,
    *,
    scope: Scope | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """What a person did, on whichever account, newest first."""
    return await _entries(session, PartyRow.person == person_key, scope, before, limit)


async def by_time(
    session: AsyncSession,
    since: datetime | None = None,
    until: datetime | None = None,
    *,
    scope: Scope | None = None,
    without: Collection[str] = (),
    before: int | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """Everything from ``since`` on and earlier than ``until``, newest first, but the actions ``without``."""
    condition: sa.ColumnElement[bool] = EntryRow.action.not_in(list(without)) if without else sa.true()
    if since is not None:
        condition = sa.and_(condition, EntryRow.at >= since)
    if until is not None:
        condition = sa.and_(condition, EntryRow.at < until)
    return await _entries(session, condition, scope, before, limit)


async def looks_at(
    session: AsyncSession,
    person_key: str,
    *,
    since: datetime | None = None,
    scope: Scope | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """Who saw values of a person, newest first; break-glass is among them."""
    condition = sa.and_(
        PartyRow.key == person_key, EntryRow.kind == PERSON, EntryRow.action.in_((LOOK, BREAK_GLASS))
    )
    if since is not None:
        condition = sa.and_(condition, EntryRow.at >= since)
    return await _entries(session, condition, scope, before, limit)


async def looked_up(session: AsyncSession, actor: Actor, since: datetime) -> dict[str, datetime]:
    """The people of whom this actor saw values since a moment, each with the last time.

    All accounts of the actor's person count, and this account also for when it was nobody's yet.
    """
    first = (
        sa.select(EntryRow.number)
        .where(EntryRow.at >= since - _DISORDER)
        .order_by(EntryRow.at)
        .limit(1)
        .scalar_subquery()
    )
    account = sa.and_(
        PartyRow.user == actor.user, PartyRow.platform == actor.platform, PartyRow.team == actor.team
    )
    who = account if actor.person_key is None else sa.or_(account, PartyRow.person == actor.person_key)
    rows = await session.execute(
        sa.select(PartyRow.key, sa.func.max(EntryRow.at, type_=EntryRow.at.type))
        .join(EntryRow, EntryRow.number == PartyRow.number)
        .where(
            who,
            PartyRow.number >= first,
            PartyRow.key.is_not(None),
            EntryRow.action == LOOK,
            EntryRow.at >= since,
        )
        .group_by(PartyRow.key)
    )
    return {key: at for key, at in rows if key is not None}


async def head(session: AsyncSession) -> Head | None:
    """Where the chain ends, as its own row says; ``None`` where that row is gone."""
    found = (await session.execute(sa.select(HeadRow.number, HeadRow.hash))).one_or_none()
    return Head(*found) if found is not None else None


async def _entries(
    session: AsyncSession,
    condition: sa.ColumnElement[bool],
    scope: Scope | None,
    before: int | None,
    limit: int,
) -> list[Entry]:
    wanted = sa.select(
        EntryRow.number,
        EntryRow.at,
        EntryRow.action,
        EntryRow.kind,
        EntryRow.network,
        EntryRow.role,
        EntryRow.place,
        EntryRow.level,
        PartyRow.platform,
        PartyRow.team,
        PartyRow.user,
        PartyRow.person,
        PartyRow.key,
    ).join(PartyRow, PartyRow.number == EntryRow.number)
    wanted = wanted.where(condition)
    if scope is not None:
        wanted = wanted.where(_within(scope))
    if before is not None:
        wanted = wanted.where(EntryRow.number < before)
    rows = (await session.execute(wanted.order_by(EntryRow.number.desc()).limit(limit))).all()
    values = await _values(session, [row.number for row in rows])
    return [_entry(row, values.get(row.number, ())) for row in rows]


def _within(scope: Scope) -> sa.ColumnElement[bool]:
    own = sa.or_(
        PartyRow.person == scope.person, sa.and_(EntryRow.kind == PERSON, PartyRow.key == scope.person)
    )
    return sa.or_(
        own if scope.person else sa.false(), EntryRow.network.in_([code for code in scope.networks if code])
    )


async def _values(session: AsyncSession, numbers: Sequence[int]) -> dict[int, list[_Value]]:
    found: dict[int, list[_Value]] = {}
    if numbers:
        for number, side, name, value, about in await session.execute(
            sa.select(ValueRow.number, ValueRow.side, ValueRow.name, ValueRow.value, ValueRow.about)
            .where(ValueRow.number.in_(numbers))
            .order_by(ValueRow.id)
        ):
            found.setdefault(number, []).append((side, name, value, about))
    return found


def _entry(row: sa.Row[*tuple[Any, ...]], values: Sequence[_Value]) -> Entry:
    held: dict[Side, dict[str, Any]] = {side: {} for side in Side}
    for side, name, value, _ in values:
        if value is not None:
            held[side][name] = json.loads(value)
    actor = None
    if row.platform is not None:
        actor = Actor(row.platform, row.team or "", row.user or "", row.person, row.role, row.place)
    return Entry(
        number=row.number,
        at=row.at,
        action=row.action,
        kind=row.kind,
        key=row.key,
        network=row.network or None,
        role=row.role,
        place=row.place,
        level=row.level,
        actor=actor,
        before=held[Side.BEFORE],
        after=held[Side.AFTER],
        note=str(held[Side.NOTE].get("note", "")),
        about=next((about for *_, about in values if about is not None), None),
        erased=tuple(dict.fromkeys(name for _, name, value, _ in values if value is None)),
    )
