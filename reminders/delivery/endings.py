"""How a delivery ended, as its row says it."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, Final

from reminders.outbox import Delivery, State
from reminders.outcome import DeliveryError, Retry, Throttled

#: A delivery that was certainly not made is tried at least this often, and for so long, before it fails.
MAX_ATTEMPTS: Final = 8
PERSISTENCE: Final = timedelta(hours=24)
#: The longest pause between two attempts, in seconds; each is twice as long as the one before.
LONGEST_PAUSE: Final = 300.0
#: By how much of itself a pause is made longer at random, so that what failed together is not tried together.
JITTER: Final = 0.25

Values = dict[str, Any]


def sent(receipt: str, now: datetime) -> Values:
    """It arrived. Its body may hold contact details; once delivered nobody needs it any more."""
    return {"state": State.SENT, "receipt": receipt[:120], "finished_at": now, "body": "", "reason": ""}


def failed(problem: DeliveryError, now: datetime) -> Values:
    """It was certainly not delivered, and will not be."""
    return {"state": State.FAILED, "reason": problem.reason[:120], "finished_at": now, "body": ""}


def doubtful(reason: str, now: datetime) -> Values:
    """Nobody here knows whether it arrived."""
    return {"state": State.IN_DOUBT, "reason": reason[:120], "finished_at": now}


def put_off(seconds: float, now: datetime) -> Values:
    """It was not tried: the limits leave no room for it yet."""
    return {
        "state": State.QUEUED,
        "not_before": now + timedelta(seconds=seconds),
        "worker": "",
        "lease_until": None,
    }


def again(delivery: Delivery, problem: Retry, now: datetime) -> tuple[Values, float] | None:
    """It was certainly not delivered, and is tried again after so many seconds; ``None`` if it is given up.

    A platform that wants less says how long to wait; that is no failed attempt.
    """
    old = now - delivery.created_at >= PERSISTENCE
    if isinstance(problem, Throttled):
        if old:
            return None
        pause, attempts = problem.after, delivery.attempts
    else:
        if old and delivery.attempts + 1 >= MAX_ATTEMPTS:
            return None
        pause = min(LONGEST_PAUSE, problem.after * 2.0 ** min(delivery.attempts, 20))
        pause, attempts = max(pause, problem.after), delivery.attempts + 1
    pause *= 1 + random.uniform(0, JITTER)  # noqa: S311 - jitter
    values = put_off(pause, now) | {"attempts": attempts, "reason": problem.reason[:120]}
    return values, pause
