"""What delivery needs from outside: somebody who can send, and who knows what may still be said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from directory import accounts as directory_accounts
from reminders.outbox import Accounts, Delivery

#: Named points of the path, at which crash tests end the process.
Point = Callable[[str], Awaitable[None]]
#: What is done where a delivery shows that the bot is out of the place that it was for.
Lost = Callable[[AsyncSession, Delivery], Awaitable[None]]


class Courier(Protocol):
    """What delivery needs from outside: somebody who can send."""

    def accounts(self) -> Accounts:
        """The bot accounts that can be sent as right now."""
        ...

    async def turn(self, delivery: Delivery) -> float:
        """Wait until the platform's limits allow this message: 0 then.

        Where that would take too long, nothing is waited for: it is the seconds after which to ask again.
        """
        ...

    def forgo(self, delivery: Delivery) -> None:
        """The delivery had its turn, and is not sent."""
        ...

    async def permitted(self, session: AsyncSession, delivery: Delivery) -> bool:
        """Whether what the delivery's guard names still holds, in the transaction in which it is begun."""
        ...

    async def send(self, delivery: Delivery) -> str:
        """Send; the platform's id of the message. Raises the outcomes of ``reminders.outcome``."""
        ...

    async def confirm(self, delivery: Delivery) -> str | None:
        """For a delivery in doubt: its message id, ``""`` if certainly not sent, ``None`` if unknown."""
        ...

    def is_idempotent(self, delivery: Delivery) -> bool:
        """Whether sending it again has the effect of sending it once."""
        ...


async def nowhere(_name: str) -> None:
    """Nothing happens at the named points outside crash tests."""


async def close(session: AsyncSession, delivery: Delivery) -> None:
    """Note that the bot is out of a place, and tell nobody."""
    await directory_accounts.close_room(session, delivery.platform, delivery.account, delivery.destination)
