"""A restored database sends nothing again: what waited in the backup is listed and counts as done."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bot import inbox
from bot.app import Enlace
from bot.contract import Card, Place, PlaceKind, Said
from bot.demo import bind_room
from bot.forms.rows import FormRow
from bot.i18n import utc_now
from bot.inbox import InboxState
from bot.metrics import Metrics
from bot.outgoing import letter_draft
from bot.registry import Registry, find_commands
from bot.settling import Settlement
from directory import accounts, audit, backup, entries, invitations, letters, meetings, rooms
from directory.accounts import Account
from directory.audit import Actor
from directory.backup import Reader
from directory.database import Database
from directory.demo import DEMO_PEOPLE
from directory.invitations.tables import InvitationRow, InvitationState
from directory.letters import Letter, LetterRow
from directory.meetings import Meeting, When
from directory.texts import local
from reminders import outbox
from reminders.outbox import OutboxRow, State
from tests.support.recording import Recording

PERSON = DEMO_PEOPLE["coordinator"]
NOBODY = Actor.command_line("tests")
NINE = datetime.fromisoformat("2099-04-15 09:00")
MEETING = Meeting(0, "ACS", local(en="Meeting"), When(NINE, NINE + timedelta(hours=8), "UTC"))

WAITING = ("messages", "events", "letters", "link codes", "announcements")


async def fill(database: Database, platform: Recording) -> None:
    """What a program leaves that is lost in the midst of its work."""
    now = utc_now() - timedelta(hours=12)
    async with database.writing() as session:
        await bind_room(session, "recording", "bot", "room")
        await accounts.link(session, Account("recording", "", "boss"), PERSON, now)
        await accounts.reached(session, Account("recording", "", "boss"), "bot", "boss")
        await entries.confirm(session, PERSON, (now - timedelta(days=400)).date())
        for state in (State.QUEUED, State.CLAIMED, State.SENDING, State.IN_DOUBT, State.SENT):
            place = Place("recording", "bot", PlaceKind.DIRECT, f"to-{state}")
            await outbox.enqueue(session, [letter_draft(place, Card(text=f"{state} before"), "en")], now)
            await session.execute(
                sa.update(OutboxRow)
                .where(OutboxRow.destination == f"to-{state}")
                .values(state=state, finished_at=now)
            )
        await letters.keep(session, Letter(PERSON, "grant.told", {}, now))
        room = (await rooms.get(session, "recording", "bot", "room")).id
        for number in range(2):
            # The first one's card is not posted yet, the second one's time to be announced is over.
            meeting = await meetings.draft(session, NOBODY, now, MEETING, [], [room])
            await meetings.announce(session, NOBODY, now, meeting.number)
            if number == 0:
                await meetings.publish_due(session, now + timedelta(minutes=5))
        await invitations.link_code(session, PERSON, utc_now())
    app = Enlace(database, Registry(find_commands()), Metrics(database))
    # Nobody works in this program: the event waits.
    app.courier.add(platform)
    await app.receive([platform.event(Said("/help"), place="asker", event_id="asked before")])


async def test_what_waited_is_not_sent(demo: Database, tmp_path: Path) -> None:
    platform = Recording()
    await fill(demo, platform)
    path = tmp_path / "night.backup"
    await backup.make(demo, path, utc_now() - timedelta(hours=10))
    url = f"sqlite+aiosqlite:///{tmp_path / 'restored.db'}"
    settlement = Settlement(path.name, NOBODY, utc_now())
    with Reader(path) as reader:
        done = await backup.restore(url, reader, utc_now(), settlement)
    assert {what: done.settled[what] for what in WAITING} == {
        "messages": 4,
        "events": 1,
        "letters": 1,
        "link codes": 1,
        "announcements": 1,
    }
    assert [item.destination for item in settlement.unsent] == [
        f"to-{state}" for state in (State.QUEUED, State.CLAIMED, State.SENDING, State.IN_DOUBT)
    ]

    database = Database(url)
    app = Enlace(database, Registry(find_commands()), Metrics(database))
    async with app.running([platform], alone=True):
        await app.until_up(platform)
        await app.deliverer.recover(alone=True)
        await app.deliverer.resolve(after=timedelta())
        await app.letters.deliver_waiting(database, utc_now())
        await app.reviewer.review()
        await app.announcer.publish()
        # What is asked now is answered, and it is the only thing that is sent.
        await platform.say("/help", place="asker")
        await platform.until(1)
        assert [message.place.id for message in platform.sent] == ["asker"]
    async with database.reading() as session:
        counts = await outbox.count(session)
        failed = await session.execute(
            sa.select(OutboxRow.reason, OutboxRow.body).where(OutboxRow.state == State.FAILED)
        )
        assert set(failed) == {("restored", "")}
        for row in (LetterRow, FormRow):
            assert not (await session.execute(sa.select(row))).first()
        assert InvitationState.OPEN not in set(await session.scalars(sa.select(InvitationRow.state)))
        last = (await audit.by_time(session, limit=1))[0]
        assert (last.action, last.key) == ("restore backup", "night.backup")
        assert await audit.verify(session) is None
        assert await backup.restored_at(session) is not None
        events = await inbox.count(session)
    assert (events[InboxState.PENDING], events[InboxState.PARKED]) == (0, 1)
    assert counts[State.FAILED] == 4
    assert not any(counts[state] for state in outbox.UNSETTLED)
    await database.close()
