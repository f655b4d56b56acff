"""The card of a country: codes, memberships, focal points, institutions, projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from bot.cards import contact, words
from bot.cards.buttons import opens
from bot.cards.found import project_label
from bot.command import Context
from bot.contract import Button, Card, Field, Section
from bot.i18n import Translator, message, zone
from directory import institutions, networks, posts, projects
from directory.countries import Country
from directory.networks import MemberKind, Membership, Network
from directory.search import Kind
from reminders.vague import Precision, VagueDate

#: How many buttons of one kind a card has.
BUTTONS: Final = 4

KINDS: Final[Mapping[MemberKind, str]] = {
    MemberKind.MEMBER: message("country.member"),
    MemberKind.ASSOCIATE: message("country.associate"),
    MemberKind.OBSERVER: message("country.observer"),
}


async def card(context: Context, country: Country) -> Card:
    """What is known of a country, as far as it may be shown here."""
    t, session = context.t, context.session
    memberships = await networks.memberships_of(session, country.code)
    known = {network.code: network for network in await networks.every(session)}
    held = await posts.of_country(session, country.code)
    bodies = await institutions.of_country(session, country.code)
    lines = await projects.of_country(session, country.code)
    sections = [
        _memberships(t, memberships, known),
        await contact.posts_section(context, held),
        _named(t, t("country.institutions"), [words.full_name(t, body) for body in bodies]),
        _named(t, t("country.projects"), [project_label(t, line) for line in lines]),
    ]
    buttons: list[tuple[Button, ...]] = [
        opens(Kind.POST, post.key, words.plain(t, post.titles)) for post in held[:BUTTONS]
    ]
    buttons += [opens(Kind.PROJECT, line.code, project_label(t, line)) for line in lines[:BUTTONS]]
    buttons += [opens(Kind.INSTITUTION, body.key, words.full_name(t, body)) for body in bodies[:BUTTONS]]
    return Card(
        title=t("country.title", flag=country.flag, name=t.country(country.code)),
        subtitle=t("country.codes", alpha2=country.code, alpha3=country.alpha3),
        fields=_local_time(context, country),
        sections=tuple(sections),
        buttons=tuple(buttons),
        summary=t.country(country.code),
    )


def _local_time(context: Context, country: Country) -> tuple[Field, ...]:
    if not country.time_zone:
        return ()
    t, there = context.t, zone(country.time_zone)
    clock = t("contact.clock", time=t.clock(context.now, there), offset=t.offset(there, context.now))
    return (Field(t("country.capital_time"), clock),)


def _memberships(t: Translator, held: Sequence[Membership], known: Mapping[str, Network]) -> Section:
    if not held:
        return Section(t("country.memberships"), t("said.not_recorded"))
    return Section(
        t("country.memberships"),
        fields=tuple(
            Field(
                words.short_name(t, known[item.network]) if item.network in known else item.network,
                membership(t, item),
            )
            for item in held
        ),
    )


def membership(t: Translator, item: Membership) -> str:
    """In what way and in which years a country belongs or belonged to an organisation."""
    kind = t(KINDS[item.kind])
    begins, ends = item.since or item.counted_from, item.until or item.counted_until
    if (begins, ends) != (item.since, item.until):
        said = _vaguely(t, item, kind)
    elif item.since and item.until:
        said = t("country.kind_from_to", kind=kind, since=t.day(item.since), until=t.day(item.until))
    elif item.since:
        said = t("country.kind_since", kind=kind, since=t.day(item.since))
    elif item.until:
        said = t("country.kind_until", kind=kind, until=t.day(item.until))
    else:
        said = t("country.kind_undated", kind=kind)
    note = words.said(t, item.note)
    return t("country.with_note", text=said, note=note) if note else said


def _vaguely(t: Translator, item: Membership, kind: str) -> str:
    """The same where of its beginning or its end only the month or the year is known."""
    since = t.day(item.since) if item.since else _span(t, item.counted_from)
    until = t.day(item.until) if item.until else _span(t, item.counted_until)
    if since and until:
        return t("country.kind_from_to_vague", kind=kind, since=since, until=until)
    if since:
        return t("country.kind_since_vague", kind=kind, since=since)
    return t("country.kind_until_vague", kind=kind, until=until)


def _span(t: Translator, first: date | None) -> str:
    """The month or the year that begins on a day; what begins with a year is taken for the year."""
    if first is None:
        return ""
    precision = Precision.YEAR if first.month == 1 else Precision.MONTH
    return t.vague(VagueDate(precision, first.replace(day=1)))


def _named(t: Translator, heading: str, names: Sequence[str]) -> Section:
    return Section(heading, "\n".join(names) or t("said.not_recorded"))
