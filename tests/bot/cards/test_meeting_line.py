"""A meeting typed on one line, as people write it in four languages."""

from __future__ import annotations

from datetime import date, time

import pytest

from bot.cards import meeting_line
from bot.cards.meeting_line import Line
from bot.i18n import Translator

TODAY = date(2026, 11, 24)
FIRST, LAST = (date(2027, 4, 15),), (date(2027, 4, 16),)
NINE, FIVE = time(9), time(17)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "2027-04-15 09:00 Mexico City until 2027-04-16 17:00",
            Line("A", FIRST, NINE, "Mexico City", LAST, FIVE),
        ),
        (
            "15 de abril de 2027 9:00 Ciudad de México hasta 17:00",
            Line("A", FIRST, NINE, "Ciudad de México", (), FIVE),
        ),
        ("15 avril 2027 9h00 Mexico jusqu'à 17h", Line("A", FIRST, NINE, "Mexico", (), FIVE)),
        ("15/04/2027 09:00 Bogotá até 16/04/2027 17:00", Line("A", FIRST, NINE, "Bogotá", LAST, FIVE)),
        ("2027-04-15 09:00 Port of Spain", Line("A", FIRST, NINE, "Port of Spain")),
        ("2027-04-15 09:00 - 17:00", Line("A", FIRST, NINE, "", (), FIVE)),
        ("2027-04-15", Line("A", FIRST)),
        ("2027-04-15 29:00 UTC", Line("A", FIRST, None, "UTC")),
        ("04/05/2027 09:00", Line("A", (date(2027, 4, 5), date(2027, 5, 4)), NINE)),
        ("some day", Line("A")),
        ("", Line("A")),
    ],
)
def test_what_is_understood_of_a_line(text: str, found: Line) -> None:
    read = meeting_line.read(f'"A" {text}', TODAY)
    assert read is not None
    assert (set(read.days), read.start, read.zone, read.last_days, read.end) == (
        set(found.days),
        *(found.start, found.zone, found.last_days, found.end),
    )


def test_without_a_title_in_quotation_marks_it_is_no_line() -> None:
    assert meeting_line.read("M-1", TODAY) is None
    assert meeting_line.read("Second Meeting 2027-04-15", TODAY) is None


def test_the_form_gets_what_was_typed_and_the_reader_s_city_where_there_was_none() -> None:
    read = meeting_line.read("«A» 2027-04-15 09:00 mexico city jusqu'au 2027-04-16 17:00", TODAY)
    assert read is not None
    (day,) = read.days
    assert read.values(Translator("en"), day, "UTC") == {
        "title": "A",
        "day": "2027-04-15",
        "start": "09:00",
        "end": "17:00",
        "last_day": "2027-04-16",
        "zone": "Mexico City",
    }
    bare = meeting_line.read('"A" 2027-04-15', TODAY)
    assert bare is not None
    assert bare.values(Translator("en"), None, "Bogotá")["zone"] == "Bogotá"
