"""``/mydata``: everything that is stored of the asker, and nothing of anybody else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from bot.contract import PlaceKind, Said
from bot.i18n import LANGUAGES
from directory import accounts
from directory.accounts import Account
from reminders import outbox
from reminders.outbox import Draft
from tests.bot.test_forgetting import EMAIL, FIRST_EMAIL, HANDLE, KEY, PHONE, enrol, press, say, talking
from tests.support.recording import Recording

#: What is somebody else's, and must not be in the files.
OTHERS = ("lucia.demoreda", "demo_demoreda", "somebody-else")


def files(recording: Recording) -> tuple[dict[str, Any], str]:
    """The files of the message sent last: the JSON read, the text as it is."""
    data, text = recording.sent[-1].cards[0].attachments
    assert (data.name, data.media_type) == ("enlace-my-data.json", "application/json")
    assert (text.name, text.media_type) == ("enlace-my-data.txt", "text/plain")
    found: dict[str, Any] = json.loads(data.content)
    return found, text.content.decode()


async def test_everything_of_a_person(demo_url: str) -> None:
    async with talking(demo_url) as (app, recording):
        await enrol(app.database)
        await say(recording, "u-canary", f"/me email {EMAIL}")
        await say(recording, "user-focal", "/contact Nicaragua")
        async with app.database.writing() as session:
            later = Draft("recording", "elsewhere", "u-canary", "a message that waits")
            await outbox.enqueue(session, [later], datetime.now(UTC))
        await say(recording, "u-canary", "/mydata")
        data, text = files(recording)
        assert data["person"]["family_name"] == "Quvendrimm"
        assert {(item["value"], item["level"]) for item in data["contact_values"]} == {
            (EMAIL, 1),
            (PHONE, 1),
            (HANDLE, 3),
        }
        assert {(item["post"], item["reference"]) for item in data["posts"]} == {
            ("acs-fp-ni", "LETTER/1"),
            ("acs-fp-ve", ""),
        }
        assert data["roles"] == [{"role": "coordinator", "network": "OAS"}]
        assert {item["user"] for item in data["accounts"]} == {"u-canary", "u-second", "web-canary"}
        assert [item["text"] for item in data["consents"]] == ["…"]
        assert data["entry"]["away_until"]
        assert len(data["invitations"]) == 2
        assert "code_hash" not in str(data["invitations"])
        assert [item["meeting"] for item in data["meetings"]] == ["M-3"] * 3
        assert data["meetings"][0] | {"at": ""} == {
            "meeting": "M-3",
            "for": "country NI",
            "answer": "attending",
            "at": "",
            "given_by_you": True,
            "you_come": True,
            "delegation": 1,
            "note": "",
        }
        assert [item["message"] for item in data["letters_waiting"]] == ["entry.left_told"]
        assert "edit" in {item["action"] for item in data["changes_by_you"]}
        edited = next(item for item in data["changes_about_you"] if item["action"] == "edit")
        assert (edited["before"]["email"], edited["after"]["email"]) == (FIRST_EMAIL, EMAIL)
        assert [(item["by"], item["level"]) for item in data["lookups_of_you"]] == [("Lucía Demoreda", 1)]
        assert "a message that waits" in {item["message"] for item in data["deliveries"]}
        assert {item["text"] for item in data["browser_chat"]} == {"something of my own", "hello from me"}
        for value in (EMAIL, PHONE, HANDLE, "Quvendrimm", "LETTER/1"):
            assert value in text
        for other in OTHERS:
            assert other not in json.dumps(data)
            assert other not in text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_account_that_is_nobody_s(demo_url: str, language: str) -> None:
    async with talking(demo_url) as (app, recording):
        async with app.database.writing() as session:
            await accounts.save_account(session, Account("recording", "", "u-stranger", None, language))
        await say(recording, "u-stranger", "/mydata")
        data, text = files(recording)
        assert data["account"]["language"] == language
        assert "person" not in data
        assert "example.org" not in text
        assert text.splitlines()[0] == recording.sent[-1].cards[0].title


async def test_in_a_room_the_files_go_to_the_direct_chat(demo_url: str) -> None:
    from bot.demo import bind_room

    async with talking(demo_url) as (app, recording):
        await enrol(app.database)
        async with app.database.writing() as session:
            await bind_room(session, "recording", "bot", "room")
        await recording.receive(
            recording.event(Said("/mydata"), place="room", user="u-canary", kind=PlaceKind.GROUP)
        )
        await recording.until(2)
        sent = {message.place.id: message for message in recording.sent}
        assert not sent["room"].cards[0].attachments
        assert len(sent["u-canary"].cards[0].attachments) == 2
        await press(recording, "u-canary", "mydata")
        data = files(recording)[0]
        assert data["person"]["key"] == KEY
        assert [(item["platform"], item["room"]) for item in data["rooms"]] == [("recording", "room")]


async def test_being_erased_stands_in_the_trail_without_who_it_was(demo_url: str) -> None:
    from directory import audit
    from tests.bot.test_forgetting import erase

    async with talking(demo_url) as (app, recording):
        await enrol(app.database)
        await erase(recording, "u-canary")
        async with app.database.reading() as session:
            trail = await audit.by_time(session)
            rows = await session.execute(sa.text("SELECT count(*) FROM erasure"))
            assert rows.scalar_one() == 1
        forgotten = [item for item in trail if item.action == "forget"]
        assert [(item.kind, item.key) for item in forgotten] == [
            ("nomination", "acs-fp-ni"),
            ("person", "erased"),
        ]
        assert all(item.actor is None or item.actor.person_key is None for item in trail[:2])
