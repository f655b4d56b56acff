"""The card of a focal point's post, as far as the reader may know who holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cards import absence, looking, values, words
from bot.cards.buttons import opens
from bot.command import Context
from bot.contract import Button, Card, Field, Section
from bot.i18n import Translator, message
from directory import countries, institutions, networks, posts
from directory.countries import Country
from directory.people import NAME_LEVEL, NOBODY, Person
from directory.posts import Nomination, Post, Standing
from directory.search import Kind

#: How far down the parts of an institution are looked at for posts.
DEPTH: Final = 3
#: How many earlier holders are named.
EARLIER: Final = 3

STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.HOLDER: message("contact.holder"),
    Standing.ALTERNATE: message("contact.alternate"),
    Standing.ACTING: message("contact.acting"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A post with what is known of who holds and held it; ``people`` is empty below level 1.

    ``withheld``: they may be known, but the week's lookups are used up.
    """

    post: Post
    named: Sequence[Nomination]
    people: Mapping[str, Person]
    country: Country | None
    place: str
    network: str
    withheld: bool = False

    def holding(self, standing: Standing, day: date) -> list[Nomination]:
        """Who is named in this standing on a day, oldest nomination first."""
        return [item for item in reversed(self.named) if item.standing is standing and item.holds_on(day)]

    def name(self, nomination: Nomination) -> str:
        """The name of the person named; empty where it may not be shown."""
        person = self.people.get(nomination.person)
        return person.name if person is not None else ""


async def read(context: Context, post: Post, level: int, *, names_only: bool = False) -> Sheet:
    """What may be shown of a post, at most to ``level``: its people's names, or all their values.

    Who holds it is a matter of the post's network; how much of each of them, of all networks of theirs.
    """
    session, t = context.session, context.t
    level = level_here(context, post, level)
    country = await countries.get(session, post.country) if post.country else None
    institution = await institutions.get(session, post.institution) if post.institution else None
    network = await networks.get(session, post.network) if post.network else None
    named: Sequence[Nomination] = ()
    known: Mapping[str, Person] = {}
    withheld = False
    if level >= NAME_LEVEL:
        named = (await posts.nominations(session, [post.key])).get(post.key, [])
        shown = _shown(named, context.now.date(), earlier=0 if names_only else EARLIER)
        known = await looking.see(context, shown, level, post.network, names_only=names_only, whole=True)
        withheld = bool(shown) and not known and context.looking.withheld
    place = t.country(country.code) if country else words.full_name(t, institution) if institution else ""
    name = words.full_name(t, network) if network else ""
    return Sheet(post, () if withheld else named, known, country, place, name, withheld)


def level_here(context: Context, post: Post, level: int) -> int:
    """How much of who holds a post may be shown here, at most ``level``."""
    networks = (post.network,) if post.network else ()
    return min(level, context.contact_level_for(*networks))


def _shown(named: Sequence[Nomination], today: date, earlier: int) -> set[str]:
    """The people whom a card names: all of today's, and as many past holders."""
    past = [item for item in named if item.standing is Standing.HOLDER and item.until and item.until <= today]
    shown = {item.person for item in (*(item for item in named if item.holds_on(today)), *past[:earlier])}
    return shown - {NOBODY}


async def held_by(context: Context, person: str) -> list[Post]:
    """The posts that a person holds or held, as far as the asker may know who holds them."""
    held = await posts.of_person(context.session, person)
    if person == context.asker.person_key:
        return held
    return [post for post in held if level_here(context, post, NAME_LEVEL) >= NAME_LEVEL]


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
    closed = [post for post in held if level_here(context, post, level) < NAME_LEVEL]
    held = [post for post in held if post not in closed]
    fields = [Field(words.plain(t, post.titles), t("contact.members_only")) for post in closed]
    for post in held:
        sheet = await read(context, post, level, names_only=True)
        if sheet.withheld:
            break
        first = _first(sheet, today)
        name = sheet.name(first) if first is not None else ""
        fields.append(Field(words.plain(t, post.titles), name or t("contact.vacant"), missing=not name))
    shown = len(fields) - len(closed)
    if shown < len(held):
        titles = [words.plain(t, post.titles) for post in held[shown:]]
        return Section(heading, "\n".join((*titles, looking.notice(context))), tuple(fields))
    return Section(heading, fields=tuple(fields))


def title(t: Translator, post: Post, place: str) -> str:
    """What a post is called, with the name of its country or institution."""
    name = words.plain(t, post.titles)
    return t("contact.title", title=name, place=place) if place else name


async def post_card(context: Context, post: Post, level: int, note: str = "") -> Card:
    """The card of a post. Below level 1 it has the same shape whoever holds the post."""
    t, today = context.t, context.now.date()
    level = level_here(context, post, level)
    sheet = await read(context, post, level)
    fields: list[Field] = []
    if area := words.said(t, post.areas):
        fields.append(Field(t("contact.area"), area))
    buttons: list[tuple[Button, ...]] = []
    footer = ""
    if level < NAME_LEVEL or sheet.withheld:
        reason = looking.notice(context) if sheet.withheld else t("contact.members_only")
        fields.append(Field(t("contact.who"), reason))
        here = sheet.country.time_zone if sheet.country else ""
        fields += values.local_time(context, here)
    else:
        fields += _holders(t, sheet, today)
        present = _present(sheet, today)
        fields += await absence.fields(context, present, {item.person: sheet.name(item) for item in present})
        first = _first(sheet, today)
        person = sheet.people.get(first.person) if first else None
        if person is not None:
            fields += values.languages(t, person)
            fields += values.local_time(
                context, person.time_zone or (sheet.country.time_zone if sheet.country else "")
            )
            fields += values.contact_fields(t, person.contacts, today)
            buttons += values.file_button(context, person)
            footer = t("contact.invented") if person.invented else ""
        else:
            fields += values.local_time(context, sheet.country.time_zone if sheet.country else "")
        others = [item for item in present if item is not first and item.person in sheet.people]
        buttons += [opens(Kind.PERSON, item.person, sheet.name(item)) for item in others if sheet.name(item)]
    if sheet.country is not None:
        buttons.append(opens(Kind.COUNTRY, sheet.country.code, t.country(sheet.country.code)))
    return Card(
        title=title(t, post, sheet.place),
        subtitle=sheet.network,
        text="\n".join(line for line in (words.retired(t, post.retired_on), note) if line),
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
            name=sheet.name(item) or t("contact.erased"),
            since=t.month(item.since),
            until=t.month(item.until),
        )
        for item in sheet.named
        if item.standing is Standing.HOLDER
        and item.until
        and item.until <= today
        and (sheet.name(item) or item.person == NOBODY)
    ]
    return (Section(t("contact.earlier"), "\n".join(earlier[:EARLIER])),) if earlier else ()
