"""What becomes of requests to Slack that got no answer: asked about, found, or left in doubt."""

from __future__ import annotations

import pytest

from bot.contract import (
    Card,
    InDoubt,
    Operation,
    PlaceKind,
    Refused,
    Retry,
)
from bot.platforms.slack import Slack
from bot.platforms.slack.sending import Attempts
from tests.bot.platforms.slack.conftest import CARD, LONG, ended, person, post, room
from tests.support.slack import Fault, SlackServer


async def test_edits_without_an_answer_may_be_repeated(server: SlackServer, platform: Slack) -> None:
    channel = server.people.channel(server.people.user())
    stamp = await platform.send(post(room(channel.id), CARD))
    edit = post(room(channel.id), Card(title="x"), operation=Operation.EDIT, target=stamp)
    for kind in ("drop_after", "error_before"):
        server.fault(Fault(kind, "chat.update"))
        assert isinstance(await ended(platform, edit), Retry)
    server.fault(Fault("refuse", "chat.update", code="restricted_action"))
    assert type(await ended(platform, edit)) is Refused


async def test_a_delivery_in_doubt_is_found_by_its_id(server: SlackServer, platform: Slack) -> None:
    ana = server.people.user()
    channel = server.people.channel(ana)
    root = server.world.post(channel, user=ana.id, text="hello")["ts"]
    for place in (room(channel.id), room(channel.id, root), person(ana.id)):
        for kind in ("drop_after", "drop_before"):
            message = post(place, CARD, id=f"{place.id}{place.topic}{kind}")
            server.fault(Fault(kind, "chat.postMessage"))
            assert isinstance(await ended(platform, message), InDoubt)
            found = await platform.confirm(message)
            if kind == "drop_after":
                where = server.people.direct(ana) if place.kind is PlaceKind.DIRECT else channel
                assert where.messages[str(found)]["metadata"]["event_payload"]["id"] == message.id
            else:
                assert found == ""


async def test_what_slack_does_not_tell_stays_in_doubt(server: SlackServer, platform: Slack) -> None:
    channel = server.people.channel(server.people.user())
    message = post(room(channel.id), CARD)
    server.fault(Fault("drop_before", "chat.postMessage"))
    await ended(platform, message)
    for code in ("missing_scope", "not_in_channel", "ratelimited", "fatal_error"):
        server.fault(Fault("refuse", "conversations.history", code=code))
        assert await platform.confirm(message) is None
    server.fault(Fault("drop_after", "conversations.history"))
    assert await platform.confirm(message) is None
    edit = post(room(channel.id), CARD, operation=Operation.EDIT, target="1.1")
    assert await platform.confirm(edit) is None
    assert await platform.confirm(message) == ""


async def test_half_of_a_long_card_stays_in_doubt(server: SlackServer, platform: Slack) -> None:
    channel = server.people.channel(server.people.user())
    server.fault(Fault("delay", "chat.postMessage"))
    server.fault(Fault("drop_before", "chat.postMessage"))
    message = post(room(channel.id), LONG)
    assert isinstance(await ended(platform, message), InDoubt)
    assert await platform.confirm(message) is None


async def test_a_long_history_is_read_to_its_end_or_not_judged(server: SlackServer, platform: Slack) -> None:
    ana = server.people.user()
    channel = server.people.channel(ana)
    message = post(room(channel.id), CARD)
    server.fault(Fault("drop_before", "chat.postMessage"))
    await ended(platform, message)
    for _ in range(250):
        server.world.post(channel, user=ana.id, text="x")
    assert await platform.confirm(message) == ""
    for _ in range(300):
        server.world.post(channel, user=ana.id, text="x")
    assert await platform.confirm(message) is None


def test_it_is_too_early_to_say_while_a_request_may_still_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("bot.platforms.slack.sending.time.time", lambda: now[0])
    attempts = Attempts(settle=40.0)
    attempts.begin("mine")
    assert attempts.since("mine") is attempts.since("of another process") is None
    now[0] += 41
    assert attempts.since("mine") == 700.0
    assert attempts.since("of another process") == 1000.0 - 7 * 86_400
    attempts.begin("mine")
    assert attempts.since("mine") is None
    attempts.end("mine")
    assert attempts.since("mine") is not None
