"""What a record must be like, whoever wrote it. Each check names the field that has to be looked at. Pure."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from babel import Locale

from directory import contact_values, countries
from directory.institutions import Institution
from directory.networks import Membership, Network
from directory.people import Contact, ContactKind, Person
from directory.posts import Post
from directory.problems import Invalid, Reason
from directory.projects import (
    Component,
    Document,
    Funding,
    Party,
    Phase,
    Progress,
    ProjectSheet,
    Theme,
)
from directory.texts import LocalText

#: The amount of a line that is not filled in yet.
NOTHING: Final = Decimal(0)
#: No agreement of cooperation is older, and none is planned further ahead.
YEARS: Final = range(1900, 2101)
_NO_VALUE: Final = {
    ContactKind.EMAIL: Reason.NOT_AN_ADDRESS,
    ContactKind.PHONE: Reason.NOT_A_PHONE,
    ContactKind.MOBILE: Reason.NOT_A_PHONE,
    ContactKind.HANDLE: Reason.NOT_A_HANDLE,
}


def said(field: str) -> Callable[[LocalText], None]:
    """The check of a text that must be there in some language."""

    def check(text: LocalText) -> None:
        if not text:
            raise Invalid(field, Reason.EMPTY)

    return check


def _dates(**days: date | None) -> None:
    for field, value in days.items():
        if value is not None and value.year not in YEARS:
            raise Invalid(field, Reason.FAR_DATE)


def _order(start: date | None, end: date | None, field: str) -> None:
    if start is not None and end is not None and end < start:
        raise Invalid(field, Reason.BEFORE_START, start.isoformat())


def _url(field: str, value: str) -> None:
    if value and not is_url(value):
        raise Invalid(field, Reason.NOT_A_URL)


def is_url(value: str) -> bool:
    """Whether a text is the address of a page, without a password in it."""
    try:
        parts = urlsplit(value)
        fine = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not parts.username
    except ValueError:
        return False
    return fine and not any(char.isspace() for char in value)


def project(sheet: ProjectSheet) -> None:
    """A title in some language, dates in order, no budget below nothing."""
    said("title")(sheet.titles)
    _dates(starts_on=sheet.starts_on, ends_on=sheet.ends_on, updated_on=sheet.updated_on)
    _order(sheet.starts_on, sheet.ends_on, "ends_on")
    if sheet.budget is not None and sheet.budget.value <= 0:
        raise Invalid("budget", Reason.NOT_POSITIVE)


def component(part: Component) -> None:
    """A title, and no cost below nothing."""
    said("title")(part.title)
    if part.cost is not None and part.cost.value < 0:
        raise Invalid("cost", Reason.NOT_POSITIVE)


def phase(item: Phase) -> None:
    """A title and dates in order."""
    said("title")(item.title)
    _dates(starts_on=item.starts_on, ends_on=item.ends_on)
    _order(item.starts_on, item.ends_on, "ends_on")


def party(item: Party) -> None:
    """Somebody at all."""
    if not (item.institution or item.country or item.name):
        raise Invalid("institution", Reason.NOBODY)


def funding(line: Funding) -> None:
    """Somebody who gives, and an amount."""
    party(line.donor)
    if line.amount.value <= 0 or not line.amount.currency:
        raise Invalid("amount", Reason.NOT_POSITIVE)
    _dates(on=line.on)


def progress(note: Progress) -> None:
    """Words, and dates in order."""
    said("text")(note.text)
    _dates(on=note.on, until=note.until)
    _order(note.on, note.until, "until")


def theme(item: Theme) -> None:
    """A name."""
    said("name")(item.name)


def document(item: Document) -> None:
    """A title, and an address that can be opened."""
    said("title")(item.title)
    _dates(on=item.on)
    _url("url", item.url)


def institution(body: Institution) -> None:
    """A name in some language, and not a part of itself."""
    if not body.names and not body.acronyms:
        raise Invalid("name", Reason.EMPTY)
    if body.parent and body.parent == body.key:
        raise Invalid("parent", Reason.OWN_PART)
    _url("website", body.website)


def post(item: Post) -> None:
    """A title, and a country or an institution whose post it is."""
    said("title")(item.titles)
    if not (item.country or item.institution):
        raise Invalid("country", Reason.NOBODY)


def person(somebody: Person) -> None:
    """A name; languages and a zone that exist."""
    if not somebody.name:
        raise Invalid("family_name", Reason.EMPTY)
    for code in somebody.languages:
        if code not in _languages():
            raise Invalid("languages", Reason.NOT_A_LANGUAGE, code)
    if somebody.time_zone and somebody.time_zone not in available_timezones():
        raise Invalid("time_zone", Reason.NOT_A_ZONE)


@functools.cache
def _languages() -> frozenset[str]:
    """Every language that CLDR has a name for; many of the Caribbean's have no locale of their own."""
    return frozenset(Locale.parse("en").languages)


def contact(item: Contact) -> None:
    """A value of its kind."""
    if not item.value.strip():
        raise Invalid("value", Reason.EMPTY)
    if contact_values.checked(item.kind, item.value) is None:
        raise Invalid("value", _NO_VALUE[item.kind])


def network(item: Network) -> None:
    """A name in some language."""
    said("name")(item.names)


def membership(item: Membership) -> None:
    """Dates in order; a member for others names territories that there are, and not itself."""
    for code in item.on_behalf_of:
        if code not in countries.iso_codes() or code == item.country:
            raise Invalid("on_behalf_of", Reason.NOT_A_COUNTRY, code)
    _dates(since=item.since, until=item.until)
    _order(item.since or item.counted_from, item.until, "until")
