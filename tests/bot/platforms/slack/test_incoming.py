"""What people do in Slack, as the program hears it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.contract import INCOMING, Happened, Lifecycle, Opened, PlaceKind, Pressed, Said, as_json
from bot.platforms.slack import Slack
from bot.platforms.slack.incoming import Malformed, Me, translate
from bot.platforms.slack.people import about
from tests.bot.platforms.slack.conftest import Inbox, person, post, room, slack, specification
from tests.support.slack import Fault, SlackServer
from tests.support.slack.world import BOT_USER

ME = Me("T1", "UBOT", "B1")
NOW = datetime(2027, 4, 15, tzinfo=UTC)


def read(body: dict[str, Any]) -> Any:
    return translate(body, ME, NOW, lambda url: url.startswith("https://hooks.slack.com/"))


async def test_a_direct_message_comes_with_hints(server: SlackServer, inbox: Inbox, platform: Slack) -> None:
    eva = server.people.user("Eva", locale="pt-BR", tz="America/Sao_Paulo", team="T0OTHER")
    key = server.people.say(eva, "quem é <o ponto focal> & co?")
    (event,) = await inbox.until(1)
    assert event.event == Said("quem é <o ponto focal> & co?")
    assert (event.event_id, event.place.kind, event.place.topic) == (key, PlaceKind.DIRECT, "")
    assert event.place.id == server.people.direct(eva).id
    assert event.place.account == platform.account == "T0LOCAL01"
    sender = event.sender
    assert (sender.team, sender.user, sender.name, sender.language, sender.time_zone, sender.person) == (
        "T0OTHER",
        eva.id,
        "Eva",
        "pt-BR",
        "America/Sao_Paulo",
        True,
    )
    assert event.message_id
    assert INCOMING.validate_json(as_json(INCOMING, event)) == event


@pytest.mark.parametrize("guest", ["", "is_restricted", "is_ultra_restricted", "is_stranger"])
@pytest.mark.usefixtures("platform")
async def test_a_guest_is_known_as_one(server: SlackServer, inbox: Inbox, guest: str) -> None:
    eva = server.people.user("Eva")
    eva.guest = guest
    server.people.say(eva, "who is there?")
    server.people.command(eva, "/contact Cuba")
    await inbox.until(2)
    assert [event.sender.guest for event in inbox.events] == [bool(guest)] * 2


@pytest.mark.usefixtures("platform")
async def test_people_of_another_workspace_and_those_unknown_are_guests(
    server: SlackServer, inbox: Inbox
) -> None:
    server.people.say(server.people.user("Eva", team="T0OTHER"), "who is there?")
    (first,) = await inbox.until(1)
    assert first.sender.guest
    server.fault(Fault("delay", "users.info", seconds=1.0))
    server.people.say(server.people.user("Ana"), "who is there?")
    await inbox.until(2)
    assert inbox.events[1].sender.guest, "Slack did not say in time that she is not"


@pytest.mark.usefixtures("platform")
async def test_mentions_lose_the_mention_and_keep_the_thread(server: SlackServer, inbox: Inbox) -> None:
    ana = server.people.user()
    channel = server.people.channel(ana)
    server.people.mention(ana, "ACS-SF-001", channel)
    (first,) = await inbox.until(1)
    assert (first.event, first.place.id, first.place.topic) == (Said("ACS-SF-001"), channel.id, "")
    assert first.place.shared
    server.people.mention(ana, "<@U9> funding", channel, thread=first.message_id, raw=True)
    server.people.mention(ana, "now", channel, edited={"user": ana.id, "ts": "1.0"})
    await inbox.until(3)
    assert (inbox.events[1].event, inbox.events[1].place.topic) == (Said("@U9 funding"), first.message_id)
    assert inbox.events[2].relayed


@pytest.mark.usefixtures("platform")
async def test_commands_in_and_out_of_the_bots_own_conversation(server: SlackServer, inbox: Inbox) -> None:
    ana, eva = server.people.user("Ana"), server.people.user("Eva")
    for line in ("/project ACS-SF-001", "/enlace who & where", "/enlace", "/proyecto"):
        server.people.command(ana, line)
        await server.inbound.settled()
    assert [event.event for event in inbox.events] == [
        Said("/project ACS-SF-001"),
        Said("who & where"),
        Said("/help"),
        Said("/proyecto"),
    ]
    assert all(event.place.kind is PlaceKind.DIRECT and event.reply_token for event in inbox.events)
    server.people.command(ana, "/contact Cuba", server.people.between(ana, eva))
    server.people.command(ana, "/contact Cuba", server.people.channel(ana, bot=False))
    await server.inbound.settled()
    assert [event.place.shared for event in inbox.events[4:]] == [True, True]
    assert len({event.event_id for event in inbox.events}) == 6


async def test_without_an_answer_in_time_a_command_in_a_direct_conversation_counts_as_shared(
    server: SlackServer, inbox: Inbox, platform: Slack
) -> None:
    ana = server.people.user()
    server.fault(Fault("delay", "conversations.open", seconds=0.5))
    server.fault(Fault("delay", "users.info", seconds=0.5))
    server.people.command(ana, "/contact Cuba")
    (event,) = await inbox.until(1)
    assert event.place.shared
    assert event.sender.language == ""
    assert server.inbound.deliveries == [] or server.inbound.deliveries[0].seconds < 0.3
    await server.until(1, "users.info")
    server.people.command(ana, "/contact Cuba")
    await inbox.until(2)
    assert not inbox.events[1].place.shared
    assert inbox.events[1].sender.language == "en-US"


async def test_a_press_names_the_message_and_the_thread(
    server: SlackServer, inbox: Inbox, platform: Slack
) -> None:
    from bot.contract import Button, Card

    ana = server.people.user()
    channel = server.people.channel(ana)
    root = server.world.post(channel, user=ana.id, text="hello")["ts"]
    card = Card(title="x", buttons=((Button("Go", "go:1"), Button("Page", url="https://example.org")),))
    for place in (room(channel.id), room(channel.id, root), person(ana.id)):
        stamp = await platform.send(post(place, card))
        where = server.people.direct(ana) if place.kind is PlaceKind.DIRECT else channel
        server.people.press(ana, where, stamp, "go:1")
        await server.inbound.settled()
        event = inbox.events[-1]
        assert event.event == Pressed("go:1", stamp)
        assert (event.place.id, event.place.topic, event.place.kind) == (where.id, place.topic, place.kind)
        assert event.reply_token.startswith(server.root)
    server.people.press(ana, channel, next(iter(list(channel.messages)[1:])), "")
    await server.inbound.settled()
    assert len(inbox.events) == 3
    assert server.inbound.deliveries[-1].status == 200


@pytest.mark.usefixtures("platform")
async def test_the_home_page_and_the_life_of_a_room(server: SlackServer, inbox: Inbox) -> None:
    ana = server.people.user()
    channel = server.people.channel(ana, bot=False)
    server.people.open_home(ana)
    await server.inbound.settled()
    server.people.open_home(ana, "messages")
    server.people.invite(ana, channel)
    await server.inbound.settled()
    server.people.event({"type": "channel_left", "channel": channel.id, "actor_id": ana.id})
    await server.inbound.settled()
    assert [event.event for event in inbox.events] == [
        Opened(),
        Happened(Lifecycle.JOINED),
        Happened(Lifecycle.REMOVED),
    ]
    assert inbox.events[0].place.kind is PlaceKind.DIRECT
    assert inbox.events[1].sender.user == ana.id


@pytest.mark.usefixtures("platform")
async def test_a_changed_profile_is_taken_up(server: SlackServer, inbox: Inbox) -> None:
    ana = server.people.user(locale="en-US")
    server.people.say(ana, "one")
    await inbox.until(1)
    ana.locale = "fr-FR"
    server.people.event({"type": "user_change", "user": ana.json(locale=True)})
    await server.inbound.settled()
    server.people.say(ana, "deux")
    await inbox.until(2)
    assert [event.sender.language for event in inbox.events] == ["en-US", "fr-FR"]
    assert len(server.sent("users.info")) == 1


@pytest.mark.usefixtures("platform")
async def test_a_closed_account_is_told_of_and_a_profile_has_its_address(
    server: SlackServer, inbox: Inbox
) -> None:
    ana = server.people.user()
    ana.email = "ana@example.org"
    server.people.say(ana, "one")
    await inbox.until(1)
    assert inbox.events[0].sender.email == "ana@example.org"
    assert "ana@example.org" not in repr(inbox.events[0])
    ana.deleted = True
    server.people.event({"type": "user_change", "user": ana.json(locale=True)})
    await inbox.until(2)
    gone = inbox.events[1]
    assert gone.event == Happened(Lifecycle.DEPARTED)
    assert (gone.sender.team, gone.sender.user) == (ana.team, ana.id)
    assert gone.place.kind is PlaceKind.DIRECT


@pytest.mark.usefixtures("platform")
async def test_what_is_not_for_the_program_is_acknowledged_and_ignored(
    server: SlackServer, inbox: Inbox
) -> None:
    ana = server.people.user()
    channel = server.people.channel(ana)
    direct = server.people.direct(ana)
    said = {"type": "message", "channel_type": "im", "channel": direct.id, "ts": "1.1", "text": "x"}
    for event in (
        {**said, "user": ana.id, "subtype": "message_changed"},
        {**said, "user": ana.id, "bot_id": "B9"},
        {**said, "user": BOT_USER},
        {**said, "user": "USLACKBOT"},
        {**said, "user": ana.id, "text": ""},
        {**said, "user": ana.id, "channel": channel.id, "channel_type": "channel"},
        {"type": "member_joined_channel", "user": ana.id, "channel": channel.id},
        {"type": "reaction_added", "user": ana.id, "item": {}},
        {"type": "app_uninstalled"},
        {"type": "tokens_revoked", "tokens": {"bot": [BOT_USER]}},
    ):
        server.people.event(event)
    await server.inbound.settled()
    assert inbox.events == []
    assert {delivery.status for delivery in server.inbound.deliveries} == {200}
    assert len(server.inbound.deliveries) == 10


def test_a_press_on_the_home_page_is_a_press_in_the_direct_conversation() -> None:
    body = {
        "type": "block_actions",
        "user": {"id": "U1", "team_id": "T1"},
        "container": {"type": "view", "view_id": "V1"},
        "trigger_id": "t",
        "actions": [{"type": "button", "action_id": "b1", "value": "go"}],
    }
    (found,) = read(body)
    assert found.own
    assert (found.incoming.place.id, found.incoming.event) == ("U1", Pressed("go", ""))


def test_slacks_spanish_of_latin_america_is_named_as_others_name_it() -> None:
    assert about({"locale": "es-LA"}).language == "es-419"
    assert about({"locale": "fr-FR", "profile": {"display_name": "Zoé"}}).name == "Zoé"
    assert about({"profile": [], "locale": 5}).language == ""
    assert not about({"is_restricted": False, "is_ultra_restricted": False}).guest
    for flag in ("is_restricted", "is_ultra_restricted", "is_stranger"):
        assert about({flag: True}).guest


async def test_events_by_other_bots_are_nobodys(server: SlackServer, inbox: Inbox) -> None:
    platform = slack(server)
    await platform.start(inbox)
    robot = server.people.user("Robot")
    robot.is_bot = True
    await platform._take(
        {
            "command": "/project",
            "text": "",
            "channel_id": "C1",
            "user_id": robot.id,
            "team_id": "T1",
            "trigger_id": "t",
        }
    )
    assert [event.sender.person for event in inbox.events] == [False]
    await platform.stop()


def test_a_response_address_elsewhere_is_not_kept() -> None:
    body = {"command": "/x", "channel_id": "C1", "user_id": "U1", "trigger_id": "t"}
    (found,) = read({**body, "response_url": "https://hooks.slack.com/commands/1"})
    assert found.incoming.reply_token == "https://hooks.slack.com/commands/1"
    (found,) = read({**body, "response_url": "https://hooks.slack.com.evil.example/1"})
    assert found.incoming.reply_token == ""


def test_the_same_payload_without_an_id_of_its_own_has_the_same_id() -> None:
    body = {"command": "/x", "text": "1", "channel_id": "C1", "user_id": "U1"}
    (one,), (same,), (other,) = read(body), read(dict(body)), read({**body, "text": "2"})
    assert one.incoming.event_id == same.incoming.event_id != other.incoming.event_id


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = ("type", "event", "event_id", "user", "channel", "text", "actions", "container", "ts", "thread_ts")
KINDS = st.sampled_from(
    ("event_callback", "block_actions", "app_mention", "message", "im", "app_home_opened")
)
INNER = st.dictionaries(st.sampled_from((*KEYS, "channel_type", "id", "team", "value")), KINDS | JSON)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from((*KEYS, "command", "channel_id", "user_id")), KINDS | INNER | JSON))
def test_any_payload_is_translated_or_refused_in_one_way(body: dict[str, Any]) -> None:
    try:
        found = read(body)
    except Malformed:
        return
    for item in found:
        assert INCOMING.validate_json(as_json(INCOMING, item.incoming)) == item.incoming


def test_slacks_own_sample_payloads_are_translated() -> None:
    kinds = set()
    for path in specification("slack-json-logs").glob("events/*.json"):
        sample = json.loads(path.read_text())
        sample |= {"type": "event_callback", "event_id": "Ev1"}
        if not isinstance(sample.get("event"), dict):
            continue
        event = sample["event"]
        for key in ("user", "channel", "inviter"):
            if event.get(key) == "":
                event[key] = "D1" if key == "channel" and event["type"] == "message" else "C1"
        if event.get("type") == "member_joined_channel":
            event["user"] = "UBOT"
        event.pop("bot_id", None)
        event.pop("subtype", None)
        if event.get("type") == "message":
            event["channel_type"], event["text"] = "im", "hello"
        kinds |= {type(item.incoming.event) for item in read(sample)}
    assert kinds == {Said, Opened, Happened}
    press = json.loads(
        (
            specification("slack-json-logs") / "app-backend/interactive-components/BlockActionPayload.json"
        ).read_text()
    )
    press["user"]["id"], press["channel"]["id"], press["container"]["message_ts"] = "U1", "C1", "1.5"
    press["actions"] = [{"type": "button", "action_id": "b1", "value": "go", "action_ts": "1795515574.5"}]
    (found,) = read(press)
    assert found.incoming.event == Pressed("go", "1.5")
