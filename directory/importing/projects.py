"""The plan of a list of projects: what a sheet has once, and who has a part in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory.importing import states, vocabulary
from directory.importing.differences import Difference
from directory.importing.places_index import InstitutionIndex
from directory.importing.plan import BATCH, IS_NEW, Note, Plan
from directory.importing.records import Doubt, Problem, ProjectRecord, Untaken
from directory.importing.states import Change, Noun, State
from directory.projects import Status, squeeze
from directory.projects.tables import ProjectRow
from directory.search import fold

#: Fields that a sheet has once, and the column of each.
_TEXTS: Final[Mapping[str, str]] = {
    "title": "titles",
    "city": "city",
    "programme": "programme",
    "priority_sector": "priority_sector",
    "general_objective": "general_objective",
    "context": "context",
    "justification": "justification",
    "source": "source",
}


@dataclass
class ProjectPlan(Plan):
    """See ``Plan``. ``records`` are those that are taken, by code; several rows of one code are merged."""

    records: dict[str, list[ProjectRecord]] = field(default_factory=dict)
    bodies: InstitutionIndex = field(default_factory=InstitutionIndex)
    language: str = "en"

    async def settle(
        self, session: AsyncSession, read: Sequence[ProjectRecord | tuple[int, Problem]], language: str
    ) -> None:
        """Say of every row which project it means."""
        self.language = language
        self.bodies = await InstitutionIndex.of_directory(session)
        known: dict[str, tuple[str, str | None, bool]] = {}
        for code, squeezed, network, retired_on in await session.execute(
            sa.select(ProjectRow.code, ProjectRow.squeezed, ProjectRow.network, ProjectRow.retired_on)
        ):
            known[squeezed] = (code, network, retired_on is not None)
        written: dict[str, str] = {}
        for item in read:
            if not isinstance(item, ProjectRecord):
                self.problems[item[0]] = item[1]
                continue
            squeezed = squeeze(item.code)
            code, network, retired = known.get(
                squeezed, (written.setdefault(squeezed, item.code), None, False)
            )
            try:
                if retired:
                    raise Untaken(Problem(Doubt.RETIRED, "", code))
                if network and item.network and network != item.network:
                    raise Untaken(Problem(Doubt.CONTRADICTION, "", item.network, network))
                if self.allowed is not None and (network or item.network) not in self.allowed:
                    raise Untaken(Problem(Doubt.OTHER_NETWORK, written=code))
                if squeezed not in known and code not in self.records and "title" not in item.texts:
                    raise Untaken(Problem(Doubt.NO_TITLE))
            except Untaken as untaken:
                self._refuse(item, untaken.problem)
                continue
            item.code = code
            self.records.setdefault(code, []).append(item)

    def _refuse(self, record: ProjectRecord, problem: Problem) -> None:
        self.problems[record.row] = problem
        self.labels[record.row] = record.code

    def groups(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """See ``Plan``."""
        for code, records in self.records.items():
            yield code, tuple(record.row for record in records)

    async def changes(self, session: AsyncSession) -> AsyncIterator[Sequence[Change]]:
        """See ``Plan``."""
        self.notes.clear()
        if self.networks:
            yield self.networks
        codes = list(self.records)
        for start in range(0, len(codes), BATCH):
            batch = codes[start : start + BATCH]
            before = await states.load(session, Noun.PROJECT, batch)
            yield list(self._changes(batch, before))

    def _changes(self, codes: Sequence[str], before: Mapping[str, State]) -> Iterator[Change]:
        for code in codes:
            records, known = self.records[code], before.get(code)
            try:
                after = self._after(records, known)
            except Untaken as untaken:
                for record in records:
                    self._refuse(record, untaken.problem)
                del self.records[code]
                continue
            if known is None:
                self.notes[records[0].row] = IS_NEW
            elif states.same(known, after):
                continue
            else:
                self.notes[records[0].row] = Note(differences=tuple(_told(known, after, self.speak)))
            yield Change(Noun.PROJECT, code, known, after)

    def _after(self, records: Sequence[ProjectRecord], known: State | None) -> State:
        after: State = dict(known) if known else _empty(records[0].code)
        said: dict[str, Any] = {}
        for record in records:
            for name, value in _plain(record).items():
                if said.setdefault(name, value) != value:
                    raise Untaken(Problem(Doubt.CONTRADICTION, name, str(said[name])[:80], str(value)[:80]))
            for name, texts in record.texts.items():
                column = _TEXTS[name]
                after[column] = {**after[column], **texts}
            for role, names in record.parties.items():
                after["parties"] = self._parties(after["parties"], role, names, record)
        after.update(said)
        if after["starts_on"] and after["ends_on"] and after["ends_on"] < after["starts_on"]:
            raise Untaken(Problem(Doubt.ENDS_BEFORE, first=after["starts_on"], second=after["ends_on"]))
        return after

    def _parties(
        self, there: Sequence[dict[str, Any]], role: str, names: Sequence[str], record: ProjectRecord
    ) -> list[dict[str, Any]]:
        parties = list(there)
        position = max((item["position"] for item in parties), default=-1)
        for name in names:
            body = self.bodies.find(name, "")
            country = "" if body else vocabulary.country(name)
            mine = [item for item in parties if item["role"] == role]
            words = fold(name)
            if any(
                (body and item["institution"] == body)
                or (country and item["country"] == country and not item["institution"])
                or words in map(fold, item["name"].values())
                for item in mine
            ):
                continue
            position += 1
            parties.append(
                {
                    "position": position,
                    "role": role,
                    "institution": body or None,
                    "country": country or None,
                    "name": {} if body or country else {self.language: name},
                }
            )
        return parties


def _plain(record: ProjectRecord) -> dict[str, Any]:
    said: dict[str, Any] = {
        "network": record.network or None,
        "status": record.status.value if record.status else None,
        "starts_on": record.starts_on.isoformat() if record.starts_on else None,
        "ends_on": record.ends_on.isoformat() if record.ends_on else None,
        "country": record.country or None,
    }
    if record.budget is not None:
        amount, currency = record.budget
        said["budget"] = str(amount.quantize(Decimal("0.0001")))
        said["budget_currency"] = currency
    return {name: value for name, value in said.items() if value is not None}


def _empty(code: str) -> State:
    texts: State = {column: {} for column in _TEXTS.values()}
    return {
        "code": code,
        "squeezed": squeeze(code),
        "network": None,
        "status": None,
        "starts_on": None,
        "ends_on": None,
        "country": None,
        "budget": None,
        "budget_currency": None,
        "updated_on": None,
        **texts,
        "items": [],
        "parties": [],
        "funding": [],
    }


def _told(before: State, after: State, language: str) -> Iterator[Difference]:
    columns = {
        **_TEXTS,
        **{name: name for name in ("network", "status", "starts_on", "ends_on", "country", "budget")},
    }
    for name, column in columns.items():
        old, new = _shown(before, column, language), _shown(after, column, language)
        if old != new:
            yield Difference(name, old, new)
    for role in ("responsible", "executing", "beneficiary", "donor"):
        old, new = _party_names(before, role), _party_names(after, role)
        if old != new:
            yield Difference(role, old, new)


def _shown(state: State, column: str, language: str) -> str:
    value = state[column]
    if isinstance(value, dict):
        return " / ".join(f"[{language}] {text}" for language, text in sorted(value.items()))
    if column == "status" and value:
        return vocabulary.STATUS_WORDS[language][Status(value)]
    if column == "budget" and value is not None:
        return f"{state['budget_currency']} {Decimal(value).normalize():f}"
    return str(value or "")


def _party_names(state: State, role: str) -> str:
    return "; ".join(
        item["institution"] or item["country"] or next(iter(item["name"].values()), "")
        for item in state["parties"]
        if item["role"] == role
    )
