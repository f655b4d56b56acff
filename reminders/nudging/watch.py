"""What is watched: whatever is owed has a row that says when to look at it next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from reminders.nudging.tables import WatchRow

_PLAIN: Final = {"synchronize_session": False}
_TABLE: Final = cast(sa.Table, WatchRow.__table__)
_LOOK_AGAIN: Final = (
    sa.update(_TABLE)
    .where(_TABLE.c.kind == sa.bindparam("the_kind"), _TABLE.c.key == sa.bindparam("the_key"))
    .values(look_at=sa.bindparam("at"))
)


async def touch(session: AsyncSession, kind: str, keys: Iterable[str], now: datetime) -> None:
    """Something about these has changed or is new: look at them at once, when the transaction has ended."""
    rows = [{"kind": kind, "key": key, "look_at": now} for key in sorted(set(keys))]
    if not rows:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    await session.execute(
        insert(WatchRow)
        .values(rows)
        .on_conflict_do_update(index_elements=[WatchRow.kind, WatchRow.key], set_={"look_at": now})
    )


async def begin(session: AsyncSession, since: datetime) -> None:
    """What comes before an instant is not told of, whatever is watched by now."""
    await session.execute(sa.update(WatchRow).values(look_at=since, since=since), execution_options=_PLAIN)


async def since(session: AsyncSession, kind: str, keys: Collection[str]) -> dict[str, datetime]:
    """Those of the keys of which something is not told of, and before which instant."""
    rows = await session.execute(
        sa.select(WatchRow.key, WatchRow.since).where(
            WatchRow.kind == kind, WatchRow.key.in_(list(keys)), WatchRow.since.is_not(None)
        )
    )
    return {key: instant for key, instant in rows if instant is not None}


async def claim(session: AsyncSession, now: datetime, limit: int) -> list[tuple[str, str]]:
    """Lock up to ``limit`` of those to be looked at now, the longest due first; as (kind, key)."""
    rows = await session.execute(
        sa.select(WatchRow.kind, WatchRow.key)
        .where(WatchRow.look_at <= now)
        .order_by(WatchRow.look_at, WatchRow.kind, WatchRow.key)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [(kind, key) for kind, key in rows]


async def is_waiting(session: AsyncSession, now: datetime) -> bool:
    """Whether anything is to be looked at now."""
    found = await session.execute(sa.select(WatchRow.key).where(WatchRow.look_at <= now).limit(1))
    return found.first() is not None


async def look_again(session: AsyncSession, looks: Mapping[tuple[str, str], datetime]) -> None:
    """Look at these, by kind and key, next at these instants."""
    if looks:
        await (await session.connection()).execute(
            _LOOK_AGAIN,
            [{"the_kind": kind, "the_key": key, "at": at} for (kind, key), at in sorted(looks.items())],
        )


async def forget(session: AsyncSession, kind: str, key: str) -> None:
    """Nothing is owed any more."""
    await session.execute(
        sa.delete(WatchRow).where(WatchRow.kind == kind, WatchRow.key == key), execution_options=_PLAIN
    )
