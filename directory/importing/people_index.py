"""Who in the directory, or earlier in the file, a row means: by e-mail, or by name and country."""

from __future__ import annotations

import functools
from typing import Final

import sqlalchemy as sa
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy.ext.asyncio import AsyncSession

from directory.importing.records import Doubt, FocalPoint, Problem, Untaken
from directory.importing.states import paged
from directory.people import ContactKind, ContactRow, PersonRow
from directory.posts import NominationRow, PostRow
from directory.search import fold

#: Names that share a word with this one are compared, up to so many.
MOST_COMPARED: Final = 2_000
#: Shorter names may differ by one error only.
_LONG_NAME: Final = 10


class PeopleIndex:
    """Everybody of the directory by e-mail, name and country; rows are added as they are settled.

    A long list makes a long index, so people are numbers here, and a place in an index holds one number or,
    where it must, a list of them.
    """

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._names: list[tuple[str, str]] = []
        self._has_email = bytearray()
        self._retired: set[int] = set()
        self._foreign: set[int] = set()
        self._by_key: dict[str, int] = {}
        self._by_email: dict[str, int] = {}
        self._by_name: dict[int, int | list[int]] = {}
        self._by_word: dict[int, int | list[int]] = {}

    @classmethod
    async def of_directory(cls, session: AsyncSession, networks: frozenset[str] | None = None) -> PeopleIndex:
        """Everybody there is. Whoever belongs to other networks than ``networks`` is not to be changed."""
        index = cls()
        everybody = sa.select(
            PersonRow.key, PersonRow.given_name, PersonRow.family_name, PersonRow.retired_on
        )
        async for key, given, family, retired_on in paged(session, everybody, PersonRow.key):
            number = index._person(key, (given, family))
            if retired_on is not None:
                index._retired.add(number)
        addresses = sa.select(ContactRow.id, ContactRow.person, ContactRow.value).where(
            ContactRow.kind == ContactKind.EMAIL
        )
        async for _, person, value in paged(session, addresses, ContactRow.id):
            index._has_address(index._by_key[person], value)
        held = sa.select(NominationRow.id, NominationRow.person, PostRow.country, PostRow.network).join(
            PostRow, PostRow.key == NominationRow.post
        )
        placed = bytearray(len(index._keys))
        theirs: set[int] = set()
        async for _, person, country, network in paged(session, held, NominationRow.id):
            number = index._by_key[person]
            if country:
                placed[number] = 1
                index._is_called(number, country, _sorted(*index._names[number]))
            if networks is not None and network is not None:
                (theirs if network in networks else index._foreign).add(number)
        index._foreign -= theirs
        for number, name in enumerate(index._names):
            if not placed[number]:
                index._is_called(number, "", _sorted(*name))
        return index

    def clear(self) -> None:
        """Let go of everybody."""
        for index in (self._keys, self._names, self._has_email, self._retired):
            index.clear()
        for places in (self._by_key, self._by_email, self._by_name, self._by_word):
            places.clear()

    def settle(self, row: FocalPoint, new_key: str) -> None:
        """Give a row the key of the person it means, or ``new_key``.

        Raises:
            Untaken: it could be somebody who is known, or somebody else.
        """
        found = self._found(row)
        if found is None:
            found = self._person(row.person or new_key, (row.given, row.family), named=bool(row.person))
            row.person, row.is_new = self._keys[found], True
        else:
            if found in self._retired:
                raise Untaken(Problem(Doubt.RETIRED, written=row.name, first=self._name(found)))
            if found in self._foreign:
                raise Untaken(Problem(Doubt.OTHER_NETWORK, written=row.name))
            row.person = self._keys[found]
        for email in _emails(row):
            self._has_address(found, email)
        self._is_called(found, row.country, _sorted(row.given, row.family))

    def _found(self, row: FocalPoint) -> int | None:
        if (by_key := self._by_key.get(row.person)) is not None:
            return by_key
        emails = [email.casefold() for email in _emails(row)]
        by_email = {self._by_email[email] for email in emails if email in self._by_email}
        name = _sorted(row.given, row.family)
        by_name = self._called(row.country, name)
        together = by_email | set(by_name) if len(by_name) < 2 or not by_email else by_email
        if len(together) > 1:
            first, second, *_ = sorted(together)
            raise Untaken(Problem(Doubt.SEVERAL_PEOPLE, "", row.name, self._name(first), self._name(second)))
        if together:
            found = together.pop()
            if by_email and not _alike(name, _sorted(*self._names[found])):
                raise Untaken(
                    Problem(Doubt.SHARED_EMAIL, "", row.name, self._name(found), ", ".join(emails)[:80])
                )
            return found
        # Somebody without a post has no country; the same name then is a hint and no proof.
        for other in self._called("", name) if row.country else ():
            raise Untaken(Problem(Doubt.NEAR_PERSON, "", row.name, self._name(other)))
        self._refuse_near(row, name, has_email=bool(emails))
        return None

    def _refuse_near(self, row: FocalPoint, name: str, *, has_email: bool) -> None:
        words = set(name.split())
        blocks = sorted((_several(self._by_word.get(hash((row.country, word)))) for word in words), key=len)
        candidates: list[int] = []
        for block in blocks:
            candidates += block[: MOST_COMPARED - len(candidates)]
        if not candidates:
            return
        errors = 2 if len(name) >= _LONG_NAME else 1
        names = {index: _sorted(*self._names[index]) for index in candidates}
        near = process.extractOne(name, names, scorer=DamerauLevenshtein.distance, score_cutoff=errors)
        if near is not None:
            raise Untaken(Problem(Doubt.NEAR_PERSON, "", row.name, self._name(near[2])))
        for index, other in names.items():
            theirs = set(other.split())
            part = len(words & theirs) > 1 and (words <= theirs or theirs <= words)
            if part and not (has_email and self._has_email[index]):
                raise Untaken(Problem(Doubt.NEAR_PERSON, "", row.name, self._name(index)))

    def _name(self, number: int) -> str:
        return " ".join(self._names[number]).strip()

    def _called(self, country: str, name: str) -> list[int]:
        return _several(self._by_name.get(hash((country, name))))

    # Writing

    def _person(self, key: str, name: tuple[str, str], *, named: bool = True) -> int:
        """Add somebody. Nobody can mean a key that was only just drawn (not ``named`` in the file)."""
        number = len(self._keys)
        if named:
            self._by_key[key] = number
        self._keys.append(key)
        self._names.append(name)
        self._has_email.append(0)
        return number

    def _has_address(self, number: int, email: str) -> None:
        self._has_email[number] = 1
        folded = email.casefold()
        # The same text is kept once where it is the same text.
        self._by_email.setdefault(email if email == folded else folded, number)

    def _is_called(self, number: int, country: str, name: str) -> None:
        if _append(self._by_name, hash((country, name)), number):
            # A typing error spoils one word; whoever is nearly called so shares the other.
            for word in sorted(name.split(), key=len)[-2:]:
                if len(word) > 2:
                    _append(self._by_word, hash((country, word)), number)


def _several(numbers: int | list[int] | None) -> list[int]:
    return [] if numbers is None else [numbers] if isinstance(numbers, int) else numbers


def _append(index: dict[int, int | list[int]], place: int, number: int) -> bool:
    """Add a number to a place in an index; false where it is there already."""
    known = index.get(place)
    if known is None:
        index[place] = number
    elif isinstance(known, list):
        if number in known[-8:]:
            return False
        known.append(number)
    elif known == number:
        return False
    else:
        index[place] = [known, number]
    return True


def _emails(row: FocalPoint) -> list[str]:
    return [item.value for item in row.found if item.kind is ContactKind.EMAIL and item.value]


@functools.lru_cache(maxsize=2_048)
def _sorted(*name: str) -> str:
    return " ".join(sorted(fold(" ".join(name)).split()))


def _alike(first: str, second: str) -> bool:
    """Whether two names may be one person's: they share a word, or nearly are the same."""
    if set(first.split()) & set(second.split()):
        return True
    return DamerauLevenshtein.normalized_similarity(first, second) >= 0.75
