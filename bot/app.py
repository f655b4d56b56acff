"""The composition root: settings -> database -> services -> platforms, one task group, one clean stop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox
from bot.announcing import Announcer
from bot.backing_up import Plan
from bot.command import BACKUP_DAYS
from bot.contract import ConfigurationError, Incoming, Platform, Suggesting
from bot.courier import PlatformCourier
from bot.digesting import RoomWriter
from bot.dispatch import Dispatcher
from bot.doubts import Doubts
from bot.guards import Guards, is_of_person
from bot.heralding import LetterHerald
from bot.i18n import utc_now
from bot.letters import LetterPost
from bot.losing import lose
from bot.meeting_news import MeetingNews
from bot.meeting_watch import MeetingWatch
from bot.metrics import Metrics
from bot.poll_watch import PollWatch
from bot.quorum_watch import QuorumWatch
from bot.registry import Registry, find_commands
from bot.reviewing import Reviewer
from bot.ticking import tick
from bot.worker import InboxWorker
from directory import schema
from directory.database import Database
from directory.lookups import WEEKLY
from directory.notices import Notices
from directory.troubles import trouble
from reminders import outbox
from reminders.clock import Clock
from reminders.delivery import Deliverer, Point, nowhere
from reminders.digests.planner import GUARD, DigestPlanner
from reminders.nudging.calendars import Calendars
from reminders.nudging.deadlines import Deadlines, Undesignated
from reminders.nudging.engine import Nudger
from reminders.nudging.meetings import Beginnings, Invitations
from reminders.outbox import Accounts, Delivery
from reminders.senders import Senders
from reminders.signal import Bell
from reminders.workers import own_name

#: How long what is in hand may take to finish once the program is asked to stop, in seconds.
STOP_SECONDS: Final = 8.0
#: Of what other workers sent, so much counts against the limits of whoever takes over.
RECALLED: Final = timedelta(seconds=61)
#: Topics of notices: events that wait to be answered, messages that wait to be sent.
INBOX: Final = "inbox"
OUTBOX: Final = "outbox"
#: The pause before a platform that could not be reached is tried again, in seconds.
START_PAUSES: Final = (0.5, 1, 2, 5, 10, 30)


@dataclass
class Enlace:
    """The program, put together. Use :func:`open_app` to get one."""

    database: Database
    registry: Registry
    metrics: Metrics
    now: Callable[[], datetime] = utc_now
    point: Point = nowhere
    weekly_lookups: int = WEEKLY
    backup_days: int = BACKUP_DAYS
    backups: Plan | None = None
    public_url: str = ""
    holidays: Mapping[str, str] = field(default_factory=dict)
    guards: Guards = field(default_factory=Guards)
    inbox_bell: Bell = field(default_factory=Bell)
    outbox_bell: Bell = field(default_factory=Bell)
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Wire the services."""
        self.log = structlog.get_logger("bot.app")
        self.courier = PlatformCourier(self.guards)
        self.notices = Notices(self.database)
        worker = own_name()
        self.senders = Senders(self.database, worker, self.courier.accounts, self._gained)
        self.deliverer = Deliverer(
            self.database,
            self.courier,
            self.outbox_bell,
            worker=worker,
            now=self.now,
            point=self.point,
            observe=self.metrics.delivered,
            lost=self._lost,
            senders=self.senders,
            others=lambda: self.notices.tell(OUTBOX),
        )
        self.letters = LetterPost(self.courier.accounts)
        self.doubts = Doubts(
            self.database,
            self.courier,
            self.guards,
            self.letters,
            accounts=self.senders.held,
            now=self.now,
        )
        self.reviewer = Reviewer(self.database, self.letters, bots=self.courier.accounts, now=self.now)
        self.announcer = Announcer(self.database, self.outbox_bell, now=self.now)
        self.meeting_watch = MeetingWatch(self.database, self.letters.send, now=self.now)
        self.poll_watch = PollWatch(self.database, self.letters.send, now=self.now)
        self.quorum_watch = QuorumWatch(self.database, self.letters.send, now=self.now)
        self.digests = DigestPlanner(
            self.database, RoomWriter((MeetingNews(),)), now=self.now, told=self.outbox_bell.ring
        )
        self.guards.register(GUARD, lambda session, what, _: self.digests.still_holds(session, what))
        self.nudger = Nudger(
            self.database,
            (Deadlines(), Undesignated(), Invitations(self.now), Beginnings(self.now)),
            LetterHerald(self.letters),
            now=self.now,
            calendars=Calendars(self.holidays),
            point=self.point,
            told=self.outbox_bell.ring,
        )
        self.guards.register("nudge", self._nudge_holds, critical=True)
        self.dispatcher = Dispatcher(
            self.database,
            self.registry,
            self.deliverer,
            now=self.now,
            bot_name=lambda name: self.names.get(name) or self.courier.bot_name(name),
            form_style=self.courier.form_style,
            fetch=self.courier.fetch,
            post=self.letters.send,
            weekly_lookups=self.weekly_lookups,
            backup_days=self.backup_days,
            public_url=self.public_url,
            point=self.point,
        )
        self.worker = InboxWorker(
            self.database,
            self.dispatcher,
            self.inbox_bell,
            # Whoever sends as an account also answers what comes to it: then nobody is to be told.
            accounts=self.senders.held,
            now=self.now,
            observe=self.metrics.handled,
        )

    async def _lost(self, session: AsyncSession, delivery: Delivery) -> None:
        place = (delivery.platform, delivery.account, delivery.destination)
        await lose(session, self.letters.send, self.now(), *place)

    async def _nudge_holds(self, session: AsyncSession, letter: str, delivery: Delivery) -> bool:
        async def is_theirs(person: str) -> bool:
            return await is_of_person(session, person, delivery)

        return await self.nudger.still_holds(session, letter, is_theirs)

    async def _gained(self, accounts: Accounts) -> None:
        """These accounts are this worker's now: settle what others left, and keep to what they used up."""
        now = self.now()
        async with self.database.reading() as session:
            sent = await outbox.sent_since(session, accounts, now - RECALLED)
            closed = await outbox.closed_until(session, accounts, now)
        self.courier.recall((place, (now - at).total_seconds()) for place, at in sent)
        for (platform, account), until in closed.items():
            self.courier.close(platform, account, (until - now).total_seconds())
        self.inbox_bell.ring()
        self.outbox_bell.ring()

    def _heard(self, topic: str) -> None:
        """Another process has work for whoever does it."""
        (self.inbox_bell if topic == INBOX else self.outbox_bell).ring()

    async def receive(self, events: Sequence[Incoming]) -> None:
        """Store events; they may be acknowledged when this returns. See ``Receive``."""
        if not events:
            return
        await self.point("before_store")
        try:
            async with self.database.transaction(urgent=True) as connection:
                stored = await inbox.store(connection, events, self.now())
                await self.point("in_store")
        except Exception as error:
            # They are not acknowledged: their platform sends them again, or tells whoever wrote.
            self.log.error(
                "events_not_stored", count=len(events), database=trouble(error) or type(error).__name__
            )
            raise
        await self.point("stored")
        self.metrics.received(events[0].place.platform, stored.new, len(events) - stored.new)
        self.worker.offer(stored)
        if stored.new and not self.senders.holds(events[0].place.platform, events[0].place.account):
            await self.notices.tell(INBOX)

    async def start(self, platform: Platform) -> None:
        """Start a platform, waiting for it as long as it cannot be reached.

        Raises:
            ConfigurationError: its credentials are wrong.
        """
        if isinstance(platform, Suggesting):
            platform.complete(self.dispatcher.suggest)
        for attempt in range(10_000_000):
            try:
                await platform.start(self.receive)
            except ConfigurationError:
                raise
            except Exception as error:
                pause = START_PAUSES[min(attempt, len(START_PAUSES) - 1)]
                self.log.warning(
                    "platform_unreachable", platform=platform.name, error=type(error).__name__, pause=pause
                )
                await asyncio.sleep(pause)
            else:
                self.courier.add(platform)
                self.inbox_bell.ring()
                self.outbox_bell.ring()
                return

    async def until_up(self, platform: Platform) -> None:
        """Wait until a platform of :meth:`running` has started."""
        while platform not in self.courier.platforms:  # noqa: ASYNC110 - rare, and over in milliseconds
            await asyncio.sleep(0.005)

    @contextlib.asynccontextmanager
    async def running(
        self,
        platforms: Sequence[Platform],
        *,
        alone: bool = False,
        answering: bool = True,
        listens: Callable[[Platform], bool] = lambda _platform: True,
    ) -> AsyncIterator[None]:
        """Everything that answers, until the block ends; then what is in hand is finished.

        ``alone``: no other process works on this database, so what is claimed was left by a dead one.
        ``answering`` is false where another process works through the inbox and the outbox, and
        ``listens`` where another process takes the events of that platform.
        """
        clock = Clock()
        started: list[Platform] = []

        async def bring_up(platform: Platform) -> None:
            await self.start(platform)
            started.append(platform)
            if answering:
                await self.senders.look()
                await self.deliverer.recover(alone=alone)
            if listens(platform):
                await self._listen(platform, answering=answering)

        loops: list[asyncio.Task[None]] = []
        behind: list[asyncio.Task[None]] = []
        if answering:
            behind = [
                asyncio.create_task(self.senders.run()),
                asyncio.create_task(self.notices.listen(self._heard)),
            ]
            loops = [asyncio.create_task(self.worker.run()), asyncio.create_task(self.deliverer.run())]
            tick(self, clock)
            clock.start()
        listeners = [asyncio.create_task(bring_up(platform)) for platform in platforms]
        watch = asyncio.create_task(_first_failure([*listeners, *loops]))
        body = asyncio.current_task()
        failure: BaseException | None = None

        def failed(task: asyncio.Task[BaseException | None]) -> None:
            nonlocal failure
            if not task.cancelled() and (failure := task.result()) is not None and body is not None:
                body.cancel()

        watch.add_done_callback(failed)
        try:
            yield
        except asyncio.CancelledError:
            if failure is None:
                raise
            raise failure from None
        finally:
            watch.cancel()
            await self._wind_down(clock, listeners, loops, behind, started)

    async def _listen(self, platform: Platform, *, answering: bool) -> None:
        """Receive until cancelled; where only one process may, as long as the account is this worker's."""
        if not (answering and platform.listens_alone):
            await platform.listen()
            return
        while True:
            await self.senders.until(platform.name, platform.account, held=True)
            listening = asyncio.create_task(platform.listen())
            lost = asyncio.create_task(self.senders.until(platform.name, platform.account, held=False))
            try:
                await asyncio.wait((listening, lost), return_when=asyncio.FIRST_COMPLETED)
                if listening.done():
                    # There was nothing to listen to, or it failed.
                    listening.result()
                    return
            finally:
                for task in (listening, lost):
                    task.cancel()
                await asyncio.gather(listening, lost, return_exceptions=True)

    async def _wind_down(
        self,
        clock: Clock,
        listeners: Sequence[asyncio.Task[None]],
        loops: Sequence[asyncio.Task[None]],
        behind: Sequence[asyncio.Task[None]],
        started: Sequence[Platform],
    ) -> None:
        await clock.stop()
        for task in listeners:
            task.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)
        # First what was received is answered, then what was answered is sent.
        self.worker.stop()
        deadline = asyncio.get_running_loop().time() + STOP_SECONDS
        if loops:
            await asyncio.wait(loops[:1], timeout=STOP_SECONDS * 0.6)
            self.deliverer.stop()
            await asyncio.wait(loops, timeout=max(0.1, deadline - asyncio.get_running_loop().time()))
        for task in (*loops, *behind):
            task.cancel()
        await asyncio.gather(*loops, *behind, return_exceptions=True)
        for platform in started:
            with contextlib.suppress(Exception):
                await platform.stop()


async def _first_failure(tasks: Sequence[asyncio.Task[None]]) -> BaseException | None:
    waiting = set(tasks)
    while waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if not task.cancelled() and (error := task.exception()) is not None:
                return error
    return None


@contextlib.asynccontextmanager
async def open_app(
    database_url: str,
    *,
    now: Callable[[], datetime] = utc_now,
    point: Point = nowhere,
    weekly_lookups: int = WEEKLY,
    backup_days: int = BACKUP_DAYS,
    backups: Plan | None = None,
    public_url: str = "",
    holidays: Mapping[str, str] | None = None,
) -> AsyncIterator[Enlace]:
    """The program on an open database, closed at the end; nothing runs yet."""
    database = Database(database_url)
    try:
        yield Enlace(
            database,
            Registry(find_commands()),
            Metrics(database),
            now=now,
            point=point,
            weekly_lookups=weekly_lookups,
            backup_days=backup_days,
            backups=backups,
            public_url=public_url,
            holidays=holidays or {},
        )
    finally:
        await asyncio.shield(database.close())


async def prepare(database: Database, *, demo: bool) -> bool:
    """Migrate, and load the demo network into an empty directory; whether it was loaded."""
    if await schema.current_revision(database) != schema.newest_revision():
        await schema.upgrade(database)
    if not demo:
        return False
    from bot.demo import load_if_empty

    return await load_if_empty(database)
