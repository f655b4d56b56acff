"""A reader of calendar files that takes RFC 5545 at its word, and knows nothing of any library.

It refuses what some program would stumble over: a bare line feed, a line of more than 75 octets, a zone with
rules or lists of dates, a time in a zone that the file does not describe.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_VALUE = r'(?:"[^"]*"|[^";:,]*)'
_LINE = re.compile(rf"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+={_VALUE}(?:,{_VALUE})*)*):(.*)")
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:]*))')
_ESCAPED = re.compile(r"\\([\\;,nN])")


@dataclass
class Property:
    """A line: its parameters and its value as it stands."""

    parameters: dict[str, str]
    raw: str

    @property
    def text(self) -> str:
        """The value, taken as text."""
        assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", self.raw), f"not escaped: {self.raw}"
        return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.raw)


@dataclass
class Component:
    """What stands between ``BEGIN`` and ``END``."""

    name: str
    properties: dict[str, list[Property]] = field(default_factory=dict)
    parts: list[Component] = field(default_factory=list)

    def __getitem__(self, name: str) -> Property:
        """The one property of this name."""
        (found,) = self.properties[name]
        return found

    def all(self, name: str) -> list[Component]:
        return [part for part in self.parts if part.name == name]


def read(content: bytes) -> Component:
    """The calendar of a file."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    open_: list[Component] = [Component("")]
    for line in content.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]:
        found = _LINE.fullmatch(line)
        assert found is not None, f"not a line: {line!r}"
        name, parameters, value = found[1].upper(), found[2], found[3]
        if name == "BEGIN":
            open_.append(Component(value))
        elif name == "END":
            done = open_.pop()
            assert done.name == value
            open_[-1].parts.append(done)
        else:
            given = {key.upper(): text.strip('"') for key, text in _PARAMETER.findall(parameters)}
            open_[-1].properties.setdefault(name, []).append(Property(given, value))
    (root,) = open_
    (calendar,) = root.parts
    assert calendar.name == "VCALENDAR"
    return calendar


def instant(calendar: Component, event: Component, name: str) -> datetime:
    """The instant of a time, by what the file itself says of its zone (3.6.5)."""
    time = event[name]
    if time.raw.endswith("Z"):
        assert not time.parameters
        return _stamp(time.raw[:-1]).replace(tzinfo=UTC)
    (zone,) = [part for part in calendar.all("VTIMEZONE") if part["TZID"].raw == time.parameters["TZID"]]
    assert zone.all("STANDARD"), "some programs read nothing but standard time"
    assert all({"RRULE", "RDATE"}.isdisjoint(part.properties) for part in zone.parts)
    local = _stamp(time.raw)
    begun = {_stamp(part["DTSTART"].raw): part for part in zone.parts if _stamp(part["DTSTART"].raw) <= local}
    assert begun, "the file says nothing of the zone at this time"
    return local.replace(tzinfo=UTC) - _offset(begun[max(begun)]["TZOFFSETTO"].raw)


def _stamp(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall time


def _offset(text: str) -> timedelta:
    sign = -1 if text[0] == "-" else 1
    parts = [int(text[at : at + 2]) for at in range(1, len(text), 2)]
    return sign * timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2] if len(parts) > 2 else 0)
