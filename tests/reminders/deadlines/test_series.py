"""Deadlines that repeat: each occurrence once, whenever somebody looks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from time import process_time
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.audit import Actor
from directory.database import Database
from directory.texts import local
from reminders import deadlines
from reminders.deadlines import (
    Deadline,
    Filters,
    Frequency,
    NotARule,
    Owner,
    OwnerKind,
    State,
    repeating,
    series,
)
from reminders.vague import Precision, VagueDate

START: Final = date(2026, 10, 1)
COORDINATOR: Final = Actor("browser", "", "c", "demo-coordinator", "coordinator", "direct")
HAITI: Final = Owner(OwnerKind.COUNTRY, "HT")
TITLE: Final = local(en="Report")
MONTHLY: Final = deadlines.rule(Frequency.MONTHLY, START)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


async def put(database: Database, rule: str = MONTHLY, when: str = "2026-10-01") -> Deadline:
    first = Deadline(0, "ACS", TITLE, VagueDate.of_code(when), owners=(HAITI,))
    async with database.writing() as session:
        return await series.create(session, COORDINATOR, noon(START), first, rule)


async def look(database: Database, day: date) -> list[str]:
    """What the clock makes of these on a day; the demo has a series of its own."""
    async with database.writing() as session:
        made = await series.advance(session, noon(day))
    return [item.due.code for item in made if item.titles == TITLE]


async def all_of(database: Database, number: int | None) -> list[Deadline]:
    async with database.reading() as session:
        listed = await deadlines.listing(session, Filters(networks=["ACS"]))
        return [item for item in listed if item.series == number]


async def test_the_next_one_comes_when_the_present_one_has_passed(demo: Database) -> None:
    first = await put(demo)
    assert await look(demo, START) == []
    assert await look(demo, START + timedelta(days=1)) == ["2026-11-01"]
    assert await look(demo, START + timedelta(days=1)) == []
    one, two = await all_of(demo, first.series)
    assert two == replace(
        two, titles=first.titles, owners=(HAITI,), lead=first.lead, state=State.OPEN, planned=two.due
    )
    assert (one.is_open, two.created_by, two.occurrence) == (True, "", date(2026, 11, 1))


async def test_the_next_one_comes_when_the_present_one_is_done_or_cancelled(demo: Database) -> None:
    first = await put(demo)
    async with demo.writing() as session:
        await deadlines.complete(session, COORDINATOR, noon(START), first.number, note="Early")
    _, second = await all_of(demo, first.series)
    assert (second.due.code, second.evidence, second.done_on) == ("2026-11-01", (), None)
    async with demo.writing() as session:
        await deadlines.cancel(session, COORDINATOR, noon(START), second.number)
    assert [item.due.code for item in await all_of(demo, first.series)] == [
        "2026-10-01",
        "2026-11-01",
        "2026-12-01",
    ]


async def test_a_long_silence_skips_nothing_and_many_who_look_double_nothing(demo: Database) -> None:
    first = await put(demo)
    made = await asyncio.gather(*(look(demo, date(2027, 3, 15)) for _ in range(4)))
    expected = ["2026-11-01", "2026-12-01", "2027-01-01", "2027-02-01", "2027-03-01", "2027-04-01"]
    assert sorted(code for some in made for code in some) == expected
    assert [item.due.code for item in await all_of(demo, first.series)] == ["2026-10-01", *expected]


async def test_one_that_was_moved_moves_no_other(demo: Database) -> None:
    first = await put(demo)
    async with demo.writing() as session:
        now = noon(START)
        await deadlines.move(session, COORDINATOR, now, first.number, VagueDate.of_code("2026-11-20"))
    assert await look(demo, date(2026, 10, 2)) == ["2026-11-01"]
    assert await look(demo, date(2026, 11, 2)) == ["2026-12-01"]


async def test_one_can_be_left_out_and_all_that_follow(demo: Database) -> None:
    first = await put(demo)
    async with demo.writing() as session:
        await series.leave_out(session, COORDINATOR, noon(START), first, date(2026, 11, 1))
        assert (await series.next_day(session, first)) == VagueDate.of_code("2026-12-01")
    assert await look(demo, date(2026, 10, 2)) == ["2026-12-01"]
    last = (await all_of(demo, first.series))[-1]
    async with demo.writing() as session:
        await series.end(session, COORDINATOR, noon(START), last)
        assert await series.next_day(session, last) is None
    assert await look(demo, date(2028, 1, 1)) == []


async def test_a_rule_with_an_end_ends(demo: Database) -> None:
    first = await put(demo, MONTHLY + ";COUNT=3")
    assert await look(demo, date(2028, 1, 1)) == ["2026-11-01", "2026-12-01"]
    assert await look(demo, date(2029, 1, 1)) == []
    async with demo.reading() as session:
        known = await series.get(session, first.series or 0)
    assert known is not None
    assert known.ended


async def test_vague_ones_stay_as_vague(demo: Database) -> None:
    await put(demo, deadlines.rule(Frequency.MONTHLY, START, 3), "2026-Q4")
    assert await look(demo, date(2026, 12, 31)) == []
    assert await look(demo, date(2027, 1, 1)) == ["2027-Q1"]


async def test_two_in_one_period_are_one(demo: Database) -> None:
    await put(demo, "FREQ=WEEKLY", "2026-10")
    assert await look(demo, date(2026, 11, 1)) == ["2026-11"]


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.sampled_from(Frequency), st.integers(1, 12))
def test_every_month_and_year_has_its_day(start: date, frequency: Frequency, interval: int) -> None:
    rule = repeating.rule(frequency, start, interval)
    assert repeating.checked(rule, start) == rule
    found = [start, *islice(repeating.days(rule, start, start), 30)]
    months = [day.year * 12 + day.month for day in found]
    for before, after in pairwise(found):
        gap = (after - before).days
        if frequency in (Frequency.DAILY, Frequency.WEEKLY):
            assert gap == interval * (7 if frequency is Frequency.WEEKLY else 1)
    if frequency in (Frequency.MONTHLY, Frequency.YEARLY):
        step = interval * (12 if frequency is Frequency.YEARLY else 1)
        assert {later - earlier for earlier, later in pairwise(months)} == {step}
        assert all(day.day == start.day or (day.day < start.day and day.day >= 28) for day in found)


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.sampled_from([Precision.DAY, Precision.MONTH, Precision.QUARTER]),
    st.sampled_from(Frequency),
)
def test_occurrences_never_share_a_period(start: date, precision: Precision, frequency: Frequency) -> None:
    due = VagueDate.holding(precision, start)
    rule = repeating.rule(frequency, due.first)
    seen, day = [due.first], due.first
    for _ in range(5):
        found = repeating.following(rule, due.first, day, due)
        assert found is not None
        day = found
        seen.append(VagueDate.holding(precision, day).first)
    assert seen == sorted(set(seen))


@pytest.mark.parametrize(
    "rule",
    ["", "FREQ=HOURLY", "FREQ=DAILY;BYHOUR=9", "FREQ=MONTHLY;INTERVAL=0", "FREQ=DAILY;COUNT=1", "weekly",
     "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=XX", "FREQ=MONTHLY;BYDAY=53MO",
     "FREQ=YEARLY;UNTIL=20260001", "FREQ=YEARLY;UNTIL=soon",
     "FREQ=DAILY;UNTIL=20200101", "DTSTART:20260101\nRRULE:FREQ=DAILY", "FREQ=DAILY\nEXDATE:20260101"],
)  # fmt: skip
def test_what_is_no_rule_of_days(rule: str) -> None:
    with pytest.raises(NotARule):
        repeating.checked(rule, START)


@pytest.mark.parametrize(
    "rule",
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=6MO", "FREQ=YEARLY;BYMONTH=13",
     "FREQ=MONTHLY;BYMONTHDAY=31;BYSETPOS=2", "FREQ=YEARLY;INTERVAL=3;BYMONTH=4;BYMONTHDAY=31"],
)  # fmt: skip
def test_days_that_never_come_are_not_looked_for_until_the_calendar_ends(rule: str) -> None:
    begun = process_time()
    with pytest.raises(NotARule, match="no day follows"):
        repeating.checked(rule, START)
    assert process_time() - begun < 0.2


@pytest.mark.parametrize(
    ("rule", "first"),
    [("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;INTERVAL=3", date(2032, 2, 29)),
     ("FREQ=YEARLY;BYDAY=53MO", date(2029, 12, 31)), ("FREQ=YEARLY;BYMONTH=2;BYDAY=5TU", date(2028, 2, 29)),
     ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;INTERVAL=5", date(2027, 8, 13)),
     ("FREQ=YEARLY", date(2027, 10, 1))],
)  # fmt: skip
def test_days_that_seldom_come_are_found(rule: str, first: date) -> None:
    assert next(repeating.days(repeating.checked(rule, START), START, START)) == first


@given(st.text(alphabet="FREQ=DAILYMONTHLY;BYDAY,UNTIL-+0123456789\n: ", max_size=40))
def test_any_text_is_a_rule_or_none(text: str) -> None:
    try:
        rule = repeating.checked(text, START)
    except NotARule:
        return
    assert repeating.checked(rule, START) == rule
