"""How the parts of records are called where they are edited, and how a problem with one is said."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date
from typing import Final

from bot.cards import contact, country, examples, institution, project_words, values, words
from bot.command import Context
from bot.i18n import Translator, message
from directory import editing, networks
from directory.editing import Noun, Record
from directory.institutions import Institution
from directory.networks import Membership, Network
from directory.people import Person
from directory.posts import Post
from directory.problems import Invalid, Reason
from directory.projects import DocumentKind, ProjectSheet, Unit
from directory.search import fold

#: The letters that stand for the nouns in buttons.
LETTERS: Final[Mapping[Noun, str]] = {
    Noun.PROJECT: "p",
    Noun.INSTITUTION: "i",
    Noun.POST: "o",
    Noun.PERSON: "h",
    Noun.NETWORK: "n",
    Noun.MEMBERSHIP: "m",
}
BY_LETTER: Final = {letter: noun for noun, letter in LETTERS.items()}

NOUNS: Final[Mapping[Noun, str]] = {
    Noun.PROJECT: message("edit.noun_project"),
    Noun.INSTITUTION: message("edit.noun_institution"),
    Noun.POST: message("edit.noun_post"),
    Noun.PERSON: message("edit.noun_person"),
    Noun.NETWORK: message("edit.noun_network"),
    Noun.MEMBERSHIP: message("edit.noun_membership"),
}
#: What people call the nouns after a command, in the four languages.
_CALLED: Final[Mapping[Noun, str]] = {
    Noun.PROJECT: "project proyecto projet projeto",
    Noun.INSTITUTION: "institution institución instituição organisme",
    Noun.POST: "post puesto cargo poste posto",
    Noun.PERSON: "person persona personne pessoa people",
    Noun.NETWORK: "network red réseau rede",
    Noun.MEMBERSHIP: "membership member membresía miembro adhésion membre adesão membro filiação",
}
_BY_WORD: Final = {fold(word): noun for noun, line in _CALLED.items() for word in line.split()}

#: The labels of questions and of recorded fields, by their names.
LABELS: Final[Mapping[str, str]] = {
    "acronym": message("edit.acronym"),
    "acronyms": message("edit.acronym"),
    "amount": message("edit.amount"),
    "area": message("contact.area"),
    "areas": message("contact.area"),
    "budget": message("project.budget"),
    "city": message("edit.city"),
    "code": message("project.code"),
    "components": message("project.page_components"),
    "contacts": message("edit.contacts"),
    "context": message("project.context"),
    "cost": message("project.cost"),
    "counted_from": message("edit.since"),
    "counted_until": message("edit.until"),
    "country": message("institution.country"),
    "description": message("edit.description"),
    "documents": message("project.page_documents"),
    "duration": message("project.duration"),
    "duration_unit": message("edit.duration_unit"),
    "earlier_results": message("project.earlier_results"),
    "email": message("contact.email"),
    "ends_on": message("edit.ends_on"),
    "expected_results": message("project.expected_results"),
    "family_name": message("edit.family_name"),
    "funding": message("project.page_funding"),
    "general_objective": message("project.general_objective"),
    "given_name": message("edit.given_name"),
    "institution": message("edit.institution"),
    "justification": message("project.justification"),
    "kind": message("institution.kind"),
    "languages": message("contact.languages"),
    "level": message("edit.level"),
    "name": message("edit.name"),
    "names": message("edit.name"),
    "network": message("edit.network"),
    "note": message("edit.note"),
    "on": message("edit.on"),
    "on_behalf_of": message("edit.on_behalf_of"),
    "parent": message("institution.part_of"),
    "parties": message("project.page_parties"),
    "phases": message("project.phases"),
    "phone": message("contact.phone"),
    "priority_sector": message("project.priority_sector"),
    "programme": message("project.programme"),
    "progress": message("project.page_progress"),
    "retired_on": message("edit.retired_on"),
    "role": message("edit.role"),
    "since": message("edit.since"),
    "source": message("project.source"),
    "specific_objectives": message("project.specific_objectives"),
    "starts_on": message("edit.starts_on"),
    "state": message("edit.state"),
    "status": message("project.status"),
    "target_groups": message("project.target_groups"),
    "text": message("edit.text"),
    "themes": message("project.themes"),
    "time_zone": message("edit.time_zone"),
    "title": message("edit.title"),
    "titles": message("edit.title"),
    "until": message("edit.until"),
    "updated_on": message("edit.updated_on"),
    "url": message("edit.url"),
    "value": message("edit.value"),
    "website": message("institution.website"),
    "workstreams": message("project.workstreams"),
}
#: The names of sections that are not those of the list they edit.
_SECTIONS: Final[Mapping[str, str]] = {
    "basics": message("edit.section_basics"),
    "headings": message("edit.section_headings"),
    "names": message("edit.section_names"),
    "notes": message("edit.note"),
    "texts": message("edit.section_texts"),
}
_UNITS: Final[Mapping[enum.StrEnum, str]] = {
    Unit.DAY: message("edit.unit_days"),
    Unit.MONTH: message("edit.unit_months"),
    Unit.YEAR: message("edit.unit_years"),
}
_DOCUMENTS: Final[Mapping[enum.StrEnum, str]] = {
    DocumentKind.MANDATE: message("edit.kind_mandate"),
    DocumentKind.DOCUMENT: message("edit.kind_document"),
}
LEVELS: Final[Mapping[str, str]] = {
    "0": message("edit.level_public"),
    "1": message("edit.level_network"),
    "2": message("edit.level_coordination"),
    "3": message("edit.level_self"),
}
#: What each choice is called, by the question and the choice's value.
_CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "status": {item.value: key for item, key in project_words.STATUSES.items()},
    "state": {item.value: key for item, key in project_words.STATES.items()},
    "role": {item.value: key for item, key in project_words.ROLES.items()},
    "duration_unit": {item.value: key for item, key in _UNITS.items()},
    "level": LEVELS,
    "kind": {
        **{item.value: key for item, key in institution.KINDS.items()},
        **{item.value: key for item, key in country.KINDS.items()},
        **{item.value: key for item, key in values.KINDS.items()},
        **{item.value: key for item, key in _DOCUMENTS.items()},
    },
}
_HINTS: Final[Mapping[str, str]] = {
    "code": message("edit.hint_code"),
    "institution": message("edit.hint_institution"),
    "languages": message("edit.hint_languages"),
    "parent": message("edit.hint_institution"),
    "phone": message("edit.hint_phone"),
    "time_zone": message("edit.hint_time_zone"),
    "url": message("edit.hint_url"),
    "website": message("edit.hint_url"),
}
_PROBLEMS: Final[Mapping[Reason, str]] = {
    Reason.EMPTY: message("edit.problem_empty"),
    Reason.FAR_DATE: message("edit.problem_far_date"),
    Reason.NOBODY: message("edit.problem_nobody"),
    Reason.NOT_AN_ADDRESS: message("edit.problem_address"),
    Reason.NOT_A_PHONE: message("edit.problem_phone"),
    Reason.NOT_A_URL: message("edit.problem_url"),
    Reason.NOT_A_ZONE: message("edit.problem_zone"),
    Reason.NOT_A_HANDLE: message("edit.problem_handle"),
    Reason.SEEN_BY_MORE: message("edit.problem_seen_by_more"),
    Reason.NOT_POSITIVE: message("edit.problem_positive"),
    Reason.OWN_PART: message("edit.problem_own_part"),
}


def noun_named(word: str) -> Noun | None:
    """The noun that a word names in any of the languages."""
    return _BY_WORD.get(fold(word))


def label(t: Translator, name: str) -> str:
    """What a question or a recorded field is called."""
    return t(LABELS[name]) if name in LABELS else name


def section_name(t: Translator, name: str) -> str:
    """What a section is called."""
    return t(_SECTIONS[name]) if name in _SECTIONS else label(t, name)


def choice(t: Translator, name: str, value: str) -> str:
    """What one of the choices of a question is called."""
    key = _CHOICES.get(name, {}).get(value)
    return t(key) if key else value


def hint(t: Translator, name: str) -> str:
    """What to type; empty where the kind of question says enough."""
    return t(_HINTS[name]) if name in _HINTS else ""


async def called(context: Context, record: Record) -> str:
    """What a record is called, in one line."""
    t = context.t
    match record:
        case ProjectSheet():
            title = words.plain(t, record.titles)
            return t("project.summary_line", code=record.code, title=title) if title else record.code
        case Institution():
            return words.full_name(t, record)
        case Network():
            return words.full_name(t, record) or record.code
        case Post():
            return await contact.called(context, record)
        case Person():
            return record.name
        case Membership():
            body = await networks.get(context.session, record.network)
            member = t.country(record.country)
            short = words.short_name(t, body) if body is not None else record.network
            return t("edit.membership_line", country=member, network=short)


async def problem(context: Context, noun: Noun, wrong: Invalid) -> str:
    """What is wrong with an answer and what to do, in a sentence."""
    t, detail = context.t, wrong.detail
    match wrong.reason:
        case Reason.TAKEN:
            return await _taken(context, noun, wrong)
        case Reason.NOT_A_CODE if noun is Noun.NETWORK:
            return t("edit.problem_network_code")
        case Reason.NOT_A_CODE:
            return t("edit.problem_code")
        case Reason.BEFORE_START:
            return t("edit.problem_before_start", day=t.day(date.fromisoformat(detail)))
        case Reason.NOT_A_LANGUAGE:
            return t("edit.problem_language", word=detail)
        case Reason.NOT_A_COUNTRY:
            return t("edit.problem_country", word=detail)
        case Reason.UNKNOWN:
            return t("edit.problem_unknown", text=detail)
        case Reason.SEVERAL:
            return t("edit.problem_several", names=detail)
        case reason:
            return t(_PROBLEMS[reason])


async def _taken(context: Context, noun: Noun, wrong: Invalid) -> str:
    t, detail = context.t, wrong.detail
    if noun is Noun.PERSON:
        other = await editing.read(context.session, Noun.PERSON, detail)
        context.look(detail, 1)
        return t("edit.problem_address_taken", name=other.name if other is not None else detail)
    if noun is Noun.MEMBERSHIP:
        return t("edit.problem_membership_taken")
    word = t(NOUNS[noun]).lower()
    return t("edit.problem_taken", code=detail, command=examples.typed(context, "edit", f"{word} {detail}"))
