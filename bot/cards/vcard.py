"""A person as a vCard 3.0 file (RFC 2426), which every address book reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.contract import Attachment
from directory.people import ContactKind, Person

#: How each kind of value is written: property and types.
_PROPERTIES: Final = {
    ContactKind.EMAIL: ("email", "INTERNET"),
    ContactKind.PHONE: ("tel", "WORK,VOICE"),
    ContactKind.MOBILE: ("tel", "CELL"),
    ContactKind.HANDLE: ("x-handle", ""),
}
_UNSAFE: Final = re.compile(r"[^a-z0-9-]+")


def attachment(person: Person, titles: Sequence[str], note: str = "") -> Attachment:
    """The file of a person, with the values that the person was read with and no others."""
    name = _UNSAFE.sub("-", person.key.lower()).strip("-") or "contact"
    return Attachment(f"{name}.vcf", "text/vcard", content(person, titles, note).encode())


def content(person: Person, titles: Sequence[str], note: str = "") -> str:
    """The text of the file."""
    import vobject

    card = vobject.vCard()
    card.add("n").value = vobject.vcard.Name(family=person.family_name, given=person.given_name)
    card.add("fn").value = person.name
    for title in titles:
        card.add("title").value = title
    for value in person.contacts:
        prop, kinds = _PROPERTIES[value.kind]
        line = card.add(prop)
        line.value = value.value
        if kinds:
            line.type_param = kinds.split(",")
    if person.time_zone:
        card.add("tz").value = person.time_zone
    if note:
        card.add("note").value = note
    return str(card.serialize())
