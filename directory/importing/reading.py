"""From the cells of a row to a record; whatever has two readings stops the row and says which."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar
from zoneinfo import available_timezones

from directory import countries
from directory.importing import amounts, contacts, dates, names, table, vocabulary
from directory.importing.cells import Cell, Formula, Row, clean, is_nothing, lines
from directory.importing.fields import LOCAL
from directory.importing.headings import Column, Layout
from directory.importing.records import Doubt, FocalPoint, Problem, ProjectRecord, Untaken
from directory.people import ContactKind
from directory.projects import squeeze

#: The longest texts that the directory keeps, in characters.
LONGEST_NAME: Final = 120
LONGEST_TITLE: Final = 300
LONGEST_TEXT: Final = 20_000
#: How much of a cell is repeated where it is the matter.
ECHO: Final = 80

#: The language in which dates with numbers put the day first without exception.
_DAY_FIRST: Final = frozenset(("es", "fr", "pt"))

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where the file says nothing: the network, the country of a national list, the language."""

    network: str = ""
    country: str = ""
    language: str = ""


class Reader:
    """Reads the rows of one table. ``networks`` are the codes of those that there are."""

    def __init__(self, layout: Layout, defaults: Defaults, networks: Mapping[str, str]) -> None:
        self._layout = layout
        self._defaults = defaults
        self._networks = networks
        self._language = defaults.language or layout.language or "en"
        self._shared: dict[object, object] = {}

    def focal_points(self, rows: Iterator[Row]) -> Iterator[FocalPoint | tuple[int, Problem]]:
        """Each row as a focal point, or its number and what is the matter."""
        for row in rows:
            if row.number > self._layout.row:
                try:
                    yield self._focal_point(row)
                except Untaken as untaken:
                    yield row.number, untaken.problem

    def projects(self, rows: Iterator[Row]) -> Iterator[ProjectRecord | tuple[int, Problem]]:
        """Each row as a project, or its number and what is the matter."""
        for row in rows:
            if row.number > self._layout.row:
                try:
                    yield self._project(row)
                except Untaken as untaken:
                    yield row.number, untaken.problem

    # Rows

    def _focal_point(self, row: Row) -> FocalPoint:
        given, family, loud = self._name(row)
        country = self._country(row)
        institution = self._text(row, "institution", LONGEST_TITLE)
        post = self._text(row, "post_key", 32)
        if not (country or institution or post):
            raise Untaken(Problem(Doubt.NO_PLACE))
        found = [
            *self._contacts(row, "email", country),
            *self._contacts(row, "phone", country),
            *self._contacts(row, "mobile", country),
            *self._contacts(row, "handle", country),
        ]
        since, until = self._date(row, "since"), self._date(row, "until")
        if since is not None and until is not None and until < since:
            raise Untaken(Problem(Doubt.ENDS_BEFORE, first=since.isoformat(), second=until.isoformat()))
        return FocalPoint(
            row=row.number,
            given=given,
            family=family,
            country=country,
            network=self._network(row),
            institution=self._share(institution),
            titles=self._share_texts(self._texts(row, "post", LONGEST_TITLE)),
            areas=self._share_texts(self._texts(row, "area", LONGEST_TITLE)),
            standing=self._word(row, "standing", vocabulary.standing, Doubt.STANDING),
            found=tuple(found),
            languages=self._share(self._languages(row)),
            time_zone=self._share(self._time_zone(row)),
            since=self._share(since),
            until=self._share(until),
            reference=self._text(row, "reference", LONGEST_NAME),
            letter_on=self._share(self._date(row, "letter_on")),
            loud=loud,
            person=self._text(row, "person_key", 32),
            post=post,
        )

    def _project(self, row: Row) -> ProjectRecord:
        code = self._text(row, "code", 64).upper()
        if not code:
            raise Untaken(Problem(Doubt.NO_CODE))
        code = "-".join(code.replace("_", " ").replace("/", " ").replace(".", " ").replace("-", " ").split())
        if len(code) > 32 or not code.isascii() or not code.replace("-", "").isalnum() or not squeeze(code):
            raise Untaken(Problem(Doubt.BAD_CODE, self._heading("code"), code[:ECHO]))
        starts_on, ends_on = self._date(row, "starts_on"), self._date(row, "ends_on")
        if starts_on is not None and ends_on is not None and ends_on < starts_on:
            raise Untaken(Problem(Doubt.ENDS_BEFORE, first=starts_on.isoformat(), second=ends_on.isoformat()))
        return ProjectRecord(
            row=row.number,
            code=code,
            network=self._network(row),
            texts={
                name: texts
                for name in self._layout.by_field
                if name in LOCAL and (texts := self._texts(row, name, LONGEST_TEXT))
            },
            status=self._word(row, "status", vocabulary.status, Doubt.STATUS),
            starts_on=starts_on,
            ends_on=ends_on,
            country=self._country(row),
            budget=self._budget(row),
            parties={
                role: parts
                for role in ("responsible", "executing", "beneficiary", "donor")
                if (parts := self._several(row, role))
            },
        )

    # Cells

    def _heading(self, field: str) -> str:
        return self._layout.by_field[field][0].heading

    def _cell(self, row: Row, column: Column) -> Cell:
        cell = row.cells[column.index] if column.index < len(row.cells) else None
        if isinstance(cell, Formula):
            raise Untaken(Problem(Doubt.FORMULA, column.heading, cell.text[:ECHO]))
        # Our own export writes a text that a spreadsheet would take for a formula with a sign before it.
        if isinstance(cell, str) and cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r"):
            return cell[1:]
        return cell

    def _first(self, row: Row, field: str) -> tuple[Cell, Column] | None:
        for column in self._layout.by_field.get(field, ()):
            cell = self._cell(row, column)
            if cell is not None and not is_nothing(table.shown(cell).strip()):
                return cell, column
        return None

    def _text(self, row: Row, field: str, limit: int) -> str:
        found = self._first(row, field)
        return "" if found is None else self._within(clean(table.shown(found[0])), found[1], limit)

    def _within(self, text: str, column: Column, limit: int) -> str:
        if len(text) > limit:
            raise Untaken(Problem(Doubt.TOO_LONG, column.heading, text[:ECHO], str(limit)))
        return text

    def _texts(self, row: Row, field: str, limit: int) -> dict[str, str]:
        texts: dict[str, str] = {}
        for column in self._layout.by_field.get(field, ()):
            written = table.shown(self._cell(row, column))
            text = "\n".join(lines(written)) if limit >= LONGEST_TEXT else clean(written)
            if text and not is_nothing(text):
                texts[column.language or self._language] = self._within(text, column, limit)
        return texts

    def _several(self, row: Row, field: str) -> tuple[str, ...]:
        found = self._first(row, field)
        if found is None:
            return ()
        text = table.shown(found[0])
        # Where lines part them, a semicolon belongs to a name.
        parts = lines(text) if "\n" in text else [clean(part) for part in text.split(";")]
        return tuple(
            dict.fromkeys(
                self._within(part, found[1], LONGEST_TITLE) for part in parts if part and not is_nothing(part)
            )
        )

    def _name(self, row: Row) -> tuple[str, str, bool]:
        whole = self._text(row, "name", 2 * LONGEST_NAME)
        given = self._text(row, "given_name", LONGEST_NAME)
        family = self._text(row, "family_name", LONGEST_NAME)
        written = whole or f"{given} {family}".strip()
        if not written:
            raise Untaken(Problem(Doubt.NO_NAME))
        if not any(char.isalpha() for char in written) or any(char in written for char in "=@<>{}[]|\\"):
            raise Untaken(Problem(Doubt.NOT_A_NAME, written=written[:ECHO]))
        if given or family:
            given, family = names.repair(names.without_address(given)), names.repair(family, family=True)
        else:
            given, family = names.parted(whole, self._language)
        if len(given) > LONGEST_NAME or len(family) > LONGEST_NAME:
            raise Untaken(Problem(Doubt.TOO_LONG, written=written[:ECHO], first=str(LONGEST_NAME)))
        return given, family, written == written.upper()

    def _country(self, row: Row) -> str:
        found = self._first(row, "country")
        if found is None:
            return self._defaults.country
        written = clean(table.shown(found[0]))
        code = vocabulary.country(written)
        if code:
            return code
        near = vocabulary.nearest_country(written)
        heading, echo = found[1].heading, written[:ECHO]
        if near:
            raise Untaken(Problem(Doubt.NEAR_COUNTRY, heading, echo, _named(near, self._language)))
        raise Untaken(Problem(Doubt.UNKNOWN_COUNTRY, heading, echo))

    def _network(self, row: Row) -> str:
        found = self._first(row, "network")
        if found is None:
            return self._defaults.network
        written = clean(table.shown(found[0]))
        code = self._networks.get(written.upper(), "")
        if not code:
            raise Untaken(Problem(Doubt.UNKNOWN_NETWORK, found[1].heading, written[:ECHO]))
        return code

    def _contacts(self, row: Row, field: str, country: str) -> Iterator[contacts.Found]:
        kind = ContactKind(field)
        for column in self._layout.by_field.get(field, ()):
            text = table.shown(self._cell(row, column))
            if not text or is_nothing(text.strip()):
                continue
            if kind is ContactKind.EMAIL:
                yield from contacts.addresses(text)
            elif kind is ContactKind.HANDLE:
                yield from contacts.handles(text)
            else:
                yield from contacts.numbers(kind, text, country)

    def _date(self, row: Row, field: str) -> date | None:
        found = self._first(row, field)
        if found is None:
            return None
        cell, column = found
        order = dates.order_in(column.heading) or ("day" if self._language in _DAY_FIRST else "")
        try:
            return dates.read(cell if isinstance(cell, date) else table.shown(cell), order=order)
        except dates.DateDoubt as doubt:
            kind = Doubt.DATE_TWICE if doubt.readings else Doubt.DATE
            readings = (*(reading.isoformat() for reading in doubt.readings), "", "")
            echo = table.shown(cell)[:ECHO]
            raise Untaken(Problem(kind, column.heading, echo, readings[0], readings[1])) from None

    def _budget(self, row: Row) -> tuple[Decimal, str] | None:
        found = self._first(row, "budget")
        if found is None:
            return None
        cell, column = found
        if not isinstance(cell, int | float):
            cell = clean(table.shown(cell))
        try:
            return amounts.read(cell, self._text(row, "currency", 16))
        except amounts.AmountDoubt as doubt:
            kind = (
                Doubt.CURRENCY if doubt.currency else Doubt.AMOUNT_TWICE if doubt.readings else Doubt.AMOUNT
            )
            readings = (*map(str, doubt.readings), "", "")
            echo = table.shown(cell)[:ECHO]
            raise Untaken(Problem(kind, column.heading, echo, readings[0], readings[1])) from None

    def _word(self, row: Row, field: str, meaning: Callable[[str], _T | None], doubt: Doubt) -> _T | None:
        found = self._first(row, field)
        if found is None:
            return None
        written = clean(table.shown(found[0]))
        meant = meaning(written)
        if meant is None:
            raise Untaken(Problem(doubt, found[1].heading, written[:ECHO]))
        return meant

    def _languages(self, row: Row) -> tuple[str, ...]:
        found = self._first(row, "languages")
        if found is None:
            return ()
        codes: list[str] = []
        written = clean(table.shown(found[0]).replace("\n", ";"))
        for part in written.replace("/", ";").replace(",", ";").split(";"):
            for word in [part] if vocabulary.language(part) else part.replace(" y ", " ").split():
                if word.lower() in ("and", "et", "e", "y", ""):
                    continue
                code = vocabulary.language(word)
                if not code:
                    raise Untaken(Problem(Doubt.LANGUAGE, found[1].heading, written[:ECHO]))
                codes.append(code)
        return tuple(dict.fromkeys(codes))

    def _time_zone(self, row: Row) -> str:
        zone = self._text(row, "time_zone", 64)
        if zone and zone not in _zones():
            raise Untaken(Problem(Doubt.TIME_ZONE, self._heading("time_zone"), zone[:ECHO]))
        return zone

    # What many rows say alike is kept once.

    def _share(self, value: _T) -> _T:
        return self._shared.setdefault(value, value)  # type: ignore[return-value]

    def _share_texts(self, texts: dict[str, str]) -> dict[str, str]:
        return self._shared.setdefault(tuple(texts.items()), texts)  # type: ignore[return-value]


def _named(code: str, language: str) -> str:
    found = {name.language: name.text for name in countries.names(code)}
    return found.get(language) or found.get("en") or code


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def headings_of(rows: Iterator[Row], most: int) -> Sequence[tuple[int, tuple[str, ...]]]:
    """The numbers and texts of the first rows, for recognising the headings."""
    first: list[tuple[int, tuple[str, ...]]] = []
    for row in rows:
        first.append((row.number, tuple(clean(_heading_text(cell)) for cell in row.cells)))
        if len(first) == most:
            break
    return first


def _heading_text(cell: Cell) -> str:
    return "" if isinstance(cell, Formula) else table.shown(cell).replace("\n", " / ")
