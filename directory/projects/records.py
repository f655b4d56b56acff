"""A project sheet as it is read: every heading, and nothing where nothing is recorded."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from directory.texts import NO_TEXT, LocalText


class Status(enum.StrEnum):
    """Where a project stands."""

    PLANNED = "planned"
    ONGOING = "ongoing"
    COMPLETED = "completed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


class Unit(enum.StrEnum):
    """What a duration is counted in."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class PartyRole(enum.StrEnum):
    """What somebody is to a project."""

    RESPONSIBLE = "responsible"
    BENEFICIARY = "beneficiary"
    ASSOCIATED = "associated"
    EXECUTING = "executing"
    CONTRACT_PARTNER = "contract_partner"
    DONOR = "donor"
    OTHER_PARTNER = "other_partner"


class FundingState(enum.StrEnum):
    """How far an amount has come."""

    PLANNED = "planned"
    PLEDGED = "pledged"
    COMMITTED = "committed"
    ALLOCATED = "allocated"
    DISBURSED = "disbursed"


class DocumentKind(enum.StrEnum):
    """A mandate that a project rests on, or a document about it."""

    MANDATE = "mandate"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Duration:
    """``3 months``."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact amount of a currency (ISO 4217)."""

    value: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the work, with its duration and cost where they are recorded."""

    title: LocalText
    duration: Duration | None = None
    cost: Amount | None = None
    note: LocalText = NO_TEXT


@dataclass(frozen=True, slots=True)
class Progress:
    """A dated note on what happened; ``until`` where it took several days."""

    text: LocalText
    on: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of a longer project."""

    title: LocalText
    starts_on: date | None = None
    ends_on: date | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme; ``slug`` is its language-free key."""

    slug: str
    name: LocalText


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with a part in a project: an institution, a country, or a group described in words.

    ``name`` is the institution's name or the description; for a country it is empty. ``acronym`` may be.
    """

    role: PartyRole
    institution: str | None = None
    country: str | None = None
    name: LocalText = NO_TEXT
    acronym: LocalText = NO_TEXT


@dataclass(frozen=True, slots=True)
class Funding:
    """One donor's amount in one state."""

    donor: Party
    amount: Amount
    state: FundingState | None = None
    on: date | None = None
    note: LocalText = NO_TEXT


@dataclass(frozen=True, slots=True)
class Document:
    """A mandate or a document, with its date and address where they are recorded."""

    kind: DocumentKind
    title: LocalText
    on: date | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class ProjectSheet:
    """Everything that is recorded of a project. Empty means: not recorded.

    ``retired_on`` is the day since which the sheet is no longer found or listed; its code still answers.
    """

    code: str
    titles: LocalText
    network: str | None = None
    programme: LocalText = NO_TEXT
    priority_sector: LocalText = NO_TEXT
    status: Status | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    country: str | None = None
    city: LocalText = NO_TEXT
    context: LocalText = NO_TEXT
    general_objective: LocalText = NO_TEXT
    specific_objectives: tuple[LocalText, ...] = ()
    justification: LocalText = NO_TEXT
    components: tuple[Component, ...] = ()
    progress: tuple[Progress, ...] = ()
    phases: tuple[Phase, ...] = ()
    themes: tuple[Theme, ...] = ()
    target_groups: tuple[LocalText, ...] = ()
    workstreams: tuple[LocalText, ...] = ()
    expected_results: tuple[LocalText, ...] = ()
    earlier_results: tuple[LocalText, ...] = ()
    parties: tuple[Party, ...] = ()
    budget: Amount | None = None
    funding: tuple[Funding, ...] = ()
    documents: tuple[Document, ...] = ()
    updated_on: date | None = None
    source: LocalText = NO_TEXT
    retired_on: date | None = None

    def parties_as(self, role: PartyRole) -> tuple[Party, ...]:
        """The parties in one role."""
        return tuple(party for party in self.parties if party.role is role)


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """One line of a list of projects."""

    code: str
    titles: LocalText
    status: Status | None
    country: str | None
    starts_on: date | None
    ends_on: date | None
