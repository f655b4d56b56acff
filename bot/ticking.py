"""What the program does by itself, and how often. The clock only calls; what is due is in the rows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot import inbox
from bot.backing_up import Nightly
from bot.forms import rows as forms
from directory import invitations, room_members
from directory.backup import runs as backup_runs
from directory.importing import store as imports
from directory.scrubbing import scrub
from reminders import outbox, senders
from reminders.clock import Clock
from reminders.deadlines.series import advance
from reminders.digests import rows as digests

if TYPE_CHECKING:
    from bot.app import Enlace

#: Settled deliveries are kept this long.
KEEP_DELIVERIES: Final = timedelta(days=30)


def tick(app: Enlace, clock: Clock) -> None:
    """Put everything on the clock that the program does by itapp."""

    async def prune() -> None:
        now = app.now()
        async with app.database.writing() as session:
            await inbox.prune(session, now)
            await forms.prune(session, now)
            await imports.prune(session, now)
            await invitations.prune(session, now)
            await invitations.guesses.prune(session, now)
            await outbox.prune(session, now - KEEP_DELIVERIES)
            await senders.prune(session, now)
            await digests.prune(session, now)
            await room_members.prune(session, now.date())
            await backup_runs.prune(session, now)

    async def letters() -> None:
        await app.letters.deliver_waiting(app.database, app.now())

    clock.every(timedelta(seconds=60), "letters", letters)

    async def scrubbed() -> None:
        await scrub(app.database, app.now())

    clock.every(timedelta(seconds=10), "scrub", scrubbed)
    clock.every(timedelta(minutes=15), "review", app.reviewer.review)
    clock.every(timedelta(seconds=1), "nudge", app.nudger.tick)

    async def repeat() -> None:
        async with app.database.writing() as session:
            await advance(session, app.now())

    clock.every(timedelta(minutes=10), "repeat", repeat)
    clock.every(timedelta(seconds=1), "announce", app.announcer.publish)
    clock.every(timedelta(minutes=1), "seats", app.meeting_watch.expire)
    clock.every(timedelta(minutes=1), "polls", app.poll_watch.close)
    clock.every(timedelta(minutes=1), "turns", app.meeting_watch.turn)
    clock.every(timedelta(hours=1), "zones", app.meeting_watch.recompute)
    clock.every(timedelta(minutes=1), "quorums", app.quorum_watch.tick)
    clock.every(timedelta(minutes=2), "digests", app.digests.tick)
    clock.every(timedelta(seconds=10), "recover", app.deliverer.recover)

    async def resolve() -> None:
        await app.deliverer.resolve()
        await app.doubts.tell()

    clock.every(timedelta(seconds=10), "resolve", resolve)
    clock.every(timedelta(hours=1), "prune", prune)
    if app.backups is not None:
        nightly = Nightly(
            app.database,
            app.backups,
            app.letters.send,
            worker=app.deliverer.taker.worker,
            now=app.now,
        )
        clock.every(timedelta(seconds=60), "backup", nightly.tick)
    if app.database.safe_mode:
        clock.every(timedelta(seconds=30), "checkpoint", app.database.checkpoint)
