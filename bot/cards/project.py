"""The sheet of a project as a card: an overview of a few lines, and a page for each part of the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.cards import project_pages, words
from bot.cards.project_words import (
    STATUSES,
    amount,
    funding_line,
    names,
    period,
)
from bot.contract import Button, Card, Field, action
from bot.i18n import Translator, message
from directory.projects import PartyRole, ProjectSheet

#: The button that turns a sheet's pages: the code and the page.
TURN: Final = "project"
OVERVIEW: Final = "overview"
#: The pages in the order of their buttons, with the keys of their names.
PAGES: Final[Mapping[str, str]] = {
    OVERVIEW: message("project.page_overview"),
    "objectives": message("project.page_objectives"),
    "components": message("project.page_components"),
    "parties": message("project.page_parties"),
    "funding": message("project.page_funding"),
    "progress": message("project.page_progress"),
    "results": message("project.page_results"),
    "documents": message("project.page_documents"),
}
#: How much of the objective stands on the overview, in characters.
SHORT: Final = 220
#: How many names of one role stand on the overview.
FEW: Final = 3


def card(t: Translator, sheet: ProjectSheet, page: str = OVERVIEW) -> Card:
    """One page of a sheet; an unknown page is the overview.

    The result depends on the sheet and the language alone, so that it may be kept.
    """
    if page not in PAGES or page == OVERVIEW:
        return _overview(t, sheet)
    return Card(
        title=title(t, sheet),
        subtitle=t("project.page_of", page=t(PAGES[page]), code=sheet.code),
        sections=project_pages.SECTIONS[page](t, sheet),
        footer=_updated(t, sheet),
        buttons=turns(t, sheet.code, page),
    )


def title(t: Translator, sheet: ProjectSheet) -> str:
    """What a project is called; its code where no title is recorded."""
    return words.said(t, sheet.titles) or sheet.code


def turns(t: Translator, code: str, page: str) -> tuple[tuple[Button, ...], ...]:
    """The buttons of all pages, two a row; the open one is marked."""
    made = [Button(t(key), action(TURN, code, name), selected=name == page) for name, key in PAGES.items()]
    return tuple(tuple(made[start : start + 2]) for start in range(0, len(made), 2))


def _overview(t: Translator, sheet: ProjectSheet) -> Card:
    fields = [
        Field(t("project.code"), sheet.code),
        words.recorded(t, t("project.status"), t(STATUSES[sheet.status]) if sheet.status else ""),
        words.recorded(t, t("project.period"), period(t, sheet.starts_on, sheet.ends_on)),
        words.recorded(t, t("project.place"), place(t, sheet)),
        *((Field(t("project.budget"), amount(t, sheet.budget)),) if sheet.budget else ()),
        words.recorded(t, t("project.donors"), _donors(t, sheet)),
        *(
            words.recorded(t, t(label), _few(t, sheet, role))
            for role, label in (
                (PartyRole.RESPONSIBLE, message("project.role_responsible")),
                (PartyRole.EXECUTING, message("project.role_executing")),
                (PartyRole.BENEFICIARY, message("project.role_beneficiary")),
            )
            if sheet.parties_as(role) or role is not PartyRole.EXECUTING
        ),
    ]
    if sheet.themes:
        fields.append(
            Field(t("project.themes"), t.list([words.plain(t, item.name) for item in sheet.themes]))
        )
    called = title(t, sheet)
    return Card(
        title=called,
        text="\n".join(line for line in (words.retired(t, sheet.retired_on), _objective(t, sheet)) if line),
        fields=tuple(fields),
        footer=_updated(t, sheet),
        buttons=turns(t, sheet.code, OVERVIEW),
        summary=t("project.summary_line", code=sheet.code, title=called),
    )


def place(t: Translator, sheet: ProjectSheet) -> str:
    """City and country, as far as they are recorded."""
    city = words.plain(t, sheet.city)
    country = t.country(sheet.country) if sheet.country else ""
    return t("project.city_and_country", city=city, country=country) if city and country else city or country


def _objective(t: Translator, sheet: ProjectSheet) -> str:
    text, language = sheet.general_objective.in_language(t.language)
    if not text:
        return t("project.no_objective")
    if len(text) > SHORT:
        text = text[: SHORT - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"
    if language != t.language:
        text = t("said.in_other_language", text=text, language=t.language_name(language))
    return t("project.objective_line", text=text)


def _donors(t: Translator, sheet: ProjectSheet) -> str:
    lines = [funding_line(t, item) for item in sheet.funding]
    paid = {(item.donor.institution, item.donor.country) for item in sheet.funding}
    others = [
        party for party in sheet.parties_as(PartyRole.DONOR) if (party.institution, party.country) not in paid
    ]
    return "; ".join([*lines, *names(t, others, short=True)])


def _few(t: Translator, sheet: ProjectSheet, role: PartyRole) -> str:
    found = names(t, sheet.parties_as(role))
    if len(found) > FEW:
        return t.plural("project.and_more", len(found) - FEW, names=", ".join(found[:FEW]))
    return t.list(found) if found else ""


def _updated(t: Translator, sheet: ProjectSheet) -> str:
    if sheet.updated_on is None:
        return t("project.never_updated")
    return t("project.updated", day=t.day(sheet.updated_on))
