"""Whether the trail is whole: every entry there, in order, unchanged, and the last one where it must be."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.audit import chain
from directory.audit.reading import head
from directory.audit.records import Broken, Head
from directory.audit.tables import EntryRow, PartyRow, ValueRow

#: How many entries are read at once.
_BATCH: Final = 2000

Beside = dict[int, dict[tuple[str, str], tuple[str | None, str | None]]]


async def verify(session: AsyncSession, known: Head | None = None) -> Broken | None:
    """The first link that does not close, or ``None`` where the whole trail does.

    ``known`` is an end of the chain that was noted elsewhere: an entry with that number must still have that
    hash, which notices even a trail that was rewritten from end to end.
    """
    number, previous = 0, chain.BEGINNING
    noted = known is None or known.number == 0
    while batch := await _batch(session, number):
        values = await _values(session, batch[0].number, batch[-1].number)
        for row in batch:
            number += 1
            if row.number != number:
                return Broken(number, "is missing")
            if reason := _wrong(row, previous, values.get(number, {})):
                return Broken(number, reason)
            previous = row.hash
            if known is not None and known.number == number:
                if known.hash != previous:
                    return Broken(number, "is not the one that was noted")
                noted = True
    end = await head(session)
    if end is None:
        return Broken(number, "is the last, but where the trail ends is not recorded")
    if end.number != number or end.hash != previous:
        return Broken(min(end.number, number) + 1, "is missing or too many: the trail's end is another")
    if (stray := await _stray(session, number)) is not None:
        return Broken(stray, "has values but is missing")
    return None if noted else Broken(number + 1, "is missing: the noted end is later")


async def _batch(session: AsyncSession, after: int) -> list[Any]:
    rows = await session.execute(
        sa.select(
            EntryRow.__table__,
            PartyRow.number.label("party"),
            PartyRow.platform,
            PartyRow.team,
            PartyRow.user,
            PartyRow.person,
            PartyRow.who_salt,
            PartyRow.key,
            PartyRow.key_salt,
        )
        .outerjoin(PartyRow, PartyRow.number == EntryRow.number)
        .where(EntryRow.number > after)
        .order_by(EntryRow.number)
        .limit(_BATCH)
    )
    return list(rows)


async def _values(session: AsyncSession, first: int, last: int) -> Beside:
    found: Beside = {}
    for number, side, name, value, salt in await session.execute(
        sa.select(ValueRow.number, ValueRow.side, ValueRow.name, ValueRow.value, ValueRow.salt).where(
            ValueRow.number.between(first, last)
        )
    ):
        found.setdefault(number, {})[str(side), name] = (value, salt)
    return found


async def _stray(session: AsyncSession, last: int) -> int | None:
    """The number of a party or a value beyond the last entry."""
    for column in (PartyRow.number, ValueRow.number):
        beyond = sa.select(sa.func.min(column)).where(sa.or_(column > last, column < 1))
        if (found := (await session.execute(beyond)).scalar_one_or_none()) is not None:
            return int(found)
    return None


def _wrong(row: Any, previous: str, values: dict[tuple[str, str], tuple[str | None, str | None]]) -> str:
    """What is wrong with an entry; empty where nothing is."""
    if row.previous != previous:
        return "does not follow the one before it"
    expected = chain.link(
        row.previous,
        row.number,
        row.at,
        row.action,
        row.kind,
        row.network,
        row.role,
        row.place,
        row.level,
        row.seals,
    )
    if row.hash != expected:
        return "was changed"
    try:
        who, key, beside = chain.opened(row.seals)
    except ValueError:
        return "was changed"
    if row.party is None:
        return "has lost who acted"
    actor = {name: getattr(row, name) for name in chain.WHO}
    if row.who_salt is None:
        if any(value is not None for value in actor.values()):
            return "has another actor"
    elif chain.seal(row.who_salt, chain.who(actor)) != who:
        return "has another actor"
    if (row.key is None) is not (row.key_salt is None) or (
        row.key is not None and chain.seal(row.key_salt, row.key) != key
    ):
        return "is about something else"
    if values.keys() != beside.keys():
        return "has lost a value or has one too many"
    for name, (value, salt) in values.items():
        if (value is None) is not (salt is None) or (
            value is not None and chain.seal(salt or "", value) != beside[name]
        ):
            return "has another value"
    return ""
