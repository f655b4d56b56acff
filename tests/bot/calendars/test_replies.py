"""Replies that calendar programs write, and files that are none."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendars import replies
from bot.calendars.replies import CalendarReply, Trouble, UnreadableError
from bot.contract import FileRef
from directory.meetings import Answer

#: As Outlook writes one, with its own zone, a comment and a folded line.
REPLY = """BEGIN:VCALENDAR
METHOD:REPLY
PRODID:-//Example Corp//Mail 16.0//EN
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Somewhere
BEGIN:STANDARD
DTSTART:16010101T000000
RRULE:FREQ=SECONDLY
TZOFFSETFROM:-0500
TZOFFSETTO:-0500
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=ACCEPTED;CN="Rico, Ana":mailto:ana.rico@mre.exa
 mple
COMMENT;LANGUAGE=en-US:Looking forward\\n
UID:3f2b@enlace
SUMMARY;LANGUAGE=en-US:Accepted: Second Meeting
DTSTART;TZID=Somewhere:20270415T090000
SEQUENCE:3
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def trouble(text: str | bytes) -> Trouble:
    with pytest.raises(UnreadableError) as raised:
        replies.read(text.encode() if isinstance(text, str) else text)
    return raised.value.trouble


@pytest.mark.parametrize(
    ("written", "meant"),
    [("ACCEPTED", Answer.ATTENDING), ("TENTATIVE", Answer.MAYBE), ("Declined", Answer.CANNOT)],
)
def test_an_answer_is_read(written: str, meant: Answer) -> None:
    text = REPLY.replace("ACCEPTED", written)
    assert replies.read(text.encode()) == CalendarReply("3f2b@enlace", 3, meant)
    assert replies.read(("\ufeff" + text.replace("\r\n", "\n")).encode()).answer is meant


def test_without_a_sequence_it_is_the_first() -> None:
    assert replies.read(REPLY.replace("SEQUENCE:3\r\n", "").encode()).sequence == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (REPLY.replace("METHOD:REPLY", "METHOD:PUBLISH"), Trouble.NO_REPLY),
        (REPLY.replace("METHOD:REPLY\r\n", ""), Trouble.NO_REPLY),
        (REPLY.replace("ACCEPTED", "DELEGATED"), Trouble.NO_ANSWER),
        (REPLY.replace("ACCEPTED", "NEEDS-ACTION"), Trouble.NO_ANSWER),
        (REPLY.replace("UID:", "X-UID:"), Trouble.NO_ANSWER),
        (REPLY.replace("SEQUENCE:3", "SEQUENCE:three"), Trouble.UNREADABLE),
        (REPLY.replace("SEQUENCE:3", "ATTENDEE;PARTSTAT=DECLINED:mailto:b@b.example"), Trouble.SEVERAL),
        (REPLY.replace("END:VEVENT", "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT"), Trouble.SEVERAL),
        (REPLY.replace("END:VEVENT", "END:VTODO"), Trouble.UNREADABLE),
        (REPLY.replace("UID:3f2b@enlace", "no line at all"), Trouble.UNREADABLE),
        ("", Trouble.UNREADABLE),
        (b"\x00\xff\xfe PK\x03\x04", Trouble.UNREADABLE),
        ("X" * (replies.LARGEST + 1), Trouble.TOO_LARGE),
    ],
)
def test_what_is_no_reply_is_told_apart(text: str | bytes, why: Trouble) -> None:
    assert trouble(text) is why


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: (REPLY[:400] + text).encode()))
@settings(max_examples=60, deadline=None)
def test_whatever_a_file_holds_is_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        assert replies.read(content).uid


def test_a_calendar_is_known_by_its_type_or_its_name() -> None:
    assert replies.is_calendar(FileRef("reply", "text/calendar; method=REPLY", 10, "h"))
    assert replies.is_calendar(FileRef("Reply.ICS", "application/octet-stream", 10, "h"))
    assert not replies.is_calendar(FileRef("people.csv", "text/csv", 10, "h"))
