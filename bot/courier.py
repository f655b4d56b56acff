"""Takes deliveries of the outbox to the platforms, within their limits."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from aiolimiter import AsyncLimiter

from bot.contract import Fetching, FileRef, FormStyle, Incoming, Outgoing, Platform, Rate, Refused
from bot.outgoing import outgoing
from reminders.outbox import Accounts, Delivery

#: How many limiters are remembered; the least recently used are forgotten first.
MAX_LIMITERS: Final = 10_000
#: How many messages that wait to be sent are kept decoded.
MAX_READY: Final = 256


class PlatformCourier:
    """Implements ``reminders.delivery.Courier`` with the platforms that are up."""

    def __init__(self) -> None:
        self._platforms: dict[tuple[str, str], Platform] = {}
        #: What was read for its turn and is about to be sent: a body is decoded once.
        self._ready: OrderedDict[int, tuple[Delivery, Outgoing]] = OrderedDict()
        self._limiters: OrderedDict[str, tuple[Rate, AsyncLimiter]] = OrderedDict()

    def add(self, platform: Platform) -> None:
        """The platform has started: deliveries of its account can be sent now."""
        self._platforms[(platform.name, platform.account)] = platform

    @property
    def platforms(self) -> Iterable[Platform]:
        """The platforms that are up."""
        return self._platforms.values()

    def form_style(self, name: str) -> FormStyle:
        """How the platform of this name shows a form."""
        return next((one.forms for one in self.platforms if one.name == name), FormStyle.STEPS)

    def bot_name(self, name: str) -> str:
        """What the bot is called on the platform of this name; empty where that is not known (yet)."""
        return next((str(getattr(one, "username", "")) for one in self.platforms if one.name == name), "")

    async def fetch(self, incoming: Incoming, file: FileRef) -> bytes:
        """The bytes of a file of a message, from the platform that it came from.

        Raises:
            Exception: it cannot be had, see ``Fetching``.
        """
        platform = self._platforms[(incoming.place.platform, incoming.place.account)]
        if not isinstance(platform, Fetching):
            raise LookupError(f"no files can be had from {platform.name}")
        return await platform.fetch(file)

    def accounts(self) -> Accounts:
        """See ``Courier``."""
        return tuple(self._platforms)

    async def turn(self, delivery: Delivery) -> None:
        """See ``Courier``: waits for every limit that the message falls under."""
        message = outgoing(delivery)
        for key, rate in self._of(delivery).rates(message.place):
            await self._limiter(f"{delivery.platform}:{delivery.account}:{key}", rate).acquire()
        self._ready[delivery.id] = delivery, message
        if len(self._ready) > MAX_READY:
            self._ready.popitem(last=False)

    async def send(self, delivery: Delivery) -> str:
        """See ``Courier``."""
        ready = self._ready.pop(delivery.id, None)
        message = ready[1] if ready is not None and ready[0] == delivery else self._read(delivery)
        return await self._of(delivery).send(message)

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
