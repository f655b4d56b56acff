"""The demo network: public facts about five organisations and two projects, and invented people."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from directory import countries, institutions, networks, people, posts, projects
from directory.access import Role
from directory.demo.bodies import INSTITUTIONS
from directory.demo.focal_points import DEMO_PEOPLE, cast
from directory.demo.meetings import load_meetings
from directory.demo.organisations import ACS_MEMBERS, NETWORKS, memberships
from directory.demo.project_acs import ACS_SF_001
from directory.demo.project_sdc import SDC_ML_SEG_3

__all__ = ["ACS_MEMBERS", "DEMO_PEOPLE", "is_empty", "load"]


async def is_empty(session: AsyncSession) -> bool:
    """Whether nothing was ever stored in the directory."""
    return await countries.count(session) == 0


async def load(session: AsyncSession) -> None:
    """Store the demo network in an empty directory, inside the caller's transaction."""
    await countries.load(session)
    await networks.add(session, NETWORKS, list(memberships()))
    await institutions.add(session, INSTITUTIONS)
    zones = {country.code: country.time_zone for country in await countries.every(session)}
    everybody = cast(datetime.now(UTC).date(), zones)
    await people.add(session, everybody.people)
    await posts.add(session, everybody.posts, everybody.nominations)
    await people.grant(session, DEMO_PEOPLE["coordinator"], Role.COORDINATOR, "ACS")
    await people.grant(session, DEMO_PEOPLE["operator"], Role.OPERATOR)
    for sheet in (ACS_SF_001, SDC_ML_SEG_3):
        await projects.put(session, sheet)
    await load_meetings(session, datetime.now(UTC))
