"""Who in the directory, or earlier in the file, a row means: by e-mail, or by name and country."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy.ext.asyncio import AsyncSession

from directory.importing.records import Doubt, FocalPoint, Problem, Untaken
from directory.people import ContactKind, ContactRow, PersonRow
from directory.posts import NominationRow, PostRow
from directory.search import fold

#: Names that share a word with this one are compared, up to so many.
MOST_COMPARED: Final = 2_000
#: Shorter names may differ by one error only.
_LONG_NAME: Final = 10


@dataclass(slots=True)
class _Known:
    key: str
    name: str
    has_email: bool
    retired: bool


class PeopleIndex:
    """Everybody of the directory by e-mail, name and country; rows are added as they are settled."""

    def __init__(self) -> None:
        self._people: list[_Known] = []
        self._by_key: dict[str, int] = {}
        self._by_email: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = {}
        self._by_word: dict[str, list[int]] = {}

    @classmethod
    async def of_directory(cls, session: AsyncSession) -> PeopleIndex:
        """Everybody there is."""
        index = cls()
        places: dict[str, set[str]] = {}
        for person, country in await session.execute(
            sa.select(NominationRow.person, PostRow.country)
            .join(PostRow, PostRow.key == NominationRow.post)
            .where(PostRow.country.is_not(None))
        ):
            places.setdefault(person, set()).add(country or "")
        emails: dict[str, list[str]] = {}
        for person, value in await session.execute(
            sa.select(ContactRow.person, ContactRow.value).where(ContactRow.kind == ContactKind.EMAIL)
        ):
            emails.setdefault(person, []).append(value)
        for key, given, family, retired_on in await session.execute(
            sa.select(PersonRow.key, PersonRow.given_name, PersonRow.family_name, PersonRow.retired_on)
        ):
            index._add(
                key,
                f"{given} {family}".strip(),
                places.pop(key, ("",)),
                emails.pop(key, ()),
                retired=retired_on is not None,
            )
        return index

    def clear(self) -> None:
        """Let go of everybody."""
        self._people.clear()
        for index in (self._by_key, self._by_email, self._by_name, self._by_word):
            index.clear()

    def settle(self, row: FocalPoint, new_key: str) -> None:
        """Give a row the key of the person it means, or ``new_key``.

        Raises:
            Untaken: it could be somebody who is known, or somebody else.
        """
        found = self._found(row)
        if found is None:
            row.person, row.is_new = row.person or new_key, True
        else:
            known = self._people[found]
            if known.retired:
                raise Untaken(Problem(Doubt.RETIRED, written=row.name, first=known.name))
            row.person = known.key
        emails = [item.value for item in row.found if item.kind is ContactKind.EMAIL and item.value]
        self._add(row.person, row.name, (row.country,), emails)

    def _found(self, row: FocalPoint) -> int | None:
        if (by_key := self._by_key.get(row.person)) is not None:
            return by_key
        emails = [
            item.value.casefold() for item in row.found if item.kind is ContactKind.EMAIL and item.value
        ]
        by_email = {self._by_email[email] for email in emails if email in self._by_email}
        name = _sorted(row.name)
        by_name = self._by_name.get(f"{row.country}:{name}", [])
        together = by_email | set(by_name) if len(by_name) < 2 or not by_email else by_email
        if len(together) > 1:
            known = [self._people[index] for index in sorted(together)]
            raise Untaken(Problem(Doubt.SEVERAL_PEOPLE, "", row.name, known[0].name, known[1].name))
        if together:
            found = together.pop()
            if by_email and not _alike(name, _sorted(self._people[found].name)):
                raise Untaken(
                    Problem(
                        Doubt.SHARED_EMAIL, "", row.name, self._people[found].name, ", ".join(emails)[:80]
                    )
                )
            return found
        # Somebody without a post has no country; the same name then is a hint and no proof.
        for other in self._by_name.get(f":{name}", []) if row.country else []:
            raise Untaken(Problem(Doubt.NEAR_PERSON, "", row.name, self._people[other].name))
        self._refuse_near(row, name, has_email=bool(emails))
        return None

    def _refuse_near(self, row: FocalPoint, name: str, *, has_email: bool) -> None:
        blocks = sorted(
            (block for word in set(name.split()) if (block := self._by_word.get(f"{row.country}:{word}"))),
            key=len,
        )
        candidates: list[int] = []
        for block in blocks:
            candidates += block[: MOST_COMPARED - len(candidates)]
        if not candidates:
            return
        errors = 2 if len(name) >= _LONG_NAME else 1
        names = {index: _sorted(self._people[index].name) for index in candidates}
        near = process.extractOne(name, names, scorer=DamerauLevenshtein.distance, score_cutoff=errors)
        if near is not None:
            raise Untaken(Problem(Doubt.NEAR_PERSON, "", row.name, self._people[near[2]].name))
        words = set(name.split())
        for index, other in names.items():
            theirs = set(other.split())
            part = len(words & theirs) > 1 and (words <= theirs or theirs <= words)
            if part and not (has_email and self._people[index].has_email):
                raise Untaken(Problem(Doubt.NEAR_PERSON, "", row.name, self._people[index].name))

    def _add(
        self, key: str, name: str, places: Iterable[str], emails: Sequence[str], *, retired: bool = False
    ) -> None:
        index = self._by_key.get(key)
        if index is None:
            index = self._by_key[key] = len(self._people)
            self._people.append(_Known(key, name, bool(emails), retired))
        elif emails:
            self._people[index].has_email = True
        for email in emails:
            self._by_email.setdefault(email.casefold(), index)
        for folded in {_sorted(name), _sorted(self._people[index].name)}:
            for place in places:
                named = self._by_name.setdefault(f"{place}:{folded}", [])
                if index not in named:
                    named.append(index)
                    for word in folded.split():
                        if len(word) > 2:
                            self._by_word.setdefault(f"{place}:{word}", []).append(index)


def _sorted(name: str) -> str:
    return " ".join(sorted(fold(name).split()))


def _alike(first: str, second: str) -> bool:
    """Whether two names may be one person's: they share a word, or nearly are the same."""
    if set(first.split()) & set(second.split()):
        return True
    return DamerauLevenshtein.normalized_similarity(first, second) >= 0.75
