"""Telegram's platform against the local server: questions and answers, polling, menus, people who leave."""

from __future__ import annotations

import pytest
import structlog
from telegram.error import TelegramError

from bot.contract import (
    Attachment,
    Button,
    Card,
    ConfigurationError,
    Field,
    Happened,
    Incoming,
    Inline,
    Lifecycle,
    Operation,
    Outgoing,
    Place,
    PlaceKind,
    Pressed,
    Rate,
    Said,
    Section,
)
from bot.platforms.telegram import Telegram, receiving
from tests.bot.platforms.telegram.conftest import MENU, Inbox, eventually, listening, telegram
from tests.support.telegram import Fault, TelegramServer, TelegramTalk


def outgoing(
    event: Incoming, card: Card, operation: Operation = Operation.POST, target: str = ""
) -> Outgoing:
    """An answer to ``event``."""
    return Outgoing(
        "1",
        operation,
        event.place,
        (card,),
        "en",
        target=target,
        user=event.sender.user,
        reply_to=event.message_id,
    )


async def test_a_question_is_answered_and_the_answer_turns_its_page(
    server: TelegramServer, platform: Telegram, inbox: Inbox
) -> None:
    ana = server.people.user("Ana", language="es")
    talk = TelegramTalk(server, ana)
    await talk.says("/project@enlace_test_bot ACS-SF-001")
    (event,) = await inbox.until(1)
    assert event.event == Said("/project ACS-SF-001")
    assert event.place == Place("telegram", platform.account, PlaceKind.DIRECT, str(ana.id))
    assert (event.sender.user, event.sender.language) == (str(ana.id), "es")
    card = Card(
        title="A <b>& title",
        fields=(Field("Donor", "Türkiye"), Field("End", "not recorded", missing=True)),
        sections=(Section("Goals", "One\nTwo"),),
        buttons=((Button("Parties", "page:parties"), Button("Site", url="https://example.org/")),),
    )
    sent = await platform.send(outgoing(event, card))
    heard = await talk.hears("A <b>& title", "Donor: Türkiye", "End: not recorded", "Goals\nOne\nTwo")
    assert heard.buttons == ("Parties", "Site")
    await talk.presses("Parties")
    _, press = await inbox.until(2)
    assert press.event == Pressed("page:parties", sent)
    await server.until(1, "answerCallbackQuery")
    edit = outgoing(press, Card(text="The parties"), Operation.EDIT, sent)
    assert await platform.send(edit) == sent
    assert await platform.send(edit) == sent
    assert (await talk.hears("The parties")).edited
    await talk.hears_nothing()


async def test_attachments_follow_and_the_id_is_that_of_the_message_with_the_buttons(
    server: TelegramServer, platform: Telegram, inbox: Inbox
) -> None:
    talk = TelegramTalk(server, server.people.user())
    await talk.says("hello")
    (event,) = await inbox.until(1)
    card = Card(
        title="Ana",
        attachments=(Attachment("ana.vcf", "text/vcard", b"BEGIN:VCARD"),),
        buttons=((Button("More", "more"),),),
    )
    sent = await platform.send(outgoing(event, card))
    await talk.hears("Ana")
    assert (await talk.next()).files == ("ana.vcf",)
    await talk.presses("More")
    _, press = await inbox.until(2)
    assert press.event == Pressed("more", sent)


async def test_an_update_is_confirmed_only_when_it_is_stored(
    server: TelegramServer, platform: Telegram, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "FIRST_PAUSE", 0.01)
    inbox.trouble = OSError("the disk is full")
    ana = server.people.user()
    with structlog.testing.capture_logs() as lines:
        server.people.say(ana, "one")
        await inbox.until_called(2)
    assert [line["error"] for line in lines if line["event"] == "not_receiving"] == ["OSError"]
    assert len(server.world.queue) == 1
    inbox.trouble = None
    await inbox.until(1)
    server.people.say(ana, "two")
    await inbox.until(2)
    await eventually(lambda: all(item.data["message"]["text"] != "one" for item in server.world.queue))


async def test_what_is_delivered_twice_or_out_of_order_arrives(
    server: TelegramServer, platform: Telegram, inbox: Inbox
) -> None:
    ana = server.people.user()
    server.world.duplicates = 2
    server.world.reorder = True
    for text in ("one", "two", "three"):
        server.people.say(ana, text)
    events = await inbox.until(3)
    assert {event.event for event in events} == {Said("one"), Said("two"), Said("three")}


async def test_ids_that_start_again_lower_do_not_hide_an_update(
    server: TelegramServer, platform: Telegram, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "POLL_SECONDS", 0)
    ana = server.people.user()
    server.people.say(ana, "before")
    await inbox.until(1)
    await eventually(lambda: not server.world.queue)
    server.world.jump(41)
    server.people.say(ana, "after a quiet week")
    assert (await inbox.until(2))[1].event_id == "41"


async def test_one_update_that_cannot_be_understood_does_not_hold_up_the_others(
    server: TelegramServer, inbox: Inbox
) -> None:
    ana = server.people.user()
    server.world.issue(message={"message_id": 1, "text": "secret words"})
    server.people.say(ana, "good")
    with structlog.testing.capture_logs() as lines:
        async with listening(telegram(server), inbox):
            (event,) = await inbox.until(1)
    assert event.event == Said("good")
    (line,) = [line for line in lines if line["event"] == "update_not_understood"]
    assert "secret" not in str(line)


async def test_a_second_reader_is_reported_once_and_outlived(
    server: TelegramServer, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "FIRST_PAUSE", 0.01)
    ana = server.people.user()
    with structlog.testing.capture_logs() as lines:
        async with listening(telegram(server), inbox):
            await server.until(1, "deleteWebhook")
            async with listening(telegram(server), inbox):
                await server.until(2, "deleteWebhook")
                await eventually(lambda: any(method == "getUpdates" for method, _, _ in server.world.refused))
                server.people.say(ana, "hello")
                await inbox.until(1)
    conflicts = [line for line in lines if line.get("error") == "Conflict"]
    assert conflicts
    assert "another program" in conflicts[0]["reason"]


async def test_a_token_that_telegram_does_not_know_stops_the_start(
    server: TelegramServer, inbox: Inbox
) -> None:
    platform = telegram(server, token="700001:wrong")
    with pytest.raises(ConfigurationError, match="ENLACE_TELEGRAM_TOKEN") as caught:
        await platform.start(inbox)
    assert "wrong" not in str(caught.value)
    await platform.stop()


async def test_the_menu_is_set_for_every_kind_of_chat_and_language(
    server: TelegramServer, platform: Telegram
) -> None:
    await server.until(12, "setMyCommands")
    assert set(server.world.commands) == {
        (scope, language)
        for scope in ("all_private_chats", "all_group_chats", "all_chat_administrators")
        for language in ("", "es", "fr", "pt")
    }
    private = server.world.commands["all_private_chats", "es"]
    assert [command["command"] for command in private] == ["project", "codigo"]
    assert len(private[1]["description"]) == 256
    assert len(server.world.commands["all_group_chats", "es"]) == 1


async def test_a_menu_that_is_refused_stops_nothing(server: TelegramServer, inbox: Inbox) -> None:
    server.fault(Fault("error_before", "setMyCommands", times=12))
    async with listening(telegram(server), inbox):
        server.people.say(server.people.user(), "hello")
        await inbox.until(1)


async def test_rooms_topics_and_replies(server: TelegramServer, platform: Telegram, inbox: Inbox) -> None:
    ana, forum = server.people.user(), server.people.group("Forum", topics=(44,))
    talk = TelegramTalk(server, ana, forum, topic=44)
    await talk.says("/help@enlace_test_bot")
    (event,) = await inbox.until(1)
    assert event.place.topic == "44"
    await platform.send(outgoing(event, Card(text="Here")))
    await talk.hears("Here")
    (entry,) = server.sent("sendMessage")
    assert entry.result["reply_to_message"]["message_id"] == int(event.message_id)
    assert entry.arguments["link_preview_options"] == {"is_disabled": True}
    del forum.messages[int(event.message_id)]
    await platform.send(outgoing(event, Card(text="Again")))
    await talk.hears("Again")


async def test_inline_results(server: TelegramServer, platform: Telegram, inbox: Inbox) -> None:
    ana = server.people.user()
    server.people.ask_inline(ana, "imexci")
    (event,) = await inbox.until(1)
    assert isinstance(event.event, Inline)
    cards = tuple(
        Card(
            title=f"Project {number}",
            summary="Short",
            text="t " * 5000,
            buttons=((Button("Page", "page"), Button("Site", url="https://example.org")),),
        )
        for number in range(60)
    )
    answer = Outgoing("1", Operation.INLINE, event.place, cards, "en", target=event.event.query_id)
    assert await platform.send(answer) == ""
    (entry,) = server.sent("answerInlineQuery")
    assert entry.arguments["is_personal"] is True
    assert len(entry.arguments["results"]) == 50
    first = entry.arguments["results"][0]
    assert (first["title"], first["description"]) == ("Project 0", "Short")
    assert [button["text"] for button in first["reply_markup"]["inline_keyboard"][0]] == ["Site"]
    empty = Outgoing("2", Operation.INLINE, event.place, (), "en", target=event.event.query_id)
    assert await platform.send(empty) == ""


async def test_coming_going_and_moving(server: TelegramServer, platform: Telegram, inbox: Inbox) -> None:
    people = server.people
    ana, room = people.user(), people.group(basic=True)
    people.block(ana)
    people.unblock(ana)
    people.add_bot(ana, room)
    moved = people.migrate(ana, room)
    people.remove_bot(ana, moved)
    events = await inbox.until(5)
    assert [event.event for event in events] == [
        Happened(Lifecycle.BLOCKED),
        Happened(Lifecycle.UNBLOCKED),
        Happened(Lifecycle.JOINED),
        Happened(Lifecycle.MIGRATED, str(moved.id)),
        Happened(Lifecycle.REMOVED),
    ]


async def test_a_press_is_acknowledged_even_too_late(
    server: TelegramServer, platform: Telegram, inbox: Inbox
) -> None:
    ana = server.people.user()
    server.people.say(ana, "hello")
    (event,) = await inbox.until(1)
    card = Card(text="Card", buttons=((Button("Go", "go"),),))
    number = int(await platform.send(outgoing(event, card)))
    query = server.people.press(ana, server.people.private(ana), number, "go")
    server.world.queries[query] -= 200
    await inbox.until(2)
    await eventually(lambda: server.world.refused)
    assert server.world.refused[0][0] == "answerCallbackQuery"
    server.people.press(ana, server.people.private(ana), number, "go")
    await server.until(1, "answerCallbackQuery")


def test_limits_are_those_of_telegram() -> None:
    platform = Telegram(token="7:x", menu=MENU, say=lambda _language, key: key)

    def message(number: str, operation: Operation, *cards: Card) -> Outgoing:
        return Outgoing("1", operation, Place("telegram", "7", PlaceKind.GROUP, number), cards, "en")

    def rates(number: str, operation: Operation = Operation.POST) -> dict[str, Rate]:
        return dict(platform.rates(message(number, operation, Card(text="x"))))

    person, group = rates("5"), rates("-5", Operation.EDIT)
    assert set(person) == {"account", "chat:5"}
    assert set(group) == {"account", "chat:-5", "group:-5"}
    assert set(rates("inline-5", Operation.INLINE)) == {"account"}
    assert (group["group:-5"].count, group["group:-5"].seconds > 60) == (20, True)
    assert group["chat:-5"].count <= group["chat:-5"].seconds
    assert 0.98 * 30 <= person["account"].count / person["account"].seconds < 30
    long = Card(text="word " * 2_000, attachments=(Attachment("a.txt", "text/plain", b"x"),))
    assert platform.requests(message("5", Operation.POST, Card(text="x"))) == 1
    assert platform.requests(message("5", Operation.POST, long)) == 4


async def test_nothing_holds_the_token(
    server: TelegramServer, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    server.fault(Fault("drop_before", "getMe"))
    platform = telegram(server)
    with structlog.testing.capture_logs() as lines:
        with pytest.raises(TelegramError) as caught:
            await platform.start(inbox)
        async with listening(platform, inbox):
            server.people.say(server.people.user(), "hello")
            await inbox.until(1)
    secret = server.token.partition(":")[2]
    httpx_lines = [record.getMessage() for record in caplog.records if record.name.startswith("http")]
    for text in (repr(platform), str(caught.value), repr(caught.value), str(lines), *httpx_lines):
        assert secret not in text
