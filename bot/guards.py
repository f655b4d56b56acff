"""What must still hold when a message is sent, asked once more just before: state, rights, whose place it is.

A guard is ``KIND:WHAT`` (``deadline:D-12:PERSON``). Whoever writes such messages registers what asks about
their kind; a message with a guard of a kind that nobody knows is not sent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from directory import accounts
from reminders.outbox import Delivery

#: Whether a guard holds: it gets what stands behind the kind, and the delivery.
Check = Callable[[AsyncSession, str, Delivery], Awaitable[bool]]


class Guards:
    """The kinds of guards and who asks about them."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {"person": is_of_person}
        self._critical: set[str] = set()

    def register(self, kind: str, check: Check, *, critical: bool = False) -> None:
        """Ask ``check`` about guards of a kind.

        ``critical``: a message of this kind that may not have arrived is sent once more, and says so.

        Raises:
            ValueError: the kind is taken.
        """
        if kind in self._checks:
            raise ValueError(f"two checks of {kind!r}")
        self._checks[kind] = check
        if critical:
            self._critical.add(kind)

    async def hold(self, session: AsyncSession, delivery: Delivery) -> bool:
        """Whether a delivery may still be sent.

        Raises:
            LookupError: nobody knows guards of its kind.
        """
        kind, _, what = delivery.guard.partition(":")
        return await self._checks[kind](session, what, delivery)

    def is_critical(self, guard: str) -> bool:
        """Whether a message with this guard is worth a repeat."""
        return guard.partition(":")[0] in self._critical


async def is_of_person(session: AsyncSession, person: str, delivery: Delivery) -> bool:
    """Whether the place of a delivery is a direct chat with a person: an account of theirs, still linked."""
    return any(
        (reach.account.platform, delivery.destination) == (delivery.platform, place)
        for reach in await accounts.of_person(session, person)
        for place in (reach.account.user, reach.chat if reach.bot == delivery.account else "")
        if place
    )
