"""Calendar files, read back by three readers.

One takes the standard at its word, one goes by the names of zones as Google and Outlook do, and one is
vobject with dateutil.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil import tz as dateutil_zones
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendars import files, zones
from bot.calendars.files import Shown
from bot.i18n import Translator
from directory.meetings import Document, Meeting, State, When
from directory.texts import local
from tests.support import ical

EN = Translator("en")
wall = datetime.fromisoformat
MEETING = Meeting(
    2,
    "ACS",
    local(en="Second Meeting; of, focal points", es="Segunda reunión, de puntos focales"),
    When(wall("2027-04-15 09:00"), wall("2027-04-16 17:00"), "America/Mexico_City"),
    State.ANNOUNCED,
    places=local(en="Foreign Ministry, Mexico City", es="Cancillería, Ciudad de México"),
    link="https://meet.example/second?a=1,2;b",
    languages=("es", "en"),
    interpretation=True,
    agenda=(local(en="Opening", es="Apertura"), local(es="Números \\ y más, " * 12)),
    documents=(Document(local(en="Draft"), "https://papers.example/draft"),),
    answer_by=date(2027, 4, 8),
    uid="3f2b@enlace",
    sequence=3,
    changed_at=datetime(2027, 3, 1, 8, 30, 15, 999, tzinfo=UTC),
)
#: With and without changes of clocks, by half an hour, by a whole day, backwards in summer, and no more.
ZONES = (
    "America/Mexico_City",
    "America/New_York",
    "America/Havana",
    "America/Port-au-Prince",
    "America/Bogota",
    "America/Caracas",
    "America/Port_of_Spain",
    "America/Santo_Domingo",
    "Europe/Paris",
    "Europe/Dublin",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "UTC",
)


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    forget_zones()
    yield
    forget_zones()


def forget_zones() -> None:
    """Of each name vobject keeps the first zone that it ever read, for the whole process."""
    known = vars(vobject.icalendar)["__tzidMap"]
    known.clear()
    known["UTC"] = dateutil_zones.tzutc()


def written(meeting: Meeting, language: str = "en", *, details: bool = True) -> ical.Component:
    return ical.read(files.file(Translator(language), Shown(meeting, details)))


def check(content: bytes, expected: dict[str, tuple[datetime, datetime]]) -> None:
    """Every reader sees every event at its instants."""
    calendar = ical.read(content)
    assert {event["UID"].raw for event in calendar.all("VEVENT")} == expected.keys()
    for event in calendar.all("VEVENT"):
        for name, meant in zip(("DTSTART", "DTEND"), expected[event["UID"].raw], strict=True):
            assert ical.instant(calendar, event, name) == meant
            if (named := event[name].parameters.get("TZID")) is not None:
                wall = datetime.strptime(event[name].raw, "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo(named))
                assert wall.astimezone(UTC) == meant
    forget_zones()
    other = vobject.readOne(content.decode())
    assert {event.uid.value for event in other.vevent_list} == expected.keys()
    for event in other.vevent_list:
        starts, ends = expected[event.uid.value]
        assert (event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC)) == (starts, ends)


def at(meeting: Meeting) -> dict[str, tuple[datetime, datetime]]:
    return {meeting.uid: (meeting.starts_at, meeting.ends_at)}


meetings_somewhere = st.builds(
    lambda start, minutes, zone: replace(
        MEETING, when=When(start, start + timedelta(minutes=minutes), zone), uid=f"{zone}-{start}@enlace"
    ),
    st.datetimes(wall("2001-01-01 00:00"), wall("2034-12-01 00:00")).map(
        lambda value: value.replace(second=0, microsecond=0)
    ),
    st.integers(600, 60 * 24 * 20),
    st.sampled_from(ZONES),
)


@given(meetings_somewhere)
@settings(max_examples=30, deadline=None)
def test_a_file_says_the_same_instants_to_every_reader(meeting: Meeting) -> None:
    check(files.file(EN, Shown(meeting, True)), at(meeting))


@given(st.lists(meetings_somewhere, min_size=1, max_size=6, unique_by=lambda meeting: meeting.uid))
@settings(max_examples=8, deadline=None)
def test_a_link_says_the_same_instants_of_all_its_meetings(found: list[Meeting]) -> None:
    content = files.feed(EN, "ACS", [Shown(meeting, True) for meeting in found])
    check(content, {uid: span for meeting in found for uid, span in at(meeting).items()})


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Paris", "America/Havana"])
def test_a_move_across_a_change_of_clocks_moves_the_instant_by_an_hour_more(zone: str) -> None:
    winter = replace(MEETING, when=When(wall("2027-03-01 09:00"), wall("2027-03-01 17:00"), zone))
    summer = replace(winter, when=winter.when.moved_by(42), sequence=winter.sequence + 1)
    check(files.file(EN, Shown(winter, True)), at(winter))
    check(files.file(EN, Shown(summer, True)), at(summer))
    assert summer.starts_at - winter.starts_at == timedelta(days=42, hours=-1)
    before, after = written(winter).all("VEVENT")[0], written(summer).all("VEVENT")[0]
    assert before["UID"].raw == after["UID"].raw
    assert int(before["SEQUENCE"].raw) < int(after["SEQUENCE"].raw)


@pytest.mark.parametrize("fold", [0, 1])
def test_an_hour_that_comes_twice_is_written_in_utc(fold: int) -> None:
    when = When(wall("2027-11-07 01:30"), wall("2027-11-07 09:00"), "America/New_York", fold=fold)
    meeting = replace(MEETING, when=when)
    content = files.file(EN, Shown(meeting, True))
    check(content, at(meeting))
    assert ical.read(content).all("VEVENT")[0]["DTSTART"].raw == f"20271107T0{5 + fold}3000Z"
    assert b"VTIMEZONE" not in content


def test_a_zone_is_described_for_the_dates_in_use_alone() -> None:
    found = zones.observances(ZoneInfo("Europe/Paris"), MEETING.starts_at, MEETING.ends_at)
    assert [(one.onset, one.daylight) for one in found] == [
        (wall("2026-10-25 03:00"), False),
        (wall("2027-03-28 02:00"), True),
    ]
    (only,) = zones.observances(ZoneInfo("America/Bogota"), MEETING.starts_at, MEETING.ends_at)
    assert (only.after, only.daylight) == (timedelta(hours=-5), False)


@pytest.mark.parametrize(
    ("language", "title", "place", "words"),
    [
        ("en", "Second Meeting; of, focal points", "Foreign Ministry, Mexico City", "Agenda\n1. Opening"),
        ("es", "Segunda reunión, de puntos focales", "Cancillería, Ciudad de México", "Orden del día"),
        ("fr", "Second Meeting; of, focal points (en anglais)", "Foreign Ministry", "Ordre du jour"),
        ("pt", "Second Meeting; of, focal points (em inglês)", "Foreign Ministry", "Pauta"),
    ],
)
def test_texts_are_the_readers(language: str, title: str, place: str, words: str) -> None:
    (event,) = written(MEETING, language).all("VEVENT")
    assert event["SUMMARY"].text == title
    assert event["LOCATION"].text.startswith(place)
    assert words in event["DESCRIPTION"].text
    assert event["DESCRIPTION"].parameters == {"LANGUAGE": language}
    assert "https://meet.example/second?a=1,2;b" in event["DESCRIPTION"].text
    assert event["URL"].raw == "https://meet.example/second?a=1,2;b"


def test_what_a_calendar_must_know() -> None:
    calendar = written(MEETING)
    (event,) = calendar.all("VEVENT")
    assert calendar["METHOD"].raw == "PUBLISH"
    assert (event["UID"].raw, event["SEQUENCE"].raw) == ("3f2b@enlace", "3")
    assert event["STATUS"].raw == "CONFIRMED"
    assert event["LAST-MODIFIED"].raw == event["DTSTAMP"].raw == "20270301T083015Z"
    assert [alarm["TRIGGER"].raw for alarm in event.all("VALARM")] == ["-P1D", "-PT1H"]
    assert "ATTENDEE" not in event.properties


def test_a_cancelled_meeting_is_taken_out() -> None:
    calendar = written(replace(MEETING, state=State.CANCELLED, sequence=4))
    (event,) = calendar.all("VEVENT")
    assert calendar["METHOD"].raw == "CANCEL"
    assert (event["STATUS"].raw, event["SEQUENCE"].raw) == ("CANCELLED", "4")
    assert event["SUMMARY"].text == "Cancelled: Second Meeting; of, focal points"
    assert event.all("VALARM") == []


def test_link_agenda_and_documents_are_for_those_invited() -> None:
    content = files.file(EN, Shown(replace(MEETING, places=local()), False)).replace(b"\r\n ", b"")
    for secret in (b"meet.example", b"papers.example", b"Opening"):
        assert secret not in content


@given(st.text(max_size=200))
@settings(max_examples=40, deadline=None)
def test_no_text_becomes_a_line_of_its_own(text: str) -> None:
    nasty = replace(MEETING, titles=local(en=f"x{text}"), places=local(en=f"y{text}\r\nEND:VEVENT"))
    calendar = ical.read(files.file(EN, Shown(nasty, True)))
    (event,) = calendar.all("VEVENT")
    assert event["SUMMARY"].text.startswith("x")
    assert event["LOCATION"].text.endswith("END:VEVENT")
    plain = "".join(character for character in text if character.isalnum())
    assert "".join(character for character in event["SUMMARY"].text[1:] if character.isalnum()) == plain


def test_a_link_names_itself_and_says_how_often_to_look() -> None:
    calendar = ical.read(files.feed(EN, "Meetings of the ACS", [Shown(MEETING, False)]))
    assert calendar["X-WR-CALNAME"].text == calendar["NAME"].text == "Meetings of the ACS"
    assert calendar["REFRESH-INTERVAL"].raw == calendar["X-PUBLISHED-TTL"].raw == "PT1H"
    assert calendar["REFRESH-INTERVAL"].parameters == {"VALUE": "DURATION"}
