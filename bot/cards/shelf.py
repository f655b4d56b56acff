"""Keeps what was made from the directory until the directory changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncSession

V = TypeVar("V")


@dataclass(slots=True)
class _Kept:
    revision: int = -1
    things: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)


class Shelf(Generic[V]):
    """At most ``size`` things a database, the least recently used go first."""

    def __init__(self, size: int) -> None:
        self._size: Final = size
        self._by_engine: WeakKeyDictionary[object, _Kept] = WeakKeyDictionary()

    async def get(
        self, session: AsyncSession, now: int, key: Hashable, make: Callable[[], Awaitable[V]]
    ) -> V:
        """The thing under ``key``, made anew if the directory has changed since it was made.

        ``now`` is the directory's revision as this transaction sees it (``directory.revision.current``);
        ``make`` must depend on nothing but ``key`` and the directory.
        """
        # Reading and writing sessions have engines of their own, so that nothing uncommitted is kept.
        engine = session.get_bind()
        kept = self._by_engine.setdefault(engine, _Kept())
        # A snapshot that began earlier than the last must not bring back what is out of date.
        if now < kept.revision:
            return await make()
        if now > kept.revision:
            kept.revision, kept.things = now, OrderedDict()
        things = kept.things
        if key in things:
            things.move_to_end(key)
            return cast(V, things[key])
        made = await make()
        things[key] = made
        if len(things) > self._size:
            things.popitem(last=False)
        return made
