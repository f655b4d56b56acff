"""The limits that the local Slack keeps."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tests.support.slack.methods import METHODS, TIERS, ApiError


@dataclass(slots=True)
class Limits:
    """How much an app may ask; ``enforced`` false lets everything through (benchmarks).

    ``scale`` multiplies the tiers. In a channel about one message a second, with short bursts.
    """

    enforced: bool = True
    scale: float = 1.0
    channel_per_second: float = 1.0
    channel_burst: int = 8


@dataclass(slots=True)
class Bucket:
    """A leaky bucket: ``burst`` at once, then ``rate`` a second."""

    rate: float
    burst: float
    level: float = 0.0
    seen: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until one more is let through; 0 where it is let through now, and counted."""
        self.level = max(0.0, self.level - (now - self.seen) * self.rate)
        self.seen = now
        if self.level + 1 <= self.burst:
            self.level += 1
            return 0.0
        return (self.level + 1 - self.burst) / self.rate


class Meter:
    """Counts requests against :class:`Limits`."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._buckets: dict[str, Bucket] = {}

    def reset(self) -> None:
        """Forget what was asked; take up changed limits."""
        self._buckets.clear()

    def count(self, method: str, channel: str, now: float) -> None:
        """One request.

        Raises:
            ApiError: 429, with Retry-After.
        """
        limits = self.limits
        if not limits.enforced:
            return
        tier = METHODS[method].tier
        if tier:
            a_minute = TIERS[tier] * limits.scale
            bucket = self._buckets.setdefault(method, Bucket(a_minute / 60, a_minute))
        elif method == "chat.postMessage":
            key = f"{method}:{channel}"
            bucket = self._buckets.setdefault(key, Bucket(limits.channel_per_second, limits.channel_burst))
        else:
            return
        if (wait := bucket.wait(now)) > 0:
            raise ApiError("ratelimited", status=429, retry_after=max(1, math.ceil(wait)))
