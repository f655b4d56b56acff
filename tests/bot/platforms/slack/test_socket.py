"""Socket Mode: the same events over a connection of the program's own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from bot.contract import ConfigurationError, Said
from bot.platforms.slack import Slack, socket
from tests.bot.platforms.slack.conftest import Inbox, slack
from tests.support.slack import Fault, SlackServer


@contextlib.asynccontextmanager
async def connected(server: SlackServer, inbox: Inbox) -> AsyncIterator[Slack]:
    platform = slack(server, app_token=server.app_token, signing_secret="")
    await platform.start(inbox)
    task = asyncio.create_task(platform.listen())
    try:
        yield platform
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await platform.stop()
        await server.inbound.settled()


async def all_connected(server: SlackServer) -> None:
    async with asyncio.timeout(5):
        while len(server.inbound.sockets) < socket.CONNECTIONS:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.01)


async def test_messages_commands_and_presses_arrive(server: SlackServer, inbox: Inbox) -> None:
    from bot.contract import Button, Card
    from tests.bot.platforms.slack.conftest import person, post

    async with connected(server, inbox) as platform:
        assert platform.routes() == ()
        ana = server.people.user()
        server.people.say(ana, "hello")
        await inbox.until(1)
        server.people.command(ana, "/project 1")
        await inbox.until(2)
        card = Card(title="x", buttons=((Button("Go", "go"),),))
        stamp = await platform.send(post(person(ana.id), card))
        server.people.press(ana, server.people.direct(ana), stamp, "go")
        await inbox.until(3)
        await server.inbound.settled()
        assert [delivery.status for delivery in server.inbound.deliveries] == [200, 200, 200]
    assert inbox.events[1].event == Said("/project 1")


async def test_what_could_not_be_stored_comes_again(
    server: SlackServer, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.slack.inbound.PATIENCE", 0.3)
    inbox.trouble = RuntimeError()
    async with connected(server, inbox):
        server.people.say(server.people.user(), "hello")
        await inbox.until_called(2)
        inbox.trouble = None
        await inbox.until(1)
        await server.inbound.settled()
    assert server.inbound.deliveries[0].status == 0
    assert server.inbound.deliveries[-1].status == 200


async def test_repeats_and_swapped_events_arrive_once_each(server: SlackServer, inbox: Inbox) -> None:
    async with connected(server, inbox):
        ana = server.people.user()
        server.inbound.duplicates = 2
        server.inbound.reorder = 1
        for word in ("one", "two", "three"):
            server.people.say(ana, word)
        await inbox.until(3)
        await server.inbound.settled()
    assert sorted(str(event.event.text) for event in inbox.events if isinstance(event.event, Said)) == [
        "one",
        "three",
        "two",
    ]
    assert len(server.inbound.deliveries) == 5


async def test_a_connection_that_ends_is_made_anew(
    server: SlackServer, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "PING", 0.2)
    async with connected(server, inbox):
        ana = server.people.user()
        server.people.say(ana, "before")
        await inbox.until(1)
        await all_connected(server)
        await server.inbound.refresh()
        await server.until(2 * socket.CONNECTIONS, "apps.connections.open")
        server.people.say(ana, "after a refresh")
        await inbox.until(2)
        for connection in tuple(server.inbound.sockets):
            await connection.close()
        server.people.say(ana, "after a loss")
        await inbox.until(3)


async def test_while_one_connection_is_gone_the_other_serves(server: SlackServer, inbox: Inbox) -> None:
    async with connected(server, inbox):
        ana = server.people.user()
        server.people.say(ana, "before")
        await inbox.until(1)
        await all_connected(server)
        server.fault(Fault("refuse", "apps.connections.open", times=100, code="internal_error"))
        await server.inbound.sockets[0].close()
        for number in range(6):
            server.people.say(ana, f"still {number}")
        await inbox.until(7)


async def test_a_refused_connection_is_tried_again(
    server: SlackServer, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "FIRST_PAUSE", 0.05)
    server.fault(Fault("drop_before", "apps.connections.open"))
    server.fault(Fault("error_before", "apps.connections.open"))
    server.fault(Fault("refuse", "apps.connections.open", code="internal_error"))
    async with connected(server, inbox):
        server.people.say(server.people.user(), "hello")
        await inbox.until(1)


async def test_a_wrong_app_token_stops_the_program(server: SlackServer, inbox: Inbox) -> None:
    platform = slack(server, app_token="xapp-wrong")
    await platform.start(inbox)
    with pytest.raises(ConfigurationError) as caught:
        await platform.listen()
    assert caught.value.variable == "ENLACE_SLACK_APP_TOKEN"
    assert "xapp-wrong" not in str(caught.value)
    await platform.stop()
