"""Dates as vague as plans have them."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.i18n import LANGUAGES, Translator
from directory.dates import FIRST_YEAR, LAST_YEAR
from reminders.vague import NoSuchDate, NotADate, NoYear, Precision, VagueDate, read

TODAY: Final = date(2026, 11, 24)
VAGUE: Final = st.builds(
    VagueDate.holding,
    st.sampled_from(Precision),
    st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)),
)


def codes(text: str) -> list[str]:
    return [found.code for found in read(text, TODAY)]


# The first example reads a catalogue, which takes longer than those after it.
@settings(deadline=None)
@given(VAGUE, st.sampled_from(LANGUAGES))
def test_what_the_program_writes_in_any_language_it_reads(when: VagueDate, language: str) -> None:
    written = Translator(language).vague(when)
    for text in (written, written.upper(), written.replace(" ", "\u00a0"), f"  {written} "):
        assert read(text, TODAY) == (when,)


@given(VAGUE)
def test_a_code_is_read_as_what_it_is_the_code_of(when: VagueDate) -> None:
    assert VagueDate.of_code(when.code) == when
    assert read(when.code, TODAY) == (when,)


@given(VAGUE)
def test_it_lasts_until_the_next_one_begins(when: VagueDate) -> None:
    assert when.first <= when.last
    assert VagueDate.holding(when.precision, when.last) == when
    if when.last < date(LAST_YEAR, 12, 31):
        following = VagueDate.holding(when.precision, when.last + timedelta(days=1))
        assert following.first == when.last + timedelta(days=1)


@given(VAGUE, st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)))
def test_nothing_begins_on_another_day(when: VagueDate, day: date) -> None:
    if VagueDate.holding(when.precision, day).first != day:
        with pytest.raises(ValueError, match="begins"):
            VagueDate(when.precision, day)


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_none(text: str) -> None:
    with contextlib.suppress(NotADate):
        assert read(text, TODAY)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("second semester 2022", "2022-S2"),
        ("first half of 2023", "2023-S1"),
        ("H2 2024", "2024-S2"),
        ("2e semestre 2022", "2022-S2"),
        ("1er semestre de l'année 2022", "2022-S1"),
        ("2º semestre de 2022", "2022-S2"),
        ("II semestre 2022", "2022-S2"),
        ("segundo semestre del año 2022", "2022-S2"),
        ("último semestre de 2022", "2022-S2"),
        ("primer trimestre de 2023", "2023-Q1"),
        ("terceiro trimestre de 2023", "2023-Q3"),
        ("quarto trimestre de 2023", "2023-Q4"),
        ("dernier trimestre 2022", "2022-Q4"),
        ("último trimestre de 2022", "2022-Q4"),
        ("the last quarter of 2022", "2022-Q4"),
        ("T4 2022", "2022-Q4"),
        ("4T2022", "2022-Q4"),
        ("Q3 2023", "2023-Q3"),
        ("2023/Q1", "2023-Q1"),
        ("S2-2022", "2022-S2"),
        ("janvier 2023", "2023-01"),
        ("d'ici janvier 2023", "2023-01"),
        ("by the end of January 2023", "2023-01"),
        ("enero de 2023", "2023-01"),
        ("sept. 2023", "2023-09"),
        ("setembro de 2023", "2023-09"),
        ("01/2023", "2023-01"),
        ("2023.1", "2023-01"),
        ("2023", "2023"),
        ("año 2023", "2023"),
        ("l'année 2023", "2023"),
        ("fin 2023", "2023"),
        ("15/04/2027", "2027-04-15"),
        ("15 de abril de 2027", "2027-04-15"),
        ("mañana", "2026-11-25"),
    ],
)
def test_as_people_write(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_what_has_two_readings_is_not_guessed() -> None:
    assert codes("05/06/2027") == ["2027-06-05", "2027-05-06"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("second semester", NoYear),
        ("T4", NoYear),
        ("15 avril", NoYear),
        ("5e trimestre 2023", NoSuchDate),
        ("3rd semester 2023", NoSuchDate),
        ("2023-13", NoSuchDate),
        ("31/02/2023", NoSuchDate),
        ("1492", NoSuchDate),
        ("0000-01", NoSuchDate),
        ("soon", NotADate),
        ("", NotADate),
        ("before 2023", NotADate),
        ("antes de 2023", NotADate),
        ("January or February 2023", NotADate),
        ("Q1 S2 2023", NotADate),
        ("1 2 trimestre 2023", NotADate),
        ("2023 2024", NotADate),
        ("12345", NotADate),
    ],
)
def test_what_is_no_date_says_why(text: str, error: type[NotADate]) -> None:
    with pytest.raises(NotADate) as caught:
        read(text, TODAY)
    assert caught.type is error


@pytest.mark.parametrize("code", ["2023-Q5", "2023-S3", "2023-S0", "23", "2023-1", "2023-01-32", ""])
def test_what_is_no_code(code: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        VagueDate.of_code(code)
