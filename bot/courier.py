"""Takes deliveries of the outbox to the platforms, within their limits."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from aiolimiter import AsyncLimiter

from bot.contract import Outgoing, Platform, Rate, Refused
from bot.outgoing import outgoing
from reminders.outbox import Accounts, Delivery

#: How many limiters are remembered; the least recently used are forgotten first.
MAX_LIMITERS: Final = 10_000


class PlatformCourier:
    """Implements ``reminders.delivery.Courier`` with the platforms that are up."""

    def __init__(self) -> None:
        self._platforms: dict[tuple[str, str], Platform] = {}
        self._limiters: OrderedDict[str, tuple[Rate, AsyncLimiter]] = OrderedDict()

    def add(self, platform: Platform) -> None:
        """The platform has started: deliveries of its account can be sent now."""
        self._platforms[(platform.name, platform.account)] = platform

    @property
    def platforms(self) -> Iterable[Platform]:
        """The platforms that are up."""
        return self._platforms.values()

    def accounts(self) -> Accounts:
        """See ``Courier``."""
        return tuple(self._platforms)

    async def turn(self, delivery: Delivery) -> None:
        """See ``Courier``: waits for every limit that the message falls under."""
        message = outgoing(delivery)
        for key, rate in self._of(delivery).rates(message.place):
            await self._limiter(f"{delivery.platform}:{delivery.account}:{key}", rate).acquire()

    async def send(self, delivery: Delivery) -> str:
        """See ``Courier``."""
        return await self._of(delivery).send(self._read(delivery))

    async def confirm(self, delivery: Delivery) -> str | None:
        """See ``Courier``."""
        return await self._of(delivery).confirm(self._read(delivery))

    def is_idempotent(self, delivery: Delivery) -> bool:
        """See ``Courier``."""
        return self._of(delivery).idempotent

    def _of(self, delivery: Delivery) -> Platform:
        return self._platforms[(delivery.platform, delivery.account)]

    def _read(self, delivery: Delivery) -> Outgoing:
        try:
            return outgoing(delivery)
        except ValueError as error:
            raise Refused("unreadable_body") from error

    def _limiter(self, key: str, rate: Rate) -> AsyncLimiter:
        known = self._limiters.get(key)
        if known is None or known[0] != rate:
            known = (rate, AsyncLimiter(rate.count, rate.seconds))
            self._limiters[key] = known
            if len(self._limiters) > MAX_LIMITERS:
                self._limiters.popitem(last=False)
        self._limiters.move_to_end(key)
        return known[1]
