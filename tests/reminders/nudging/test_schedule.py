"""Each occasion comes once, in working hours, in every zone there is, whatever its clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reminders.nudging import schedule
from reminders.nudging.calendars import Calendars, read_subdivisions
from reminders.nudging.schedule import FIRST_HOUR, LAST_HOUR, Hours, Occasion, occasions, timed

ZONES = sorted(available_timezones())
#: Years with every kind of change: Apia and Fakaofo skip a day, Pyongyang and Caracas move by half an hour,
#: Cairo brings summer time back, Casablanca suspends it for Ramadan.
DAYS = st.dates(date(2010, 1, 1), date(2031, 12, 31))
COUNTRIES = st.sampled_from(["", "MX", "HT", "BR", "SA", "EG", "IL", "IR", "NP", "VE", "XX"])
MOMENTS = st.integers(1_262_304_000, 1_924_992_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
LEADS = st.lists(st.integers(0, 90), max_size=6)


def local_days(found: list[schedule.Timed], zone: ZoneInfo) -> list[date]:
    return [item.at.astimezone(zone).date() for item in found]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ZONES), DAYS, COUNTRIES, LEADS, LEADS)
def test_each_occasion_comes_once_and_at_work(
    name: str, last: date, country: str, leads: list[int], overdue: list[int]
) -> None:
    zone = ZoneInfo(name)
    hours = Hours(zone, Calendars().of(country))
    wanted = occasions(last, leads, overdue)
    found = timed(wanted, hours)
    assert len({item.key for item in wanted}) == len(wanted)
    days = local_days(found, zone)
    assert days == sorted(set(days)), "never two on one day, never backwards"
    for item, day in zip(found, days, strict=True):
        assert hours.is_open(item.at)
        assert FIRST_HOUR <= item.at.astimezone(zone).hour < LAST_HOUR
        assert day <= item.occasion.day, "moved before, never after"
        between = [day + timedelta(n) for n in range(1, (item.occasion.day - day).days + 1)]
        assert all(hours.opening(skipped) is None for skipped in between), "the last working day before"
        assert (day > last) or not item.occasion.overdue
    for left_out in {item.key for item in wanted} - {item.occasion.key for item in found}:
        occasion = next(item for item in wanted if item.key == left_out)
        moved = hours.at_or_before(occasion.day)
        moved_to = moved.astimezone(zone).date() if moved else None
        assert moved_to is None or moved_to in days or (occasion.overdue and moved_to <= last)


def test_every_zone_in_years_of_gaps_and_folds_opens_each_working_day_once() -> None:
    for name in ZONES:
        zone = ZoneInfo(name)
        hours = Hours(zone)
        opened = [
            begins
            for number in range(366)
            if (begins := hours.opening(date(2011, 1, 1) + timedelta(number))) is not None
        ]
        days = [begins.astimezone(zone).date() for begins in opened]
        assert len(set(days)) == len(days), name
        assert opened == sorted(opened), name
        assert len(days) >= 366 * 5 // 7 - 2, name


def test_a_day_that_a_zone_skipped_is_told_of_on_the_one_before() -> None:
    hours = Hours(ZoneInfo("Pacific/Apia"))  # there was no Friday 30 December 2011
    assert hours.opening(date(2011, 12, 30)) is None
    assert hours.at_or_before(date(2011, 12, 31)) == datetime(2011, 12, 29, 19, tzinfo=UTC)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ZONES), MOMENTS, COUNTRIES)
def test_late_ones_wait_for_the_next_working_hour(name: str, now: datetime, country: str) -> None:
    hours = Hours(ZoneInfo(name), Calendars().of(country))
    later = hours.at_or_after(now)
    assert later >= now
    assert hours.is_open(later)
    assert hours.at_or_after(later) == later
    assert later == now or not hours.is_open(now)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(ZONES),
    DAYS,
    st.lists(st.integers(-3 * 86400, 3 * 86400), min_size=1, max_size=12),
)
def test_whatever_the_clock_does_no_occasion_is_told_twice_or_skipped(
    name: str, last: date, steps: list[int]
) -> None:
    """A clock that jumps back and forth: what was told is remembered by its key, as the rows do."""
    found = timed(occasions(last), Hours(ZoneInfo(name)))
    now = datetime.combine(last, datetime.min.time(), UTC) - timedelta(40)
    told: list[str] = []
    for step in [*steps, 40 * 86400]:
        now += timedelta(seconds=step)
        item = schedule.due(found, now)
        if item is not None and item.occasion.key not in told:
            told.append(item.occasion.key)
    assert len(set(told)) == len(told)
    order = [item.occasion.key for item in found]
    assert set(told) <= set(order)
    latest = schedule.due(found, now)
    assert latest is None or latest.occasion.key in told


def test_the_default_occasions_around_a_weekend() -> None:
    # Sunday 14 March 2027 in Mexico; Monday 15 is Benito Juárez's birthday.
    zone = ZoneInfo("America/Mexico_City")
    found = timed(occasions(date(2027, 3, 14)), Hours(zone, Calendars().of("MX")))
    assert [(item.occasion.offset, item.at.astimezone(zone).date()) for item in found] == [
        (-30, date(2027, 2, 12)),
        (-7, date(2027, 3, 5)),
        (-1, date(2027, 3, 12)),
        # The day itself falls on that Friday too, and so does the first day overdue.
        (3, date(2027, 3, 17)),
        (7, date(2027, 3, 19)),
        (14, date(2027, 3, 26)),
    ]


@pytest.mark.parametrize(
    ("country", "day", "free"),
    [
        ("SA", date(2027, 3, 12), True),  # a Friday
        ("SA", date(2027, 1, 17), False),  # a Sunday
        ("MX", date(2027, 3, 14), True),
        ("VE", date(2027, 3, 13), True),  # a Saturday: offices are closed
        ("mx", date(2027, 9, 16), True),
        ("FR", date(2027, 7, 14), True),
        ("BR", date(2027, 11, 30), False),
        ("XX", date(2027, 3, 13), True),
        ("XX", date(2027, 3, 12), False),
    ],
)
def test_free_days(country: str, day: date, free: bool) -> None:
    assert Calendars().of(country)(day) is free


def test_holidays_of_a_subdivision_count_where_they_are_set() -> None:
    assert Calendars(read_subdivisions("BR-DF, ES-MD")).of("BR")(date(2027, 11, 30)), "Dia do Evangélico"
    for wrong in ("BR", "BR-XX", "XX-DF", "nonsense"):
        with pytest.raises(ValueError, match=wrong):
            read_subdivisions(wrong)
    assert read_subdivisions(" , ") == {}


def test_what_was_missed_is_told_once_and_not_after_it_has_lapsed() -> None:
    found = timed(occasions(date(2027, 3, 10)), Hours(ZoneInfo("UTC")))
    last = found[-1].at
    assert schedule.due(found, found[0].at - timedelta(seconds=1)) is None
    assert schedule.due(found, found[2].at) == found[2]
    assert schedule.due(found, last + schedule.LAPSE) == found[-1]
    assert schedule.due(found, last + schedule.LAPSE + timedelta(seconds=1)) is None
    assert schedule.upcoming(found, found[0].at) == found[1]
    assert schedule.upcoming(found, last) is None


def test_an_exact_instant_is_kept_at_night_and_lapses_soon() -> None:
    at = datetime(2027, 3, 14, 3, 45, tzinfo=UTC)
    found = timed((Occasion("begins", at.date(), 0, at),), Hours(ZoneInfo("UTC")))
    assert [item.at for item in found] == [at]
    assert schedule.due(found, at) == found[0]
    assert schedule.due(found, at + schedule.PROMPT) == found[0]
    assert schedule.due(found, at + schedule.PROMPT + timedelta(seconds=1)) is None


def test_the_first_and_the_last_day_that_there_are() -> None:
    assert timed(occasions(date.max), Hours(ZoneInfo("Pacific/Kiritimati")))
    assert timed(occasions(date.min), Hours(ZoneInfo("Pacific/Kiritimati"))) is not None
