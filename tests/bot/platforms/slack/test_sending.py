"""What the program says in Slack: messages, edits, files, pages; and how every failure ends."""

from __future__ import annotations

import pytest

from bot.contract import (
    Attachment,
    Card,
    DeliveryError,
    Gone,
    InDoubt,
    Operation,
    Outgoing,
    Place,
    PlaceKind,
    Rate,
    Refused,
    Retry,
    Throttled,
)
from bot.platforms.slack import Slack
from bot.platforms.slack.outcomes import Problem, outcome
from tests.bot.platforms.slack.conftest import (
    CARD,
    LONG,
    Inbox,
    ended,
    person,
    post,
    room,
    slack,
    specification,
)
from tests.support.slack import Fault, Limits, SlackServer, SlackTalk

FILE = Attachment("../ana.vcf", "text/vcard", b"BEGIN:VCARD")


async def test_a_message_in_a_channel_and_in_a_thread(server: SlackServer, platform: Slack) -> None:
    channel = server.people.channel(server.people.user())
    root = await platform.send(post(room(channel.id), CARD))
    reply = await platform.send(post(room(channel.id, root), CARD, id="d2"))
    first, second = (entry.arguments for entry in server.sent("chat.postMessage"))
    assert first["metadata"]["event_payload"]["id"] == "d1"
    assert (first["unfurl_links"], first["unfurl_media"], first["parse"]) == (False, False, "none")
    assert (first.get("thread_ts"), second["thread_ts"]) == (None, root)
    assert channel.messages[reply]["thread_ts"] == root
    assert server.world.refused == []


async def test_a_private_reply_opens_the_direct_conversation_once(
    server: SlackServer, platform: Slack
) -> None:
    ana = server.people.user()
    for number in range(3):
        await platform.send(post(person(ana.id), CARD, id=f"d{number}"))
    assert len(server.sent("conversations.open")) == 1
    assert len(server.people.direct(ana).messages) == 3


async def test_what_is_meant_for_a_person_never_lands_in_a_room(server: SlackServer, platform: Slack) -> None:
    channel = server.people.channel(server.people.user())
    place = Place("slack", "T0LOCAL01", PlaceKind.DIRECT, channel.id)
    assert isinstance(await ended(platform, post(place, CARD)), Refused)
    assert isinstance(await ended(platform, post(room("somewhere"), CARD)), Refused)
    assert channel.messages == {}


async def test_a_long_card_becomes_several_messages(server: SlackServer, platform: Slack) -> None:
    channel = server.people.channel(server.people.user())
    last = await platform.send(post(room(channel.id), LONG))
    messages = list(channel.messages.values())
    assert len(messages) > 2
    assert last == messages[-1]["ts"]
    assert messages[-1]["blocks"][-1]["type"] == "actions"
    assert {message["metadata"]["event_payload"]["id"] for message in messages} == {"d1"}


async def test_a_later_part_waits_its_turn_and_else_leaves_doubt(
    server: SlackServer, platform: Slack
) -> None:
    channel = server.people.channel(server.people.user())
    server.meter.limits = Limits(channel_burst=2, channel_per_second=4.0)
    await platform.send(post(room(channel.id), LONG))
    assert any(why.startswith("ratelimited") for _, _, why in server.world.refused)
    count = len(channel.messages)
    server.meter.limits = Limits(enforced=False)
    server.fault(Fault("delay", "chat.postMessage"))
    server.fault(Fault("refuse", "chat.postMessage", code="is_archived"))
    problem = await ended(platform, post(room(channel.id), LONG, id="d2"))
    assert isinstance(problem, InDoubt)
    assert problem.reason == "part_2_is_archived"
    assert len(channel.messages) == count + 1


async def test_a_card_is_turned_in_place(server: SlackServer, inbox: Inbox, platform: Slack) -> None:
    ana = server.people.user()
    channel = server.people.channel(ana)
    talk = SlackTalk(server, ana, channel)
    stamp = await platform.send(post(room(channel.id), CARD))
    await talk.hears("ACS-SF-001")
    edit = post(room(channel.id), Card(title="Funding"), operation=Operation.EDIT, target=stamp)
    assert await platform.send(edit) == stamp
    heard = await talk.hears("Funding")
    assert (heard.edited, heard.buttons) == (True, ())
    await platform.send(post(room(channel.id), LONG, operation=Operation.EDIT, target=stamp))
    assert len(channel.messages) == 1
    del channel.messages[stamp]
    assert await platform.send(edit) != stamp
    assert len(channel.messages) == 1


async def test_where_the_bot_is_not_the_commands_own_address_answers(
    server: SlackServer, inbox: Inbox, platform: Slack
) -> None:
    ana, eva = server.people.user(), server.people.user("Eva")
    for channel in (server.people.channel(ana, bot=False), server.people.between(ana, eva)):
        talk = SlackTalk(server, ana, channel)
        await talk.says("/project ACS-SF-001")
        await server.inbound.settled()
        asked = inbox.events[-1]
        more = {"reply_token": asked.reply_token, "user": ana.id}
        assert await platform.send(post(asked.place, CARD, **more)) == ""
        heard = await talk.hears("First meeting")
        assert heard.buttons == ("Funding",)
        await talk.presses("Funding")
        await server.inbound.settled()
        pressed = inbox.events[-1]
        edit = post(
            pressed.place,
            Card(title="Money"),
            operation=Operation.EDIT,
            target=pressed.message_id,
            reply_token=pressed.reply_token,
        )
        assert await platform.send(edit) == pressed.message_id
        assert (await talk.hears("Money")).edited


async def test_a_response_address_that_is_used_up_is_a_refusal(
    server: SlackServer, inbox: Inbox, platform: Slack
) -> None:
    ana = server.people.user()
    channel = server.people.channel(ana, bot=False)
    server.people.command(ana, "/project 1", channel)
    (asked,) = await inbox.until(1)
    for number in range(5):
        await platform.send(post(asked.place, CARD, id=f"d{number}", reply_token=asked.reply_token))
    assert isinstance(await ended(platform, post(asked.place, CARD, reply_token=asked.reply_token)), Refused)
    server.advance(1801)
    server.people.command(ana, "/project 1", channel)
    await inbox.until(2)
    server.advance(1801)
    late = post(asked.place, CARD, reply_token=inbox.events[1].reply_token)
    assert isinstance(await ended(platform, late), Refused)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/x",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com:8443/x",
        "https://user@hooks.slack.com/x",
        "https://127.0.0.1/x",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "http://[",
    ],
)
async def test_nothing_is_ever_posted_elsewhere(server: SlackServer, platform: Slack, url: str) -> None:
    channel = server.people.channel(server.people.user(), bot=False)
    problem = await ended(platform, post(room(channel.id), CARD, reply_token=url))
    assert (type(problem), problem.reason) == (Refused, "not_a_response_url")


def test_only_slacks_own_addresses_count_where_the_api_is_slacks() -> None:
    from bot.platforms.slack.client import Client

    client = Client("xoxb-1", "https://slack.com/api/")
    assert client.is_hook("https://hooks.slack.com/commands/T1/2/3")
    assert not client.is_hook("https://slack.com/api/chat.postMessage")


async def test_files_follow_the_message(server: SlackServer, platform: Slack) -> None:
    ana = server.people.user()
    channel = server.people.channel(ana)
    talk = SlackTalk(server, ana, channel)
    picture = Attachment("chart.png", "image/png", b"\x89PNG", "Bars")
    card = Card(title="Ana", attachments=(FILE,), picture=picture)
    stamp = await platform.send(post(room(channel.id), card))
    assert (await talk.next()).text == "Ana"
    heard = await talk.next()
    assert heard.files == ("chart.png", ".._ana.vcf")
    assert channel.messages[stamp]["blocks"]
    described = [entry.arguments.get("alt_txt") for entry in server.sent("files.getUploadURLExternal")]
    assert described == ["Bars", None]
    assert sorted(file.content for file in server.world.files.values()) == [b"BEGIN:VCARD", b"\x89PNG"]
    await platform.send(post(person(ana.id), Card(attachments=(FILE,)), id="d2"))
    (alone,) = server.people.direct(ana).messages.values()
    assert alone["files"][0]["name"] == ".._ana.vcf"


async def test_failures_of_files(server: SlackServer, inbox: Inbox, platform: Slack) -> None:
    ana = server.people.user()
    channel = server.people.channel(ana)
    message = post(room(channel.id), Card(title="Ana", attachments=(FILE,)))
    for fault in (
        Fault("error_after", "files.getUploadURLExternal"),
        Fault("drop_after", "upload"),
        Fault("error_before", "upload"),
    ):
        server.fault(fault)
        assert isinstance(await ended(platform, message), Retry)
    assert channel.messages == {}
    server.fault(Fault("refuse", "files.completeUploadExternal", code="restricted_action"))
    assert isinstance(await ended(platform, message), InDoubt)
    server.fault(Fault("refuse", "files.completeUploadExternal", code="restricted_action"))
    alone = post(room(channel.id), Card(attachments=(FILE,)))
    assert type(await ended(platform, alone)) is Refused
    foreign = server.people.channel(ana, bot=False)
    server.people.command(ana, "/contact Cuba", foreign)
    await inbox.until(1)
    more = {"reply_token": inbox.events[0].reply_token, "user": ana.id}
    await platform.send(post(room(foreign.id), Card(title="Ana", attachments=(FILE,)), **more))
    assert [message for message in server.people.direct(ana).messages.values() if message.get("files")]


async def test_the_home_page_is_published(server: SlackServer, platform: Slack) -> None:
    ana = server.people.user()
    place = person(server.people.direct(ana).id)
    message = post(place, LONG, operation=Operation.HOME, user=ana.id)
    assert await platform.send(message) == ""
    assert server.world.homes[ana.id]["blocks"][0]["text"]["text"] == "Long"
    server.fault(Fault("error_after", "views.publish"))
    assert isinstance(await ended(platform, message), Retry)
    assert isinstance(await ended(platform, post(place, CARD, operation=Operation.INLINE)), Refused)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("drop_before"), InDoubt),
        (Fault("drop_after"), InDoubt),
        (Fault("error_before", status=503), InDoubt),
        (Fault("error_after", status=500), InDoubt),
        (Fault("refuse", code="fatal_error"), InDoubt),
        (Fault("refuse", code="internal_error"), InDoubt),
        (Fault("refuse", code="request_timeout"), Retry),
        (Fault("refuse", code="ratelimited"), Retry),
        (Fault("refuse", code="service_unavailable"), Retry),
        (Fault("refuse", code="invalid_auth"), Retry),
        (Fault("refuse", code="channel_not_found"), Gone),
        (Fault("refuse", code="not_in_channel"), Gone),
        (Fault("refuse", code="is_archived"), Gone),
        (Fault("refuse", code="account_inactive"), Refused),
        (Fault("refuse", code="token_revoked"), Refused),
        (Fault("refuse", code="restricted_action"), Refused),
        (Fault("refuse", code="invalid_blocks"), Refused),
        (Fault("refuse", code="something_new"), Refused),
    ],
)
async def test_every_failure_ends_in_its_own_way(
    server: SlackServer, platform: Slack, fault: Fault, kind: type[DeliveryError]
) -> None:
    channel = server.people.channel(server.people.user())
    fault.method = "chat.postMessage"
    server.fault(fault)
    problem = await ended(platform, post(room(channel.id), CARD))
    assert type(problem) is kind
    assert server.token not in f"{problem!r}{problem.__cause__!r}"
    assert len(channel.messages) == (1 if fault.kind.endswith("after") else 0)


async def test_too_many_requests_wait_as_long_as_slack_says(server: SlackServer, platform: Slack) -> None:
    channel = server.people.channel(server.people.user())
    server.meter.limits = Limits(channel_burst=1, channel_per_second=0.1)
    await platform.send(post(room(channel.id), CARD))
    problem = await ended(platform, post(room(channel.id), CARD))
    assert isinstance(problem, Retry)
    assert problem.after == 10
    assert len(channel.messages) == 1


async def test_nobody_there_is_not_connected(server: SlackServer, inbox: Inbox) -> None:
    platform = slack(server)
    await platform.start(inbox)
    channel = server.people.channel(server.people.user())
    await platform.send(post(room(channel.id), CARD))
    await server.stop()
    problem = await ended(platform, post(room("C1"), CARD))
    assert isinstance(problem, Retry | InDoubt)
    assert isinstance(await ended(platform, post(room("C1"), CARD)), Retry)
    await platform.stop()


async def test_the_rates_are_those_of_slack(platform: Slack) -> None:
    def rates(place: Place, operation: Operation, card: Card) -> dict[str, Rate]:
        return dict(platform.rates(Outgoing("1", operation, place, (card,), "en", target="1.2")))

    posted = rates(room("C1"), Operation.POST, Card(text="x"))
    assert set(posted) == {"account", "channel:C1", "method:chat.postMessage"}
    assert posted["channel:C1"].count / posted["channel:C1"].seconds <= 1
    assert rates(room("C1"), Operation.EDIT, Card(text="x"))["method:chat.update"].count == 50
    direct = rates(person("U1"), Operation.POST, Card(attachments=(Attachment("a", "text/plain", b"x"),)))
    assert {"method:conversations.open", "method:files.getUploadURLExternal"} < set(direct)
    assert "method:views.publish" in rates(person("U1"), Operation.HOME, Card(text="x"))


def test_every_error_that_slack_documents_has_an_outcome() -> None:
    import json

    folder = specification("slack-api-ref") / "methods"
    for name in ("chat/chat.postMessage", "chat/chat.update", "conversations/conversations.open"):
        errors = json.loads((folder / f"{name}.json").read_text())["errors"]
        assert len(errors) > 20
        for code in errors:
            ending = outcome(Problem(code))
            assert isinstance(ending, Retry | Refused | InDoubt), code
        assert type(outcome(Problem("ratelimited", status=429, after=7))) is Throttled
