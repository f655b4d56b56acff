"""Digests in words: whose attention they draw, and how on each platform; their picture; never too often."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.app import open_app
from bot.contract import Card, Place, PlaceKind
from bot.digesting import RoomWriter
from bot.i18n import LANGUAGES, Translator, utc_now
from bot.meeting_news import MeetingNews
from bot.outgoing import letter_draft, outgoing
from directory import accounts, meetings, posts, room_members, rooms, suspensions
from directory.accounts import Account
from directory.audit import Actor
from directory.database import Database
from directory.meetings import Answer, Meeting, Unit, UnitKind, When
from directory.meetings.tables import MeetingRow
from directory.rooms import RoomRow
from directory.suspensions import Suspension
from directory.texts import local
from reminders import canvas, drawn, outbox
from reminders.deadlines import OwnerKind
from reminders.deadlines.tables import SnoozeRow
from reminders.digests import drawing, picturing
from reminders.digests.drawing import Cell, Chart
from reminders.digests.planner import DigestPlanner
from reminders.nudging import quiet
from reminders.nudging.tables import QuietKind
from reminders.outbox import OutboxRow
from tests.reminders.digests.planning import (
    MEXICO,
    MONDAY,
    NETWORK,
    TUESDAY,
    plan,
    room,
    tell,
    told,
    words,
)
from tests.support.world import stage

TODAY = TUESDAY.date()


async def heard(database: Database, number: int, person: str, user: str) -> None:
    """An account of a person was heard in a room."""
    async with database.writing() as session:
        await accounts.save_account(session, Account("recording", "", user, person))
        known = await rooms.by_id(session, number)
        assert known is not None
        await room_members.heard(session, known, Account("recording", "", user, person), TODAY)


async def mentioned(database: Database) -> list[list[tuple[str, str]]]:
    """Whom each message mentions, and how they are called there."""
    return [
        [(item.user, item.label) for card in outgoing(message).cards for item in card.mentions]
        for message in await told(database)
    ]


async def holders(database: Database, *countries: str) -> list[str]:
    """Who holds the posts of focal points today."""
    keys = [f"acs-fp-{code}" for code in countries]
    async with database.reading() as session:
        named = await posts.nominations(session, keys)
    return [next(item.person for item in named[key] if item.holds_on(TODAY)) for key in keys]


async def test_only_those_whom_it_concerns_and_who_were_heard_there_are_mentioned(demo: Database) -> None:
    here, elsewhere = await room(demo, "r", language="es"), await room(demo, "other", network="OAS")
    cuba, haiti, jamaica = await holders(demo, "cu", "ht", "jm")
    await heard(demo, here, "demo-mx", "u-mx")
    await heard(demo, here, cuba, "u-cu")
    await heard(demo, elsewhere, haiti, "u-ht")
    await heard(demo, here, jamaica, "u-jm")
    for title, country in (("One", "mx"), ("Two", "mx"), ("Three", "ht")):
        await plan(demo, title, TODAY, (OwnerKind.POST, f"acs-fp-{country}"))
    await tell(demo, TUESDAY)
    assert await mentioned(demo) == [[("u-mx", "México")]]
    (message,) = await told(demo)
    assert words(message).split("\n")[-1] == "A la atención de: México"
    assert "Demo" not in words(message), "names of people have no place in a room"


@pytest.mark.parametrize("why", ["quiet", "snoozed", "suspended", "unlinked", "long ago"])
async def test_who_wants_no_mention_or_may_have_none_gets_none(demo: Database, why: str) -> None:
    here = await room(demo, "r")
    await heard(demo, here, "demo-mx", "u-mx")
    number = await plan(demo, "One", TODAY, MEXICO)
    async with demo.writing() as session:
        if why == "quiet":
            await quiet.hush(session, "demo-mx", QuietKind.DIGESTS, TODAY)
        elif why == "snoozed":
            tomorrow = TODAY + timedelta(days=1)
            await session.execute(
                sa.insert(SnoozeRow).values(deadline=number, person="demo-mx", until=tomorrow)
            )
        elif why == "suspended":
            await suspensions.suspend(session, Suspension("demo-mx", TUESDAY, "demo-operator"))
        elif why == "unlinked":
            await accounts.unlink(session, Account("recording", "", "u-mx"), "demo-mx")
        else:
            await session.execute(sa.update(room_members.MemberRow).values(heard_on=date(2026, 1, 1)))
    await tell(demo, TUESDAY)
    assert await mentioned(demo) == [[]]


async def test_telegram_notifies_about_five_so_more_are_mentioned_in_messages_of_their_own(
    demo: Database,
) -> None:
    here = await room(demo, "r", language="fr")
    countries = ("cu", "ht", "jm", "pa", "gt", "cr", "tt")
    for country, person in zip(countries, await holders(demo, *countries), strict=True):
        await heard(demo, here, person, f"u-{country}")
    for country in countries[:4]:
        await plan(demo, f"Late {country}", TODAY - timedelta(days=7), (OwnerKind.POST, f"acs-fp-{country}"))
    await plan(
        demo, "For all", TODAY, *((OwnerKind.POST, f"acs-fp-{country}") for country in reversed(countries))
    )
    await tell(demo, TUESDAY)
    first, second = await mentioned(demo)
    assert [user for user, _ in first][:4] == ["u-cu", "u-ht", "u-jm", "u-pa"], "the most overdue first"
    assert (len(first), len(second)) == (5, 2)
    assert {label for _, label in (*first, *second)} == {
        *("Cuba", "Haïti", "Jamaïque", "Panama", "Guatemala", "Costa Rica", "Trinité-et-Tobago")
    }
    messages = await told(demo)
    assert len({message.guard for message in messages}) == 1
    assert words(messages[1]).startswith("Le même message concerne aussi d'autres destinataires.")


async def test_on_mondays_a_room_reads_of_new_meetings_and_of_silence_in_numbers(demo: Database) -> None:
    from tests.directory.meetings.test_meetings import MEETING, MX, announced, answers

    called = await announced(demo, replace(MEETING, network=NETWORK))
    await answers(demo, called.number, MX, Answer.ATTENDING)
    await room(demo, "r", language="es", time_zone="America/Mexico_City")
    for week in range(3):
        await tell(demo, datetime(2027, 4, 5, 15, tzinfo=UTC) + timedelta(weeks=week), MeetingNews())
    (message,) = await told(demo)
    lines = words(message).split("\n")
    # The Monday is one of the days on which the silent are asked.
    assert lines[0] == "SEGIB: semana del 5 de abril de 2027"
    assert lines[1] == "Respuestas pendientes: 1"
    assert lines[2].startswith(f"{called.code} · Segunda reunión: Respondieron 1 de 4; se esperan todavía: ")
    assert lines[3:] == [
        "Nuevas reuniones: 1",
        f"{called.code} · Segunda reunión: jueves, 15 de abril de 2027, 9:00 – viernes, 16 de abril de 2027,"
        " 17:00 · Ciudad de México (UTC−6)",
    ]


# With the platforms' local servers


def _tuesday() -> datetime:
    """Nine in the morning, UTC, of the last Tuesday."""
    today = utc_now().date()
    last = today - timedelta(days=(today.weekday() - 1) % 7 or 7)
    return datetime(last.year, last.month, last.day, 9, tzinfo=UTC)


async def _rebind(database: Database) -> None:
    """Bind every room to the network that has no deadlines of its own."""
    async with database.writing() as session:
        await session.execute(sa.update(RoomRow).values(network=NETWORK, language="pt"))


async def _states(database: Database, place: str) -> Sequence[str]:
    """How the messages stand that a place is sent unasked, in their order."""
    async with database.reading() as session:
        rows = await session.execute(
            sa.select(OutboxRow.state)
            .where(OutboxRow.priority == outbox.Priority.AUTOMATIC, OutboxRow.destination == place)
            .order_by(OutboxRow.id)
        )
        return [str(state) for state in rows.scalars()]


@pytest.mark.parametrize("platform", ["telegram", "slack"])
@pytest.mark.parametrize("demo_url", ["sqlite"], indirect=True)
async def test_a_room_reads_its_digest_and_whoever_spoke_there_is_notified(
    demo_url: str, platform: str
) -> None:
    begun, tuesday = utc_now(), _tuesday()
    async with (
        open_app(demo_url, now=lambda: tuesday + (utc_now() - begun)) as app,
        stage(platform, app) as meet,
    ):
        await _rebind(app.database)
        focal = await meet("focal", "group", "pt")
        await focal.says("/help")
        await focal.hears("/ajuda projeto")
        await plan(app.database, "Documento <b>de</b> @everyone", tuesday.date(), MEXICO)
        await plan(app.database, "Plano", "2026", (OwnerKind.COUNTRY, "HT"), lead=[], overdue=[])
        # On a stage nothing comes by itself.
        await DigestPlanner(app.database, RoomWriter(), now=app.now, told=app.outbox_bell.ring).tick()
        said = await focal.hears("lembrete de prazos")
        assert "D-" in said.text
        assert "Documento <b>de</b> @everyone" in said.text
        assert "À atenção de:" in said.text
        assert "México" in said.text
        server: Any = focal.server  # type: ignore[attr-defined]
        user = focal.user.id  # type: ignore[attr-defined]
        if platform == "telegram":
            shown = server.sent("sendMessage")[-1].result
            kinds = [item["type"] for item in shown["entities"]]
            people = [item["user"]["id"] for item in shown["entities"] if item["type"] == "text_mention"]
            assert "mention" not in kinds
        else:
            blocks = server.sent("chat.postMessage")[-1].arguments["blocks"]
            people = [
                item["user_id"]
                for block in blocks
                for part in block.get("elements", ())
                for item in part.get("elements", ())
                if item["type"] == "user"
            ]
        assert people == [user]
        # Whatever else goes wrong: no more than six such messages an hour.
        (place,) = {message.destination for message in await told(app.database)}
        ((_, account),) = app.courier.accounts()
        there = Place(platform, account, PlaceKind.GROUP, place)
        async with app.database.writing() as session:
            drafts = [letter_draft(there, Card(text=f"Automatic {number}"), "pt") for number in range(7)]
            await outbox.enqueue(session, drafts, app.now())
        app.outbox_bell.ring()
        for number in range(5):
            await focal.hears(f"Automatic {number}")
        async with asyncio.timeout(20):
            while (states := await _states(app.database, place)).count("sent") < 6:  # noqa: ASYNC110 - rows
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        assert await _states(app.database, place) == ["sent"] * 6 + ["queued"] * 2, states


# The picture


@pytest.mark.parametrize("demo_url", ["sqlite"], indirect=True)
async def test_a_full_week_has_a_calendar_that_says_in_words_what_it_shows(demo: Database) -> None:
    for language in LANGUAGES:
        await room(demo, f"r-{language}", language=language)
    monday = MONDAY.date()
    for offset in (0, 1, 4, 4, 9, 21, 27):
        await plan(demo, "Due", monday + timedelta(days=offset), MEXICO)
    await tell(demo, MONDAY)
    for language in LANGUAGES:
        (message,) = await told(demo, f"r-{language}")
        (card,) = outgoing(message).cards
        assert card.picture is not None
        assert card.picture.content.startswith(b"\x89PNG\r\n")
        assert len(card.picture.content) < 80_000
        t = Translator(language)
        assert t.day_of_month(monday + timedelta(days=4)) in card.picture.description
    assert "Calendar of four weeks" in outgoing((await told(demo, "r-en"))[0]).cards[0].picture.description  # type: ignore[union-attr]


async def test_a_week_with_little_in_it_or_without_what_draws_has_none(
    demo: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room(demo, "r")
    monday = MONDAY.date()
    for offset in range(5):
        await plan(demo, "Due", monday + timedelta(days=offset), MEXICO)
    await tell(demo, MONDAY)
    (message,) = await told(demo)
    assert outgoing(message).cards[0].picture is None
    await plan(demo, "Due", monday + timedelta(days=6), MEXICO)
    monkeypatch.setattr(drawn.sys, "executable", "/nowhere/python")  # type: ignore[attr-defined]
    await room(demo, "s")
    await tell(demo, MONDAY)
    (message,) = await told(demo, "s")
    assert outgoing(message).cards[0].picture is None, "the words come all the same"


def test_a_picture_holds_whatever_words_it_is_given() -> None:
    cells = tuple(Cell("30 nov.", number * 37, number % 7 > 4) for number in range(28))
    chart = Chart("$x^2$ " * 30, ("segunda-feira",) * 7, cells, "_{}\\ " * 40, 3)
    drawn = drawing.draw(chart)
    assert drawn[16:24] == canvas.WIDTH.to_bytes(4) + drawing.HEIGHT.to_bytes(4)


async def test_what_draws_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, str] = {}

    async def run(*_words: str, env: dict[str, str], **_more: object) -> None:
        given.update(env)
        raise OSError

    monkeypatch.setenv("ENLACE_TELEGRAM_TOKEN", "1:secret")
    monkeypatch.setattr(asyncio, "create_subprocess_exec", run)
    assert await picturing.pictures([Chart("", ("",) * 7, (), "")]) == {}
    assert not any(name.startswith("ENLACE") for name in given)
    assert "PATH" in given


async def test_rooms_read_once_at_each_lead_who_is_awaited_and_those_heard_there_are_mentioned(
    demo: Database,
) -> None:
    here = await room(demo, "r", language="es", network="ACS")
    (haiti,) = await holders(demo, "ht")
    await heard(demo, here, haiti, "u-ht")
    units = [Unit(UnitKind.COUNTRY, code) for code in ("CO", "HT", "MX")]
    # Answers are wanted by the Tuesday after.
    last = TODAY + timedelta(days=7)
    begins = datetime.combine(last + timedelta(days=7), time(9))
    called = Meeting(
        0,
        "ACS",
        local(es="Segunda Reunión"),
        When(begins, begins + timedelta(hours=3), "UTC"),
        answer_by=last,
    )
    async with demo.writing() as session:
        for table in ("deadline", "meeting"):
            await session.execute(sa.text(f"UPDATE {table} SET state = 'cancelled'"))
        guests = [*units, Unit(UnitKind.PERSON, "demo-coordinator")]
        number = (await meetings.draft(session, Actor.command_line("x"), MONDAY, called, guests)).number
        announced = sa.update(MeetingRow).where(MeetingRow.id == number).values(state="announced")
        await session.execute(announced)
        await meetings.answer(
            session, Actor.command_line("x"), MONDAY, number, units[0], Answer.ONLINE, on_behalf=True
        )
    await tell(demo, TUESDAY, MeetingNews())
    (message,) = await told(demo)
    text = words(message)
    assert "Respondieron 1 de 4; se esperan todavía: Haití, México y 1 más" in text
    assert "Coordin" not in text
    assert await mentioned(demo) == [[("u-ht", "Haití")]]
    planner = DigestPlanner(demo, RoomWriter((MeetingNews(),)), now=lambda: TUESDAY)
    guard = message.guard.partition(":")[2]
    async with demo.writing() as session:
        assert await planner.still_holds(session, guard)
        await meetings.cancel(session, Actor.command_line("x"), MONDAY, number, "")
        assert not await planner.still_holds(session, guard)
    await tell(demo, TUESDAY + timedelta(days=1), MeetingNews())
    assert len(await told(demo)) == 1, "a day without an occasion"
