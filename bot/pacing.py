"""Keeps the platforms' limits: who may send now, answers first, and how long everybody else has to wait.

A limit is kept over a sliding window: of the last ``seconds`` never more than ``count``. So it is never hit,
wherever the platform begins to count, and what it permits is used up.
"""

from __future__ import annotations

import asyncio
import bisect
import itertools
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.contract import Rate

#: How many limits are remembered; the least recently used are forgotten first.
MOST_LIMITS: Final = 20_000
#: Whoever waits is looked at again after so long at the latest, in seconds.
MOST_PAUSE: Final = 5.0


class Window:
    """One limit: when what counts against it was sent, and until when it is closed."""

    __slots__ = ("closed_until", "rate", "times")

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.times: deque[float] = deque()
        self.closed_until = 0.0

    def wait(self, now: float, cost: int) -> float:
        """Seconds until ``cost`` more are within the limit; 0 where they are."""
        room = int(self.rate.count) - min(cost, int(self.rate.count))
        wait = self.closed_until - now
        while self.times and self.times[0] <= now - self.rate.seconds:
            self.times.popleft()
        if len(self.times) > room:
            wait = max(wait, self.times[len(self.times) - room - 1] + self.rate.seconds - now)
        return max(0.0, wait)

    def count(self, now: float, cost: int) -> None:
        """So many are sent now."""
        self.times.extend([now] * cost)


@dataclass(order=True, slots=True)
class _Ticket:
    """Somebody who waits; the lowest number goes first, and of equals whoever came first."""

    priority: int
    number: int
    windows: Sequence[Window] = field(compare=False)
    cost: int = field(compare=False)
    until: float = field(compare=False)
    done: asyncio.Future[float] = field(compare=False)

    def wait(self, now: float) -> float:
        return max((window.wait(now, self.cost) for window in self.windows), default=0.0)


class Pace:
    """The limits of one account of a platform."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: OrderedDict[str, Window] = OrderedDict()
        self._waiting: list[_Ticket] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._closed_until = 0.0

    async def turn(
        self, rates: Sequence[tuple[str, Rate]], *, priority: int, cost: int, patience: float
    ) -> float:
        """Wait until ``cost`` requests are within all ``rates`` and count them: 0 then.

        Where that takes longer than ``patience`` nothing is counted: the seconds after which to ask again.
        """
        windows = [self._window(key, rate) for key, rate in rates]
        now = self._clock()
        ticket = _Ticket(
            priority, next(self._numbers), windows, cost, now + patience,
            asyncio.get_running_loop().create_future(),
        )  # fmt: skip
        wait = max(ticket.wait(now), self._closed_until - now)
        if wait > patience:
            return wait
        if wait <= 0 and not self._waiting:
            _count(ticket, now)
            return 0.0
        bisect.insort(self._waiting, ticket)
        self._let_through()
        try:
            return await ticket.done
        except asyncio.CancelledError:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            raise

    def close(self, limit: str, seconds: float) -> None:
        """Let nothing through that falls under a limit (empty: nothing at all) for so long."""
        until = self._clock() + seconds
        if not limit:
            self._closed_until = max(self._closed_until, until)
        elif limit in self._windows:
            window = self._windows[limit]
            window.closed_until = max(window.closed_until, until)

    def recall(self, rates: Sequence[tuple[str, Rate]], ago: float) -> None:
        """Count what another worker sent ``ago`` seconds before now."""
        at = self._clock() - ago
        for key, rate in rates:
            bisect.insort(self._window(key, rate).times, at)

    def _let_through(self) -> None:
        """Let through, in their order, whoever the limits have room for; come back when they have more."""
        if self._timer is not None:
            self._timer.cancel()
        now = self._clock()
        soonest = MOST_PAUSE
        for ticket in tuple(self._waiting):
            wait = max(self._closed_until - now, ticket.wait(now))
            if wait <= 0:
                _count(ticket, now)
                self._settle(ticket, 0.0)
            elif now + wait > ticket.until:
                self._settle(ticket, wait)
            else:
                soonest = min(soonest, wait)
        if self._waiting:
            self._timer = asyncio.get_running_loop().call_later(soonest, self._let_through)

    def _settle(self, ticket: _Ticket, wait: float) -> None:
        self._waiting.remove(ticket)
        if not ticket.done.done():
            ticket.done.set_result(wait)

    def _window(self, key: str, rate: Rate) -> Window:
        known = self._windows.get(key)
        if known is None or known.rate != rate:
            known = self._windows[key] = Window(rate)
            if len(self._windows) > MOST_LIMITS:
                self._windows.popitem(last=False)
        self._windows.move_to_end(key)
        return known


def _count(ticket: _Ticket, now: float) -> None:
    for window in ticket.windows:
        window.count(now, ticket.cost)
