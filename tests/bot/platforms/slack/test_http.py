"""Requests from Slack and from others: signatures, repeats, retries, nonsense; the acknowledgement."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.contract import Card, ConfigurationError, HttpRequest, HttpResponse
from bot.platforms.slack import Slack
from tests.bot.platforms.slack.conftest import Inbox, person, post, slack
from tests.support.slack import Fault, Limits, SlackServer
from tests.support.slack.inbound import sign
from tests.support.slack.serving import served

EVENT = {
    "type": "event_callback",
    "team_id": "T0LOCAL01",
    "event_id": "Ev1",
    "event_time": 1795515574,
    "event": {
        "type": "message",
        "channel_type": "im",
        "channel": "D1",
        "user": "U1",
        "ts": "1795515574.1",
        "text": "hello",
    },
}


async def ask(platform: Slack, body: bytes, headers: dict[str, str], method: str = "POST") -> HttpResponse:
    (route,) = platform.routes()
    headers = {"content-type": "application/json", **{key.lower(): value for key, value in headers.items()}}
    return await route.handle(HttpRequest(method, route.path, headers, body))


async def test_a_signed_event_is_stored_and_a_challenge_is_answered(
    server: SlackServer, inbox: Inbox, platform: Slack
) -> None:
    body = json.dumps(EVENT).encode()
    assert (await ask(platform, body, sign(server.secret, body))).status == 200
    assert [event.event_id for event in inbox.events] == ["Ev1"]
    challenge = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    answer = await ask(platform, challenge, sign(server.secret, challenge))
    assert (answer.status, b"3eZbrw1a" in answer.body) == (200, True)
    assert (await ask(platform, challenge, {})).status == 401


async def test_a_notice_of_lost_events_is_taken(server: SlackServer, inbox: Inbox, platform: Slack) -> None:
    body = json.dumps({"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1}).encode()
    assert (await ask(platform, body, sign(server.secret, body))).status == 200
    assert (await ask(platform, body, {})).status == 401
    assert inbox.calls == 0


async def test_requests_that_are_not_slacks_are_turned_away(
    server: SlackServer, inbox: Inbox, platform: Slack
) -> None:
    body = json.dumps(EVENT).encode()
    good = sign(server.secret, body)
    wrong: list[dict[str, str]] = [
        {},
        {"X-Slack-Signature": good["X-Slack-Signature"]},
        {"X-Slack-Request-Timestamp": good["X-Slack-Request-Timestamp"]},
        {**good, "X-Slack-Signature": "v0=" + "0" * 64},
        {**good, "X-Slack-Signature": ""},
        {**good, "X-Slack-Request-Timestamp": "now"},
        sign("another secret", body),
        sign(server.secret, body + b" "),
        sign(server.secret, body, time.time() - 301),
        sign(server.secret, body, time.time() + 301),
    ]
    for headers in wrong:
        assert (await ask(platform, body, headers)).status in (400, 401), headers
    check = b"ssl_check=1&token=x"
    form = {"content-type": "application/x-www-form-urlencoded", **sign("another secret", check)}
    assert (await ask(platform, check, form)).status == 401
    assert (await ask(platform, body, good, "GET")).status == 405
    assert inbox.calls == 0


async def test_the_same_request_sent_again_is_the_same_event(
    server: SlackServer, inbox: Inbox, platform: Slack
) -> None:
    event = json.dumps(EVENT).encode()
    command = urlencode({"command": "/project", "text": "1", "channel_id": "C1", "user_id": "U1"}).encode()
    form = {"content-type": "application/x-www-form-urlencoded"}
    for _ in range(3):
        assert (await ask(platform, event, sign(server.secret, event))).status == 200
        assert (await ask(platform, command, form | sign(server.secret, command))).status == 200
    assert inbox.calls == 6
    assert len(inbox.events) == 2


NESTED = b'{"type":"event_callback","event_id":"E","event":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
NONSENSE: list[tuple[str, bytes]] = [
    ("application/json", b""),
    ("application/json", b"{"),
    ("application/json", b"[]"),
    ("application/json", b"[1,2]"),
    ("application/json", b'"text"'),
    ("application/json", b"null"),
    ("application/json", b"\xff\xfe"),
    ("application/json", NESTED),
    ("application/json", b'{"type":"event_callback"}'),
    ("application/json", b'{"type":"event_callback","event_id":"E","event":[]}'),
    ("application/json", b'{"type":"event_callback","event_id":"E","event":{"type":5}}'),
    ("application/json", b'{"type":"event_callback","event":{"type":"app_mention"}}'),
    ("application/json", b'{"type":"block_actions","actions":5,"user":5}'),
    ("application/json", b'{"type":"block_actions","actions":[{"action_id":"b1"}],"user":{"id":"U1"}}'),
    ("application/json", b'{"type":"view_submission","view":{}}'),
    ("application/x-www-form-urlencoded", b"payload="),
    ("application/x-www-form-urlencoded", b"payload={"),
    ("application/x-www-form-urlencoded", b"payload=[1]"),
    ("application/x-www-form-urlencoded", b"payload=" + b"[" * 200_000),
    ("application/x-www-form-urlencoded", b"command=project&user_id=U1&channel_id=C1"),
    ("application/x-www-form-urlencoded", b"command=/project"),
    ("application/x-www-form-urlencoded", b"%%%"),
    ("text/plain", b"hello"),
]


@pytest.mark.parametrize("number", range(len(NONSENSE)))
async def test_nonsense_is_a_clear_refusal_even_when_it_is_signed(
    server: SlackServer, inbox: Inbox, platform: Slack, number: int
) -> None:
    media_type, body = NONSENSE[number]
    headers = {"content-type": media_type, **sign(server.secret, body)}
    assert 400 <= (await ask(platform, body, headers)).status < 500
    assert 400 <= (await ask(platform, body, {"content-type": media_type})).status < 500
    assert inbox.calls == 0


async def test_a_body_of_more_than_a_megabyte_is_refused_unread(
    server: SlackServer, inbox: Inbox, platform: Slack
) -> None:
    body = b" " * 1_000_001
    assert (await ask(platform, body, sign(server.secret, body))).status == 413
    assert inbox.calls == 0


async def test_what_could_not_be_stored_is_not_acknowledged_and_comes_again(
    server: SlackServer, inbox: Inbox, platform: Slack
) -> None:
    inbox.trouble = RuntimeError("disk full of ana@example.org")
    ana = server.people.user()
    server.people.say(ana, "hello")
    await inbox.until_called(2)
    inbox.trouble = None
    await inbox.until(1)
    await server.inbound.settled()
    statuses = [delivery.status for delivery in server.inbound.deliveries]
    assert statuses[:2] == [503, 503]
    assert statuses[-1] == 200
    inbox.trouble = RuntimeError()
    server.people.command(ana, "/project 1")
    await server.inbound.settled()
    assert server.inbound.deliveries[-1].status == 503


async def test_before_the_start_slack_is_asked_to_come_again(server: SlackServer) -> None:
    body = json.dumps(EVENT).encode()
    assert (await ask(slack(server), body, sign(server.secret, body))).status == 503


async def test_nothing_slow_of_slacks_stands_before_the_acknowledgement(
    server: SlackServer, inbox: Inbox
) -> None:
    """The platform's own share: storing is instant here, while Slack answers nothing quickly."""
    server.meter.limits = Limits(enforced=False)
    platform = slack(server)
    await platform.start(inbox)
    async with served(platform, server):
        server.fault(Fault("delay", "users.info", times=10_000, seconds=5.0))
        server.fault(Fault("delay", "chat.postMessage", times=10_000, seconds=2.0))
        people = [server.people.user(f"P{number}") for number in range(10)]
        slow = asyncio.create_task(platform.send(post(person(people[0].id), Card(title="x"))))
        for number in range(30):
            for user in people:
                if number % 3:
                    server.people.say(user, f"question {number}")
                else:
                    server.people.command(user, f"/project {number}")
            await server.inbound.settled()
        seconds = sorted(delivery.seconds for delivery in server.inbound.deliveries)
        assert len(seconds) == len(inbox.events) == 300
        # Slack takes no acknowledgement after 3 s; waiting for users.info would come later than that.
        assert seconds[-1] < 3.0
        await slow
    await platform.stop()


@pytest.mark.parametrize("code", ["invalid_auth", "account_inactive", "token_revoked"])
async def test_a_token_that_slack_does_not_take_stops_the_start(
    server: SlackServer, inbox: Inbox, code: str
) -> None:
    server.fault(Fault("refuse", "auth.test", code=code))
    with pytest.raises(ConfigurationError) as caught:
        await slack(server).start(inbox)
    assert caught.value.variable == "ENLACE_SLACK_BOT_TOKEN"
    assert server.token not in str(caught.value)


async def test_without_a_signing_secret_nothing_is_served(server: SlackServer, inbox: Inbox) -> None:
    with pytest.raises(ConfigurationError, match="ENLACE_SLACK_SIGNING_SECRET"):
        await slack(server, signing_secret="").start(inbox)


async def test_no_secret_shows(server: SlackServer, inbox: Inbox, caplog: Any) -> None:
    platform = slack(server)
    await platform.start(inbox)
    body = json.dumps(EVENT | {"event": "secret words"}).encode()
    with caplog.at_level("DEBUG"):
        for headers in ({}, sign("wrong", body), sign(server.secret, body)):
            await ask(platform, body, headers)
    shown = caplog.text + repr(platform) + repr(vars(platform)["_client"])
    await platform.stop()
    for secret in (server.token, server.secret, "secret words"):
        assert secret not in shown
