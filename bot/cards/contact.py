"""The cards of a focal point's post and of a person, as far as the reader may know them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import words
from bot.cards.buttons import opens
from bot.command import Context
from bot.contract import Button, Card, Field, Section, action
from bot.i18n import Translator, message, zone
from directory import countries, institutions, networks, people, posts
from directory.countries import Country
from directory.people import NAME_LEVEL, Contact, ContactKind, Person
from directory.posts import Nomination, Post, Standing
from directory.search import Kind

#: The button that sends a person's contact card as a file.
FILE: Final = "vcf"
#: A value that was confirmed longer ago than this is said not to have been confirmed since, in days.
STALE_DAYS: Final = 365
#: How far down the parts of an institution are looked at for posts.
DEPTH: Final = 3
#: How many earlier holders are named.
EARLIER: Final = 3

KINDS: Final[Mapping[ContactKind, str]] = {
    ContactKind.EMAIL: message("contact.email"),
    ContactKind.PHONE: message("contact.phone"),
    ContactKind.MOBILE: message("contact.mobile"),
    ContactKind.HANDLE: message("contact.handle"),
}
STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.HOLDER: message("contact.holder"),
    Standing.ALTERNATE: message("contact.alternate"),
    Standing.ACTING: message("contact.acting"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A post with what is known of who holds and held it; ``people`` is empty below level 1."""

    post: Post
    named: Sequence[Nomination]
    people: Mapping[str, Person]
    country: Country | None
    place: str
    network: str

    def holding(self, standing: Standing, day: date) -> list[Nomination]:
        """Who is named in this standing on a day, oldest nomination first."""
        return [item for item in reversed(self.named) if item.standing is standing and item.holds_on(day)]

    def name(self, nomination: Nomination) -> str:
        """The name of the person named; empty where it may not be shown."""
        person = self.people.get(nomination.person)
        return person.name if person is not None else ""


async def read(context: Context, post: Post, level: int) -> Sheet:
    """Everything of a post that may be shown at ``level``."""
    session, t = context.session, context.t
    country = await countries.get(session, post.country) if post.country else None
    institution = await institutions.get(session, post.institution) if post.institution else None
    network = await networks.get(session, post.network) if post.network else None
    named: Sequence[Nomination] = ()
    known: Mapping[str, Person] = {}
    if level >= NAME_LEVEL:
        named = (await posts.nominations(session, [post.key])).get(post.key, [])
        known = await people.several(session, {item.person for item in named}, level)
    place = t.country(country.code) if country else words.full_name(t, institution) if institution else ""
    return Sheet(post, named, known, country, place, words.full_name(t, network) if network else "")


async def called(context: Context, post: Post) -> str:
    """What a post is called, with its country or institution."""
    place = context.t.country(post.country) if post.country else ""
    if not place and post.institution:
        body = await institutions.get(context.session, post.institution)
        place = words.full_name(context.t, body) if body is not None else ""
    return title(context.t, post, place)


async def posts_within(session: AsyncSession, institution: str) -> list[Post]:
    """The posts of an institution, then those of its parts and of their parts."""
    found: list[Post] = []
    keys = [institution]
    for _ in range(DEPTH):
        for key in keys:
            found += await posts.of_institution(session, key)
        keys = [part.key for key in keys for part in await institutions.parts_of(session, key)]
    return found


async def posts_section(context: Context, held: Sequence[Post]) -> Section:
    """The posts of a country or an institution; who holds them only where names may be shown."""
    t, level = context.t, context.contact_level
    heading = t("contact.posts")
    if not held:
        return Section(heading, t("said.not_recorded"))
    if level < NAME_LEVEL:
        return Section(heading, "\n".join(words.plain(t, post.titles) for post in held))
    today = context.now.date()
    fields = []
    for post in held:
        sheet = await read(context, post, level)
        first = _first(sheet, today)
        name = sheet.name(first) if first is not None else ""
        fields.append(Field(words.plain(t, post.titles), name or t("contact.vacant"), missing=not name))
    return Section(heading, fields=tuple(fields))


def title(t: Translator, post: Post, place: str) -> str:
    """What a post is called, with the name of its country or institution."""
    name = words.plain(t, post.titles)
    return t("contact.title", title=name, place=place) if place else name


async def post_card(context: Context, post: Post, level: int, note: str = "") -> Card:
    """The card of a post. Below level 1 it has the same shape whoever holds the post."""
    t, today = context.t, context.now.date()
    sheet = await read(context, post, level)
    fields: list[Field] = []
    if area := words.said(t, post.areas):
        fields.append(Field(t("contact.area"), area))
    buttons: list[tuple[Button, ...]] = []
    footer = ""
    if level < NAME_LEVEL:
        fields.append(Field(t("contact.who"), t("contact.members_only")))
        here = sheet.country.time_zone if sheet.country else ""
        fields += _local_time(context, here)
    else:
        fields += _holders(t, sheet, today)
        first = _first(sheet, today)
        person = sheet.people.get(first.person) if first else None
        if person is not None:
            fields += _languages(t, person)
            fields += _local_time(
                context, person.time_zone or (sheet.country.time_zone if sheet.country else "")
            )
            fields += contact_fields(t, person.contacts, today)
            buttons += _person_buttons(context, person)
            footer = t("contact.invented") if person.invented else ""
        else:
            fields += _local_time(context, sheet.country.time_zone if sheet.country else "")
        others = [
            item for item in _present(sheet, today) if item is not first and item.person in sheet.people
        ]
        buttons += [opens(Kind.PERSON, item.person, sheet.name(item)) for item in others if sheet.name(item)]
    if sheet.country is not None:
        buttons.append(opens(Kind.COUNTRY, sheet.country.code, t.country(sheet.country.code)))
    return Card(
        title=title(t, post, sheet.place),
        subtitle=sheet.network,
        text=note,
        fields=tuple(fields),
        sections=_earlier(t, sheet, today),
        footer=footer,
        buttons=tuple(buttons),
        summary=title(t, post, sheet.place),
    )


def _present(sheet: Sheet, today: date) -> list[Nomination]:
    return [item for standing in Standing for item in sheet.holding(standing, today)]


def _first(sheet: Sheet, today: date) -> Nomination | None:
    """Whom to turn to: the holder, else who acts, else the alternate."""
    order = (Standing.HOLDER, Standing.ACTING, Standing.ALTERNATE)
    return next((item for standing in order for item in sheet.holding(standing, today)), None)


def _holders(t: Translator, sheet: Sheet, today: date) -> list[Field]:
    holders = sheet.holding(Standing.HOLDER, today)
    fields = [
        Field(t("contact.who"), t("contact.since", name=sheet.name(item), day=t.day(item.since)))
        for item in holders
    ]
    if not holders:
        ended = [item.until for item in sheet.named if item.standing is Standing.HOLDER and item.until]
        since = max((day for day in ended if day <= today), default=None)
        vacant = t("contact.vacant_since", day=t.day(since)) if since else t("contact.vacant")
        fields.append(Field(t("contact.who"), vacant, missing=True))
    fields += [_nomination(t, item) for item in holders]
    for standing in (Standing.ACTING, Standing.ALTERNATE):
        fields += [
            Field(t(STANDINGS[standing]), t("contact.since", name=sheet.name(item), day=t.day(item.since)))
            for item in sheet.holding(standing, today)
        ]
    if not sheet.holding(Standing.ALTERNATE, today):
        fields.append(Field(t("contact.alternate"), t("contact.no_alternate"), missing=True))
    return fields


def _nomination(t: Translator, item: Nomination) -> Field:
    if item.reference and item.letter_on:
        value = t("contact.letter", reference=item.reference, day=t.day(item.letter_on))
    else:
        value = item.reference or (t.day(item.letter_on) if item.letter_on else "")
    return words.recorded(t, t("contact.nomination"), value)


def _earlier(t: Translator, sheet: Sheet, today: date) -> tuple[Section, ...]:
    earlier = [
        t(
            "contact.earlier_line",
            name=sheet.name(item),
            since=t.month(item.since),
            until=t.month(item.until),
        )
        for item in sheet.named
        if item.standing is Standing.HOLDER and item.until and item.until <= today and sheet.name(item)
    ]
    return (Section(t("contact.earlier"), "\n".join(earlier[:EARLIER])),) if earlier else ()


def _languages(t: Translator, person: Person) -> Iterable[Field]:
    if person.languages:
        yield Field(t("contact.languages"), t.list([t.language_name(code) for code in person.languages]))


def _local_time(context: Context, zone_name: str) -> Iterable[Field]:
    if zone_name:
        there, t = zone(zone_name), context.t
        now = t("contact.clock", time=t.clock(context.now, there), offset=t.offset(there, context.now))
        yield Field(t("contact.local_time"), now)


def contact_fields(t: Translator, contacts: Iterable[Contact], today: date) -> list[Field]:
    """Contact values, each with how fresh it is."""
    return [
        Field(t(KINDS[item.kind]), t("contact.value", value=item.value, freshness=freshness(t, item, today)))
        for item in contacts
    ]


def freshness(t: Translator, contact: Contact, today: date) -> str:
    """How long ago a value was confirmed."""
    confirmed = contact.confirmed_on
    if confirmed is None:
        return t("contact.never_confirmed")
    if confirmed >= today:
        return t("contact.confirmed_today")
    if (today - confirmed).days > STALE_DAYS:
        return t("contact.not_confirmed_since", year=confirmed.year)
    return t("contact.confirmed", ago=t.ago(confirmed, today))


def _person_buttons(context: Context, person: Person) -> list[tuple[Button, ...]]:
    return [(Button(context.t("contact.file"), action(FILE, person.key)),)]


async def person_card(context: Context, person: Person) -> Card:
    """The card of a person, who was read at a level that may be shown."""
    t, today, session = context.t, context.now.date(), context.session
    held = await posts.of_person(session, person.key)
    named = await posts.nominations(session, [post.key for post in held])
    of_institutions = await institutions.several(session, {p.institution for p in held if p.institution})
    fields: list[Field] = []
    buttons = _person_buttons(context, person)
    for post in held:
        institution = of_institutions.get(post.institution or "")
        place = t.country(post.country) if post.country else ""
        called = title(t, post, place or (words.full_name(t, institution) if institution else ""))
        fields += [
            Field(t(STANDINGS[item.standing]), _term(t, called, item))
            for item in named.get(post.key, ())
            if item.person == person.key
        ]
        buttons.append(opens(Kind.POST, post.key, called))
    fields += _languages(t, person)
    fields += _local_time(context, person.time_zone)
    fields += contact_fields(t, person.contacts, today)
    return Card(
        title=person.name,
        fields=tuple(fields),
        footer=t("contact.invented") if person.invented else "",
        buttons=tuple(buttons),
    )


def _term(t: Translator, called: str, item: Nomination) -> str:
    if item.until is None:
        return t("contact.since", name=called, day=t.day(item.since))
    return t("contact.earlier_line", name=called, since=t.month(item.since), until=t.month(item.until))
