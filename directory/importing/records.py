"""A row as it was understood, and what about it was not."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from directory.importing.contacts import Found
from directory.posts import Standing
from directory.projects import Status


class Doubt(enum.StrEnum):
    """Why a row is not taken: refused for what is missing or cannot be, doubtful for two readings."""

    NO_NAME = "no_name"
    NO_CODE = "no_code"
    NO_PLACE = "no_place"
    NO_TITLE = "no_title"
    BAD_CODE = "bad_code"
    NOT_A_NAME = "not_a_name"
    TOO_LONG = "too_long"
    FORMULA = "formula"
    UNKNOWN_COUNTRY = "unknown_country"
    UNKNOWN_NETWORK = "unknown_network"
    UNKNOWN_KEY = "unknown_key"
    ENDS_BEFORE = "ends_before"
    NEAR_COUNTRY = "near_country"
    DATE = "date"
    DATE_TWICE = "date_twice"
    AMOUNT = "amount"
    AMOUNT_TWICE = "amount_twice"
    CURRENCY = "currency"
    EMAIL = "email"
    PHONE = "phone"
    HANDLE = "handle"
    LANGUAGE = "language"
    TIME_ZONE = "time_zone"
    STANDING = "standing"
    STATUS = "status"
    SHARED_EMAIL = "shared_email"
    NEAR_PERSON = "near_person"
    SEVERAL_PEOPLE = "several_people"
    NEAR_INSTITUTION = "near_institution"
    NEAR_POST = "near_post"
    SEVERAL_POSTS = "several_posts"
    CONTRADICTION = "contradiction"
    RETIRED = "retired"
    OTHER_NETWORK = "other_network"


#: These refuse a row; the others leave it in doubt.
REFUSALS = frozenset(
    (
        Doubt.NO_NAME,
        Doubt.NO_CODE,
        Doubt.NO_PLACE,
        Doubt.NO_TITLE,
        Doubt.BAD_CODE,
        Doubt.NOT_A_NAME,
        Doubt.TOO_LONG,
        Doubt.FORMULA,
        Doubt.UNKNOWN_COUNTRY,
        Doubt.UNKNOWN_NETWORK,
        Doubt.UNKNOWN_KEY,
        Doubt.ENDS_BEFORE,
        Doubt.RETIRED,
        Doubt.OTHER_NETWORK,
    )
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is the matter with a row: the reason, the column's heading, what stands there, and two others.

    ``first`` and ``second`` are the readings, or the record that was nearly meant.
    """

    doubt: Doubt
    heading: str = ""
    written: str = ""
    first: str = ""
    second: str = ""

    @property
    def refused(self) -> bool:
        """Whether the row cannot be taken as it stands, whatever is meant."""
        return self.doubt in REFUSALS


class Untaken(Exception):
    """A row is not taken."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.doubt.value)
        self.problem = problem


@dataclass(slots=True)
class FocalPoint:
    """A focal point as one row, or several merged, say it. Empty means: the file does not say."""

    row: int
    given: str
    family: str
    country: str = ""
    network: str = ""
    institution: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    standing: Standing | None = None
    found: tuple[Found, ...] = ()
    languages: tuple[str, ...] = ()
    time_zone: str = ""
    since: date | None = None
    until: date | None = None
    reference: str = ""
    letter_on: date | None = None
    loud: bool = False
    """The name stood in capitals, so its accents may be missing."""
    person: str = ""
    """The person's key: of the file, or found, or new."""
    post: str = ""
    institution_key: str = ""
    is_new: bool = False

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}".strip()


@dataclass(slots=True)
class ProjectRecord:
    """A project as one row says it. Empty means: the file does not say."""

    row: int
    code: str
    network: str = ""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Field, language, text."""
    status: Status | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    country: str = ""
    budget: tuple[Decimal, str] | None = None
    parties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names in each role."""
