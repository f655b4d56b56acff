"""The limits that the local Telegram keeps."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from tests.support.telegram.schema import ApiError


@dataclass(slots=True)
class Limits:
    """How much a bot may send; ``enforced`` false lets everything through (benchmarks).

    Real figures: about 30 a second in all, 1 a second in a chat with short bursts, 20 a minute in a group.
    """

    enforced: bool = True
    per_second: float = 30.0
    burst: int = 30
    chat_per_second: float = 1.0
    chat_burst: int = 5
    group_per_minute: int = 20


class Bucket:
    """A leaky bucket: ``burst`` at once, then ``rate`` a second."""

    __slots__ = ("burst", "level", "rate", "seen")

    def __init__(self, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = burst
        self.level = 0.0
        self.seen = 0.0

    def wait(self, now: float) -> float:
        """Seconds until one more is let through; 0 where it is let through now, and counted."""
        self.level = max(0.0, self.level - (now - self.seen) * self.rate)
        self.seen = now
        if self.level + 1 <= self.burst:
            self.level += 1
            return 0.0
        return (self.level + 1 - self.burst) / self.rate


MINUTE: Final = 60.0


class Window:
    """At most ``count`` in any minute."""

    __slots__ = ("count", "times")

    def __init__(self, count: int) -> None:
        self.count = count
        self.times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until one more is let through; 0 where it is let through now, and counted."""
        while self.times and self.times[0] <= now - MINUTE:
            self.times.popleft()
        if len(self.times) < self.count:
            self.times.append(now)
            return 0.0
        return self.times[0] + MINUTE - now


class Meter:
    """Counts what is sent against :class:`Limits`."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._all = Bucket(limits.per_second, limits.burst)
        self._chats: dict[int, Bucket | Window] = {}

    def reset(self) -> None:
        """Forget what was sent; take up changed limits."""
        self._all = Bucket(self.limits.per_second, self.limits.burst)
        self._chats.clear()

    def count(self, chat_id: int, now: float) -> None:
        """One message or edit for a chat.

        Raises:
            ApiError: 429, too many.
        """
        limits = self.limits
        if not limits.enforced:
            return
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = (
                Window(limits.group_per_minute)
                if chat_id < 0
                else Bucket(limits.chat_per_second, limits.chat_burst)
            )
            self._chats[chat_id] = chat
        wait = self._all.wait(now) or chat.wait(now)
        if wait > 0:
            seconds = int(wait) + 1
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
