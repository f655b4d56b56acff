"""After ``/forget`` nothing of the person is left: not in the file, its log, the outbox, the logs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from bot.app import Enlace, open_app
from bot.contract import InDoubt, PlaceKind, Pressed, Said
from bot.forms.rows import FormRow
from bot.i18n import Translator
from bot.web import transcript
from bot.web.transcript import MessageRow
from directory import accounts, audit, entries, letters, meetings, people, posts, search
from directory.access import Role
from directory.accounts import Account
from directory.audit import Actor
from directory.database import Database
from directory.erasure import ErasureRow
from directory.importing.rows import ImportChangeRow, ImportRow
from directory.invitations.tables import InvitationRow
from directory.letters import Letter
from directory.meetings import Answer, Meeting, Unit, UnitKind, When
from directory.meetings.tables import MeetingRow
from directory.people import NOBODY, Contact, ContactKind, Person
from directory.posts import Nomination, Standing
from directory.scrubbing import scrub
from directory.search import Kind
from directory.texts import local
from reminders import deadlines, outbox
from reminders.deadlines import Deadline
from reminders.nudging import quiet
from reminders.nudging.tables import NudgeRow, QuietKind
from reminders.outbox import Draft, OutboxRow, State
from reminders.vague import VagueDate
from tests.support.recording import Recording

KEY = "quvendrimm-zorblaximus"
FIRST_EMAIL = "zq-first-address@canary.example.org"
EMAIL = "zq-second-address@canary.example.org"
PHONE = "+1 868 555 0177 77"
HANDLE = "@zq_canary_handle"
FOCAL = Actor("recording", "", "user-focal", "demo-mx", Role.FOCAL_POINT, "direct")
NEEDLES = (KEY, "zorblaximus", "quvendrimm", FIRST_EMAIL, EMAIL, "8685550177", PHONE, HANDLE, "zq_canary")
PERSON = Person(
    KEY,
    "Zorblaximus",
    "Quvendrimm",
    ("es", "en"),
    "America/Managua",
    (
        Contact(ContactKind.EMAIL, FIRST_EMAIL, 1),
        Contact(ContactKind.PHONE, PHONE, 1),
        Contact(ContactKind.HANDLE, HANDLE, 3),
    ),
)


async def enrol(database: Database) -> None:
    """The person with everything that the directory may hold of somebody."""
    now = datetime.now(UTC)
    today = now.date()
    async with database.writing() as session:
        await people.add(session, [PERSON])
        named = Nomination(
            "acs-fp-ni",
            KEY,
            Standing.HOLDER,
            today - timedelta(200),
            reference="LETTER/1",
            confirmed_on=today - timedelta(190),
            confirmed_by="demo-coordinator",
        )
        earlier = Nomination(
            "acs-fp-ve", KEY, Standing.ALTERNATE, today - timedelta(900), today - timedelta(800)
        )
        await posts.add(session, [], [named, earlier])
        await people.grant(session, KEY, Role.COORDINATOR, "OAS")
        for user in ("u-canary", "u-second"):
            await accounts.save_account(session, Account("recording", "", user, KEY))
        await accounts.save_account(session, Account("browser", "", "web-canary", KEY))
        await accounts.save_account(session, Account("recording", "", "user-focal", "demo-mx"))
        await entries.agree(session, KEY, wording="1", language="es", text="…", now=now)
        await entries.set_away(session, KEY, today + timedelta(3))
        actor = Actor("recording", "", "u-canary", KEY, Role.FOCAL_POINT, "direct")
        await audit.changed(
            session, actor, now, "add", audit.PERSON, KEY, None, {"family_name": "Quvendrimm"}
        )
        await audit.changed(
            session, actor, now, "name", "nomination", "acs-fp-ni", None, {"person": KEY}, "ACS", about=KEY
        )
        for state, person, by in (("open", KEY, "demo-coordinator"), ("used", None, KEY)):
            await session.execute(
                sa.insert(InvitationRow).values(
                    code_hash=f"hash-{state}",
                    state=state,
                    person=person,
                    given_name="Zorblaximus",
                    family_name="Quvendrimm",
                    email=EMAIL,
                    invited_by=by,
                    made_at=now,
                    expires_at=now + timedelta(14),
                )
            )
        await letters.keep(session, Letter(KEY, "entry.left_told", {"post": "x"}, now))
        await quiet.hush(session, KEY, QuietKind.NUDGES, None)
        nudge = {"kind": "deadline", "key": "1", "occasion": "x", "day": today, "person": KEY, "due_at": now}
        await session.execute(sa.insert(NudgeRow).values(nudge))
        owed = Deadline(0, "ACS", local(en="Paper"), VagueDate.on(today))
        number = (await deadlines.create(session, actor, now, owed)).number
        await deadlines.snooze(session, actor, now, number, KEY, today + timedelta(3))
        await deadlines.ask_for_time(
            session, actor, now, number, KEY, owed.due, "Zorblaximus Quvendrimm asks"
        )
        await deadlines.complete(session, FOCAL, now, number, note="By Zorblaximus Quvendrimm")
        unit = Unit(UnitKind.COUNTRY, "NI")
        tomorrow = datetime.combine(today + timedelta(30), time(9))
        when = When(tomorrow, tomorrow + timedelta(hours=3), "America/Managua")
        called = await meetings.draft(
            session, actor, now, Meeting(0, "ACS", local(en="Talk"), when), [unit, Unit(UnitKind.PERSON, KEY)]
        )
        announced = sa.update(MeetingRow).where(MeetingRow.id == called.number).values(state="announced")
        await session.execute(announced)
        await meetings.answer(session, actor, now, called.number, unit, Answer.ATTENDING)
        await meetings.complete(
            session, FOCAL, now, called.number, unit, delegate=KEY, names=("Zorblaximus Quvendrimm",)
        )
        await letters.keep(
            session, Letter("demo-operator", "entry.left_told", {"post": "by Zorblaximus Quvendrimm"}, now)
        )
        await session.execute(
            sa.insert(ImportRow).values(
                id=1,
                kind="focal_points",
                state="done",
                file_name="f",
                network="ACS",
                owner=KEY,
                counts={},
                planned_at=now,
            )
        )
        states: list[tuple[str, str, dict[str, Any] | None, dict[str, Any] | None]] = [
            ("person", KEY, None, {"key": KEY, "family_name": "Quvendrimm"}),
            ("person", "somebody-else", None, {"key": "somebody-else", "email": EMAIL}),
            ("post", "acs-fp-ni", {"nominations": [{"person": KEY}]}, None),
        ]
        for position, (noun, key, before, after) in enumerate(states):
            await session.execute(
                sa.insert(ImportChangeRow).values(
                    import_id=1, position=position, noun=noun, key=key, before=before, after=after, digest=""
                )
            )
        for room, author, text in (
            ("direct:web-canary", "web-canary", "something of my own"),
            ("direct:web-other", "web-other", "who is zorblaximus quvendrimm"),
            ("group:all", "web-canary", "hello from me"),
        ):
            await transcript.add_words(session, room, f"said:{room}", author=author, text=text, now=now)
        for user, progress in (("u-canary", "{}"), ("somebody", f'{{"who": "{EMAIL}"}}')):
            await session.execute(
                sa.insert(FormRow).values(
                    key=f"form-{user}", platform="recording", team="", user=user, place="{}", language="en",
                    stepwise=True, form="{}", progress=progress, created_at=now,
                    expires_at=now + timedelta(1),
                )
            )  # fmt: skip


async def everything(database: Database, url: str) -> str:
    """All that the database keeps, in small letters: the raw files of SQLite, every row of PostgreSQL."""
    if database.is_sqlite:
        path = Path(url.removeprefix("sqlite+aiosqlite:///"))
        files = [path.with_name(path.name + end) for end in ("", "-wal", "-journal")]
        return b"".join(file.read_bytes() for file in files if file.exists()).decode("latin-1").lower()
    found = []
    async with database.reading() as session:
        names = await session.execute(
            sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        )
        for name in names.scalars().all():
            rows = await session.execute(sa.text(f'SELECT t::text FROM "{name}" AS t'))
            found += list(rows.scalars())
    return "\n".join(found).lower()


@asynccontextmanager
async def talking(url: str) -> AsyncIterator[tuple[Enlace, Recording]]:
    recording = Recording()
    async with open_app(url) as app, app.running([recording]):
        await app.until_up(recording)
        yield app, recording


async def say(recording: Recording, user: str, text: str) -> None:
    """A line in the direct chat of ``user``, and its answer."""
    count = len(recording.sent)
    await recording.receive(recording.event(Said(text), place=user, user=user))
    await recording.until(count + 1)


async def press(recording: Recording, user: str, action: str) -> None:
    count = len(recording.sent)
    await recording.receive(recording.event(Pressed(action, "m1"), place=user, user=user))
    await recording.until(count + 1)


async def erase(recording: Recording, user: str) -> None:
    """The whole conversation: ask, read, confirm."""
    await say(recording, user, "/forget")
    offered = recording.sent[-1].cards[0]
    yes = next(button for row in offered.buttons for button in row if button.label == "Erase everything")
    await press(recording, user, yes.action)
    assert recording.sent[-1].cards[0].text.startswith("What was known of you has been erased.")


async def test_nothing_of_the_forgotten_is_left(demo_url: str) -> None:
    with structlog.testing.capture_logs() as logs:
        async with talking(demo_url) as (app, recording):
            database = app.database
            await enrol(database)
            await say(recording, "u-canary", "/me")
            await say(recording, "u-canary", f"/me email {EMAIL}")
            await say(recording, "user-focal", "/contact Nicaragua")
            assert EMAIL in str(recording.sent[-1].cards)
            # What another was told is in doubt: its row keeps the words, until they are erased.
            recording.outcomes.append(InDoubt("lost"))
            await recording.receive(
                recording.event(Said("/contact Nicaragua"), place="user-focal", user="user-focal")
            )
            async with database.reading() as session:
                for _ in range(400):
                    doubtful = await session.execute(
                        sa.select(OutboxRow.body).where(OutboxRow.state == State.IN_DOUBT)
                    )
                    if body := doubtful.scalar():
                        break
                    await session.rollback()
            assert EMAIL in str(body)
            before = await everything(database, demo_url)
            assert all(needle in before for needle in NEEDLES if needle != "8685550177")
            await erase(recording, "u-canary")
            assert await scrub(database, datetime.now(UTC))
            assert not await scrub(database, datetime.now(UTC)), "once is enough"
            after = await everything(database, demo_url)
            assert [needle for needle in NEEDLES if needle in after] == []
            for end in ("u-second", "hello from me", "something of my own"):
                assert end not in after
            async with database.reading() as session:
                assert await people.get(session, KEY, 3) is None
                assert await audit.verify(session) is None, "the chain still closes"
                named = (await posts.nominations(session, ["acs-fp-ni"]))["acs-fp-ni"]
                assert [(item.person, item.reference, item.until) for item in named] == [
                    (NOBODY, "LETTER/1", datetime.now(UTC).date())
                ]
                assert await search.find(session, "quvendrimm", kinds=(Kind.PERSON,), max_level=3) == []
                kept = await session.execute(
                    sa.select(OutboxRow.state, OutboxRow.body).where(OutboxRow.body != "")
                )
                assert [(state, "This message was erased." in body) for state, body in kept] == [
                    (State.IN_DOUBT, True)
                ]
                (reply,) = (await meetings.replies(session, 3)).values()
                assert (reply.answer, reply.by, reply.names) == (Answer.ATTENDING, "", ())
                invitations = await session.execute(sa.select(InvitationRow.state).order_by(InvitationRow.id))
                assert list(invitations.scalars()) == ["revoked", "used"]
            # The account is a stranger's from now on, and others find the post vacant.
            await say(recording, "u-canary", "/me")
            assert recording.sent[-1].cards[0].text == Translator("en")("dispatch.refused")
            await say(recording, "user-focal", "/contact Nicaragua")
            assert "vacant" in str(recording.sent[-1].cards)
    said = str(logs).lower()
    assert [needle for needle in NEEDLES if needle in said] == []


async def test_a_stranger_s_account_is_forgotten_alone(demo_url: str) -> None:
    async with talking(demo_url) as (app, recording):
        await say(recording, "u-stranger", "/language fr")
        async with app.database.reading() as session:
            assert (await accounts.account(session, "recording", "", "u-stranger")).language == "fr"
        await say(recording, "u-stranger", "/oubliezmoi")
        card = recording.sent[-1].cards[0]
        assert "n'appartient à personne" in card.text
        await press(recording, "u-stranger", card.buttons[0][0].action)
        async with app.database.reading() as session:
            assert (await accounts.account(session, "recording", "", "u-stranger")).language == ""
            people_left = await session.execute(sa.select(sa.func.count()).select_from(people.PersonRow))
            assert people_left.scalar_one() > 40


@pytest.mark.parametrize(
    "action",
    ["forget-yes", "forget-yes:0", "forget-yes:x", "forget-yes:99999999999", "forget-yes:1:2", "forget-no"],
)
async def test_only_a_fresh_confirmation_erases(demo_url: str, action: str) -> None:
    async with talking(demo_url) as (app, recording):
        await enrol(app.database)
        await press(recording, "u-canary", action)
        assert "othing was erased" in recording.sent[-1].cards[0].text
        async with app.database.reading() as session:
            assert await people.get(session, KEY, 3) is not None
            assert (await session.execute(sa.select(ErasureRow.id))).scalars().all() == []


async def test_in_a_group_nobody_is_erased(demo_url: str) -> None:
    async with talking(demo_url) as (app, recording):
        await enrol(app.database)
        now = int(datetime.now(UTC).timestamp())
        await recording.receive(
            recording.event(
                Pressed(f"forget-yes:{now}", "m1"), place="room", user="u-canary", kind=PlaceKind.GROUP
            )
        )
        await say(recording, "user-focal", "/help")
        async with app.database.reading() as session:
            assert await people.get(session, KEY, 3) is not None


async def test_the_suspended_keep_the_right_to_be_forgotten(demo_url: str) -> None:
    from directory.suspensions import SuspensionRow

    async with talking(demo_url) as (app, recording):
        await enrol(app.database)
        async with app.database.writing() as session:
            await session.execute(sa.insert(SuspensionRow).values(person=KEY, since=datetime.now(UTC)))
        await erase(recording, "u-canary")
        async with app.database.reading() as session:
            assert await people.get(session, KEY, 3) is None


async def test_what_is_about_others_stays(demo_url: str) -> None:
    """Names that are part of other words, and keys that begin other keys, take nothing with them."""
    async with talking(demo_url) as (app, recording):
        now = datetime.now(UTC)
        async with app.database.writing() as session:
            await people.add(session, [Person("demo-mx-a", "Rosa", "Rico", contacts=())])
            await accounts.save_account(session, Account("recording", "", "u-rico", "demo-mx-a"))
            for number, text in enumerate(("Puerto Rico", "open:person:demo-mx-alt", "Rosa Rico")):
                await transcript.add_words(
                    session, "direct:web-other", f"said:{number}", author="web-other", text=text, now=now
                )
            waiting = Draft(
                "recording", "elsewhere", "p", '{"text": "Costa Rico", "action": "vcf:demo-mx-alt"}'
            )
            await outbox.enqueue(session, [waiting], now)
        await erase(recording, "u-rico")
        async with app.database.reading() as session:
            left = await session.execute(sa.select(MessageRow.text).order_by(MessageRow.id))
            assert list(left.scalars()) == ["Puerto Rico", "open:person:demo-mx-alt"]
            rows = await session.execute(sa.select(OutboxRow.state).where(OutboxRow.account == "elsewhere"))
            assert list(rows.scalars()) == [State.QUEUED]
            assert await people.exists(session, "demo-mx-alt")
