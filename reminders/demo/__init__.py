"""The demo network's work plan, from public facts, and its deadlines, which are invented."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from directory.audit import Actor
from reminders import workplans
from reminders.demo import acs
from reminders.demo.work_plan import IACD_WORK_PLAN

__all__ = ["load"]


async def load(session: AsyncSession, actor: Actor, now: datetime) -> None:
    """Store them beside the directory's demo network, inside the caller's transaction."""
    # Codes begin with what has to be done; what the plan of 2022 has comes after it.
    await acs.load(session, actor, now)
    await workplans.create(session, actor, now - timedelta(days=1), IACD_WORK_PLAN)
