"""The browser chat as a platform."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.contract import Button, Card, Operation, Outgoing, PlaceKind, Pressed, Refused, Said, Sender
from bot.platforms.browser import Browser, NotReadyError, StaleError, direct, group, room_of
from bot.web import transcript
from bot.web.transcript import Message
from directory.database import Database
from tests.support.echo import Echo

FOCAL = Sender("browser", "", "focal", language="es", time_zone="America/Bogota")
POST = Outgoing(
    "d1", Operation.POST, direct("focal"), (Card("Title", buttons=((Button("More", "more:1"),),)),), "es"
)


@pytest.fixture
async def chat(database: Database) -> Browser:
    return await Browser.open(database, demo_speakers=True)


@pytest.fixture
async def echo(chat: Browser) -> Echo:
    receiver = Echo(chat)
    await chat.start(receiver)
    return receiver


async def messages(chat: Browser, room: str = "direct:focal") -> list[Message]:
    async with chat.database.reading() as session:
        return await transcript.since(session, room, 0)


async def test_a_message_sent_twice_is_shown_once(chat: Browser) -> None:
    assert await chat.send(POST) == "d1"
    assert await chat.send(POST) == "d1"
    assert [message.key for message in await messages(chat)] == ["d1"]
    assert chat.idempotent


async def test_an_edit_changes_the_message_in_place(chat: Browser) -> None:
    await chat.send(POST)
    edit = replace(POST, id="d2", operation=Operation.EDIT, cards=(Card("Other"),), target="d1")
    assert await chat.confirm(edit) == ""
    assert await chat.send(edit) == "d1"
    assert await chat.confirm(edit) == "d1"
    assert [message.card for message in await messages(chat)] == [Card("Other")]


async def test_what_cannot_be_done_is_refused(chat: Browser) -> None:
    for message in (
        replace(POST, operation=Operation.EDIT, target="never sent"),
        replace(POST, operation=Operation.INLINE),
        replace(POST, operation=Operation.HOME),
    ):
        with pytest.raises(Refused):
            await chat.send(message)
    assert await messages(chat) == []


async def test_the_transcript_tells_what_became_of_a_message(chat: Browser) -> None:
    assert await chat.confirm(POST) == ""
    await chat.send(POST)
    assert await chat.confirm(POST) == "d1"


async def test_words_are_kept_and_handed_on(chat: Browser, echo: Echo) -> None:
    await chat.say(direct("focal"), FOCAL, "ACS-SF-001\x00\ud800", "11111111")
    (incoming,) = echo.events
    assert incoming.place == direct("focal")
    assert incoming.place.kind is PlaceKind.DIRECT
    assert incoming.sender == FOCAL
    assert incoming.event == Said("ACS-SF-001?", addressed=True)
    said, answered = await messages(chat)
    assert (said.author, said.text) == ("focal", "ACS-SF-001?")
    assert answered.card == Card(text="You said: ACS-SF-001?")


async def test_a_repeat_of_words_changes_nothing(chat: Browser, echo: Echo) -> None:
    for _ in range(2):
        await chat.say(direct("focal"), FOCAL, "hello", "11111111")
    assert len(echo.events) == 1
    assert len(await messages(chat)) == 2


async def test_two_people_may_use_the_same_id(chat: Browser, echo: Echo) -> None:
    await chat.say(direct("focal"), FOCAL, "hello", "11111111")
    await chat.say(direct("visitor"), replace(FOCAL, user="visitor"), "hello", "11111111")
    assert len(echo.events) == 2


ADDRESSED = {
    "/project ACS-SF-001": "/project ACS-SF-001",
    "  /help": "  /help",
    "@Enlace, who is in Mexico": "who is in Mexico",
    "who is in Mexico @enlace": "who is in Mexico ",
}
OVERHEARD = ("good morning", "write to x@enlace.example", "@enlaces")


async def test_in_the_group_one_speaks_to_the_bot_or_not(chat: Browser, echo: Echo) -> None:
    for number, text in enumerate([*ADDRESSED, *OVERHEARD]):
        await chat.say(group(), FOCAL, text, f"1111111{number}")
    heard = [Said(text) for text in ADDRESSED.values()] + [Said(text, addressed=False) for text in OVERHEARD]
    assert [incoming.event for incoming in echo.events] == heard
    said = [message.text for message in await messages(chat, "group:group") if message.author]
    assert said == [*ADDRESSED, *OVERHEARD]


async def test_a_press_names_the_message(chat: Browser, echo: Echo) -> None:
    await chat.send(POST)
    await chat.press(direct("focal"), FOCAL, "more:1", "d1", "22222222")
    assert echo.events[0].event == Pressed("more:1", "d1")


async def test_only_a_button_that_is_there_can_be_pressed(chat: Browser, echo: Echo) -> None:
    await chat.send(POST)
    for place, action, key in (
        (direct("focal"), "other", "d1"),
        (direct("focal"), "more:1", "d9"),
        (group(), "more:1", "d1"),
    ):
        with pytest.raises(StaleError):
            await chat.press(place, FOCAL, action, key, "22222222")
    assert echo.events == []


async def test_before_the_start_nothing_is_taken(chat: Browser) -> None:
    with pytest.raises(NotReadyError):
        await chat.say(direct("focal"), FOCAL, "hello", "11111111")
    assert await messages(chat) == []


async def test_pages_are_told_what_another_process_wrote(chat: Browser, database: Database) -> None:
    other = await Browser.open(database, demo_speakers=True)
    assert other.secret == chat.secret
    listening = asyncio.create_task(chat.listen())
    async with chat.watch.listening([room_of(direct("focal"))]) as bell:
        await bell.wait(1.5)
        await other.send(POST)
        async with asyncio.timeout(3):
            await bell.wait(60)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


def test_it_has_no_limits_and_no_webhook(database_url: str) -> None:
    chat = Browser(Database(database_url), demo_speakers=False, secret=b"s")
    assert list(chat.routes()) == []
    message = Outgoing("1", Operation.POST, direct("focal"), (Card(text="x"),), "en")
    assert (list(chat.rates(message)), chat.requests(message)) == ([], 1)


@pytest.mark.usefixtures("echo")
async def test_what_somebody_said_is_taken_away_but_no_card_is(chat: Browser) -> None:
    await chat.say(group(), FOCAL, "my code", "e1")
    await chat.send(replace(POST, place=group()))
    for target in ("said:focal:e1", "d1", "never said"):
        taken = Outgoing("d9", Operation.DELETE, group(), (), "es", target=target)
        assert await chat.send(taken) == ""
        assert await chat.confirm(taken) == ""
    shown = {message.key: (message.text, message.card) for message in await messages(chat, room_of(group()))}
    assert shown["said:focal:e1"] == (transcript.TAKEN_AWAY, None)
    assert shown["d1"][1] == POST.cards[0]
