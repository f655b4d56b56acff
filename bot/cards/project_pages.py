"""The pages of a project sheet behind its overview. What is not recorded is said to be so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bot.cards import words
from bot.cards.project_words import ROLES, STATES, STATUSES, amount, duration, name, names, period
from bot.contract import Field, Section
from bot.i18n import Translator, message
from directory.projects import Component, Document, DocumentKind, Funding, Phase, ProjectSheet
from directory.texts import LocalText

Sections = tuple[Section, ...]


def _text(t: Translator, heading: str, text: LocalText) -> Section:
    return Section(t(heading), words.said(t, text) or t("said.not_recorded"))


def _list(t: Translator, heading: str, texts: Iterable[LocalText]) -> Section:
    lines = [line for text in texts if (line := words.said(t, text))]
    numbered = [t("project.numbered", number=t.number(n), text=line) for n, line in enumerate(lines, 1)]
    return Section(t(heading), "\n".join(numbered) or t("said.not_recorded"))


def objectives(t: Translator, sheet: ProjectSheet) -> Sections:
    """What it is for, why, and for whom."""
    return (
        _text(t, message("project.general_objective"), sheet.general_objective),
        _list(t, message("project.specific_objectives"), sheet.specific_objectives),
        _text(t, message("project.justification"), sheet.justification),
        *((_text(t, message("project.context"), sheet.context),) if sheet.context else ()),
        _list(t, message("project.target_groups"), sheet.target_groups),
    )


def components(t: Translator, sheet: ProjectSheet) -> Sections:
    """The parts of the work with cost and duration; workstreams and phases where there are any."""
    parts = [_component(t, number, part) for number, part in enumerate(sheet.components, 1)]
    if not parts:
        parts = [Section(t("project.page_components"), t("said.not_recorded"))]
    if sheet.workstreams:
        parts.append(_list(t, message("project.workstreams"), sheet.workstreams))
    if sheet.phases:
        parts.append(Section(t("project.phases"), fields=tuple(_phase(t, item) for item in sheet.phases)))
    return tuple(parts)


def _component(t: Translator, number: int, part: Component) -> Section:
    title = words.said(t, part.title) or t("said.not_recorded")
    return Section(
        t("project.numbered", number=t.number(number), text=title),
        words.said(t, part.note),
        (
            words.recorded(t, t("project.duration"), duration(t, part.duration)),
            words.recorded(t, t("project.cost"), amount(t, part.cost)),
        ),
    )


def _phase(t: Translator, item: Phase) -> Field:
    when = period(t, item.starts_on, item.ends_on)
    status = t(STATUSES[item.status]) if item.status else ""
    value = t("project.phase_line", period=when, status=status) if when and status else when or status
    return words.recorded(t, words.said(t, item.title), value)


def parties(t: Translator, sheet: ProjectSheet) -> Sections:
    """Who has which part, every role of the sheet."""
    return (
        Section(
            fields=tuple(
                words.recorded(t, t(label), "; ".join(names(t, sheet.parties_as(role))))
                for role, label in ROLES.items()
            )
        ),
    )


def funding(t: Translator, sheet: ProjectSheet) -> Sections:
    """The budget, and each donor's amounts."""
    lines = tuple(_funding(t, item, sheet) for item in sheet.funding)
    return (
        Section(
            fields=(
                words.recorded(t, t("project.budget"), amount(t, sheet.budget)),
                *(lines or (words.recorded(t, t("project.donors"), ""),)),
            )
        ),
    )


def _funding(t: Translator, item: Funding, sheet: ProjectSheet) -> Field:
    parts = [amount(t, item.amount)]
    budget = sheet.budget
    if budget is not None and budget.currency == item.amount.currency and budget.value:
        share = item.amount.value / budget.value
        parts.append(t("project.share_of_budget", share=t.percent(share)))
    if item.state is not None:
        parts.append(t(STATES[item.state]))
    if item.on is not None:
        parts.append(t.day(item.on))
    if note := words.said(t, item.note):
        parts.append(note)
    return Field(name(t, item.donor), ", ".join(parts))


def progress(t: Translator, sheet: ProjectSheet) -> Sections:
    """Where it stands, and the dated notes."""
    notes = tuple(
        words.recorded(t, period(t, item.on, item.until) or t("project.undated"), words.said(t, item.text))
        for item in sheet.progress
    )
    return (
        Section(
            fields=(
                words.recorded(t, t("project.status"), t(STATUSES[sheet.status]) if sheet.status else ""),
                *(notes or (words.recorded(t, t("project.page_progress"), ""),)),
            )
        ),
    )


def results(t: Translator, sheet: ProjectSheet) -> Sections:
    """What is expected, and what came before."""
    return (
        _list(t, message("project.expected_results"), sheet.expected_results),
        _list(t, message("project.earlier_results"), sheet.earlier_results),
    )


def documents(t: Translator, sheet: ProjectSheet) -> Sections:
    """Mandates, documents, programme, and where the sheet comes from."""
    return (
        _documents(t, message("project.mandates"), sheet, DocumentKind.MANDATE),
        _documents(t, message("project.documents"), sheet, DocumentKind.DOCUMENT),
        Section(
            t("project.about_sheet"),
            fields=(
                words.recorded(t, t("project.programme"), words.said(t, sheet.programme)),
                words.recorded(t, t("project.priority_sector"), words.said(t, sheet.priority_sector)),
                words.recorded(t, t("project.source"), words.said(t, sheet.source)),
            ),
        ),
    )


def _documents(t: Translator, heading: str, sheet: ProjectSheet, kind: DocumentKind) -> Section:
    found = [item for item in sheet.documents if item.kind is kind]
    if not found:
        return Section(t(heading), t("said.not_recorded"))
    return Section(t(heading), fields=tuple(_document(t, item) for item in found))


def _document(t: Translator, item: Document) -> Field:
    return Field(t.day(item.on) if item.on else t("project.undated"), words.said(t, item.title), item.url)


SECTIONS: Final[Mapping[str, Callable[[Translator, ProjectSheet], Sections]]] = {
    "objectives": objectives,
    "components": components,
    "parties": parties,
    "funding": funding,
    "progress": progress,
    "results": results,
    "documents": documents,
}
