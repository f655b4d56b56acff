"""How long is waited: what platforms say, within what is sensible, and longer from try to try."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from reminders.delivery.endings import JITTER, LONGEST_PAUSE, MAX_ATTEMPTS, again
from reminders.outbox import Delivery, State
from reminders.outcome import MOST_WAIT, USUAL_WAIT, Retry, Throttled, retry_after

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (7, 7), (7.5, 7.5), ("12", 12), (0, 1), (-5, 1), ("-5", 1), (10**9, MOST_WAIT), ("1e9", MOST_WAIT),
        (None, USUAL_WAIT), ("", USUAL_WAIT), ("abc", USUAL_WAIT), (True, USUAL_WAIT), ([3], USUAL_WAIT),
        (math.nan, USUAL_WAIT), ("nan", USUAL_WAIT), (math.inf, MOST_WAIT),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 1), ("Fri, 01 Jan 2100 00:00:00 GMT", MOST_WAIT),
        ("Mon, 01 Jan 2001 00:00:00", USUAL_WAIT),
    ],
)  # fmt: skip
def test_what_is_said_about_waiting_is_obeyed_within_what_is_sensible(said: object, seconds: float) -> None:
    assert retry_after(said) == seconds


def test_a_date_to_wait_for_is_waited_for() -> None:
    then = datetime.now(UTC) + timedelta(seconds=90)
    assert 85 < retry_after(format_datetime(then, usegmt=True)) <= 90


def delivery(attempts: int = 0, age: timedelta = timedelta()) -> Delivery:
    return Delivery(1, "k", "chat", "bot", "p1", "{}", attempts, NOW - age)


def test_pauses_grow_and_are_spread() -> None:
    for attempts, least in ((0, 2), (1, 4), (4, 32), (20, LONGEST_PAUSE), (900, LONGEST_PAUSE)):
        found = again(delivery(attempts), Retry("not_connected", 2.0), NOW)
        assert found is not None
        values, pause = found
        assert least <= pause <= least * (1 + JITTER)
        assert (values["state"], values["attempts"]) == (State.QUEUED, attempts + 1)
        assert values["not_before"] == NOW + timedelta(seconds=pause)


def test_being_told_to_wait_is_no_failed_attempt_and_is_never_shortened() -> None:
    found = again(delivery(5), Throttled("too_many_requests", 900.0), NOW)
    assert found is not None
    assert found[0]["attempts"] == 5
    assert found[1] >= 900


def test_nothing_is_given_up_within_a_day() -> None:
    tried = delivery(MAX_ATTEMPTS + 50, timedelta(hours=23))
    assert again(tried, Retry("not_connected", 2.0), NOW) is not None
    old = delivery(MAX_ATTEMPTS, timedelta(hours=25))
    assert again(old, Retry("not_connected", 2.0), NOW) is None
    assert again(old, Throttled("too_many_requests", 2.0), NOW) is None
    assert again(delivery(0, timedelta(hours=25)), Retry("not_connected", 2.0), NOW) is not None
