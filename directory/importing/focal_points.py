"""The plan of a list of focal points: people, the posts they hold, their institutions."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import keys
from directory.importing import differences, states
from directory.importing.differences import Difference
from directory.importing.people_index import PeopleIndex
from directory.importing.places_index import InstitutionIndex, PostIndex
from directory.importing.plan import BATCH, IS_NEW, Note, Plan
from directory.importing.records import Doubt, FocalPoint, Problem, Untaken
from directory.importing.states import Change, Noun, State
from directory.people import PersonRow
from directory.posts import NominationRow, PostRow


@dataclass
class FocalPointPlan(Plan):
    """See ``Plan``. ``rows`` are those that are taken, in the order of the file."""

    rows: list[FocalPoint] = field(default_factory=list)
    institutions: Sequence[Change] = ()

    async def settle(
        self, session: AsyncSession, read: Sequence[FocalPoint | tuple[int, Problem]], language: str
    ) -> None:
        """Say of every row whom and what it means; other conversations go on meanwhile."""
        for item in read:
            if isinstance(item, FocalPoint):
                self.rows.append(item)
            else:
                self.problems[item[0]] = item[1]
        bodies = await InstitutionIndex.of_directory(session)
        known = await _known_posts(session, {row.post for row in self.rows if row.post})
        await self._each(lambda row: _settle_institution(row, bodies, known, language))
        people = await PeopleIndex.of_directory(session, self.allowed)
        await self._each(lambda row: _settle_person(row, people))
        # It holds everybody; what follows needs the room.
        people.clear()
        posts = await PostIndex.of_directory(session, self.allowed)
        held = await _held(session, [row.person for row in self.rows if not row.is_new])
        await self._each(lambda row: posts.settle(row, held.get(row.person, ())))
        wanted = {row.institution_key for row in self.rows}
        self.institutions = [change for change in bodies.new if change.key in wanted]

    async def _each(self, settle: Callable[[FocalPoint], object]) -> None:
        self.rows = await asyncio.to_thread(self._settled, settle)

    def _settled(self, settle: Callable[[FocalPoint], object]) -> list[FocalPoint]:
        taken = []
        for row in self.rows:
            try:
                settle(row)
            except Untaken as untaken:
                self._refuse(row, untaken.problem)
            else:
                taken.append(row)
        return taken

    def _refuse(self, row: FocalPoint, problem: Problem) -> None:
        self.problems[row.row] = problem
        self.labels[row.row] = row.name

    def groups(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """See ``Plan``."""
        for rows in _grouped(self.rows, "person"):
            yield rows[0].name, tuple(row.row for row in rows)

    async def changes(self, session: AsyncSession) -> AsyncIterator[Sequence[Change]]:
        """See ``Plan``."""
        self.notes.clear()
        if first := (*self.networks, *self.institutions):
            yield first
        for people in _batches(self.rows, "person"):
            before = await states.load(session, Noun.PERSON, people)
            yield list(self._people(people, before))
        for posts in _batches(self.rows, "post"):
            before = await states.load(session, Noun.POST, posts)
            holders = {item["person"] for state in before.values() for item in state["nominations"]}
            named = await _names(session, holders) if holders else {}
            yield list(self._posts(posts, before, named))

    def _people(
        self, groups: Mapping[str, Sequence[FocalPoint]], before: Mapping[str, State]
    ) -> Iterator[Change]:
        for key, rows in groups.items():
            known = before.get(key)
            try:
                after = differences.person(rows, known)
            except Untaken as untaken:
                for row in rows:
                    self._refuse(row, untaken.problem)
                continue
            if known is None:
                self.notes[rows[0].row] = IS_NEW
            elif states.same(known, after):
                continue
            else:
                told = differences.told(known, after, {}, differences.PERSON_FIELDS, self.speak)
                self.notes[rows[0].row] = Note(differences=tuple(told))
            yield Change(Noun.PERSON, key, known, after)
        self._drop_refused()

    def _posts(
        self,
        groups: Mapping[str, Sequence[FocalPoint]],
        before: Mapping[str, State],
        named: Mapping[str, str],
    ) -> Iterator[Change]:
        for key, listed in groups.items():
            rows = [row for row in listed if row.row not in self.problems]
            if not rows:
                continue
            known = before.get(key)
            after = differences.post(rows, known, self.day)
            if states.same(known, after):
                continue
            names = {**named, **{row.person: row.name for row in rows}}
            self._note_post(rows, known, after, names)
            yield Change(Noun.POST, key, known, after)

    def _note_post(
        self, rows: Sequence[FocalPoint], known: State | None, after: State, names: Mapping[str, str]
    ) -> None:
        if known is None:
            title = next(iter(after["titles"].values()), "")
            for row in rows:
                if not row.is_new:
                    self._add_note(row, (Difference("post", "", title),))
            return
        told = tuple(differences.told(known, after, names, differences.POST_FIELDS, self.speak))
        # The difference stands with the row that brings it; others of the same post are as they were.
        changed = [row for row in rows if _nominations(known, row) != _nominations(after, row)]
        for row in changed or rows[:1]:
            self._add_note(row, told)

    def _add_note(self, row: FocalPoint, told: tuple[Difference, ...]) -> None:
        note = self.notes.get(row.row, Note())
        self.notes[row.row] = replace(note, differences=note.differences + told)

    def _drop_refused(self) -> None:
        if self.problems:
            self.rows = [row for row in self.rows if row.row not in self.problems]


def _nominations(state: State, row: FocalPoint) -> list[object]:
    return [item for item in state["nominations"] if item["person"] == row.person]


def _grouped(rows: Sequence[FocalPoint], by: str) -> Iterator[Sequence[FocalPoint]]:
    """The rows of one person, or of one post, together; in the order of the file."""
    seen: set[str] = set()
    several: dict[str, list[FocalPoint]] = {}
    for row in rows:
        key = getattr(row, by)
        if key in seen:
            several.setdefault(key, [])
        seen.add(key)
    for row in rows:
        if (group := several.get(getattr(row, by))) is not None:
            group.append(row)
    for row in rows:
        group = several.get(getattr(row, by))
        if group is None:
            yield (row,)
        elif group[0] is row:
            yield group


def _batches(rows: Sequence[FocalPoint], by: str) -> Iterator[dict[str, Sequence[FocalPoint]]]:
    """``BATCH`` groups at a time, by key."""
    groups = _grouped(rows, by)
    while batch := {getattr(group[0], by): group for group in islice(groups, BATCH)}:
        yield batch


def _settle_institution(
    row: FocalPoint, bodies: InstitutionIndex, known: Mapping[str, str], language: str
) -> None:
    # A post that is named by its key has its institution.
    if row.institution and not known.get(row.post):
        row.institution_key = bodies.settle(row.institution, row.country, language)


async def _known_posts(session: AsyncSession, wanted: set[str]) -> dict[str, str]:
    """The institutions of those of these posts that there are."""
    found: dict[str, str] = {}
    for chunk in states.chunks(sorted(wanted)):
        for key, institution in await session.execute(
            sa.select(PostRow.key, PostRow.institution).where(PostRow.key.in_(chunk))
        ):
            found[key] = institution or ""
    return found


def _settle_person(row: FocalPoint, people: PeopleIndex) -> None:
    for key in (row.person, row.post):
        if key:
            try:
                keys.checked(key)
            except ValueError:
                raise Untaken(Problem(Doubt.UNKNOWN_KEY, written=key)) from None
    people.settle(row, f"p-{secrets.token_hex(6)}")


async def _held(session: AsyncSession, people: Sequence[str]) -> dict[str, tuple[str, ...]]:
    held: dict[str, tuple[str, ...]] = {}
    for chunk in states.chunks(sorted(set(people))):
        for person, post in await session.execute(
            sa.select(NominationRow.person, NominationRow.post).where(NominationRow.person.in_(chunk))
        ):
            held[person] = (*held.get(person, ()), post)
    return held


async def _names(session: AsyncSession, people: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for chunk in states.chunks(sorted(people)):
        for key, given, family in await session.execute(
            sa.select(PersonRow.key, PersonRow.given_name, PersonRow.family_name).where(
                PersonRow.key.in_(chunk)
            )
        ):
            found[key] = f"{given} {family}".strip()
    return found
