"""Organisations and networks, and the dated memberships of countries in them."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from directory import revision
from directory.database import Base, BigId, Json, one_of
from directory.texts import NO_TEXT, LocalText


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
    retired_on: Mapped[date | None] = mapped_column(sa.Date)


class MembershipRow(Base):
    """Table ``membership``."""

    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    network: Mapped[str] = mapped_column(sa.ForeignKey("network.code"), index=True)
    country: Mapped[str] = mapped_column(sa.ForeignKey("country.code"), index=True)
    kind: Mapped[MemberKind] = mapped_column(one_of(MemberKind, "kind"))
    since: Mapped[date | None] = mapped_column(sa.Date)
    until: Mapped[date | None] = mapped_column(sa.Date)
    counted_from: Mapped[date | None] = mapped_column(sa.Date)
    counted_until: Mapped[date | None] = mapped_column(sa.Date)
    on_behalf_of: Mapped[str] = mapped_column(sa.String(64), default="")
    note: Mapped[dict[str, str]] = mapped_column(Json)


@dataclass(frozen=True, slots=True)
class Network:
    """An organisation whose members work together; ``retired_on`` where it no longer does, since that day."""

    code: str
    names: LocalText
    acronyms: LocalText
    retired_on: date | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """One country's membership. ``since`` and ``until`` are ``None`` where no day is recorded.

    ``until`` is the first day on which it no longer holds. Where only the month or the year is known,
    ``counted_from`` and ``counted_until`` are its first day: reckoned with, but never said to be the day.
    ``on_behalf_of`` holds the codes of the territories that the country is a member for. ``id`` is the
    record's own number, 0 where it is not stored yet.
    """

    network: str
    country: str
    kind: MemberKind
    since: date | None = None
    until: date | None = None
    note: LocalText = NO_TEXT
    counted_from: date | None = None
    counted_until: date | None = None
    on_behalf_of: tuple[str, ...] = ()
    id: int = field(default=0, compare=False)

    @property
    def begins(self) -> date:
        """The day from which it is reckoned; the first of all days where nothing is known."""
        return self.since or self.counted_from or date.min

    def holds_on(self, day: date) -> bool:
        """Whether the membership holds on a day, as far as its beginning and its end are known."""
        end = self.until or self.counted_until
        return self.begins <= day and (end is None or day < end)


async def get(session: AsyncSession, code: str) -> Network | None:
    """The network with this code, in any case."""
    row = (
        await session.execute(
            sa.select(NetworkRow.code, NetworkRow.names, NetworkRow.acronyms, NetworkRow.retired_on).where(
                NetworkRow.code == code.upper()
            )
        )
    ).one_or_none()
    return Network(row[0], LocalText(row[1]), LocalText(row[2]), row[3]) if row else None


async def every(session: AsyncSession) -> list[Network]:
    """The networks that are in use, by code."""
    rows = await session.execute(
        sa.select(NetworkRow.code, NetworkRow.names, NetworkRow.acronyms)
        .where(NetworkRow.retired_on.is_(None))
        .order_by(NetworkRow.code)
    )
    return [Network(code, LocalText(names), LocalText(acronyms)) for code, names, acronyms in rows]


async def members_of(session: AsyncSession, network: str, on: date) -> list[Membership]:
    """The memberships of a network that hold on a day, by kind and country."""
    found = await _memberships(session, MembershipRow.network == network.upper())
    order = list(MemberKind)
    return sorted(
        (item for item in found if item.holds_on(on)), key=lambda m: (order.index(m.kind), m.country)
    )


async def memberships_of(session: AsyncSession, country: str, on: date | None = None) -> list[Membership]:
    """The memberships of a country, and those that another holds for it, by network and date.

    Past ones too, unless the day ``on`` is given, on which they must hold.
    """
    code = country.upper()
    # Codes have two letters and spaces between them, so none is found across two others.
    held_for = (
        MembershipRow.on_behalf_of.contains(code, autoescape=True)
        if len(code) == 2 and code.isalpha()
        else sa.false()
    )
    found = await _memberships(session, sa.or_(MembershipRow.country == code, held_for))
    held = (item for item in found if on is None or item.holds_on(on))
    return sorted(held, key=lambda m: (m.network, m.begins, m.country))


async def _memberships(session: AsyncSession, condition: sa.ColumnElement[bool]) -> list[Membership]:
    rows = await session.execute(
        sa.select(
            MembershipRow.network,
            MembershipRow.country,
            MembershipRow.kind,
            MembershipRow.since,
            MembershipRow.until,
            MembershipRow.note,
            MembershipRow.counted_from,
            MembershipRow.counted_until,
            MembershipRow.on_behalf_of,
            MembershipRow.id,
        ).where(condition)
    )
    return [
        Membership(
            network, country, kind, since, until, LocalText(note), begin, end, tuple(held.split()), number
        )
        for network, country, kind, since, until, note, begin, end, held, number in rows
    ]


async def membership(session: AsyncSession, number: int) -> Membership | None:
    """The membership with this number."""
    return next(iter(await _memberships(session, MembershipRow.id == number)), None)


async def add(session: AsyncSession, networks: Iterable[Network], memberships: Sequence[Membership]) -> None:
    """Store new networks and memberships."""
    if rows := [_network(item) for item in networks]:
        await session.execute(sa.insert(NetworkRow), rows)
    if rows := [_membership(item) for item in memberships]:
        await session.execute(sa.insert(MembershipRow), rows)
    await revision.bump(session)


async def replace(session: AsyncSession, network: Network, memberships: Sequence[Membership]) -> None:
    """Store a network anew with all of its memberships; those it had are forgotten.

    Raises ``ValueError`` where a membership belongs to another network.
    """
    if any(item.network != network.code for item in memberships):
        raise ValueError(f"every membership must be of {network.code}")
    await session.execute(sa.delete(MembershipRow).where(MembershipRow.network == network.code))
    await change(session, network)
    await add(session, (), memberships)


async def change(session: AsyncSession, network: Network) -> None:
    """Store a network in place of the one with its code, whose memberships stay; a new one where none is."""
    values = _network(network)
    known = sa.update(NetworkRow).where(NetworkRow.code == network.code).values(values)
    if (await session.execute(known.returning(NetworkRow.code))).first() is None:
        await session.execute(sa.insert(NetworkRow), [values])
    await revision.bump(session)


async def remove(session: AsyncSession, code: str) -> None:
    """Take a network out as if it had never been added. What other records refer to cannot be.

    Raises:
        sqlalchemy.exc.IntegrityError: something refers to it.
    """
    await session.execute(sa.delete(NetworkRow).where(NetworkRow.code == code))
    await revision.bump(session)


async def put_membership(session: AsyncSession, wanted: Membership) -> int:
    """Store one membership, in place of the one with its number where it has one; returns the number."""
    values = _membership(wanted)
    await revision.bump(session)
    if wanted.id:
        known = sa.update(MembershipRow).where(MembershipRow.id == wanted.id).values(values)
        if (await session.execute(known.returning(MembershipRow.id))).first() is not None:
            return wanted.id
        # One that was taken out comes back under its old number.
        values["id"] = wanted.id
    made = await session.execute(sa.insert(MembershipRow).values(values).returning(MembershipRow.id))
    return made.scalar_one()


async def remove_membership(session: AsyncSession, number: int) -> None:
    """Take a membership out as if it had never been added."""
    await session.execute(sa.delete(MembershipRow).where(MembershipRow.id == number))
    await revision.bump(session)


def _network(item: Network) -> dict[str, object]:
    return {
        "code": item.code,
        "names": dict(item.names.by_language),
        "acronyms": dict(item.acronyms.by_language),
        "retired_on": item.retired_on,
    }


def _membership(item: Membership) -> dict[str, object]:
    return {
        "network": item.network,
        "country": item.country,
        "kind": item.kind,
        "since": item.since,
        "until": item.until,
        "counted_from": item.counted_from,
        "counted_until": item.counted_until,
        "on_behalf_of": " ".join(item.on_behalf_of),
        "note": dict(item.note.by_language),
    }
