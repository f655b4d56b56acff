"""The tables of projects. Texts are kept per language in one JSON object a text."""

from __future__ import annotations

import enum
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Json, Money, one_of
from directory.projects.records import DocumentKind, FundingState, PartyRole, Status, Unit


class ItemKind(enum.StrEnum):
    """The lists of a sheet that are kept as rows of one table."""

    SPECIFIC_OBJECTIVE = "specific_objective"
    COMPONENT = "component"
    PROGRESS = "progress"
    PHASE = "phase"
    THEME = "theme"
    TARGET_GROUP = "target_group"
    WORKSTREAM = "workstream"
    EXPECTED_RESULT = "expected_result"
    EARLIER_RESULT = "earlier_result"
    DOCUMENT = "document"


class ProjectRow(Base):
    """Table ``project``: what a sheet has once."""

    __tablename__ = "project"

    code: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    squeezed: Mapped[str] = mapped_column(sa.String(64), unique=True)
    titles: Mapped[dict[str, str]] = mapped_column(Json)
    network: Mapped[str | None] = mapped_column(sa.ForeignKey("network.code"))
    programme: Mapped[dict[str, str]] = mapped_column(Json)
    priority_sector: Mapped[dict[str, str]] = mapped_column(Json)
    status: Mapped[Status | None] = mapped_column(one_of(Status, "status"), index=True)
    starts_on: Mapped[date | None] = mapped_column(sa.Date)
    ends_on: Mapped[date | None] = mapped_column(sa.Date)
    country: Mapped[str | None] = mapped_column(sa.ForeignKey("country.code"), index=True)
    city: Mapped[dict[str, str]] = mapped_column(Json)
    context: Mapped[dict[str, str]] = mapped_column(Json)
    general_objective: Mapped[dict[str, str]] = mapped_column(Json)
    justification: Mapped[dict[str, str]] = mapped_column(Json)
    budget: Mapped[Decimal | None] = mapped_column(Money)
    budget_currency: Mapped[str | None] = mapped_column(sa.String(3))
    updated_on: Mapped[date | None] = mapped_column(sa.Date)
    source: Mapped[dict[str, str]] = mapped_column(Json)
    retired_on: Mapped[date | None] = mapped_column(sa.Date)


class ItemRow(Base):
    """Table ``project_item``: what a sheet has several of, in order."""

    __tablename__ = "project_item"
    __table_args__ = (
        sa.Index("ix_project_item_project", "project", "kind", "position"),
        sa.Index("ix_project_item_slug", "kind", "slug"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project: Mapped[str] = mapped_column(sa.ForeignKey("project.code"))
    kind: Mapped[ItemKind] = mapped_column(one_of(ItemKind, "kind"))
    position: Mapped[int]
    text: Mapped[dict[str, str]] = mapped_column(Json)
    note: Mapped[dict[str, str]] = mapped_column(Json)
    starts_on: Mapped[date | None] = mapped_column(sa.Date)
    ends_on: Mapped[date | None] = mapped_column(sa.Date)
    status: Mapped[Status | None] = mapped_column(one_of(Status, "status"))
    duration: Mapped[int | None]
    duration_unit: Mapped[Unit | None] = mapped_column(one_of(Unit, "duration_unit"))
    cost: Mapped[Decimal | None] = mapped_column(Money)
    cost_currency: Mapped[str | None] = mapped_column(sa.String(3))
    document_kind: Mapped[DocumentKind | None] = mapped_column(one_of(DocumentKind, "document_kind"))
    slug: Mapped[str] = mapped_column(sa.String(64), default="")
    url: Mapped[str] = mapped_column(sa.String(400), default="")


class PartyRow(Base):
    """Table ``project_party``: who has a part in a project; a donor's row carries an amount."""

    __tablename__ = "project_party"
    __table_args__ = (sa.Index("ix_project_party_project", "project", "position"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project: Mapped[str] = mapped_column(sa.ForeignKey("project.code"))
    position: Mapped[int]
    role: Mapped[PartyRole] = mapped_column(one_of(PartyRole, "role"))
    institution: Mapped[str | None] = mapped_column(sa.ForeignKey("institution.key"), index=True)
    country: Mapped[str | None] = mapped_column(sa.ForeignKey("country.code"), index=True)
    name: Mapped[dict[str, str]] = mapped_column(Json)


class FundingRow(Base):
    """Table ``project_funding``: amounts per donor and state."""

    __tablename__ = "project_funding"
    __table_args__ = (sa.Index("ix_project_funding_project", "project", "position"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project: Mapped[str] = mapped_column(sa.ForeignKey("project.code"))
    position: Mapped[int]
    institution: Mapped[str | None] = mapped_column(sa.ForeignKey("institution.key"), index=True)
    country: Mapped[str | None] = mapped_column(sa.ForeignKey("country.code"), index=True)
    name: Mapped[dict[str, str]] = mapped_column(Json)
    amount: Mapped[Decimal] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(sa.String(3))
    state: Mapped[FundingState | None] = mapped_column(one_of(FundingState, "state"))
    dated: Mapped[date | None] = mapped_column(sa.Date)
    note: Mapped[dict[str, str]] = mapped_column(Json)
