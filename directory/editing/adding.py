"""A new record out of the answers to what is asked of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from directory.editing.changing import contacts, free_key
from directory.editing.inputs import Value
from directory.editing.nouns import Noun
from directory.editing.sections import NEW
from directory.institutions import Institution, InstitutionKind
from directory.networks import MemberKind, Membership, Network
from directory.people import Person
from directory.posts import Post
from directory.projects import ProjectSheet
from directory.texts import NO_TEXT

_BLANK: Final[Mapping[Noun, Any]] = {
    Noun.PROJECT: ProjectSheet("", NO_TEXT),
    Noun.INSTITUTION: Institution("", NO_TEXT, NO_TEXT, InstitutionKind.OFFICE),
    Noun.POST: Post("", NO_TEXT),
    Noun.PERSON: Person("", "", ""),
    Noun.NETWORK: Network("", NO_TEXT, NO_TEXT),
    Noun.MEMBERSHIP: Membership("", "", MemberKind.MEMBER),
}
#: Answers that are not attributes of the record itself.
_BESIDE: Final = ("email", "phone")


async def made(session: AsyncSession, noun: Noun, language: str, values: Mapping[str, Value]) -> Any:
    """The record (a ``Record``) that these answers in ``language`` make, under a key of its own; not stored.

    Raises:
        Invalid: an answer cannot be.
    """
    record = _BLANK[noun]
    for question in NEW[noun]:
        if question.name in values and question.name not in _BESIDE:
            record = question.put(record, language, values[question.name])
    match record:
        case ProjectSheet() | Network():
            # A code is typed as people write it: "acs sf 2".
            return replace(record, code="-".join(record.code.upper().split()))
        case Institution():
            called = (record.acronyms.in_language(language)[0], record.names.in_language(language)[0])
            return replace(record, key=await free_key(session, noun, *called))
        case Post():
            title = record.titles.in_language(language)[0]
            place = record.country or record.institution or ""
            name = f"{record.network or ''} {title[:20]} {place}"
            return replace(record, key=await free_key(session, noun, name))
        case Person():
            reached = contacts(*(str(values.get(name) or "") for name in _BESIDE))
            key = await free_key(session, noun, record.name)
            return replace(record, key=key, contacts=reached)
    return record
