"""How a delivery to Telegram ends: what is repeated, what is refused, what stays in doubt."""

from __future__ import annotations

import asyncio
import struct

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError, TimedOut

from bot.contract import (
    Attachment,
    Button,
    Card,
    DeliveryError,
    Gone,
    InDoubt,
    Moved,
    Operation,
    Outgoing,
    Place,
    PlaceKind,
    Refused,
    Retry,
    Section,
    Throttled,
)
from bot.platforms.telegram import Telegram, transport
from bot.platforms.telegram.outcomes import outcome
from tests.bot.platforms.telegram.conftest import Inbox, telegram
from tests.support.telegram import Fault, TelegramServer, TelegramTalk
from tests.support.telegram.world import User

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x0dIHDR" + struct.pack(">II", 300, 300) + b"\x08\x02\x00\x00\x00"
THIN = PNG[:16] + struct.pack(">II", 3000, 3) + PNG[24:]


@pytest.fixture
def ana(server: TelegramServer) -> User:
    return server.people.user()


def to(
    user: User | int, card: Card | str, operation: Operation = Operation.POST, target: str = ""
) -> Outgoing:
    """A message for a person, or for a room by its id."""
    number = user if isinstance(user, int) else user.id
    kind = PlaceKind.GROUP if number < 0 else PlaceKind.DIRECT
    place = Place("telegram", "700001", kind, str(number))
    return Outgoing(
        "1", operation, place, (card if isinstance(card, Card) else Card(text=card),), "en", target=target
    )


@pytest.mark.parametrize(
    ("fault", "expected", "applied"),
    [
        (Fault("drop_before", "sendMessage"), InDoubt, 0),
        (Fault("drop_after", "sendMessage"), InDoubt, 1),
        (Fault("error_before", "sendMessage"), InDoubt, 0),
        (Fault("error_after", "sendMessage", status=504), InDoubt, 1),
    ],
)
async def test_a_request_without_a_clear_answer_is_in_doubt(
    server: TelegramServer,
    platform: Telegram,
    ana: User,
    fault: Fault,
    expected: type[DeliveryError],
    applied: int,
) -> None:
    server.fault(fault)
    with pytest.raises(expected):
        await platform.send(to(ana, "hello"))
    assert len(server.sent("sendMessage")) == applied


async def test_an_answer_that_takes_too_long_is_in_doubt(
    server: TelegramServer, inbox: Inbox, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "READ_SECONDS", 0.1)
    platform = telegram(server)
    await platform.start(inbox)
    server.fault(Fault("delay", "sendMessage", seconds=0.5))
    with pytest.raises(InDoubt, match="timedout"):
        await platform.send(to(ana, "hello"))
    await platform.stop()
    await server.until(1, "sendMessage")


async def test_no_connection_is_worth_another_attempt(ana: User) -> None:
    async with TelegramServer() as gone:
        platform = telegram(gone)
    with pytest.raises(Retry, match="not_connected"):
        await platform.send(to(ana, "hello"))
    await platform.stop()


async def test_too_many_requests_wait_as_long_as_they_are_told(
    server: TelegramServer, platform: Telegram, ana: User
) -> None:
    for number in range(5):
        await platform.send(to(ana, f"message {number}"))
    with pytest.raises(Retry, match="too_many_requests") as caught:
        await platform.send(to(ana, "one too many"))
    assert 1 <= caught.value.after <= 2


@pytest.mark.parametrize("state", ["blocked", "deactivated", "kicked"])
async def test_a_closed_chat_is_gone(
    server: TelegramServer, platform: Telegram, ana: User, state: str
) -> None:
    server.people.private(ana).state = state  # type: ignore[assignment]
    with pytest.raises(Gone):
        await platform.send(to(ana, "hello"))


async def test_clear_refusals(server: TelegramServer, platform: Telegram) -> None:
    with pytest.raises(Gone, match="chat_not_found"):
        await platform.send(to(12345, "hello"))
    stranger = server.people.user(started=False)
    with pytest.raises(Refused, match="bot_can_t_initiate") as caught:
        await platform.send(to(stranger, "hello"))
    assert not isinstance(caught.value, Gone)
    with pytest.raises(Refused, match="no_home_page"):
        await platform.send(to(stranger, "hello", Operation.HOME))


async def test_what_is_for_one_person_never_goes_to_a_room(
    server: TelegramServer, platform: Telegram
) -> None:
    room = server.people.group()
    for number in (str(room.id), "", "inline-5", "@name"):
        place = Place("telegram", "700001", PlaceKind.DIRECT, number)
        with pytest.raises(Refused):
            await platform.send(Outgoing("1", Operation.POST, place, (Card(text="secret"),), "en"))
    assert server.sent() == []


async def test_a_topic_that_was_deleted_refuses(server: TelegramServer, platform: Telegram) -> None:
    room = server.people.group(topics=(4,))
    place = Place("telegram", "700001", PlaceKind.GROUP, str(room.id), "5")
    with pytest.raises(Refused, match="message_thread_not_found"):
        await platform.send(Outgoing("1", Operation.POST, place, (Card(text="hello"),), "en"))


async def test_a_migrated_group_says_where_it_is(
    server: TelegramServer, platform: Telegram, ana: User
) -> None:
    room = server.people.group(basic=True)
    new = server.people.migrate(ana, room)
    with pytest.raises(Moved) as caught:
        await platform.send(to(room.id, "hello"))
    assert caught.value.new_id == str(new.id)
    await platform.send(to(new.id, "hello"))


async def test_an_edit_is_repeated_where_a_message_is_not(
    server: TelegramServer, platform: Telegram, ana: User
) -> None:
    sent = await platform.send(to(ana, "one"))
    edit = to(ana, "two", Operation.EDIT, sent)
    server.fault(Fault("drop_after", "editMessageText"))
    with pytest.raises(Retry):
        await platform.send(edit)
    assert await platform.send(edit) == sent
    assert len(server.sent("editMessageText")) == 1


async def test_what_cannot_be_edited_is_posted_anew(
    server: TelegramServer, platform: Telegram, ana: User
) -> None:
    talk = TelegramTalk(server, ana)
    for target in ("4711", "", "x"):
        assert await platform.send(to(ana, f"page {target}", Operation.EDIT, target))
        assert not (await talk.hears("page")).edited
    server.fault(Fault("drop_after", "sendMessage"))
    with pytest.raises(InDoubt):
        await platform.send(to(ana, "page", Operation.EDIT, "4711"))


async def test_a_long_card_is_several_messages_with_the_buttons_on_the_last(
    server: TelegramServer, platform: Telegram, ana: User
) -> None:
    talk = TelegramTalk(server, ana)
    card = Card(
        title="Title",
        sections=tuple(Section(f"Part {number}", "word " * 500) for number in range(3)),
        buttons=((Button("More", "more"),),),
    )
    sent = await platform.send(to(ana, card))
    first, last = await talk.hears("Title"), await talk.hears("Part 2")
    assert (first.buttons, last.buttons) == ((), ("More",))
    assert str(server.sent("sendMessage")[-1].result["message_id"]) == sent
    assert await platform.send(to(ana, card, Operation.EDIT, sent)) == sent
    assert "…" in (await talk.next()).text


async def test_once_a_part_is_out_the_rest_is_in_doubt_and_not_repeated(
    server: TelegramServer, platform: Telegram, ana: User
) -> None:
    file = Attachment("a.vcf", "text/vcard", b"x")
    for fault in (Fault("drop_before", "sendDocument"), Fault("error_before", "sendDocument", status=400)):
        server.fault(fault)
        with pytest.raises(InDoubt, match="part_2"):
            await platform.send(to(ana, Card(text="Ana", attachments=(file,))))
    assert len(server.sent("sendMessage")) == 2
    assert server.sent("sendDocument") == []


async def test_a_later_part_waits_for_its_turn(
    server: TelegramServer, platform: Telegram, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        server.advance(seconds)
        await sleep(0)

    monkeypatch.setattr("bot.platforms.telegram.sending.asyncio.sleep", pause)
    server.meter.limits.chat_burst = 1
    server.meter.reset()
    files = tuple(Attachment(f"{number}.txt", "text/plain", b"x") for number in range(4))
    await platform.send(to(ana, Card(text="Files", attachments=files)))
    assert len(server.sent("sendDocument")) == 4
    assert pauses


async def test_pictures_and_files(server: TelegramServer, platform: Telegram, ana: User) -> None:
    def picture(content: bytes, kind: str = "image/png") -> Card:
        server.meter.reset()
        return Card(text="Chart", picture=Attachment("../chart.png", kind, content, "By @country"))

    await platform.send(to(ana, picture(PNG)))
    await platform.send(to(ana, picture(THIN)))
    await platform.send(to(ana, picture(b"<svg/>", "image/svg+xml")))
    assert [entry.method for entry in server.sent()] == [
        "sendPhoto",
        "sendMessage",
        "sendDocument",
        "sendMessage",
        "sendDocument",
        "sendMessage",
    ]
    # Who does not see a picture reads what it shows; nothing in those words mentions anybody.
    assert server.sent("sendPhoto")[0].result["caption"] == "By @\u2060country"
    assert server.sent("sendPhoto")[0].result["caption_entities"] == []
    assert server.sent("sendDocument")[0].arguments["disable_content_type_detection"] is True
    assert server.sent("sendDocument")[0].result["document"]["file_name"] == ".._chart.png"


async def test_a_card_without_words(server: TelegramServer, platform: Telegram, ana: User) -> None:
    talk = TelegramTalk(server, ana)
    file = Attachment("a.txt", "text/plain", b"x")
    sent = await platform.send(to(ana, Card(attachments=(file,))))
    assert str(server.sent()[-1].result["message_id"]) == sent
    assert (await talk.next()).files == ("a.txt",)
    await platform.send(to(ana, Card(summary="In short", buttons=((Button("Go", "go"),),))))
    assert (await talk.hears("In short")).buttons == ("Go",)
    await platform.send(to(ana, Card(text="\u2060 \u200d")))
    await talk.hears("…")


async def test_hostile_words_reach_the_reader_as_words(
    server: TelegramServer, platform: Telegram, ana: User
) -> None:
    talk = TelegramTalk(server, ana)
    words = "<b>x</b> &amp; <!channel> @everyone https://evil.example \ud800 =1+1 '; DROP TABLE people"
    await platform.send(to(ana, words))
    heard = await talk.hears("<b>x</b> &amp; <!channel> @everyone https://evil.example")
    assert heard.text.endswith("=1+1 '; DROP TABLE people")
    assert "entities" not in server.sent()[-1].result


async def test_an_expired_inline_query_is_refused(
    server: TelegramServer, platform: Telegram, inbox: Inbox, ana: User
) -> None:
    query = server.people.ask_inline(ana, "x")
    (event,) = await inbox.until(1)
    server.advance(31)
    answer = Outgoing("1", Operation.INLINE, event.place, (Card(title="A"),), "en", target=query)
    with pytest.raises(Refused, match="query_is_too_old"):
        await platform.send(answer)


async def test_telegram_never_tells_what_was_sent(platform: Telegram, ana: User) -> None:
    assert await platform.confirm(to(ana, "x")) is None


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (BadRequest('Can\'t parse entities: unsupported start tag "x"'), Refused, "can_t_parse_entities"),
        (BadRequest("Peer_id_invalid"), Gone, "peer_id_invalid"),
        (BadRequest("Not enough rights to send text messages to the chat"), Refused, "not_enough_rights"),
        (Forbidden("Forbidden: bot can't send messages to the user"), Refused, "bot_can_t_send"),
        (Forbidden("Forbidden: user is deactivated"), Gone, "user_is_deactivated"),
        (BadRequest("12345"), Refused, "bad_request"),
        (transport.NotSent("ConnectError"), Retry, "not_connected"),
        (transport.Throttled(7), Throttled, "too_many_requests"),
        (transport.ServerTrouble("HTTP status 502"), InDoubt, "servertrouble"),
        (TimedOut(), InDoubt, "timedout"),
        (NetworkError("ServerDisconnectedError"), InDoubt, "networkerror"),
        (TelegramError("Invalid server response"), InDoubt, "telegramerror"),
    ],
)
def test_errors_and_what_they_mean(error: TelegramError, kind: type[DeliveryError], reason: str) -> None:
    ended = outcome(error)
    assert type(ended) is kind
    assert ended.reason.startswith(reason)


async def test_a_token_that_was_withdrawn_waits(
    server: TelegramServer, platform: Telegram, ana: User
) -> None:
    server.token = "700001:another"
    with pytest.raises(Retry, match="unauthorized") as caught:
        await platform.send(to(ana, "hello"))
    assert caught.value.after >= 30


async def test_a_message_is_taken_away_and_what_cannot_be_is_left(
    platform: Telegram, server: TelegramServer
) -> None:
    group = server.people.group("Room")
    group.bot_deletes = True
    server.people.say(server.people.user(), "/join K7QM", group)
    (number,) = group.messages

    def taking(target: str) -> Outgoing:
        place = Place("telegram", "700001", PlaceKind.GROUP, str(group.id))
        return Outgoing("1", Operation.DELETE, place, (), "en", target=target)

    server.fault(Fault("drop_before", "deleteMessage"))
    with pytest.raises(Retry, match="delete_unanswered"):
        await platform.send(taking(str(number)))
    assert await platform.send(taking(str(number))) == ""
    assert number not in group.messages
    for left in (str(number), "", "0"):
        assert await platform.send(taking(left)) == ""
    group.state = "kicked"
    with pytest.raises(Gone):
        await platform.send(taking(str(number)))
