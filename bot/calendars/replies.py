"""Replies to invitations that a calendar program wrote (iTIP, RFC 5546, 3.2.3): whose file it is answers.

A file may hold anything, so that of it only lines are read: neither zones nor repetitions are reckoned with.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.contract import FileRef
from directory.meetings import Answer

#: A reply is a few hundred bytes; with a picture of a signature in it a few thousand.
LARGEST: Final = 64 * 1024
_TYPES: Final = ("text/calendar", "application/ics", "text/x-vcalendar")
#: A long line goes on after a line break and a blank (RFC 5545, 3.1).
_FOLD: Final = re.compile(r"\r?\n[ \t]")
_ANSWERS: Final = {
    "ACCEPTED": Answer.ATTENDING,
    "TENTATIVE": Answer.MAYBE,
    "DECLINED": Answer.CANNOT,
}


class Trouble(enum.StrEnum):
    """Why a file is no reply that counts."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    NO_REPLY = "no_reply"
    SEVERAL = "several"
    NO_ANSWER = "no_answer"


class UnreadableError(Exception):
    """The file is no reply. ``trouble`` tells why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """What is answered to which state of which event: ``UID`` and ``SEQUENCE`` of a calendar."""

    uid: str
    sequence: int
    answer: Answer


def is_calendar(file: FileRef) -> bool:
    """Whether a file says of itself that it is one of a calendar."""
    kind = file.media_type.partition(";")[0].strip().lower()
    return kind in _TYPES or file.name.lower().endswith((".ics", ".ical"))


def read(content: bytes) -> CalendarReply:
    """The reply that a file holds.

    Raises:
        UnreadableError: it holds none, or none that can be counted.
    """
    if len(content) > LARGEST:
        raise UnreadableError(Trouble.TOO_LARGE)
    method, events = "", list[dict[str, str]]()
    try:
        for path, name, value in _lines(content.decode("utf-8-sig", "replace")):
            if path == ("VCALENDAR",) and name == "METHOD":
                method = value.strip().upper()
            elif path == ("VCALENDAR", "VEVENT"):
                if name == "BEGIN":
                    events.append({})
                elif name in events[-1] and name == "PARTSTAT":
                    raise UnreadableError(Trouble.SEVERAL)
                else:
                    events[-1].setdefault(name, value)
    except ValueError:
        raise UnreadableError(Trouble.UNREADABLE) from None
    if not method and not events:
        raise UnreadableError(Trouble.UNREADABLE)
    if method != "REPLY" or not events:
        raise UnreadableError(Trouble.NO_REPLY)
    if len(events) > 1:
        raise UnreadableError(Trouble.SEVERAL)
    (event,) = events
    answer, sequence = _ANSWERS.get(event.get("PARTSTAT", "").upper()), event.get("SEQUENCE", "0").strip()
    if answer is None or not event.get("UID"):
        raise UnreadableError(Trouble.NO_ANSWER)
    if not sequence.isascii() or not sequence.isdecimal() or len(sequence) > 9:
        raise UnreadableError(Trouble.UNREADABLE)
    return CalendarReply(event["UID"].strip(), int(sequence), answer)


def _lines(text: str) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Each line as where it stands, its name and its value; of an attendee only what they answered.

    The beginning of a component is a line within it.

    Raises:
        ValueError: a line is none.
    """
    from icalendar.parser import Contentline

    path: tuple[str, ...] = ()
    for line in _FOLD.sub("", text).split("\n"):
        if not line.strip():
            continue
        parted = Contentline(line.rstrip("\r"))  # type: ignore[no-untyped-call] # the library's own
        name, parameters, value = parted.parts()
        match name.upper():
            case "BEGIN":
                path = (*path, value.strip().upper())
                yield path, "BEGIN", ""
            case "END":
                if not path or path[-1] != value.strip().upper():
                    raise ValueError("a component ends that did not begin")
                path = path[:-1]
            case "ATTENDEE":
                yield path, "PARTSTAT", str(parameters.get("PARTSTAT", ""))
            case upper:
                yield path, upper, str(value)
