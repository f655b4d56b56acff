"""What Telegram's updates stand for, as recorded payloads have them."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import ChatMemberAdministrator, ChatMemberRestricted

from bot.contract import Happened, Incoming, Inline, Lifecycle, Place, PlaceKind, Pressed, Said
from bot.platforms.telegram.incoming import Me, translate

ME = Me(700001, "EnlaceBot")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ANA: dict[str, Any] = {
    "id": 5001,
    "is_bot": False,
    "first_name": "Ana",
    "last_name": "Ruiz",
    "language_code": "es-419",
}
BOT: dict[str, Any] = {"id": ME.id, "is_bot": True, "first_name": "Enlace", "username": ME.username}
OTHER_BOT: dict[str, Any] = {"id": 9, "is_bot": True, "first_name": "Other", "username": "other_bot"}
DIRECT: dict[str, Any] = {"id": 5001, "type": "private", "first_name": "Ana"}
GROUP: dict[str, Any] = {"id": -1001, "type": "supergroup", "title": "Room"}
CHANNEL: dict[str, Any] = {"id": -1002, "type": "channel", "title": "News", "username": "acsnews"}


def message(text: str | None, chat: dict[str, Any] = GROUP, **more: Any) -> Incoming | None:
    """What a message stands for."""
    content: dict[str, Any] = {"message_id": 7, "date": 1_790_000_000, "chat": chat, "from": ANA}
    if text is not None:
        content["text"] = text
    return translate({"update_id": 1, "message": {**content, **more}}, ME, NOW)


def mention(text: str, named: str = "@EnlaceBot", **more: Any) -> dict[str, Any]:
    """The entity of a mention in ``text``."""
    offset = len(text[: text.index(named)].encode("utf-16-le")) // 2
    return {"entities": [{"type": "mention", "offset": offset, "length": len(named), **more}]}


def said(incoming: Incoming | None) -> str | None:
    """The words of an event, ``None`` where there is none."""
    if incoming is None:
        return None
    assert isinstance(incoming.event, Said)
    return incoming.event.text


def test_a_direct_message() -> None:
    event = message("Hola", DIRECT)
    assert event is not None
    assert event.event_id == "1"
    assert event.place == Place("telegram", "700001", PlaceKind.DIRECT, "5001")
    assert event.sender.user == "5001"
    assert event.sender.name == "Ana Ruiz"
    assert event.sender.language == "es-419"
    assert event.sender.person
    assert event.message_id == "7"
    assert event.sent_at == datetime.fromtimestamp(1_790_000_000, UTC)
    assert not event.relayed
    assert said(event) == "Hola"


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("/project ACS", "/project ACS"),
        ("/project@EnlaceBot ACS", "/project ACS"),
        ("/project@ENLACEBOT", "/project"),
        ("/código@enlacebot x", "/código x"),
        ("/start invite-42", "/start invite-42"),
        ("/project@other_bot ACS", None),
        ("just talking", None),
        ("a/b", None),
        ("/", None),
    ],
)
def test_commands_in_a_room(text: str, heard: str | None) -> None:
    assert said(message(text)) == heard


def test_what_is_meant_for_another_bot_is_still_heard_in_a_direct_chat() -> None:
    assert said(message("/project@other_bot ACS", DIRECT)) == "/project@other_bot ACS"


@pytest.mark.parametrize(
    ("text", "named", "heard"),
    [
        ("@EnlaceBot imexci", "@EnlaceBot", "imexci"),
        ("👩‍👧 imexci @enlacebot", "@enlacebot", "👩‍👧 imexci"),
        ("ask @EnlaceBot now", "@EnlaceBot", "ask   now"),
        ("@other_bot imexci", "@other_bot", None),
    ],
)
def test_mentions_in_a_room(text: str, named: str, heard: str | None) -> None:
    assert said(message(text, **mention(text, named))) == heard


def test_a_mention_by_account_and_a_mention_in_a_caption() -> None:
    by_account = {"type": "text_mention", "offset": 0, "length": 6, "user": BOT}
    assert said(message("Enlace help", entities=[by_account])) == "help"
    text = "@EnlaceBot this"
    captioned = message(None, caption=text, caption_entities=mention(text)["entities"])
    assert said(captioned) == "this"


def test_overlapping_or_impossible_entities_do_no_harm() -> None:
    entity = {"type": "mention", "offset": 0, "length": 10}
    assert said(message("@EnlaceBot x", entities=[entity, entity])) == "x"
    assert said(message("/help", entities=[{"type": "mention", "offset": 90, "length": 9}])) == "/help"


def test_a_reply_to_the_bot_is_addressed_but_the_opening_of_a_topic_is_not() -> None:
    original = {"message_id": 3, "date": 1, "chat": GROUP, "from": BOT}
    assert said(message("yes", reply_to_message=original)) == "yes"
    topic = {**original, "forum_topic_created": {"name": "Topic", "icon_color": 1}}
    assert message("yes", reply_to_message=topic) is None
    assert message("yes", reply_to_message={**original, "from": OTHER_BOT}) is None


def test_topics() -> None:
    event = message("/help", message_thread_id=44, is_topic_message=True)
    assert event is not None
    assert event.place.topic == "44"
    general = message("/help", message_thread_id=44)
    assert general is not None
    assert general.place.topic == ""


def test_forwarded_text_is_marked() -> None:
    origin = {"type": "user", "date": 1, "sender_user": ANA}
    event = message("/help", DIRECT, forward_origin=origin)
    assert event is not None
    assert event.relayed


def test_nobody_is_behind_an_anonymous_administrator_a_channel_or_another_bot() -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    for more in ({"from": anonymous, "sender_chat": GROUP}, {"from": OTHER_BOT}):
        event = message("/help", **more)
        assert event is not None
        assert not event.sender.person
    post = {"message_id": 7, "date": 1, "chat": CHANNEL, "sender_chat": CHANNEL, "text": "/help"}
    event = translate({"update_id": 1, "channel_post": post}, ME, NOW)
    assert event is not None
    assert (event.place.kind, event.sender.user, event.sender.person) == (PlaceKind.BROADCAST, "", False)


def test_what_has_no_words_is_answered_in_a_direct_chat_only() -> None:
    sticker = {
        "sticker": {
            "file_id": "1",
            "file_unique_id": "1",
            "type": "regular",
            "width": 1,
            "height": 1,
            "is_animated": False,
            "is_video": False,
        }
    }
    assert said(message(None, DIRECT, **sticker)) == ""
    assert message(None, **sticker) is None
    assert message(None, DIRECT, pinned_message={"message_id": 1, "date": 1, "chat": DIRECT}) is None
    assert said(message(None, DIRECT, caption="look", **sticker)) == "look"


def test_the_bots_own_inline_result_is_no_question() -> None:
    assert message("ACS-SF-001 …", DIRECT, via_bot=BOT) is None
    assert said(message("hello", DIRECT, via_bot=OTHER_BOT)) == "hello"


def test_an_edited_message_is_no_event() -> None:
    content = {"message_id": 7, "date": 1, "edit_date": 2, "chat": DIRECT, "from": ANA, "text": "/help"}
    assert translate({"update_id": 1, "edited_message": content}, ME, NOW) is None
    assert translate({"update_id": 1}, ME, NOW) is None
    assert translate({"update_id": 1, "something_new": {"x": 1}}, ME, NOW) is None


def press(**more: Any) -> Incoming | None:
    """What a press stands for."""
    query = {"id": "55", "from": ANA, "chat_instance": "1", **more}
    return translate({"update_id": 2, "callback_query": query}, ME, NOW)


def test_a_press() -> None:
    card = {"message_id": 8, "date": 1, "chat": GROUP, "from": BOT, "text": "Card"}
    event = press(message={**card, "message_thread_id": 44, "is_topic_message": True}, data="page:2")
    assert event is not None
    assert event.event == Pressed("page:2", "8")
    assert event.place == Place("telegram", "700001", PlaceKind.GROUP, "-1001", "44")
    assert (event.sent_at, event.message_id, event.sender.user) == (NOW, "8", "5001")


def test_a_press_under_a_message_that_is_no_longer_to_be_had() -> None:
    event = press(message={"message_id": 8, "date": 0, "chat": GROUP}, data="page:2")
    assert event is not None
    assert event.event == Pressed("page:2", "8")
    assert press(inline_message_id="AAA", data="x") is None
    assert press(message={"message_id": 8, "date": 0, "chat": GROUP}, game_short_name="x") is None


def test_an_inline_query_is_asked_in_a_shared_place() -> None:
    query = {"id": "77", "from": ANA, "query": "acs sf", "offset": ""}
    event = translate({"update_id": 3, "inline_query": query}, ME, NOW)
    assert event is not None
    assert event.event == Inline("acs sf", "77")
    assert event.place.shared
    assert event.place.id == "inline-5001"


def rights_of(kind: type[object]) -> dict[str, bool]:
    """Every right that a membership must have, none of them given."""
    names = inspect.signature(kind).parameters
    return {name: False for name in names if name.startswith(("can_", "is_anonymous"))}


@pytest.mark.parametrize(
    ("chat", "before", "after", "what"),
    [
        (DIRECT, "member", "kicked", Lifecycle.BLOCKED),
        (DIRECT, "kicked", "member", Lifecycle.UNBLOCKED),
        (GROUP, "left", "member", Lifecycle.JOINED),
        (GROUP, "kicked", "administrator", Lifecycle.JOINED),
        (CHANNEL, "left", "administrator", Lifecycle.JOINED),
        (GROUP, "member", "left", Lifecycle.REMOVED),
        (GROUP, "administrator", "kicked", Lifecycle.REMOVED),
        (GROUP, "member", "restricted-out", Lifecycle.REMOVED),
        (GROUP, "member", "administrator", None),
        (GROUP, "member", "restricted-in", None),
    ],
)
def test_coming_and_going(chat: dict[str, Any], before: str, after: str, what: Lifecycle | None) -> None:
    def member(status: str) -> dict[str, Any]:
        name, _, presence = status.partition("-")
        rights: dict[str, dict[str, Any]] = {
            "kicked": {"until_date": 0},
            "restricted": {
                "is_member": presence == "in",
                "until_date": 0,
                **rights_of(ChatMemberRestricted),
            },
            "administrator": rights_of(ChatMemberAdministrator),
        }
        return {"user": BOT, "status": name, **rights.get(name, {})}

    change = {
        "chat": chat,
        "from": ANA,
        "date": 1_790_000_000,
        "old_chat_member": member(before),
        "new_chat_member": member(after),
    }
    event = translate({"update_id": 4, "my_chat_member": change}, ME, NOW)
    if what is None:
        assert event is None
    else:
        assert event is not None
        expected = Happened(what, title="News", handle="acsnews") if chat is CHANNEL else Happened(what)
        assert event.event == expected, "nobody's name, and no group's, is taken along"


def test_migration_is_told_once() -> None:
    event = message(None, migrate_to_chat_id=-100777)
    assert event is not None
    assert event.event == Happened(Lifecycle.MIGRATED, "-100777")
    assert event.place.id == "-1001"
    assert message(None, migrate_from_chat_id=-5) is None


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1, "message": {"message_id": 1}},
        {"update_id": 1, "message": 5},
        {"update_id": 1, "callback_query": {"id": "1"}},
        {"message": {}},
    ],
)
def test_a_broken_update_says_so(update: dict[str, Any]) -> None:
    with pytest.raises((TypeError, AttributeError, KeyError, ValueError)):
        translate(update, ME, NOW)
