"""Deadlines on one line, and lists of them, as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import deadline_filters as filters
from bot.cards import deadline_line as line
from bot.cards.deadline_filters import Scope, Wanted, Which
from reminders.deadlines.repeating import NotARule

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "title", "due", "parts"),
    [
        (
            '"Guidelines document" 2023-01 owner:Mexico lead:30,7,1',
            "Guidelines document",
            "2023-01",
            {line.OWNERS: "Mexico", line.LEAD: "30,7,1"},
        ),
        (
            "«Documento de orientaciones» segundo semestre de 2022 responsable: México, Haití después:D-3",
            "Documento de orientaciones",
            "segundo semestre de 2022",
            {line.OWNERS: "México, Haití", line.AFTER: "D-3"},
        ),
        (
            "“Note : premier jet” 15/04/2027 responsable:Haïti répéter:chaque mois réseau:AEC",
            "Note : premier jet",
            "15/04/2027",
            {line.OWNERS: "Haïti", line.REPEAT: "chaque mois", line.NETWORK: "AEC"},
        ),
        (
            '"Relatório" 2027 responsável:México responsável:Cuba',
            "Relatório",
            "2027",
            {line.OWNERS: "México, Cuba"},
        ),
    ],
)
def test_a_line_is_taken_apart_in_every_language(
    typed: str, title: str, due: str, parts: dict[str, str]
) -> None:
    assert line.take_apart(typed) == line.Line(title, due, parts)


def test_a_line_names_what_it_does_not_know() -> None:
    taken = line.take_apart('"Report" 2027 colour:red')
    assert taken is not None
    assert taken.unknown == ("colour",)
    assert line.take_apart("Report 2027 owner:Mexico") is None


@given(st.text(max_size=200))
def test_no_line_is_too_strange(text: str) -> None:
    line.take_apart(text)
    filters.take_apart(" ".join(text.split()), TODAY)
    if (days := line.leads(text)) is not None:
        assert list(days) == sorted(set(days), reverse=True)
        assert all(0 <= day <= 366 for day in days)


@given(
    st.text(
        st.characters(exclude_characters='"“”«»„', exclude_categories=("C", "Z")), min_size=1, max_size=40
    ),
    st.sampled_from(["2027", "2027-04", "Q1 2027", "15 April 2027"]),
    st.sampled_from(["Mexico", "Haiti, Cuba"]),
)
def test_what_is_written_on_a_line_is_read_from_it(title: str, due: str, owners: str) -> None:
    taken = line.take_apart(f'"{title}" {due} owner:{owners} lead:7')
    assert taken == line.Line(title, due, {line.OWNERS: owners, line.LEAD: "7"})


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("monthly", "FREQ=MONTHLY"),
        ("cada mes", "FREQ=MONTHLY"),
        ("trimestriel", "FREQ=MONTHLY;INTERVAL=3"),
        ("Semestral", "FREQ=MONTHLY;INTERVAL=6"),
        ("toda semana", "FREQ=WEEKLY"),
        ("rrule:freq=daily;interval=10", "FREQ=DAILY;INTERVAL=10"),
    ],
)
def test_how_often_is_said_in_words_or_as_a_rule(typed: str, rule: str) -> None:
    assert line.rule(typed, date(2027, 1, 15)) == rule


@pytest.mark.parametrize("typed", ["now and then", "", "FREQ=HOURLY", "FREQ=DAILY;COUNT=x"])
def test_what_is_no_rule_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(NotARule):
        line.rule(typed, date(2027, 1, 15))


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", Wanted()),
        ("mine overdue", Wanted(Scope.MINE, which=Which.OVERDUE)),
        ("mis plazos este mes", Wanted(Scope.MINE, first=date(2026, 11, 1), last=date(2026, 11, 30))),
        ("country Q1 2023", Wanted(Scope.COUNTRY, first=date(2023, 1, 1), last=date(2023, 3, 31))),
        ("Haití 2027", Wanted(first=date(2027, 1, 1), last=date(2027, 12, 31), rest="Haití")),
        (
            "réseau en retard ce trimestre",
            Wanted(Scope.NETWORK, "", Which.OVERDUE, date(2026, 10, 1), date(2026, 12, 31)),
        ),
        ("rede próxima semana", Wanted(Scope.NETWORK, first=date(2026, 11, 30), last=date(2026, 12, 6))),
        ("último trimestre de 2022", Wanted(first=date(2022, 10, 1), last=date(2022, 12, 31))),
    ],
)
def test_a_list_is_asked_for_in_every_language(typed: str, wanted: Wanted) -> None:
    assert filters.take_apart(typed, TODAY) == wanted
