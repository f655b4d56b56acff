"""How fresh an entry is: due after six months, overdue after nine, delinquent after twelve."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.freshness import Freshness, freshness, months_later

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("confirmed", "today", "expected"),
    [
        (None, date(2026, 5, 1), Freshness.NEVER),
        (date(2026, 1, 15), date(2026, 1, 15), Freshness.FRESH),
        (date(2026, 1, 15), date(2026, 7, 14), Freshness.FRESH),
        (date(2026, 1, 15), date(2026, 7, 15), Freshness.DUE),
        (date(2026, 1, 15), date(2026, 10, 14), Freshness.DUE),
        (date(2026, 1, 15), date(2026, 10, 15), Freshness.OVERDUE),
        (date(2026, 1, 15), date(2027, 1, 14), Freshness.OVERDUE),
        (date(2026, 1, 15), date(2027, 1, 15), Freshness.DELINQUENT),
        (date(2025, 8, 31), date(2026, 2, 27), Freshness.FRESH),
        (date(2025, 8, 31), date(2026, 2, 28), Freshness.DUE),
        (date(2026, 5, 1), date(2026, 4, 1), Freshness.FRESH),
    ],
)
def test_how_fresh(confirmed: date | None, today: date, expected: Freshness) -> None:
    assert freshness(confirmed, today) is expected


@given(DAYS, st.integers(-30, 30))
def test_months_later_is_a_day_of_that_month(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and months_later(later, 0) == later)


@given(DAYS, DAYS, DAYS)
def test_an_entry_never_becomes_fresher_with_time(confirmed: date, one: date, other: date) -> None:
    order = [Freshness.FRESH, Freshness.DUE, Freshness.OVERDUE, Freshness.DELINQUENT]
    earlier, later = sorted((one, other))
    assert order.index(freshness(confirmed, earlier)) <= order.index(freshness(confirmed, later))
