"""How a delivery can end. A platform raises one of these; anything else it raises counts as in doubt.

The question that matters after a failure is only this: may the other side have acted on the request?
"""

from __future__ import annotations


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
