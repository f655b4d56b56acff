"""Keeps the platforms' limits: who may send now, answers first, and how long everybody else has to wait.

A limit is kept over a sliding window: in any ``seconds`` never more than ``count``, by the moments at which
requests begin. Between its turn and its request a message is committed to be sent, which takes a while; so a
turn is given a little ahead, and the request waits for the rest of it.
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
#: By how much a turn may come before the request may begin, in seconds.
LEAD: Final = 0.05
#: Of what is spread, so many may come at once to make good for a standstill.
CATCHING_UP: Final = 12


class Window:
    """One limit: when what counts against it began, what is about to begin, and until when it is closed."""

    __slots__ = ("closed_until", "next_at", "pending", "rate", "times")

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.times: deque[float] = deque()
        self.pending = 0
        self.closed_until = 0.0
        self.next_at = 0.0

    def wait(self, now: float, cost: int, *, exact: bool = True) -> float:
        """Seconds until ``cost`` more may begin; 0 where they may. Not ``exact``: until their turn."""
        most = int(self.rate.count)
        room = most - min(cost, most)
        wait = self.closed_until - now
        while self.times and self.times[0] <= now - self.rate.seconds:
            self.times.popleft()
        begun = len(self.times)
        over = begun - room if exact else begun + self.pending - room
        if over > 0:
            # What is about to begin counts from now at the earliest.
            since = self.times[over - 1] if over <= begun else now
            wait = max(wait, since + self.rate.seconds - now - (0.0 if exact else LEAD))
        return max(0.0, wait)

    def spread(self, now: float) -> float:
        """Seconds until the next of those that nobody waits for."""
        return self.next_at - CATCHING_UP * self._interval - now if self.rate.spread else 0.0

    @property
    def _interval(self) -> float:
        return self.rate.seconds / self.rate.count

    def count(self, now: float, cost: int) -> None:
        """So many have their turn now."""
        self.pending += cost
        if self.rate.spread:
            self.next_at = max(self.next_at, now) + cost * self._interval

    def begin(self, now: float, cost: int) -> None:
        """So many that had their turn begin now."""
        self.pending -= cost
        self.times.extend([now] * cost)

    def forgo(self, cost: int) -> None:
        """So many that had their turn do not begin."""
        self.pending -= cost


@dataclass(order=True, slots=True)
class Turn:
    """Somebody's turn, or their place in the line: the lowest number first, of equals whoever came first."""

    priority: int
    number: int
    windows: Sequence[Window] = field(compare=False)
    cost: int = field(compare=False)
    until: float = field(compare=False)
    done: asyncio.Future[float] = field(compare=False)

    def wait(self, now: float) -> float:
        """Seconds until it comes."""
        waits = [window.wait(now, self.cost, exact=False) for window in self.windows]
        if self.priority:
            waits += [window.spread(now) for window in self.windows]
        return max(waits, default=0.0)

    def rest(self, now: float) -> float:
        """Seconds until the request may begin."""
        return max((window.wait(now, self.cost) for window in self.windows), default=0.0)


class Pace:
    """The limits of one account of a platform."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: OrderedDict[str, Window] = OrderedDict()
        self._waiting: list[Turn] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._closed_until = 0.0

    async def turn(
        self, rates: Sequence[tuple[str, Rate]], *, priority: int, cost: int, patience: float
    ) -> Turn | float:
        """Wait for a turn, which must be used by :meth:`begin` or given back by :meth:`forgo`.

        Where that takes longer than ``patience`` there is none: the seconds after which to ask again.
        """
        windows = [self._window(key, rate) for key, rate in rates]
        now = self._clock()
        turn = Turn(
            priority, next(self._numbers), windows, cost, now + patience,
            asyncio.get_running_loop().create_future(),
        )  # fmt: skip
        wait = max(turn.wait(now), self._closed_until - now)
        if wait > patience:
            return wait
        if wait <= 0 and not self._waiting:
            _count(turn, now)
            return turn
        bisect.insort(self._waiting, turn)
        self._let_through()
        try:
            return await turn.done or turn
        except asyncio.CancelledError:
            if turn in self._waiting:
                self._waiting.remove(turn)
            elif turn.done.done() and not turn.done.cancelled() and not turn.done.result():
                self.forgo(turn)
            raise

    async def begin(self, turn: Turn, patience: float) -> float:
        """Wait until the request of a turn may begin, and count it: 0 then.

        Where that takes longer than ``patience``, the turn is given back: the seconds until another.
        """
        while True:
            now = self._clock()
            wait = max(turn.rest(now), self._closed_until - now)
            if wait > patience:
                self.forgo(turn)
                return wait
            if wait <= 0:
                for window in turn.windows:
                    window.begin(now, turn.cost)
                return 0.0
            await asyncio.sleep(wait)

    def forgo(self, turn: Turn) -> None:
        """A turn is not used."""
        for window in turn.windows:
            window.forgo(turn.cost)
        if self._waiting:
            self._let_through()

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
        for turn in tuple(self._waiting):
            wait = max(self._closed_until - now, turn.wait(now))
            if wait <= 0:
                _count(turn, now)
                self._settle(turn, 0.0)
            elif now + wait > turn.until:
                self._settle(turn, wait)
            else:
                soonest = min(soonest, wait)
        if self._waiting:
            self._timer = asyncio.get_running_loop().call_later(soonest, self._let_through)

    def _settle(self, turn: Turn, wait: float) -> None:
        self._waiting.remove(turn)
        if not turn.done.done():
            turn.done.set_result(wait)

    def _window(self, key: str, rate: Rate) -> Window:
        known = self._windows.get(key)
        if known is None or known.rate != rate:
            known = self._windows[key] = Window(rate)
            if len(self._windows) > MOST_LIMITS:
                self._windows.popitem(last=False)
        self._windows.move_to_end(key)
        return known


def _count(turn: Turn, now: float) -> None:
    for window in turn.windows:
        window.count(now, turn.cost)
