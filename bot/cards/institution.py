"""The card of an institution: names, kind, place, parts, focal points, projects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.cards import contact, words
from bot.cards.buttons import opens
from bot.cards.found import project_label
from bot.command import Context
from bot.contract import Button, Card, Section
from bot.i18n import message
from directory import institutions, projects
from directory.institutions import Institution, InstitutionKind
from directory.search import Kind

#: How many buttons of one kind a card has.
BUTTONS: Final = 4

KINDS: Final[Mapping[InstitutionKind, str]] = {
    InstitutionKind.INTERGOVERNMENTAL: message("institution.intergovernmental"),
    InstitutionKind.SECRETARIAT: message("institution.secretariat"),
    InstitutionKind.OFFICE: message("institution.office"),
    InstitutionKind.AGENCY: message("institution.agency"),
    InstitutionKind.MINISTRY: message("institution.ministry"),
    InstitutionKind.GROUP: message("institution.group"),
}


async def card(context: Context, body: Institution) -> Card:
    """What is known of an institution, as far as it may be shown here."""
    t, session = context.t, context.session
    parent = await institutions.get(session, body.parent) if body.parent else None
    parts = await institutions.parts_of(session, body.key)
    held = await contact.posts_within(session, body.key)
    lines = await projects.of_institution(session, body.key)
    fields = [
        words.recorded(t, t("institution.kind"), t(KINDS[body.kind])),
        words.recorded(t, t("institution.country"), t.country(body.country) if body.country else ""),
    ]
    if parent is not None:
        fields.append(words.recorded(t, t("institution.part_of"), words.full_name(t, parent)))
    fields.append(words.recorded(t, t("institution.website"), body.website, body.website))
    sections = []
    if parts:
        names = "\n".join(words.full_name(t, part) for part in parts)
        sections.append(Section(t("institution.parts"), names))
    sections.append(await contact.posts_section(context, held))
    projects_text = "\n".join(project_label(t, line) for line in lines) or t("said.not_recorded")
    sections.append(Section(t("country.projects"), projects_text))
    buttons: list[tuple[Button, ...]] = [
        opens(Kind.POST, post.key, words.plain(t, post.titles)) for post in held[:BUTTONS]
    ]
    buttons += [opens(Kind.PROJECT, line.code, project_label(t, line)) for line in lines[:BUTTONS]]
    if parent is not None:
        buttons.append(opens(Kind.INSTITUTION, parent.key, words.full_name(t, parent)))
    buttons += [opens(Kind.INSTITUTION, part.key, words.full_name(t, part)) for part in parts[:BUTTONS]]
    if body.country:
        buttons.append(opens(Kind.COUNTRY, body.country, t.country(body.country)))
    return Card(
        title=words.said(t, body.names) or words.plain(t, body.acronyms),
        subtitle=words.plain(t, body.acronyms),
        text=words.retired(t, body.retired_on),
        fields=tuple(fields),
        sections=tuple(sections),
        buttons=tuple(buttons),
        summary=words.full_name(t, body),
    )
