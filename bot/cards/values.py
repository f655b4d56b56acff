"""Contact values, languages and clocks of people, as cards show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from bot.command import Context
from bot.contract import Button, Field, action
from bot.i18n import Translator, message, zone
from directory.people import Contact, ContactKind, Person

#: The button that sends a person's contact card as a file.
FILE: Final = "vcf"
#: A value that was confirmed longer ago than this is said not to have been confirmed since, in days.
STALE_DAYS: Final = 365
KINDS: Final[Mapping[ContactKind, str]] = {
    ContactKind.EMAIL: message("contact.email"),
    ContactKind.PHONE: message("contact.phone"),
    ContactKind.MOBILE: message("contact.mobile"),
    ContactKind.HANDLE: message("contact.handle"),
}


def languages(t: Translator, person: Person) -> Iterable[Field]:
    """The languages that a person speaks; nothing where none is recorded."""
    if person.languages:
        yield Field(t("contact.languages"), t.list([t.language_name(code) for code in person.languages]))


def local_time(context: Context, zone_name: str) -> Iterable[Field]:
    """The time of day in a zone now; nothing where none is recorded."""
    if zone_name:
        there, t = zone(zone_name), context.t
        now = t("contact.clock", time=t.clock(context.now, there), offset=t.offset(there, context.now))
        yield Field(t("contact.local_time"), now)


def contact_fields(t: Translator, contacts: Iterable[Contact], today: date) -> list[Field]:
    """Contact values, each with how fresh it is."""
    return [
        Field(t(KINDS[item.kind]), t("contact.value", value=item.value, freshness=freshness(t, item, today)))
        for item in contacts
    ]


def freshness(t: Translator, contact: Contact, today: date) -> str:
    """How long ago a value was confirmed."""
    confirmed = contact.confirmed_on
    if confirmed is None:
        return t("contact.never_confirmed")
    if confirmed >= today:
        return t("contact.confirmed_today")
    if (today - confirmed).days > STALE_DAYS:
        return t("contact.not_confirmed_since", year=confirmed.year)
    return t("contact.confirmed", ago=t.ago(confirmed, today))


def file_button(context: Context, person: Person) -> list[tuple[Button, ...]]:
    """The row with the button for a person's contact card as a file."""
    return [(Button(context.t("contact.file"), action(FILE, person.key)),)]
