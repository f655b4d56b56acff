"""An ordinary Bolt app runs on the local Slack, so that it can serve as a measure."""

from __future__ import annotations

import importlib
import json
from typing import Any

from tests.support.slack import SlackServer
from tests.support.slack.inbound import sign


async def test_a_plain_bolt_app_hears_and_answers(server: SlackServer) -> None:
    # By name: the program itself imports Slack's libraries in its platform alone.
    bolt = importlib.import_module("slack_bolt.async_app")
    client = importlib.import_module("slack_sdk.web.async_client").AsyncWebClient(
        token=server.token, base_url=server.url
    )
    client.proxy = None
    app = bolt.AsyncApp(signing_secret=server.secret, client=client, process_before_response=True)
    heard: list[str] = []

    async def echo(event: dict[str, Any], say: Any) -> None:
        heard.append(event["text"])
        await say(event["text"])

    app.event("message")(echo)
    ana = server.people.user()
    channel = server.people.direct(ana)
    event = {"type": "message", "channel_type": "im", "channel": channel.id, "user": ana.id, "ts": "1.1"}
    body = json.dumps(
        {
            "type": "event_callback",
            "team_id": "T0LOCAL01",
            "event_id": "Ev1",
            "event": {**event, "text": "hello"},
        }
    )
    headers = {"content-type": "application/json", **sign(server.secret, body.encode())}
    answer = await app.async_dispatch(bolt.AsyncBoltRequest(body=body, headers=headers))
    assert answer.status == 200
    assert heard == ["hello"]
    assert [message["text"] for message in channel.messages.values()] == ["hello"]
    assert server.world.refused == []
