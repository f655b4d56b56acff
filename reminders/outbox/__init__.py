"""The outbox: every message that the program sends waits here, and its row is the truth about it.

``queued -> claimed (lease) -> sending (committed before the request) -> sent | failed | in_doubt``; what was
no longer to be said when its turn came is ``dropped``. A row goes into the outbox in the same transaction as
the change that it tells of.
"""

from __future__ import annotations

from reminders.accounts import Accounts
from reminders.outbox.claiming import (
    CLAIM_LEASE,
    MOST_AUTOMATIC,
    SENDING_LEASE,
    begin,
    claim,
    record,
)
from reminders.outbox.leftovers import (
    in_doubt,
    left_sending,
    move,
    prune,
    settle,
    take_back,
    workers,
)
from reminders.outbox.putting import Taker, enqueue
from reminders.outbox.records import (
    DELIVERY,
    UNSETTLED,
    Address,
    Delivery,
    Draft,
    OutboxRow,
    Priority,
    State,
    address,
)
from reminders.outbox.watching import (
    Troubled,
    closed_until,
    count,
    mark_told,
    oldest_waiting,
    one,
    sent_since,
    troubled,
    unsettled,
    untold,
)

__all__ = [
    "CLAIM_LEASE",
    "DELIVERY",
    "MOST_AUTOMATIC",
    "SENDING_LEASE",
    "UNSETTLED",
    "Accounts",
    "Address",
    "Delivery",
    "Draft",
    "OutboxRow",
    "Priority",
    "State",
    "Taker",
    "Troubled",
    "address",
    "begin",
    "claim",
    "closed_until",
    "count",
    "enqueue",
    "in_doubt",
    "left_sending",
    "mark_told",
    "move",
    "oldest_waiting",
    "one",
    "prune",
    "record",
    "sent_since",
    "settle",
    "take_back",
    "troubled",
    "unsettled",
    "untold",
    "workers",
]
