"""Takes deliveries of the outbox to the platforms, within their limits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.contract import (
    Fetching,
    FileRef,
    FormStyle,
    Incoming,
    Operation,
    Outgoing,
    Place,
    PlaceKind,
    Platform,
    Refused,
    Throttled,
)
from bot.guards import Guards
from bot.outgoing import outgoing
from bot.pacing import Pace, Turn
from reminders.outbox import CLAIM_LEASE, Accounts, Address, Delivery, Priority

#: How long a message waits for its turn before it goes back into the outbox, in seconds: not as long as a
#: claim holds.
PATIENCE: Final = CLAIM_LEASE.total_seconds() / 2
#: How long a request waits for the rest of its turn, in seconds.
SHORTLY: Final = 1.5
#: How many of those that nobody waits for are on their way at once: where the platform stands still for a
#: moment, more would arrive together afterwards than it takes. Answers find a connection besides.
AT_ONCE: Final = 10
#: When a message is tried again that found no way, in seconds.
AGAIN: Final = 1.0


class PlatformCourier:
    """Implements ``reminders.delivery.Courier`` with the platforms that are up."""

    def __init__(self, guards: Guards | None = None) -> None:
        self._guards = guards or Guards()
        self._platforms: dict[tuple[str, str], Platform] = {}
        #: What has its turn and is about to be sent: a body is decoded once.
        self._ready: dict[int, tuple[Delivery, Outgoing, Turn]] = {}
        self._slots: dict[tuple[str, str], asyncio.Semaphore] = {}
        self._paces: dict[tuple[str, str], Pace] = {}

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

    async def turn(self, delivery: Delivery) -> float:
        """See ``Courier``: waits for every limit that the message falls under, answers first."""
        message, platform = outgoing(delivery), self._of(delivery)
        turn = await self._pace(delivery.platform, delivery.account).turn(
            platform.rates(message),
            priority=delivery.priority,
            cost=platform.requests(message),
            patience=PATIENCE,
        )
        if not isinstance(turn, Turn):
            return turn
        if delivery.priority != Priority.ANSWER:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._slot(delivery).acquire()
            except TimeoutError:
                self._pace(delivery.platform, delivery.account).forgo(turn)
                return AGAIN
        self._ready[delivery.id] = delivery, message, turn
        return 0.0

    def forgo(self, delivery: Delivery) -> None:
        """See ``Courier``."""
        if (ready := self._ready.pop(delivery.id, None)) is not None:
            self._pace(delivery.platform, delivery.account).forgo(ready[2])
            self._release(delivery)

    async def permitted(self, session: AsyncSession, delivery: Delivery) -> bool:
        """See ``Courier``."""
        return await self._guards.hold(session, delivery)

    async def send(self, delivery: Delivery) -> str:
        """See ``Courier``."""
        pace = self._pace(delivery.platform, delivery.account)
        ready = self._ready.pop(delivery.id, None)
        try:
            if ready is not None and (left := await pace.begin(ready[2], SHORTLY)):
                # The platform closed meanwhile: certainly not sent.
                raise Throttled("too_many_requests", left)
            try:
                return await self._of(delivery).send(ready[1] if ready is not None else self._read(delivery))
            except Throttled as problem:
                pace.close(problem.limit, problem.after)
                raise
        finally:
            if ready is not None:
                self._release(delivery)

    def recall(self, sent: Iterable[tuple[Address, float]]) -> None:
        """Count against the limits what other workers sent to these places so many seconds ago."""
        for (name, account, place), ago in sent:
            message = Outgoing("", Operation.POST, Place(name, account, PlaceKind.GROUP, place), (), "")
            self._pace(name, account).recall(self._platforms[name, account].rates(message), ago)

    def close(self, platform: str, account: str, seconds: float) -> None:
        """Send nothing as an account for so long."""
        self._pace(platform, account).close("", seconds)

    async def confirm(self, delivery: Delivery) -> str | None:
        """See ``Courier``."""
        return await self._of(delivery).confirm(self._read(delivery))

    def can_confirm(self, platform: str, account: str) -> bool:
        """Whether a platform can ever tell what became of a message in doubt."""
        return self._platforms[platform, account].can_confirm

    def is_idempotent(self, delivery: Delivery) -> bool:
        """See ``Courier``. An edit that is made twice leaves the message as one that is made once."""
        if self._of(delivery).idempotent:
            return True
        try:
            return outgoing(delivery).operation is Operation.EDIT
        except ValueError:
            return False

    def _of(self, delivery: Delivery) -> Platform:
        return self._platforms[(delivery.platform, delivery.account)]

    def _read(self, delivery: Delivery) -> Outgoing:
        try:
            return outgoing(delivery)
        except ValueError as error:
            raise Refused("unreadable_body") from error

    def _slot(self, delivery: Delivery) -> asyncio.Semaphore:
        account = (delivery.platform, delivery.account)
        return self._slots.setdefault(account, asyncio.Semaphore(AT_ONCE))

    def _release(self, delivery: Delivery) -> None:
        if delivery.priority != Priority.ANSWER:
            self._slot(delivery).release()

    def _pace(self, platform: str, account: str) -> Pace:
        return self._paces.setdefault((platform, account), Pace())
