"""Delivery: takes what is in the outbox to the platforms, in durable steps."""

from __future__ import annotations

from reminders.delivery.courier import Courier, Lost, Point, nowhere
from reminders.delivery.deliverer import CONCURRENCY, POLL_SECONDS, Deliverer
from reminders.delivery.recovering import SETTLING

__all__ = ["CONCURRENCY", "POLL_SECONDS", "SETTLING", "Courier", "Deliverer", "Lost", "Point", "nowhere"]
