"""Who was granted a role: coordinators of networks, operators of the installation."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from directory import revision
from directory.access import Role
from directory.people import GrantRow, PersonRow


@dataclass(frozen=True, slots=True)
class Grant:
    """A role of a person (key and name); an operator's has no network."""

    person: str
    name: str
    role: Role
    network: str | None = None


async def every(session: AsyncSession) -> list[Grant]:
    """Every grant: operators first, then coordinators by network."""
    rows = await session.execute(
        sa.select(
            GrantRow.person, PersonRow.given_name, PersonRow.family_name, GrantRow.role, GrantRow.network
        )
        .join(PersonRow, PersonRow.key == GrantRow.person)
        .order_by(GrantRow.role.desc(), GrantRow.network, GrantRow.id)
    )
    return [
        Grant(person, f"{given} {family}".strip(), role, network)
        for person, given, family, role, network in rows
    ]


async def holds(session: AsyncSession, person: str, role: Role, network: str | None) -> bool:
    """Whether a person was granted a role (of a network)."""
    return await session.scalar(sa.select(GrantRow.id).where(_is(person, role, network)).limit(1)) is not None


async def revoke(session: AsyncSession, person: str, role: Role, network: str | None) -> bool:
    """Take a granted role away; whether it was held."""
    gone = await session.execute(
        sa.delete(GrantRow).where(_is(person, role, network)).returning(GrantRow.id),
        execution_options={"synchronize_session": False},
    )
    if not gone.scalars().all():
        return False
    await revision.bump(session)
    return True


def _is(person: str, role: Role, network: str | None) -> sa.ColumnElement[bool]:
    where = GrantRow.network.is_(None) if network is None else GrantRow.network == network
    return sa.and_(GrantRow.person == person, GrantRow.role == role, where)
