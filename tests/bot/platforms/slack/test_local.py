"""The local Slack's methods, tokens, limits and rooms are as strict as Slack's."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import aiohttp
import pytest

from tests.bot.platforms.slack.calls import SECTION, call, label
from tests.bot.platforms.slack.conftest import specification
from tests.support.slack import Limits, SlackServer
from tests.support.slack.methods import METHODS


def test_methods_are_those_of_slacks_reference() -> None:
    folder = specification("slack-api-ref") / "docs.slack.dev" / "methods"
    for name, method in METHODS.items():
        reference = json.loads((folder / f"{name}.json").read_text())
        arguments = reference["args"]
        known = set(arguments["properties"]) - {"token"}
        assert set(method.arguments) <= known, name
        required = set(arguments.get("required", ())) - {"token"}
        assert required <= method.required | {"ts", "channel"}, name
        assert set(method.scopes) == set(reference["scope"].get("bot", ())) or not method.scopes, name
        if method.tier:
            assert reference["rate_limits"] == f"t{method.tier}", name
        assert method.json or not reference.get("json_input_supported"), name


async def test_arguments_may_stand_anywhere(server: SlackServer) -> None:
    ana = server.people.user()
    channel = server.people.channel(ana).id
    ways: list[dict[str, Any]] = [
        {"verb": "GET", "params": {"user": ana.id}},
        {"params": {"user": ana.id}},
        {"data": {"user": ana.id, "include_locale": "1"}},
    ]
    for how in ways:
        assert (await call(server, "users.info", **how))[1]["user"]["id"] == ana.id
    said = {"channel": channel, "text": "x", "blocks": [SECTION]}
    form = said | {"blocks": json.dumps(said["blocks"])}
    ways = [{"json": said}, {"data": form}, {"params": form}]
    for how in ways:
        assert (await call(server, "chat.postMessage", **how))[1]["ok"] is True
    assert (await call(server, "users.info", json={"user": ana.id}))[1]["error"] == "invalid_arguments"
    for wrong in ({"text": "x"}, said | {"unknown": 1}, said | {"text": 5}, said | {"blocks": "["}):
        assert (await call(server, "chat.postMessage", json=wrong))[1]["error"] == "invalid_arguments"


async def test_tokens_and_scopes_are_checked(server: SlackServer) -> None:
    for token, error in (
        ("", "not_authed"),
        ("xoxb-other", "invalid_auth"),
        (server.app_token, "not_allowed"),
    ):
        answer = await call(
            server, "auth.test", headers={"Authorization": f"Bearer {token}" if token else ""}
        )
        assert answer[1]["error"].startswith(error)
    assert (await call(server, "no.such.method"))[1]["error"] == "unknown_method"
    server.scopes = "commands"
    answer = await call(server, "users.info", params={"user": "U1"})
    assert (answer[1]["error"], answer[1]["needed"]) == ("missing_scope", "users:read")
    server.revoked = True
    assert (await call(server, "auth.test"))[1]["error"] == "token_revoked"


async def test_limits_are_kept(server: SlackServer) -> None:
    ana = server.people.user()
    channel = server.people.channel(ana).id
    server.meter.limits = Limits(scale=0.02, channel_burst=2)
    for _ in range(2):
        assert (await call(server, "chat.postMessage", json={"channel": channel, "text": "x"}))[0] == 200
        assert (await call(server, "users.info", params={"user": ana.id}))[0] == 200
    ways: list[tuple[str, dict[str, Any]]] = [
        ("chat.postMessage", {"json": {"channel": channel, "text": "x"}}),
        ("users.info", {"params": {"user": ana.id}}),
    ]
    for method, how in ways:
        status, answer, headers = await call(server, method, **how)
        assert (status, answer["error"]) == (429, "ratelimited")
        assert int(headers["Retry-After"]) >= 1
    server.advance(60)
    assert (await call(server, "users.info", params={"user": ana.id}))[0] == 200


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"channel": "C9"}, "channel_not_found"),
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "<!channel>"}, "unescaped_markup"),
        ({"text": "a & b"}, "unescaped_markup"),
        ({"link_names": True}, "names_would_be_linked"),
        ({"parse": "full"}, "names_would_be_linked"),
        ({"thread_ts": "1.1"}, "thread_not_found"),
        ({"blocks": [{"type": "header", "text": label("x" * 151)}]}, "invalid_blocks"),
        ({"metadata": {"event_type": 5}}, "invalid_metadata_format"),
    ],
)
async def test_messages_are_checked(server: SlackServer, change: dict[str, Any], error: str) -> None:
    said = {"channel": server.people.channel(server.people.user()).id, "text": "x"}
    assert (await call(server, "chat.postMessage", json=said | change))[1]["error"] == error
    assert server.log == []


async def test_rooms_that_are_closed_say_so(server: SlackServer) -> None:
    ana = server.people.user()
    archived = server.people.channel(ana)
    archived.archived = True
    for channel, error in (
        (archived, "is_archived"),
        (server.people.channel(ana, bot=False), "not_in_channel"),
        (server.people.channel(ana, bot=False, private=True), "channel_not_found"),
    ):
        answer = await call(server, "chat.postMessage", json={"channel": channel.id, "text": "x"})
        assert answer[1]["error"] == error
    ana.deleted = True
    assert (await call(server, "conversations.open", json={"users": ana.id}))[1]["error"] == "user_disabled"


async def test_the_other_methods_answer(server: SlackServer) -> None:
    ana = server.people.user()
    channel = server.people.channel(ana)
    said = (await call(server, "chat.postMessage", json={"channel": channel.id, "text": "x"}))[1]
    where = {"channel": channel.id, "ts": said["ts"]}
    assert (
        await call(server, "chat.postEphemeral", json={"channel": channel.id, "user": ana.id, "text": "x"})
    )[1]["ok"]
    assert (await call(server, "conversations.info", params={"channel": channel.id}))[1]["channel"][
        "is_member"
    ]
    assert (
        ana.id in (await call(server, "conversations.members", params={"channel": channel.id}))[1]["members"]
    )
    assert (await call(server, "chat.delete", json=where))[1]["ok"] is True
    assert (await call(server, "chat.delete", json=where))[1]["error"] == "message_not_found"
    view = {"type": "modal", "title": label("x"), "blocks": [SECTION]}
    assert (await call(server, "views.open", json={"view": view, "trigger_id": "t"}))[1]["error"] == (
        "invalid_trigger_id"
    )
    server.world.trigger("U1", "t")
    opened = (await call(server, "views.open", json={"view": view, "trigger_id": "t"}))[1]
    assert (await call(server, "views.update", json={"view": view, "view_id": opened["view"]["id"]}))[1]["ok"]


async def test_it_runs_alone() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.slack", "--no-limits", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        lines = [(await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip() for _ in range(4)]
        root = lines[0].removesuffix("/api/")
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{root}/control/app", json={"url": root}) as answer:
                assert await answer.json() is True
            said = [{"user": "U1", "text": "/project 1"}, {"user": "U1", "text": "hi", "channel": "C1"}]
            async with session.post(f"{root}/control/say", json=said) as answer:
                assert len(await answer.json()) == 2
            async with session.post(
                f"{lines[0]}chat.postMessage",
                json={"channel": "C1", "text": "x"},
                headers={"Authorization": f"Bearer {lines[1]}"},
            ) as answer:
                assert (await answer.json())["ok"] is True
            async with session.get(f"{root}/control/log?wait=1") as answer:
                assert [entry["method"] for entry in await answer.json()] == ["chat.postMessage"]
            async with session.get(f"{root}/control/state") as answer:
                assert (await answer.json())["app"] == root
    finally:
        process.terminate()
        await process.wait()
