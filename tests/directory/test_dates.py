"""Days and times as people write them."""

from __future__ import annotations

import contextlib
from datetime import date, time
from typing import Final

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import LANGUAGES, LOCALES, Translator
from directory import dates

TODAY: Final = date(2026, 11, 24)
DAYS: Final = st.dates(date(dates.FIRST_YEAR, 1, 1), date(dates.LAST_YEAR, 12, 31))


@given(DAYS, st.sampled_from(LANGUAGES))
def test_what_the_program_writes_it_reads(day: date, language: str) -> None:
    assert dates.days(Translator(language).day(day), TODAY) == (day,)
    assert dates.days(day.isoformat(), TODAY) == (day,)


@given(
    DAYS, st.sampled_from(sorted(LOCALES.values())), st.sampled_from(["full", "long", "d MMM y", "MMM d, y"])
)
def test_every_form_with_the_month_as_a_word_is_clear(day: date, locale: str, form: str) -> None:
    assert dates.days(format_date(day, form, locale=locale), TODAY) == (day,)


@given(DAYS, st.sampled_from("/.- "))
def test_a_numeric_date_is_never_guessed(day: date, separator: str) -> None:
    text = separator.join((f"{day.day:02d}", f"{day.month:02d}", str(day.year)))
    found = dates.days(text, TODAY)
    if day.day > 12 or day.day == day.month:
        assert found == (day,)
    else:
        assert found == (day, date(day.year, day.day, day.month))


@given(st.text(max_size=40))
def test_nothing_else_happens(text: str) -> None:
    with contextlib.suppress(dates.NotADay):
        assert 1 <= len(dates.days(text, TODAY)) <= 2
    with contextlib.suppress(dates.NotATime):
        dates.clock(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("15 April 2027", date(2027, 4, 15)),
        ("April 15th, 2027", date(2027, 4, 15)),
        ("jeudi 15 avr. 2027", date(2027, 4, 15)),
        ("mar 16 mar 2027", date(2027, 3, 16)),
        ("15 de abril de 2027", date(2027, 4, 15)),
        ("1er mai 2027", date(2027, 5, 1)),
        ("1º de maio de 2027", date(2027, 5, 1)),
        ("2027/4/5", date(2027, 4, 5)),
        ("04/15/2027", date(2027, 4, 15)),
        ("１５/０４/２０２７", date(2027, 4, 15)),
        ("hoy", TODAY),
        ("mañana", date(2026, 11, 25)),
        ("Aujourd’hui", TODAY),
        ("amanhã", date(2026, 11, 25)),
    ],
)
def test_days(text: str, day: date) -> None:
    assert dates.days(text, TODAY) == (day,)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("30 February 2027", dates.NoSuchDay),
        ("2027-02-30", dates.NoSuchDay),
        ("31/04/2027", dates.NoSuchDay),
        ("15 April 1492", dates.NoSuchDay),
        ("15 April", dates.NoYear),
        ("3/4/27", dates.NoYear),
        ("15 avril 27", dates.NoYear),
        ("April 2027 May", dates.NotADay),
        ("soon", dates.NotADay),
        ("", dates.NotADay),
        ("99/99/2027", dates.NoSuchDay),
    ],
)
def test_why_it_is_no_day(text: str, why: type[Exception]) -> None:
    with pytest.raises(dates.NotADay) as raised:
        dates.days(text, TODAY)
    assert raised.type is why


def test_no_abbreviation_names_two_months() -> None:
    """A month's name in one language must not be another month's in another."""
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for number in range(1, 13):
            for form in ("MMMM", "MMM"):
                name = format_date(date(2027, number, 1), form, locale=LOCALES[language])
                found.setdefault(name.casefold().strip("."), set()).add(number)
    assert {name for name, numbers in found.items() if len(numbers) > 1} == set()


@given(st.times())
def test_every_clock(moment: time) -> None:
    expected = time(moment.hour, moment.minute)
    for form in ("%H:%M", "%Hh%M", "%H h %M", "%H.%M", "%H%M", "%I:%M %p"):
        assert dates.clock(moment.strftime(form)) == expected


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("9h", time(9)),
        ("9 p. m.", time(21)),
        ("12am", time(0)),
        ("14 heures", time(14)),
        ("9:30pm", time(21, 30)),
    ],
)
def test_hours_as_people_say_them(text: str, moment: time) -> None:
    assert dates.clock(text) == moment


@pytest.mark.parametrize("text", ["9", "24:00", "9:5", "13 pm", "noon", "", "9:60", "25h"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(dates.NotATime):
        dates.clock(text)
