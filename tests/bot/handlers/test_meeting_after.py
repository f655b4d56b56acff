"""A meeting's files, who is there, answers on behalf, minutes and decisions."""

from __future__ import annotations

import csv
import io
import json
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest

from bot.contract import Attachment
from bot.demo import bind_room
from bot.i18n import LANGUAGES, Translator
from bot.lists import drawing
from bot.lists.drawing import Board, Cell, Roll
from bot.meeting_watch import MeetingWatch
from directory import accounts, audit, meetings, rooms
from directory.access import Role
from directory.accounts import Account
from directory.audit import Actor
from directory.database import Database
from directory.meetings import Answer, Meeting, Reply, Unit, UnitKind, When
from directory.texts import local
from reminders import canvas, drawn
from reminders.deadlines import Owner, OwnerKind, SourceKind, reading
from tests.support.asking import buttons, words
from tests.support.front import Answer as Said
from tests.support.front import Front, Somebody, direct, group

NOW = datetime.now(UTC)
COORDINATOR = Actor("terminal", "", "coordinator", "demo-coordinator", Role.COORDINATOR, "direct")
HAITI = Actor("terminal", "", "haiti", "demo-ht", Role.FOCAL_POINT, "direct")
TRINIDAD = Actor("terminal", "", "trinidad", "demo-tt", Role.FOCAL_POINT, "direct")
MX, HT, CU, TT = (Unit(UnitKind.COUNTRY, code) for code in ("MX", "HT", "CU", "TT"))
LIVE = '=HYPERLINK("https://evil.example","x")'


@dataclass
class Hall:
    """A meeting of four countries and those who take part in it."""

    front: Front
    number: int

    def somebody(self, who: str, language: str = "en") -> Somebody:
        return Somebody(self.front, who, direct(who), language=language)

    async def press(self, who: str, name: str, *arguments: str, language: str = "en") -> Said:
        text = ":".join((name, str(self.number), *arguments))
        return await self.somebody(who, language).presses(text)

    async def file(self, who: str, which: str, language: str = "en") -> Attachment:
        (card,) = (await self.press(who, "meeting-file", which, language=language)).here
        return card.picture or card.attachments[0]

    async def replies(self) -> dict[Unit, Reply]:
        async with self.front.database.reading() as session:
            return await meetings.replies(session, self.number)

    async def begins(self, after: timedelta) -> None:
        """Let it begin so long from now, for two hours."""
        begins = (NOW + after).replace(tzinfo=None)
        async with self.front.database.writing() as session:
            known = await meetings.get(session, self.number)
            assert known is not None
            when = When(begins, begins + timedelta(hours=2), "UTC")
            await meetings.change(session, COORDINATOR, NOW, replace(known, when=when))


@pytest.fixture
async def hall(demo: Database) -> Hall:
    """It begins in an hour; Haiti attends, with a note and a name that a spreadsheet would calculate."""
    begins = (NOW + timedelta(hours=1)).replace(tzinfo=None)
    planned = Meeting(
        0,
        "ACS",
        local(en="Committee", es="Comité", fr="Comité", pt="Comitê"),
        When(begins, begins + timedelta(hours=2), "UTC"),
    )
    async with demo.writing() as session:
        for who, person in (("haiti", "demo-ht"), ("barbados", "demo-bb")):
            await accounts.save_account(session, Account("terminal", "", who, person))
        stored = await meetings.draft(session, COORDINATOR, NOW, planned, [MX, HT, CU, TT])
        await meetings.announce(session, COORDINATOR, NOW - timedelta(days=2), stored.number)
        await meetings.publish_due(session, NOW - timedelta(days=1))
        await meetings.answer(session, HAITI, NOW, stored.number, HT, Answer.ATTENDING)
        details = {"delegate_name": LIVE, "names": ("Zoë Núñez",), "note": "+1 guest", "size": 2}
        await meetings.complete(session, HAITI, NOW, stored.number, HT, **details)
    return Hall(Front(demo), stored.number)


async def test_the_board_comes_as_spreadsheets_in_which_nothing_is_live(hall: Hall) -> None:
    async with hall.front.database.writing() as session:
        await meetings.answer(session, TRINIDAD, NOW, hall.number, TT, Answer.MAYBE)
    board = await hall.file("coordinator", "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(board.content)).active
    assert sheet is not None
    rows = {row[0].value: row for row in sheet.iter_rows()}
    assert len(rows) == 5
    assert LIVE in [cell.value for cell in rows["HT"]]
    assert {cell.data_type for cell in rows["HT"]} <= {"s", "n"}
    assert rows["MX"][2].value == "no answer yet"
    table = list(csv.reader(io.StringIO((await hall.file("haiti", "csv")).content.decode("utf-8-sig"))))
    (haiti,) = (row for row in table if row[0] == "HT")
    assert f"'{LIVE}" in haiti
    assert "'+1 guest" in haiti
    listed = openpyxl.load_workbook(io.BytesIO((await hall.file("coordinator", "list")).content)).active
    assert listed is not None
    assert [row[1].value for row in listed.iter_rows()] == [
        "Country or institution",
        "Haiti",
        "Trinidad & Tobago",
    ]
    async with hall.front.database.reading() as session:
        assert len(await audit.history(session, "export", "ACS")) == 3
        assert await audit.looks_at(session, "demo-tt"), "who was shown"


async def test_names_are_for_the_coordination_and_those_invited_in_the_direct_chat(hall: Hall) -> None:
    for who in ("visitor", "barbados"):
        answer = await hall.press(who, "meeting-file", "xlsx")
        assert not any(card.attachments for card in answer.here), who
    async with hall.front.database.writing() as session:
        await bind_room(session, "terminal", "bot", "hall")
    room = Somebody(hall.front, "coordinator", group("hall"))
    answer = await room.presses(f"meeting-file:{hall.number}:csv")
    assert not any(card.attachments for card in (*answer.here, *answer.private))
    board = await room.presses(f"meeting-board:{hall.number}")
    labels = [button.label for card in board.here for button in buttons(card)]
    assert not {"Picture", "XLSX", "Tick who is there"} & set(labels)


async def test_picture_and_attendance_list_are_worded_in_each_language(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def by(_module: str, given: bytes, *_limits: object) -> tuple[bytes, ...]:
        asked.append(json.dumps(json.loads(given), ensure_ascii=False))
        return (b"drawn",)

    monkeypatch.setattr(drawn, "by", by)
    for language in LANGUAGES:
        asked.clear()
        picture = await hall.file("coordinator", "png", language)
        assert Translator(language)("meeting.counted_attending") in picture.description
        assert (await hall.file("coordinator", "pdf", language)).media_type == "application/pdf"
        board, pages = asked
        assert Translator(language).country("HT") in board
        assert "Núñez" not in board, "a picture may be passed on"
        assert "Núñez" in pages
        assert "meeting." not in board + pages


async def test_what_cannot_be_drawn_is_offered_otherwise(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn.sys, "executable", "/nowhere/python")  # type: ignore[attr-defined]
    (card,) = (await hall.press("coordinator", "meeting-file", "png")).here
    assert "cannot be drawn at the moment" in words(card)
    assert "XLSX" in words(card)


async def test_the_program_draws_two_hundred_delegations_on_several_pages() -> None:
    names = ("Ana María Núñez-Ångström", "Łukasz Çelik $x^2$", "Inês " + "W" * 90)
    rows = tuple((str(n), "Saint-Vincent-et-les Grenadines", "", "☐", names[n % 3], "") for n in range(200))
    shares = (0.05, 0.23, 0.16, 0.16, 0.2, 0.2)
    roll = Roll("Réunion " * 30, ("2027",), ("N°", "", "", "", "", ""), shares, rows, "{page}/{pages}")
    pages = list(drawing.paged(roll))
    assert sum(len(page) for page in pages) == 200
    assert 5 < len(pages) < 20
    small = Roll(roll.title, roll.lines, roll.headings, roll.shares, rows[:2], roll.page)
    (made,) = await drawn.by("bot.lists.drawing", drawing.as_json(small), 1, 60)
    streams = [part.split(b"endstream")[0].lstrip(b"\r\n") for part in made.split(b"stream")[1::2]]
    assert made.startswith(b"%PDF")
    assert any(b"BT" in zlib.decompressobj().decompress(part) for part in streams if part[:1] == b"x")
    cells = tuple(Cell(f"{n:02}", "$x^2$ _{}" * 9, state) for n, state in enumerate([*drawing.MARKS] * 13))
    for some in (cells[:5], cells):
        board = Board("$" * 200, "", some, (("silent", "–"),), "")
        assert drawing.draw_board(board)[16:20] == canvas.WIDTH.to_bytes(4)


async def test_those_invited_say_that_they_are_there_from_two_hours_before_until_the_end(hall: Hall) -> None:
    card = await hall.somebody("haiti").says(f"/meeting M-{hall.number}")
    assert "I am here" in words(card.here[0])
    for after, there in ((timedelta(hours=3), False), (timedelta(hours=-3), False), (timedelta(), True)):
        await hall.begins(after)
        answer = await hall.press("haiti", "meeting-here")
        assert ("Haiti is recorded as present" in words(answer.here[0])) is there
        assert ((await hall.replies())[HT].checked_in_at is not None) is there
    again = await hall.press("haiti", "meeting-here")
    assert "Haiti is recorded as present" in words(again.here[0])
    assert "not among those expected" in words((await hall.press("coordinator", "meeting-here")).here[0])


async def test_the_coordination_ticks_who_is_there_and_can_take_it_back(hall: Hall) -> None:
    for wanted, there in (("1", True), ("1", True), ("0", False), ("1", True)):
        (card,) = (await hall.press("coordinator", "mt-tick", CU.short, wanted, "0")).here
        assert [b.selected for b in buttons(card) if "Cuba" in b.label] == [there]
        reply = (await hall.replies())[CU]
        assert (reply.checked_in_at is not None) is there
    assert reply.on_behalf
    assert "demo-coordinator" not in (await hall.file("coordinator", "csv")).content.decode()
    assert "Present: 1 of 4" in words(card)
    refused = await hall.press("haiti", "mt-tick", TT.short, "1", "0")
    assert "not available" in words(refused.here[0])
    assert TT not in await hall.replies()


async def test_the_coordination_answers_for_the_silent_who_are_told(hall: Hall) -> None:
    (chosen,) = (await hall.press("coordinator", "meeting-for", "0")).here
    assert ["Haiti" in words(chosen), "Cuba" in words(chosen)] == [False, True]
    (card,) = (await hall.press("coordinator", "meeting-for", CU.short)).here
    online = next(button for button in buttons(card) if button.label == "Online")
    answer = await hall.somebody("coordinator").presses(online.action)
    assert "The answer for Cuba is recorded" in words(answer.here[0])
    assert [letter.message for letter in answer.letters] == ["meeting.told_on_behalf"]
    reply = (await hall.replies())[CU]
    assert (reply.answer, reply.on_behalf) == (Answer.ONLINE, True)


async def test_minutes_are_an_address_and_those_who_took_part_are_told_once(hall: Hall) -> None:
    await hall.begins(timedelta(hours=-1))
    (form,) = (await hall.press("coordinator", "meeting-minutes")).forms
    problem = await hall.somebody("coordinator").sends(form, {"minutes": "javascript:alert(1)"})
    assert not problem.letters
    (form,) = (await hall.press("coordinator", "meeting-minutes")).forms
    saved = await hall.somebody("coordinator").sends(form, {"minutes": "https://example.org/minutes"})
    assert [(letter.person, letter.message) for letter in saved.letters] == [
        ("demo-ht", "meeting.told_minutes")
    ]
    details = await hall.press("haiti", "meeting", "details")
    assert "https://example.org/minutes" in words(details.here[0])


async def test_a_decision_becomes_a_deadline_that_leads_back_to_its_meeting(hall: Hall) -> None:
    co = hall.somebody("coordinator")
    (form,) = (await hall.press("coordinator", "meeting-decide")).forms
    (form,) = (
        await co.sends(form, {"title": "Draft rules", "due": "2031-Q1", "owners": "Haiti, Cuba"})
    ).forms
    assert "1st quarter 2031" in form.form.text
    answer = await co.sends(form, {})
    text = words(answer.here[0])
    assert "1 decision" in text
    assert "Haiti and Cuba" in text
    assert {letter.person for letter in answer.letters} == {"demo-ht", "demo-cu"}
    show = next(button for button in buttons(answer.here[0]) if "Draft rules" in button.label)
    number = int(show.action.split(":")[1])
    async with hall.front.database.reading() as session:
        stored = await reading.get(session, number)
    assert stored is not None
    assert (stored.source.kind, stored.source.key) == (SourceKind.DECISION, f"M-{hall.number}")
    assert stored.owners == (Owner(OwnerKind.COUNTRY, "HT"), Owner(OwnerKind.COUNTRY, "CU"))
    back = await hall.somebody("haiti").presses(show.action)
    assert "Show the meeting" in words(back.here[0])
    assert "Record a decision" not in words((await hall.press("haiti", "meeting-decided")).here[0])
    assert "not available" in words((await hall.press("haiti", "meeting-decide")).here[0])


async def test_cards_in_rooms_change_when_a_meeting_begins_and_when_it_ends(hall: Hall) -> None:
    database, now = hall.front.database, [NOW]

    async def post(*_: object) -> None:
        raise AssertionError("nobody is written to")

    async def version() -> int:
        async with database.reading() as session:
            meeting = await meetings.get(session, hall.number)
        assert meeting is not None
        return meeting.version

    async with database.writing() as session:
        await bind_room(session, "terminal", "bot", "hall")
        room = await rooms.get(session, "terminal", "bot", "hall")
        await meetings.choose_rooms(session, hall.number, [room.id])
    watch, before = MeetingWatch(database, post, now=lambda: now[0]), await version()
    for minutes, more in ((0, 0), (59, 0), (60, 1), (61, 0), (179, 0), (181, 1), (182, 0)):
        now[0] = NOW + timedelta(minutes=minutes, seconds=1)
        await watch.turn()
        before += more
        assert await version() == before, minutes
