"""Who may send: for each account of a platform one worker at a time holds a lease on it.

Only its holder takes deliveries of an account from the outbox, and polls its platform. A worker that stood
still while its lease ran out finds another's name here and begins nothing more: beginning a delivery asks
for the name in the same statement. The database's clock is the one that counts, whatever the machines' say.

On SQLite one worker has everything, by the lock of its file, and no lease is needed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base, Database, Instant, Runner
from reminders.accounts import Accounts
from reminders.workers import has_died

#: How long a lease holds, and how often it is renewed, or tried to get.
LEASE: Final = timedelta(seconds=12)
LOOK_SECONDS: Final = 2.0
#: A lease that ran out is listed for so long.
FORGOTTEN: Final = timedelta(days=1)
#: How long a look at the leases may take before the next one is tried, in seconds.
PATIENCE: Final = 5.0


class SenderRow(Base):
    """Table ``sender``. ``since`` is when its holder got it."""

    __tablename__ = "sender"

    platform: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    account: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(sa.String(64))
    lease_until: Mapped[datetime] = mapped_column(Instant)
    since: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends as an account, and since when."""

    platform: str
    account: str
    holder: str
    lease_until: datetime
    since: datetime


async def senders(runner: Runner) -> list[Sender]:
    """The leases, by account."""
    rows = await runner.execute(
        sa.select(
            SenderRow.platform, SenderRow.account, SenderRow.holder, SenderRow.lease_until, SenderRow.since
        ).order_by(SenderRow.platform, SenderRow.account)
    )
    return [
        Sender(platform, account, holder, until, since) for platform, account, holder, until, since in rows
    ]


async def prune(runner: Runner, now: datetime) -> None:
    """Forget leases that nobody renewed for long: of terminals that ended without letting go of theirs."""
    await runner.execute(sa.delete(SenderRow).where(SenderRow.lease_until < now - FORGOTTEN))


#: What is done where accounts were gained.
Gained = Callable[[Accounts], Awaitable[None]]


class Senders:
    """One worker's leases on those of ``accounts`` that no other worker has."""

    def __init__(
        self, database: Database, worker: str, accounts: Callable[[], Accounts], gained: Gained
    ) -> None:
        self._database = database
        self._worker = worker
        self._accounts = accounts
        self._gained = gained
        self._held: frozenset[tuple[str, str]] = frozenset()
        self._changed = asyncio.Event()
        self._looking = asyncio.Lock()
        self._log = structlog.get_logger("reminders.senders")
        #: Whether a lease decides who may send.
        self.fenced: Final = not database.is_sqlite

    def held(self) -> Accounts:
        """The accounts that this worker may send as."""
        return self._accounts() if not self.fenced else tuple(self._held)

    def holds(self, platform: str, account: str) -> bool:
        """Whether this worker may send as an account."""
        return (platform, account) in (self._held if self.fenced else self._accounts())

    async def until(self, platform: str, account: str, *, held: bool) -> None:
        """Wait until this worker may send as an account, or no longer may."""
        while self.holds(platform, account) != held:
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._changed.wait()

    async def look(self) -> None:
        """Renew the leases that are held, and take those that nobody holds any more."""
        accounts = self._accounts()
        if not accounts:
            return
        async with self._looking:
            before = self._held
            if self.fenced:
                async with self._database.transaction() as connection:
                    self._held = await _hold(connection, accounts, self._worker)
            else:
                self._held = frozenset(accounts)
            if gained := self._held - before:
                await self._gained(tuple(gained))
        if before != self._held:
            self._changed.set()
            if self.fenced:
                self._log.info("sender_of", accounts=sorted(self._held))

    async def run(self) -> None:
        """Keep looking until cancelled; then let go of everything, so that nobody has to wait for it."""
        try:
            while True:
                try:
                    async with asyncio.timeout(PATIENCE):
                        await self.look()
                except Exception as error:
                    # Whoever cannot reach the database cannot begin a delivery either.
                    self._log.warning("leases_not_renewed", error=type(error).__name__)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self._held = frozenset()
            if self.fenced:
                with contextlib.suppress(Exception):
                    async with asyncio.timeout(PATIENCE), self._database.transaction() as connection:
                        await connection.execute(sa.delete(SenderRow).where(SenderRow.holder == self._worker))


async def _hold(connection: AsyncConnection, accounts: Accounts, worker: str) -> frozenset[tuple[str, str]]:
    """Take or renew what can be had of ``accounts``; what this worker holds then."""
    now = sa.func.clock_timestamp()
    others = await connection.execute(
        sa.select(SenderRow.holder).where(SenderRow.holder != worker).distinct()
    )
    dead = [name for name in others.scalars() if has_died(name)]
    wanted = postgresql.insert(SenderRow).values(
        [
            {
                "platform": platform,
                "account": account,
                "holder": worker,
                "lease_until": now + LEASE,
                "since": now,
            }
            # In one order, as everybody locks them: two that wait for each other cannot be.
            for platform, account in sorted(accounts)
        ]
    )
    mine = SenderRow.holder == worker
    taken = wanted.on_conflict_do_update(
        index_elements=[SenderRow.platform, SenderRow.account],
        set_={
            "holder": worker,
            "lease_until": now + LEASE,
            "since": sa.case((mine, SenderRow.since), else_=now),
        },
        where=sa.or_(mine, SenderRow.lease_until < now, SenderRow.holder.in_(dead)),
    ).returning(SenderRow.platform, SenderRow.account)
    return frozenset((platform, account) for platform, account in await connection.execute(taken))
