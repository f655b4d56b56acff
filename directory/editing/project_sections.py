"""The forms of a project sheet, the longest of the records. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from directory.editing import checks
from directory.editing.asking import Section, digest
from directory.editing.inputs import (
    PARAGRAPH,
    Input,
    Value,
    choice,
    country,
    day,
    money,
    network,
    span,
    spoken,
    text,
)
from directory.projects import (
    Amount,
    Component,
    Document,
    DocumentKind,
    Funding,
    FundingState,
    Party,
    PartyRole,
    Phase,
    Progress,
    Status,
    Theme,
)
from directory.search import fold
from directory.texts import NO_TEXT


def _texts(code: str, name: str, of: str) -> Section:
    """A list of texts, each in several languages."""
    question = spoken("text", longest=PARAGRAPH, rows=True)
    return Section(code, name, (question,), checks.said("text"), spoken=True, of=of, blank=NO_TEXT)


def _theme_name() -> Input:
    """A theme's name in a language; the first name that it gets makes its key."""
    question = spoken("name", "name")

    def put(item: Theme, language: str, value: Value) -> Theme:
        named: Theme = question.put(item, language, value)
        return named if named.slug or not value else replace(named, slug=slug(str(value)))

    return replace(question, put=put)


def slug(name: str) -> str:
    """A key that has no language, made of a name."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(name)))[:64].strip("-") or digest({"name": name})


def _who(path: str) -> tuple[Input, Input, Input]:
    """Who a party is: an institution, a country, or a description in words.

    A party that is read carries its institution's names; they are not its description.
    """
    body = text("institution", f"{path}institution", institution=True)
    described = spoken("description", f"{path}name")

    def put_body(item: Any, language: str, value: Value) -> Any:
        if value == body.get(item, language):
            return item
        return unnamed(body.put(item, language, value))

    def unnamed(item: Any) -> Any:
        if isinstance(item, Funding):
            return replace(item, donor=replace(item.donor, name=NO_TEXT, acronym=NO_TEXT))
        return replace(item, name=NO_TEXT, acronym=NO_TEXT)

    def get_description(item: Any, language: str) -> Value:
        return None if body.get(item, language) else described.get(item, language)

    def put_description(item: Any, language: str, value: Value) -> Any:
        return item if body.get(item, language) else described.put(item, language, value)

    return (
        replace(body, put=put_body),
        country("country", f"{path}country"),
        replace(described, get=get_description, put=put_description),
    )


#: In the order of their buttons.
PROJECT: Final = (
    Section(
        "ba",
        "basics",
        (
            choice("status", Status),
            day("starts_on"),
            day("ends_on"),
            country(),
            money("budget"),
            network(),
            day("updated_on"),
        ),
        checks.project,
    ),
    Section(
        "na",
        "headings",
        (
            spoken("title", "titles", longest=PARAGRAPH),
            spoken("programme", "programme"),
            spoken("priority_sector", "priority_sector"),
            spoken("city", "city"),
            spoken("source", "source"),
        ),
        checks.project,
        spoken=True,
    ),
    Section(
        "te",
        "texts",
        (
            spoken("general_objective", "general_objective", longest=PARAGRAPH, rows=True),
            spoken("justification", "justification", longest=PARAGRAPH, rows=True),
            spoken("context", "context", longest=PARAGRAPH, rows=True),
        ),
        checks.project,
        spoken=True,
    ),
    _texts("so", "specific_objectives", "specific_objectives"),
    _texts("tg", "target_groups", "target_groups"),
    Section(
        "co",
        "components",
        (
            spoken("title", "title", longest=PARAGRAPH),
            *span("duration", "duration_unit", "duration"),
            money("cost"),
            spoken("note", "note", longest=PARAGRAPH),
        ),
        checks.component,
        spoken=True,
        of="components",
        blank=Component(NO_TEXT),
    ),
    _texts("ws", "workstreams", "workstreams"),
    Section(
        "ph",
        "phases",
        (spoken("title", "title"), day("starts_on"), day("ends_on"), choice("status", Status)),
        checks.phase,
        spoken=True,
        of="phases",
        blank=Phase(NO_TEXT),
    ),
    Section(
        "pa",
        "parties",
        (
            choice("role", PartyRole, required=True),
            *_who(""),
        ),
        checks.party,
        spoken=True,
        of="parties",
        blank=Party(PartyRole.ASSOCIATED),
    ),
    Section(
        "fu",
        "funding",
        (
            *_who("donor."),
            money("amount", required=True),
            choice("state", FundingState),
            day("on"),
            spoken("note", "note"),
        ),
        checks.funding,
        spoken=True,
        of="funding",
        blank=Funding(Party(PartyRole.DONOR), Amount(checks.NOTHING, "")),
    ),
    Section(
        "pr",
        "progress",
        (spoken("text", "text", longest=PARAGRAPH, rows=True), day("on"), day("until")),
        checks.progress,
        spoken=True,
        of="progress",
        blank=Progress(NO_TEXT),
    ),
    _texts("er", "expected_results", "expected_results"),
    _texts("ea", "earlier_results", "earlier_results"),
    Section(
        "th",
        "themes",
        (_theme_name(),),
        checks.theme,
        spoken=True,
        of="themes",
        blank=Theme("", NO_TEXT),
    ),
    Section(
        "do",
        "documents",
        (
            choice("kind", DocumentKind, required=True),
            spoken("title", "title", longest=PARAGRAPH),
            day("on"),
            text("url", longest=400),
        ),
        checks.document,
        spoken=True,
        of="documents",
        blank=Document(DocumentKind.DOCUMENT, NO_TEXT),
    ),
)
