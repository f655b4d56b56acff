"""The transcript: its numbers, its repeats, what it forgets."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.contract import Attachment, Button, Card
from bot.web import transcript
from bot.web.transcript import Message, Shown
from directory.database import Database

NOW = datetime(2027, 4, 15, 9, tzinfo=UTC)
ROOM = "direct:focal"


async def words(database: Database, key: str, text: str = "hello", room: str = ROOM) -> bool:
    async with database.writing() as session:
        return await transcript.add_words(session, room, key, author="focal", text=text, now=NOW)


async def card(database: Database, key: str, title: str, room: str = ROOM) -> bool:
    async with database.writing() as session:
        return await transcript.add_card(session, room, key, Shown(Card(title), "es"), NOW)


async def edit(database: Database, key: str, title: str, edit_key: str, room: str = ROOM) -> bool:
    async with database.writing() as session:
        return await transcript.replace_card(
            session,
            room,
            key,
            Shown(Card(title), "fr"),
            edit_key=edit_key,
            now=NOW + timedelta(minutes=1),
        )


async def since(database: Database, change: int = 0, room: str = ROOM) -> list[Message]:
    async with database.reading() as session:
        return await transcript.since(session, room, change)


async def test_messages_come_back_in_order_and_whole(database: Database) -> None:
    shown = Card(
        "Title", attachments=(Attachment("a.txt", "text/plain", b"\x00hi"),), buttons=((Button("B", "b"),),)
    )
    await words(database, "1")
    async with database.writing() as session:
        await transcript.add_card(session, ROOM, "2", Shown(shown, "es"), NOW)
    first, second = await since(database)
    assert (first.author, first.text, first.card) == ("focal", "hello", None)
    assert (second.author, second.card, second.language, second.created_at) == ("", shown, "es", NOW)
    assert first.change < second.change
    assert await since(database, first.change) == [second]
    assert await since(database, room="group:group") == []


async def test_a_repeat_is_one_message(database: Database) -> None:
    assert await words(database, "1")
    assert not await words(database, "1", "another")
    assert [message.text for message in await since(database)] == ["hello"]


async def test_an_edit_is_a_change_of_the_same_message(database: Database) -> None:
    await card(database, "1", "Before")
    await words(database, "2")
    last = (await since(database))[-1].change
    assert await edit(database, "1", "After", "e1")
    (changed,) = await since(database, last)
    assert (changed.key, changed.position, changed.language) == ("1", 1, "fr")
    assert changed.card == Card("After")
    assert changed.edited_at is not None
    assert await edit(database, "1", "After", "e1")
    assert await since(database, changed.change) == []


@pytest.mark.parametrize(("key", "room"), [("none", ROOM), ("card", "group:group"), ("words", ROOM)])
async def test_only_a_card_of_the_room_can_be_edited(database: Database, key: str, room: str) -> None:
    await card(database, "card", "Before")
    await words(database, "words")
    assert not await edit(database, key, "After", "e1", room)
    assert [message.card for message in await since(database)] == [Card("Before"), None]


async def test_long_words_are_shortened(database: Database) -> None:
    await words(database, "1", "x" * 100_000)
    (message,) = await since(database)
    assert len(message.text) == transcript.MAX_TEXT
    assert message.text.endswith("x…")


async def test_a_room_keeps_the_latest(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript, "KEEP", 5)
    await words(database, "elsewhere", room="group:group")
    for number in range(32):
        await words(database, str(number))
    assert [message.key for message in await since(database)] == ["27", "28", "29", "30", "31"]
    assert len(await since(database, room="group:group")) == 1


async def test_what_is_old_is_forgotten(database: Database) -> None:
    await words(database, "1")
    async with database.writing() as session:
        await transcript.forget(session, NOW)
    assert len(await since(database)) == 1
    async with database.writing() as session:
        await transcript.forget(session, NOW + timedelta(seconds=1))
    assert await since(database) == []


async def test_the_secret_is_made_once(database: Database) -> None:
    async with database.writing() as session:
        first = await transcript.secret(session)
    async with database.writing() as session:
        assert await transcript.secret(session) == first
    assert len(first) == 32


async def test_a_reader_misses_nothing_while_many_write(database: Database) -> None:
    seen: list[str] = []

    async def read_along() -> None:
        change = 0
        while len(seen) < 20:
            for message in await since(database, change):
                seen.append(message.key)
                change = message.change
            await asyncio.sleep(0)

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(read_along())
        for number in range(20):
            tasks.create_task(words(database, str(number)))
    assert sorted(seen, key=int) == [str(number) for number in range(20)]
