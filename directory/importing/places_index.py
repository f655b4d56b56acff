"""Which institution and which post a row means."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

import sqlalchemy as sa
from rapidfuzz import fuzz, process
from sqlalchemy.ext.asyncio import AsyncSession

from directory.importing.cells import folded
from directory.importing.differences import FOCAL_POINT
from directory.importing.records import Doubt, FocalPoint, Problem, Untaken
from directory.importing.states import Change, Noun, paged
from directory.institutions import InstitutionKind, InstitutionRow
from directory.posts import PostRow

_T = TypeVar("_T")

#: From this likeness on (of 100) two names may be one.
NEARLY: Final = 90
#: Names that are compared with a new one, at most.
MOST_COMPARED: Final = 3_000

_MINISTRY: Final = re.compile(
    r"\bminist(?:ry|erio|ere|erio)\b|\bsecretar(?:ia|iat) (?:of|de) (?:state|estado|relac|etat)"
)
_AGENCY: Final = re.compile(r"\b(?:agency|agencia|agence|institut[oe]?|institute)\b")
_WITH_ACRONYM: Final = re.compile(r"\s*[(\[–—-]\s*([^\s()\[\]]{2,12})\s*[)\]]?\s*$")


def _kind(name: str) -> InstitutionKind:
    words = folded(name)
    if _MINISTRY.search(words):
        return InstitutionKind.MINISTRY
    return InstitutionKind.AGENCY if _AGENCY.search(words) else InstitutionKind.OFFICE


class InstitutionIndex:
    """Every institution by its names and acronyms; those that are new to the file are added."""

    def __init__(self) -> None:
        self._by_name: dict[str, dict[str, str | None]] = {}
        self._names: dict[str, dict[str, str]] = {}
        self.new: list[Change] = []

    @classmethod
    async def of_directory(cls, session: AsyncSession) -> InstitutionIndex:
        """Every institution that is in use."""
        index = cls()
        for key, names, acronyms, country in await session.execute(
            sa.select(
                InstitutionRow.key, InstitutionRow.names, InstitutionRow.acronyms, InstitutionRow.country
            ).where(InstitutionRow.retired_on.is_(None))
        ):
            index._add(key, country, (*names.values(), *acronyms.values()))
        return index

    def find(self, name: str, country: str) -> str:
        """The key of the institution with exactly this name or acronym; ``""`` where none has it.

        Raises:
            Untaken: several have it.
        """
        known = self._by_name.get(folded(name), {})
        if not known and (match := _WITH_ACRONYM.search(name)):
            known = self._by_name.get(folded(name[: match.start()]), {})
        here = [key for key, its in known.items() if its == country or not country] or [
            key for key, its in known.items() if its is None
        ]
        if len(here) > 1:
            raise Untaken(Problem(Doubt.NEAR_INSTITUTION, "", name, here[0], here[1]))
        return here[0] if here else ""

    def settle(self, name: str, country: str, language: str) -> str:
        """The key of the institution that is meant, a new one where none is.

        Raises:
            Untaken: it is nearly the name of one that is known.
        """
        if key := self.find(name, country):
            return key
        words = folded(name)
        others = self._names.setdefault(country, {})
        near = process.extractOne(words, list(others)[:MOST_COMPARED], scorer=fuzz.ratio, score_cutoff=NEARLY)
        if near is not None:
            raise Untaken(Problem(Doubt.NEAR_INSTITUTION, "", name, others[near[0]]))
        key = new_key(name)
        match = re.search(r"\(([A-ZÀ-Þ0-9.&-]{2,12})\)\s*$", name)
        plain = name[: match.start()].strip() if match else name
        state = {
            "key": key,
            "names": {language: plain or name},
            "acronyms": {language: match[1]} if match and plain else {},
            "kind": _kind(name).value,
            "country": country or None,
            "parent": None,
            "website": "",
        }
        self.new.append(Change(Noun.INSTITUTION, key, None, state))
        self._add(key, country or None, (name, plain, *([match[1]] if match else [])))
        return key

    def _add(self, key: str, country: str | None, names: Iterable[str]) -> None:
        for name in names:
            if word := folded(name):
                self._by_name.setdefault(word, {})[key] = country
                self._names.setdefault(country or "", {})[word] = name


def new_key(name: str) -> str:
    """A key that nobody has yet: a few letters of the name, and chance."""
    letters = folded(name).replace(" ", "-").encode("ascii", "ignore").decode()
    parts = [part for part in letters[:19].split("-") if part]
    return "-".join((*parts, secrets.token_hex(5)))


@dataclass(slots=True)
class _Post:
    key: str
    place: str
    institution: str
    titles: tuple[str, ...]
    areas: tuple[str, ...]


class PostIndex:
    """Every post by network and country; those that are new to the file are added."""

    def __init__(self, networks: frozenset[str] | None = None) -> None:
        """``networks``: those whose posts may be changed; all where it is ``None``."""
        self._networks = networks
        self._posts: dict[str, _Post] = {}
        self._here: dict[str, list[_Post]] = {}
        self._titled: dict[str, dict[str, _Post | list[_Post]]] = {}
        self._retired: set[str] = set()
        self._shared: dict[object, object] = {}

    @classmethod
    async def of_directory(cls, session: AsyncSession, networks: frozenset[str] | None = None) -> PostIndex:
        """Every post there is."""
        index = cls(networks)
        wanted = sa.select(
            PostRow.key,
            PostRow.titles,
            PostRow.areas,
            PostRow.network,
            PostRow.country,
            PostRow.institution,
            PostRow.retired_on,
        )
        async for key, titles, areas, network, country, institution, retired_on in paged(
            session, wanted, PostRow.key
        ):
            if retired_on is not None:
                index._retired.add(key)
                continue
            index._add(key, f"{network or ''}:{country or ''}", institution or "", titles, areas)
        return index

    def settle(self, row: FocalPoint, held: Iterable[str]) -> bool:
        """Give a row the key of the post it means, a new one where none is; whether it is new.

        ``held`` are the posts that the person holds.

        Raises:
            Untaken: it is nearly one that is known, or could be several.
        """
        if row.post in self._retired:
            raise Untaken(Problem(Doubt.RETIRED, "", row.post))
        if row.post in self._posts:
            network, _, country = self._posts[row.post].place.partition(":")
            for said, known in ((row.network, network), (row.country, country)):
                if said and known and said != known:
                    raise Untaken(Problem(Doubt.CONTRADICTION, "", said, known))
            self._check(network, row.post)
            return False
        self._check(row.network, row.name)
        place = f"{row.network}:{row.country}"
        found = self._meant(row, place, set(held))
        if found is not None:
            row.post = found.key
            return False
        row.post = row.post or new_key(f"{row.network} {row.country}")
        self._add(row.post, place, row.institution_key, row.titles or FOCAL_POINT, row.areas)
        return True

    def _check(self, network: str, written: str) -> None:
        if self._networks is not None and network not in self._networks:
            raise Untaken(Problem(Doubt.OTHER_NETWORK, written=written))

    def _meant(self, row: FocalPoint, place: str, held: set[str]) -> _Post | None:
        titles = {folded(text) for text in row.titles.values()}
        if titles:
            here = self._titled.get(place, {})
            candidates = [post for title in titles for post in _several(here.get(title))]
        else:
            candidates = self._here.get(place, [])[:MOST_COMPARED]
        fitting = [post for post in candidates if _fits(row, post)]
        exact = [post for post in fitting if post.institution == row.institution_key]
        fitting = list({post.key: post for post in exact or fitting}.values())
        if len(fitting) > 1 and (mine := [post for post in fitting if post.key in held]):
            fitting = mine
        if len(fitting) > 1:
            raise Untaken(Problem(Doubt.SEVERAL_POSTS, "", row.name, fitting[0].key, fitting[1].key))
        if fitting or not titles:
            return fitting[0] if fitting else None
        title = next(iter(titles))
        known = self._titled.get(place, {})
        others = list(islice(known, MOST_COMPARED))
        for other, _, _ in process.extract(title, others, scorer=fuzz.ratio, score_cutoff=NEARLY, limit=20):
            # Titles that differ in a number are different: "Adviser 1" and "Adviser 2".
            if _numbers(title) == _numbers(other):
                near = [post for post in _several(known[other]) if _fits(row, post)]
                near = [post for post in near if post.institution == row.institution_key]
                if near:
                    raise Untaken(
                        Problem(Doubt.NEAR_POST, "", next(iter(row.titles.values())), other, near[0].key)
                    )
        return None

    def _add(
        self, key: str, place: str, institution: str, titles: Mapping[str, str], areas: Mapping[str, str]
    ) -> None:
        post = _Post(key, self._share(place), institution, self._folded(titles), self._folded(areas))
        self._posts[key] = post
        self._here.setdefault(post.place, []).append(post)
        here = self._titled.setdefault(post.place, {})
        for title in post.titles:
            known = here.get(title)
            if known is None:
                here[title] = post
            elif isinstance(known, list):
                known.append(post)
            else:
                here[title] = [known, post]

    def _folded(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        return self._share(tuple(self._share(text) for text in dict.fromkeys(map(folded, texts.values()))))

    def _share(self, value: _T) -> _T:
        return self._shared.setdefault(value, value)  # type: ignore[return-value]


def _several(posts: _Post | list[_Post] | None) -> list[_Post]:
    return [] if posts is None else [posts] if isinstance(posts, _Post) else posts


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _fits(row: FocalPoint, post: _Post) -> bool:
    """Whether institution and area do not speak against it."""
    if row.institution_key and post.institution and row.institution_key != post.institution:
        return False
    areas = {folded(text) for text in row.areas.values()}
    return not (areas and post.areas and areas.isdisjoint(post.areas))
