"""Focal points and projects as rows of text, under the headings that an import recognises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import countries, institutions, people, posts, projects
from directory.importing import vocabulary
from directory.importing.fields import FIELDS, LOCAL, WORDS, ImportKind
from directory.institutions import Institution
from directory.people import NAME_LEVEL, ContactKind, Person
from directory.posts import Post, PostRow
from directory.projects import Party, PartyRole, ProjectSheet
from directory.projects.tables import ProjectRow
from directory.texts import LocalText

#: The languages in which texts have a column of their own.
LANGUAGES: Final = ("en", "es", "fr", "pt")
_STEP: Final = 500

#: The highest level of contact values that may be shown of a network's people.
LevelOf = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is listed: of one network, of one country, or (both empty) everything."""

    network: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Headings and rows of text. ``people`` are those who are listed, with what may be shown of them.

    ``titles`` are those of the posts that each of them holds, ``networks`` the first of their networks.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    people: tuple[Person, ...] = ()
    titles: Mapping[str, tuple[str, ...]] | None = None
    networks: Mapping[str, str] | None = None


async def focal_points(
    session: AsyncSession, scope: Scope, level_of: LevelOf, language: str, today: date
) -> Listing:
    """Everybody who holds a post today, a row for each post; nobody whose name may not be shown."""
    found = await _posts(session, scope)
    shown = {post.key: level_of(post.network or "") for post in found}
    every = await _nominations(session, found)
    named = [
        (post, item)
        for post in found
        for item in every.get(post.key, ())
        if shown[post.key] >= NAME_LEVEL and item.holds_on(today)
    ]
    levels: dict[str, int] = {}
    for post, item in named:
        levels[item.person] = max(levels.get(item.person, 0), shown[post.key])
    known: dict[str, Person] = {}
    for level in sorted(set(levels.values())):
        for chunk in _chunks([key for key, highest in levels.items() if highest == level]):
            known |= await people.several(session, chunk, level)
    bodies = await institutions.several(session, {post.institution for post, _ in named if post.institution})
    columns = _columns(ImportKind.FOCAL_POINTS, {"name"}, max(levels.values(), default=1))
    rows = []
    for post, item in named:
        person = known[item.person]
        body = bodies.get(post.institution or "")
        values: dict[tuple[str, str], str] = {
            ("network", ""): post.network or "",
            ("country", ""): country_name(post.country, language),
            ("institution", ""): _body_name(body, language) if body else "",
            ("standing", ""): vocabulary.STANDING_WORDS[language][item.standing],
            ("given_name", ""): person.given_name,
            ("family_name", ""): person.family_name,
            ("languages", ""): ", ".join(person.languages),
            ("time_zone", ""): person.time_zone,
            ("since", ""): item.since.isoformat(),
            ("until", ""): item.until.isoformat() if item.until else "",
            ("reference", ""): item.reference,
            ("letter_on", ""): item.letter_on.isoformat() if item.letter_on else "",
            ("person_key", ""): person.key,
            ("post_key", ""): post.key,
            **{(kind.value, ""): _contacts(person, kind) for kind in ContactKind},
            **_texts("post", post.titles),
            **_texts("area", post.areas),
        }
        rows.append(tuple(values.get(column, "") for column in columns))
    titles: dict[str, tuple[str, ...]] = {}
    networks: dict[str, str] = {}
    for post, item in named:
        titles[item.person] = (*titles.get(item.person, ()), post.titles.in_language(language)[0])
        networks.setdefault(item.person, post.network or "")
    listed = tuple(known[key] for key in dict.fromkeys(item.person for _, item in named))
    return Listing(_headings(columns, language), tuple(rows), listed, titles, networks)


async def _posts(session: AsyncSession, scope: Scope) -> list[Post]:
    wanted = sa.select(PostRow.key).where(PostRow.retired_on.is_(None))
    if scope.network:
        wanted = wanted.where(PostRow.network == scope.network)
    if scope.country:
        wanted = wanted.where(PostRow.country == scope.country)
    keys = list(
        (await session.execute(wanted.order_by(PostRow.network, PostRow.country, PostRow.key))).scalars()
    )
    found: list[Post] = []
    for chunk in _chunks(keys):
        several = await posts.several(session, chunk)
        found += [several[key] for key in chunk]
    return found


async def _nominations(session: AsyncSession, found: Sequence[Post]) -> Mapping[str, list[posts.Nomination]]:
    named: dict[str, list[posts.Nomination]] = {}
    for chunk in _chunks([post.key for post in found]):
        named |= await posts.nominations(session, chunk)
    return named


async def projects_of(session: AsyncSession, scope: Scope, language: str) -> Listing:
    """All projects of a network, with a part of a country in it, or all; what a sheet has once."""
    codes: Iterable[str]
    if scope.country:
        codes = [line.code for line in await projects.of_country(session, scope.country)]
    else:
        wanted = sa.select(ProjectRow.code).where(ProjectRow.retired_on.is_(None))
        codes = (await session.execute(wanted.order_by(ProjectRow.code))).scalars().all()
    columns = _columns(ImportKind.PROJECTS, set(), 2)
    rows = []
    for code in codes:
        sheet = await projects.sheet(session, code)
        if sheet is None or (scope.network and sheet.network != scope.network):
            continue
        values = _project(sheet, language)
        rows.append(tuple(values.get(column, "") for column in columns))
    return Listing(_headings(columns, language), tuple(rows))


def _project(sheet: ProjectSheet, language: str) -> dict[tuple[str, str], str]:
    values: dict[tuple[str, str], str] = {
        ("code", ""): sheet.code,
        ("network", ""): sheet.network or "",
        ("status", ""): vocabulary.STATUS_WORDS[language][sheet.status] if sheet.status else "",
        ("starts_on", ""): sheet.starts_on.isoformat() if sheet.starts_on else "",
        ("ends_on", ""): sheet.ends_on.isoformat() if sheet.ends_on else "",
        ("country", ""): country_name(sheet.country, language),
    }
    if sheet.budget is not None:
        values["budget", ""] = _plain(sheet.budget.value)
        values["currency", ""] = sheet.budget.currency
    texts = {
        "title": sheet.titles,
        "city": sheet.city,
        "programme": sheet.programme,
        "priority_sector": sheet.priority_sector,
        "general_objective": sheet.general_objective,
        "context": sheet.context,
        "justification": sheet.justification,
        "source": sheet.source,
    }
    for name, text in texts.items():
        values |= _texts(name, text)
    for role in (PartyRole.RESPONSIBLE, PartyRole.EXECUTING, PartyRole.BENEFICIARY, PartyRole.DONOR):
        parties = [_party(party, language) for party in sheet.parties_as(role)]
        # The line feed says that lines part them, and nothing within a line.
        values[role.value, ""] = "".join(f"{party}\n" for party in parties)
    return values


def _plain(amount: Decimal) -> str:
    """An amount without grouping and with two places at least, so that it has one reading."""
    exact = amount.normalize()
    _, _, exponent = exact.as_tuple()
    return f"{exact:.2f}" if isinstance(exponent, int) and exponent >= -2 else f"{exact:f}0"


def _party(party: Party, language: str) -> str:
    if party.institution or not party.country:
        return " ".join(party.name.in_language(language)[0].split())
    return country_name(party.country, language)


def country_name(code: str | None, language: str) -> str:
    """A country's name in a language, its code where the name would not be read as that country."""
    if code is None:
        return ""
    names = {name.language: name.text for name in countries.names(code)}
    name = names.get(language, code)
    return name if vocabulary.country(name) == code else code


def _body_name(body: Institution, language: str) -> str:
    return body.names.in_language(language)[0] or body.acronyms.in_language(language)[0]


def _contacts(person: Person, kind: ContactKind) -> str:
    return "; ".join(item.value for item in person.contacts if item.kind is kind)


def _texts(name: str, text: LocalText) -> dict[tuple[str, str], str]:
    return {(name, language): text.by_language.get(language, "") for language in LANGUAGES}


def _columns(kind: ImportKind, without: set[str], level: int) -> list[tuple[str, str]]:
    """Fields with their languages; what nobody may see has no column."""
    hidden = without | ({"mobile", "handle"} if level < 2 else set())
    return [
        (name, language)
        for name in FIELDS[kind]
        if name not in hidden
        for language in (LANGUAGES if name in LOCAL else ("",))
    ]


def _headings(columns: Sequence[tuple[str, str]], language: str) -> tuple[str, ...]:
    headings = []
    for name, of_texts in columns:
        heading = WORDS[name][language][0]
        heading = heading[:1].upper() + heading[1:]
        headings.append(f"{heading} ({of_texts})" if of_texts else heading)
    return tuple(headings)


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(values), _STEP):
        yield values[start : start + _STEP]
