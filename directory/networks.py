"""Organisations and networks, and the dated memberships of countries in them."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, BigId, Json, one_of
from directory.texts import LocalText


class MemberKind(enum.StrEnum):
    """In what way a country belongs to an organisation."""

    MEMBER = "member"
    ASSOCIATE = "associate"
    OBSERVER = "observer"


class NetworkRow(Base):
    """Table ``network``."""

    __tablename__ = "network"

    code: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    names: Mapped[dict[str, str]] = mapped_column(Json)
    acronyms: Mapped[dict[str, str]] = mapped_column(Json)


class MembershipRow(Base):
    """Table ``membership``."""

    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    network: Mapped[str] = mapped_column(sa.ForeignKey("network.code"), index=True)
    country: Mapped[str] = mapped_column(sa.ForeignKey("country.code"), index=True)
    kind: Mapped[MemberKind] = mapped_column(one_of(MemberKind, "kind"))
    since: Mapped[date | None] = mapped_column(sa.Date)
    until: Mapped[date | None] = mapped_column(sa.Date)
    note: Mapped[dict[str, str]] = mapped_column(Json)


@dataclass(frozen=True, slots=True)
class Network:
    """An organisation whose members work together."""

    code: str
    names: LocalText
    acronyms: LocalText


@dataclass(frozen=True, slots=True)
class Membership:
    """One country's membership. ``since`` and ``until`` are ``None`` where no date is recorded.

    ``until`` is the first day on which it no longer holds.
    """

    network: str
    country: str
    kind: MemberKind
    since: date | None = None
    until: date | None = None
    note: LocalText = LocalText()  # noqa: RUF009 - immutable

    def holds_on(self, day: date) -> bool:
        """Whether the membership holds on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


async def get(session: AsyncSession, code: str) -> Network | None:
    """The network with this code, in any case."""
    row = (
        await session.execute(
            sa.select(NetworkRow.code, NetworkRow.names, NetworkRow.acronyms).where(
                NetworkRow.code == code.upper()
            )
        )
    ).one_or_none()
    return Network(row[0], LocalText(row[1]), LocalText(row[2])) if row else None


async def every(session: AsyncSession) -> list[Network]:
    """All networks, by code."""
    rows = await session.execute(
        sa.select(NetworkRow.code, NetworkRow.names, NetworkRow.acronyms).order_by(NetworkRow.code)
    )
    return [Network(code, LocalText(names), LocalText(acronyms)) for code, names, acronyms in rows]


async def members_of(session: AsyncSession, network: str, on: date) -> list[Membership]:
    """The memberships of a network that hold on a day, by kind and country."""
    found = await _memberships(session, MembershipRow.network == network.upper())
    order = list(MemberKind)
    return sorted(
        (item for item in found if item.holds_on(on)), key=lambda m: (order.index(m.kind), m.country)
    )


async def memberships_of(session: AsyncSession, country: str) -> list[Membership]:
    """Every membership of a country, past ones too, by network and date."""
    found = await _memberships(session, MembershipRow.country == country.upper())
    return sorted(found, key=lambda m: (m.network, m.since or date.min))


async def _memberships(session: AsyncSession, condition: sa.ColumnElement[bool]) -> list[Membership]:
    rows = await session.execute(
        sa.select(
            MembershipRow.network,
            MembershipRow.country,
            MembershipRow.kind,
            MembershipRow.since,
            MembershipRow.until,
            MembershipRow.note,
        ).where(condition)
    )
    return [
        Membership(network, country, kind, since, until, LocalText(note))
        for network, country, kind, since, until, note in rows
    ]


async def add(session: AsyncSession, networks: Iterable[Network], memberships: Sequence[Membership]) -> None:
    """Store networks and memberships."""
    await session.execute(
        sa.insert(NetworkRow),
        [
            {"code": n.code, "names": dict(n.names.by_language), "acronyms": dict(n.acronyms.by_language)}
            for n in networks
        ],
    )
    await session.execute(
        sa.insert(MembershipRow),
        [
            {
                "network": m.network,
                "country": m.country,
                "kind": m.kind,
                "since": m.since,
                "until": m.until,
                "note": dict(m.note.by_language),
            }
            for m in memberships
        ],
    )
