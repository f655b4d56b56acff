"""When a room is told: in its hours, once on a day, on no weekend; what, after days without any message."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.rooms import Room
from reminders.digests.rows import due
from reminders.digests.tables import Kind
from reminders.nudging.schedule import on_weekend

ZONES = st.sampled_from(sorted(available_timezones()))
INSTANTS = st.integers(1_100_000_000, 2_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def room(time_zone: str = "UTC", bound_at: datetime | None = None) -> Room:
    return Room("recording", "bot", "r", time_zone=time_zone, network="ACS", bound_at=bound_at, id=1)


def kind(last: date | None, now: datetime, bound_at: datetime | None = None) -> Kind | None:
    found = due(room(bound_at=bound_at), last, now, on_weekend)
    return found.kind if found is not None else None


@settings(max_examples=25, deadline=None)
@given(ZONES, INSTANTS)
def test_in_any_zone_each_working_day_has_one_digest_in_working_hours(zone: str, start: datetime) -> None:
    """The clock ticks every half an hour for twelve days, over whatever gaps and folds there are."""
    told: list[date] = []
    for tick in range(12 * 24 * 2):
        now = start + timedelta(minutes=30 * tick)
        found = due(room(zone), told[-1] if told else None, now, on_weekend)
        if found is None:
            continue
        local = now.astimezone(ZoneInfo(zone))
        assert local.date() == found.day
        assert 9 <= local.hour < 17
        assert not on_weekend(found.day)
        assert found.kind is (Kind.WEEKLY if found.day.weekday() == 0 else Kind.DAILY)
        assert not found.after_outage
        told.append(found.day)
    assert told == sorted(set(told))
    assert len(told) >= 8


def test_the_kinds() -> None:
    monday, friday = date(2027, 3, 8), date(2027, 3, 5)
    noon = datetime(2027, 3, 9, 12, tzinfo=UTC)
    assert kind(None, noon) is Kind.DAILY
    assert kind(monday, noon) is Kind.DAILY
    assert kind(friday, noon) is Kind.CATCH_UP, "all of Monday passed in silence"
    assert kind(noon.date(), noon) is None
    assert kind(monday, noon.replace(hour=8)) is None
    assert kind(monday, noon.replace(hour=17)) is None
    assert kind(monday, datetime(2027, 3, 13, 12, tzinfo=UTC)) is None, "Saturday"
    assert kind(friday, noon - timedelta(days=1)) is Kind.WEEKLY, "a weekend is no outage"
    found = due(room(), date(2027, 3, 2), noon - timedelta(days=1), on_weekend)
    assert found is not None
    assert (found.kind, found.after_outage) == (Kind.WEEKLY, True)
    bound = datetime(2027, 3, 8, 18, tzinfo=UTC)
    assert kind(date(2026, 1, 5), noon, bound) is Kind.DAILY, "it was bound to nothing in between"
    assert kind(date(2027, 3, 10), noon) is None, "the clock went back"


def test_a_zone_that_is_none_is_utc() -> None:
    assert due(room("No/Where"), None, datetime(2027, 3, 9, 9, tzinfo=UTC), on_weekend) is not None
