"""How a delivery can end. A platform raises one of these; anything else it raises counts as in doubt.

The question that matters after a failure is only this: may the other side have acted on the request?
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

#: How long is waited at least and at most where a platform says how long, and where it says nothing that
#: can be understood, in seconds.
LEAST_WAIT: Final = 1.0
MOST_WAIT: Final = 3600.0
USUAL_WAIT: Final = 5.0


class DeliveryError(Exception):
    """A delivery that did not end in a receipt. ``reason`` is a machine code, free of personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Retry(DeliveryError):
    """Certainly not delivered, and worth another attempt after ``after`` seconds."""

    def __init__(self, reason: str, after: float = 1.0) -> None:
        super().__init__(reason)
        self.after = after


class Throttled(Retry):
    """Certainly not delivered, because the platform wants less for ``after`` seconds.

    ``limit`` is the key, among the platform's rates, of what it wants less of; empty: of everything.
    """

    def __init__(self, reason: str, after: float, limit: str = "") -> None:
        super().__init__(reason, after)
        self.limit = limit


class Refused(DeliveryError):
    """Certainly not delivered, and another attempt would end the same."""


class Gone(Refused):
    """Refused because the place itself is closed to the bot: blocked, removed, archived."""


class Moved(DeliveryError):
    """Not delivered: the place has the new id ``new_id``; repeat there."""

    def __init__(self, reason: str, new_id: str) -> None:
        super().__init__(reason)
        self.new_id = new_id


class InDoubt(DeliveryError):
    """The request may or may not have been carried out; nothing tells which."""


def retry_after(value: object) -> float:
    """Seconds to wait by a ``Retry-After`` (RFC 9110: seconds or a date), within what is sensible."""
    if isinstance(value, str):
        value = _seconds(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        return USUAL_WAIT
    return min(MOST_WAIT, max(LEAST_WAIT, value))


def _seconds(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        # Not a date either, or one without a zone.
        return None
