"""Wall times of meetings: every one exists once, twice or not at all, and is told apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.meetings.when import NotThere, Twice, When, instant, instants, nearest

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "posixrules"}))
#: Minutes of the years 2000 to 2037. Drawing numbers is much faster than drawing dates.
MOMENTS = st.integers(15_778_080, 35_765_280).map(
    lambda minutes: datetime.fromtimestamp(minutes * 60, UTC).replace(tzinfo=None)
)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@given(ZONES, MOMENTS)
def test_what_a_clock_shows_leads_back_to_the_moment(name: str, moment: datetime) -> None:
    zone, at = ZoneInfo(name), moment.replace(tzinfo=UTC)
    shown = at.astimezone(zone)
    local = shown.replace(tzinfo=None, fold=0)
    found = instants(local, zone)
    assert at in found
    assert instant(local, zone, shown.fold if len(found) == 2 else None) == at


@given(ZONES, MOMENTS)
def test_a_wall_time_is_refused_only_where_clocks_are_set(name: str, local: datetime) -> None:
    zone = ZoneInfo(name)
    found = instants(local, zone)
    if not found:
        with pytest.raises(NotThere) as skipped:
            instant(local, zone)
        assert skipped.value.before < local < skipped.value.after
        assert instants(skipped.value.before, zone)
        assert instants(skipped.value.after, zone)
    elif len(found) == 2:
        with pytest.raises(Twice) as doubled:
            instant(local, zone)
        assert (doubled.value.first, doubled.value.second) == found
        assert tuple(instant(local, zone, fold) for fold in (0, 1)) == found
    else:
        assert instant(local, zone) == nearest(local, zone) == found[0]
        assert found[0].astimezone(zone).replace(tzinfo=None, fold=0) == local


def test_a_time_that_is_skipped_in_new_york() -> None:
    with pytest.raises(NotThere) as problem:
        instant(wall("2027-03-14 02:30"), ZoneInfo("America/New_York"))
    assert problem.value.before == wall("2027-03-14 01:59")
    assert problem.value.after == wall("2027-03-14 03:00")


def test_a_time_that_comes_twice_in_paris() -> None:
    with pytest.raises(Twice) as problem:
        instant(wall("2027-10-31 02:30"), ZoneInfo("Europe/Paris"))
    assert problem.value.second - problem.value.first == timedelta(hours=1)


def test_a_meeting_keeps_its_wall_time_across_a_change_of_clocks() -> None:
    before = When(wall("2027-03-10 09:00"), wall("2027-03-10 17:00"), "America/New_York")
    after = before.moved_by(7)
    assert after.start.hour == 9
    assert after.starts_at - before.starts_at == timedelta(days=7, hours=-1)


def test_what_cannot_be_is_refused() -> None:
    start = wall("2027-04-15 09:00")
    with pytest.raises(ValueError, match="ends after"):
        When(start, start, "America/Mexico_City")
    with pytest.raises(ValueError, match="wall times"):
        When(start.replace(tzinfo=UTC), start + timedelta(hours=1), "America/Mexico_City")
