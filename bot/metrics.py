"""What the program counts about itself, for Prometheus. Labels hold no names and no addresses."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bot import inbox
from bot.i18n import utc_now
from bot.inbox import InboxState
from directory.database import Database
from directory.invitations import guesses
from reminders import outbox
from reminders.outbox import State

_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """Counters of this process, and gauges of the database that are read when somebody asks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.registry = CollectorRegistry()
        self._received = Counter(
            "enlace_events_received", "Events stored, repeats left out", ["platform"], registry=self.registry
        )
        self._repeats = Counter(
            "enlace_events_repeated", "Events that were already known", ["platform"], registry=self.registry
        )
        self._handled = Histogram(
            "enlace_event_seconds",
            "From an event's arrival to its answer in the outbox",
            ["outcome"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._delivered = Histogram(
            "enlace_delivery_seconds",
            "From a message's place in the outbox to how it ended",
            ["state"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._in_doubt = Gauge(
            "enlace_deliveries_in_doubt",
            "Messages that may or may not have arrived",
            registry=self.registry,
        )
        self._guesses = Gauge(
            "enlace_codes_refused_lately",
            f"Invitation codes that opened nothing within an hour; at {guesses.LIMIT} nobody can join",
            registry=self.registry,
        )
        self._oldest = Gauge(
            "enlace_delivery_oldest_seconds",
            "For how long the message waits that has waited longest",
            registry=self.registry,
        )
        self._deliveries = Gauge(
            "enlace_deliveries", "Messages in the outbox by state", ["state"], registry=self.registry
        )
        self._events = Gauge(
            "enlace_events", "Events in the inbox by state", ["state"], registry=self.registry
        )

    def received(self, platform: str, new: int, repeated: int) -> None:
        """Events arrived."""
        self._received.labels(platform).inc(new)
        self._repeats.labels(platform).inc(repeated)

    def handled(self, outcome: str, seconds: float) -> None:
        """An event was dealt with."""
        self._handled.labels(outcome).observe(seconds)

    def delivered(self, state: State, seconds: float) -> None:
        """A delivery ended, or was put off."""
        self._delivered.labels(state.value).observe(seconds)

    async def refresh(self) -> None:
        """Read the gauges from the database."""
        async with self._database.reading() as session:
            deliveries, events = await outbox.count(session), await inbox.count(session)
            oldest = await outbox.oldest_waiting(session)
            self._guesses.set(await guesses.recent(session, utc_now()))
        for state in State:
            self._deliveries.labels(state.value).set(deliveries[state])
        for event_state in InboxState:
            self._events.labels(event_state.value).set(events[event_state])
        self._in_doubt.set(deliveries[State.IN_DOUBT])
        self._oldest.set((utc_now() - oldest).total_seconds() if oldest is not None else 0)
