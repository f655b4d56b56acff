"""The forms of each noun: which questions belong together, and what is asked of a new record. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from directory import contact_values
from directory.editing import checks
from directory.editing.asking import Section
from directory.editing.inputs import (
    PARAGRAPH,
    Asks,
    Input,
    Value,
    choice,
    country,
    day,
    money,
    network,
    number_of,
    spoken,
    text,
    words,
)
from directory.editing.nouns import Noun
from directory.editing.project_sections import PROJECT
from directory.institutions import InstitutionKind
from directory.networks import MemberKind
from directory.people import Contact, ContactKind
from directory.problems import Invalid, Reason
from directory.projects import Status


def _contact_value() -> Input:
    """A contact value in the form in which it is kept; a new one has not been confirmed by anybody."""
    question = text("value", required=True)

    def put(item: Contact, language: str, value: Value) -> Contact:
        typed = str(value or "")
        kept = contact_values.checked(item.kind, typed) or typed
        if item.value in (typed, kept):
            return item
        changed: Contact = question.put(item, language, kept)
        return replace(changed, confirmed_on=None)

    return replace(question, put=put)


def _level() -> Input:
    """Who sees a contact value. Only its person may let more people see it."""
    question = number_of("level", (1, 2))

    def put(item: Contact, language: str, value: Value) -> Contact:
        changed: Contact = question.put(item, language, value)
        if changed.level < item.level:
            raise Invalid("level", Reason.SEEN_BY_MORE)
        return changed

    return replace(question, put=put)


#: Every noun's sections, in the order of their buttons.
SECTIONS: Final[Mapping[Noun, tuple[Section, ...]]] = {
    Noun.PROJECT: PROJECT,
    Noun.INSTITUTION: (
        Section(
            "na",
            "names",
            (spoken("name", "names"), spoken("acronym", "acronyms", longest=40)),
            checks.institution,
            spoken=True,
        ),
        Section(
            "ba",
            "basics",
            (
                choice("kind", InstitutionKind, required=True),
                country(),
                text("parent", institution=True),
                text("website"),
            ),
            checks.institution,
        ),
    ),
    Noun.POST: (
        Section(
            "na", "names", (spoken("title", "titles"), spoken("area", "areas")), checks.post, spoken=True
        ),
        Section(
            "ba",
            "basics",
            (network(required=True), country(), text("institution", institution=True)),
            checks.post,
        ),
    ),
    Noun.PERSON: (
        Section(
            "ba",
            "basics",
            (
                text("given_name", longest=120),
                text("family_name", longest=120),
                words("languages", longest=60),
                text("time_zone", longest=64),
            ),
            checks.person,
        ),
        Section(
            "ct",
            "contacts",
            (
                choice("kind", ContactKind, required=True),
                _contact_value(),
                _level(),
            ),
            checks.contact,
            of="contacts",
            blank=Contact(ContactKind.EMAIL, "", 1),
        ),
    ),
    Noun.NETWORK: (
        Section(
            "na",
            "names",
            (spoken("name", "names"), spoken("acronym", "acronyms", longest=40)),
            checks.network,
            spoken=True,
        ),
    ),
    Noun.MEMBERSHIP: (
        Section(
            "ba",
            "basics",
            (choice("kind", MemberKind, required=True), day("since"), day("until"), words("on_behalf_of")),
            checks.membership,
        ),
        Section("na", "notes", (spoken("note", "note"),), checks.membership, spoken=True),
    ),
}

#: What is asked of a new record; everything else is edited afterwards. The key or code stands beside it.
NEW: Final[Mapping[Noun, tuple[Input, ...]]] = {
    Noun.PROJECT: (
        text("code", longest=32, required=True),
        spoken("title", "titles", longest=PARAGRAPH, required=True),
        network(),
        choice("status", Status),
        day("starts_on"),
        day("ends_on"),
        country(),
        money("budget"),
    ),
    Noun.INSTITUTION: (
        spoken("name", "names", required=True),
        spoken("acronym", "acronyms", longest=40),
        choice("kind", InstitutionKind, required=True),
        country(),
        text("parent", institution=True),
        text("website"),
    ),
    Noun.POST: (
        spoken("title", "titles", required=True),
        spoken("area", "areas"),
        network(required=True),
        country(),
        text("institution", institution=True),
    ),
    Noun.PERSON: (
        text("given_name", longest=120, required=True),
        text("family_name", longest=120, required=True),
        text("email", asks=Asks.EMAIL, required=True),
        text("phone", longest=40),
        words("languages", longest=60),
        text("time_zone", longest=64),
    ),
    Noun.NETWORK: (
        text("code", longest=16, required=True),
        spoken("name", "names", required=True),
        spoken("acronym", "acronyms", longest=40),
    ),
    Noun.MEMBERSHIP: (
        network(required=True),
        country(required=True),
        choice("kind", MemberKind, required=True),
        day("since"),
        day("until"),
        spoken("note", "note"),
    ),
}


def section(noun: Noun, code: str) -> Section | None:
    """The section of a noun that a button names."""
    return next((item for item in SECTIONS[noun] if item.code == code), None)
