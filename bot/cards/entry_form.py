"""The form of one's own entry: what it asks, and what its answers make of the entry."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from babel import Locale

from bot.cards import values, zones
from bot.command import Problems, Value
from bot.contract import FieldKind, Form, FormField
from bot.i18n import LOCALES, Translator
from directory import contact_values, entries
from directory.entries import Entry
from directory.people import ContactKind, Person
from directory.search import fold

#: The action of the form.
FORM: Final = "me-form"
_KINDS: Final[Mapping[ContactKind, FieldKind]] = {
    ContactKind.EMAIL: FieldKind.EMAIL,
    ContactKind.PHONE: FieldKind.TEXT,
    ContactKind.MOBILE: FieldKind.TEXT,
    ContactKind.HANDLE: FieldKind.TEXT,
}


def form(t: Translator, entry: Entry) -> Form:
    """Everything that a person may change of their entry, as it stands."""
    person = entry.person
    held = {item.kind: item.value for item in reversed(person.contacts)}
    return Form(
        FORM,
        t("entry.form_title"),
        (
            FormField("given_name", t("entry.given_name"), value=person.given_name, max_length=120),
            FormField(
                "family_name",
                t("entry.family_name"),
                value=person.family_name,
                required=False,
                max_length=120,
            ),
            *(
                FormField(
                    kind.value,
                    t(values.KINDS[kind]),
                    shape,
                    hint=t("entry.phone_hint") if kind in (ContactKind.PHONE, ContactKind.MOBILE) else "",
                    value=held.get(kind, ""),
                    required=False,
                    max_length=contact_values.LONGEST,
                )
                for kind, shape in _KINDS.items()
            ),
            FormField(
                "languages",
                t("contact.languages"),
                hint=t("entry.languages_hint"),
                value=", ".join(t.language_name(code) for code in person.languages),
                required=False,
                max_length=200,
            ),
            FormField(
                "time_zone",
                t("entry.time_zone"),
                hint=t("entry.zone_hint"),
                value=zones.city(person.time_zone, t) if person.time_zone else "",
                required=False,
                max_length=64,
            ),
        ),
        t("entry.form_submit"),
        t("entry.form_text"),
    )


def read(
    t: Translator, entry: Entry, given: Mapping[str, Value], country: str, today: date
) -> Person | Problems:
    """The person as the answers have it, or what cannot be taken and why."""
    person = entry.person
    problems: dict[str, str] = {}
    for kind in _KINDS:
        text = _text(given, kind.value)
        if text == next((item.value for item in person.contacts if item.kind is kind), ""):
            continue
        value = contact_values.checked(kind, text, country) if text else ""
        if value is None:
            problems[kind.value] = t("entry.bad_field", kind=t(values.KINDS[kind]))
        else:
            person = entries.with_value(person, kind, value, today)
    languages = _languages(_text(given, "languages"))
    if languages is None:
        problems["languages"] = t("entry.languages_hint")
    zone = _text(given, "time_zone")
    found = zones.named(zone) if zone else ("",)
    if zone and person.time_zone and zone == zones.city(person.time_zone, t):
        found = (person.time_zone,)
    if len(found) != 1:
        problems["time_zone"] = t("entry.zone_hint")
    if problems or languages is None:
        return Problems(problems)
    return replace(
        person,
        given_name=_text(given, "given_name"),
        family_name=_text(given, "family_name"),
        languages=languages,
        time_zone=found[0],
    )


def _text(given: Mapping[str, Value], name: str) -> str:
    value = given.get(name)
    return value.strip() if isinstance(value, str) else ""


def _languages(text: str) -> tuple[str, ...] | None:
    """The codes of the languages that are named, in any of the four languages or by code."""
    codes = []
    for part in re.split(r"[,;/]", text):
        if fold(part):
            code = _language_names().get(fold(part))
            if code is None:
                return None
            codes.append(code)
    return tuple(dict.fromkeys(codes))


@functools.cache
def _language_names() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for locale in map(Locale.parse, LOCALES.values()):
        for code, name in locale.languages.items():
            if "_" not in code:
                names.setdefault(fold(str(name)), code)
                names.setdefault(fold(code), code)
    return names
