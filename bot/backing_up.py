"""Backups by the clock: one a night, the old ones deleted on their day, operators told once of a failure."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.command import Tell
from bot.i18n import message
from directory import audit, backup, grants
from directory.access import Role
from directory.audit import Actor
from directory.backup import BackupError, Manifest, runs
from directory.database import Database
from directory.letters import Letter
from reminders.workers import has_died

#: Who makes a backup at night.
CLOCK: Final = Actor("clock", "", "", None, Role.OPERATOR, "clock")


@dataclass(frozen=True, slots=True)
class Plan:
    """Where backups go, at which hour (UTC) they are made, and for how many days they are kept."""

    folder: Path
    hour: int
    days: int


class Nightly:
    """Makes the nightly backup; called by the clock, in every worker that has a folder for it."""

    def __init__(
        self, database: Database, plan: Plan, post: Tell, *, worker: str, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._plan = plan
        self._post = post
        self._worker = worker
        self._now = now
        self._log = structlog.get_logger("bot.backing_up")
        self._unclean = False

    async def tick(self) -> None:
        """Make the backup of this night if it is time and nobody has; delete what is old enough."""
        await self._drop_old()
        now = self._now()
        if now.hour < self._plan.hour:
            return
        async with self._database.writing() as session:
            number = await runs.claim(session, now.date(), self._worker, now, has_died)
        if number is not None:
            await self._make(number, now)

    async def _drop_old(self) -> None:
        try:
            gone = await asyncio.to_thread(backup.drop_old, self._plan.folder, self._now(), self._plan.days)
        except FileNotFoundError:
            return
        except OSError as error:
            if not self._unclean:
                self._log.error("old_backups_not_deleted", error=error.strerror)
            self._unclean = True
            return
        self._unclean = False
        if gone:
            self._log.info("old_backups_deleted", count=len(gone))

    async def _make(self, number: int, now: datetime) -> None:
        path = self._plan.folder / backup.file_name(now)
        try:
            await asyncio.to_thread(_folder, self._plan.folder)
            manifest = await backup.make(self._database, path, now)
        except BackupError as error:
            await self._failed(number, now.date(), str(error))
            return
        except Exception as error:
            await self._failed(number, now.date(), type(error).__name__)
            raise
        async with self._database.writing() as session:
            size = await noted(session, number, self._now(), path, manifest, CLOCK)
        self._log.info("backup_made", file=path.name, rows=manifest.rows, size=size)

    async def _failed(self, number: int, day: date, reason: str) -> None:
        self._log.error("backup_failed", reason=reason)
        now = self._now()
        async with self._database.writing() as session:
            if not await runs.failed(session, number, now, reason):
                return
            # Not the reason: it may name folders of the machine, and stands in the log.
            told = {"day": day.isoformat()}
            for grant in await grants.every(session):
                if grant.role is Role.OPERATOR:
                    await self._post(session, Letter(grant.person, message("backup.told_failed"), told, now))


def _folder(path: Path) -> None:
    """Make the folder, for its owner alone.

    Raises:
        BackupError: it cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(f"{path} cannot be made ({error.strerror})") from error


async def noted(
    session: AsyncSession, number: int, now: datetime, path: Path, manifest: Manifest, actor: Actor
) -> int:
    """Note that a backup was made, in the trail as well, because it holds everything; returns its size."""
    size = path.stat().st_size  # noqa: ASYNC240 - one look at a file that was written just now
    await runs.succeeded(session, number, now, path.name, size, manifest.rows)
    told = {"rows": manifest.rows, "size": size}
    await audit.changed(session, actor, now, "back up", "backup", path.name, None, told)
    return size
