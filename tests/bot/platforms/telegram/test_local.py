"""The local Telegram itself: strict where the real one is, and true to its specification."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.support.telegram import Fault, TelegramServer
from tests.support.telegram.markup import read
from tests.support.telegram.schema import METHODS, TYPES, ApiError

SPECIFICATION = Path(__file__).parents[5] / "shared" / "reference" / "specs" / "telegram-bot-api.json"


class Caller:
    """A bot that calls methods by hand."""

    def __init__(self, server: TelegramServer, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session

    async def __call__(self, method: str, token: str = "", **given: Any) -> Any:
        """The answer to a request with a JSON body."""
        url = f"{self.server.url}/bot{token or self.server.token}/{method}"
        async with self.session.post(url, json=given) as answer:
            found = await answer.json()
            assert answer.status == (200 if found["ok"] else found["error_code"])
            return found

    async def refusal(self, method: str, **given: Any) -> str:
        """The description of a refusal."""
        found = await self(method, **given)
        assert not found["ok"], found
        description: str = found["description"]
        return description


@pytest.fixture
async def call(server: TelegramServer) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(server, session)


def test_the_tables_agree_with_the_specification() -> None:
    if not SPECIFICATION.exists():
        pytest.skip("the Bot API's specification is not beside the project")
    specification = json.loads(SPECIFICATION.read_text())
    for kind, table, known in (
        ("methods", METHODS, specification["methods"]),
        ("types", TYPES, specification["types"]),
    ):
        for name, params in table.items():
            entry = known[name]
            fields: dict[str, Any] = {field["name"]: field for field in entry.get("fields", ())}
            for child in entry.get("subtypes", ()):
                fields |= {field["name"]: field for field in known[child].get("fields", ())}
            for param_name, param in params.items():
                field = fields[param_name]
                assert set(param.types) == set(field["types"]), (kind, name, param_name)
                if "subtypes" not in entry:
                    assert param.required == field["required"], (kind, name, param_name)
            if "subtypes" not in entry:
                required = {field for field, about in fields.items() if about["required"]}
                assert required <= params.keys(), (kind, name)


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<b>a</b> &lt;&amp;&gt;&quot;&#39;&#x27;", "a <&>\"''"),
        ('<a href="https://e.org/?a=1&amp;b=2">x</a>', "x"),
        ("<b><i>a</i></b>", "a"),
        ("  a  ", "a"),
    ],
)
def test_markup_that_is_taken(markup: str, shown: str) -> None:
    assert read(markup, "HTML")[0] == shown


@pytest.mark.parametrize(
    "markup",
    [
        "<b>a",
        "a</b>",
        "<b><i>a</b></i>",
        "<b><b>a</b></b>",
        "<div>a</div>",
        "<br>",
        "a < b",
        "a > b",
        "a & b",
        "&nbsp;",
        "<a>x</a>",
        '<b href="x">a</b>',
        "<a href='x'>a</a>",
        '<a href="a&b">x</a>',
        "<code><b>x</b></code>",
        "<B>x</B>",
        "<b>x</b>" * 101,
        "x" * 40_000,
    ],
)
def test_markup_that_is_refused(markup: str) -> None:
    with pytest.raises(ApiError):
        read(markup, "HTML")


def test_entities_are_counted_in_utf16_and_found_where_nobody_marked_them() -> None:
    text, entities = read(" 👍 <b>x</b> @somebody evil.example", "HTML")
    assert text == "👍 x @somebody evil.example"
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in entities] == [
        ("bold", 3, 1),
        ("mention", 5, 9),
        ("url", 15, 12),
    ]


async def test_parameters_are_checked(server: TelegramServer, call: Caller) -> None:
    chat = server.people.user().id
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "é" * 33}]]}
    for expected, given in (
        ('"text" is required', {"chat_id": chat}),
        ("unknown parameter 'tekst'", {"chat_id": chat, "text": "x", "tekst": 1}),
        ("must be of type", {"chat_id": chat, "text": 5}),
        ("must be of type", {"chat_id": chat, "text": "x", "disable_notification": "yes"[:0] or 1}),
        ("chat not found", {"chat_id": 9, "text": "x"}),
        ("message text is empty", {"chat_id": chat, "text": " "}),
        ("message is too long", {"chat_id": chat, "text": "👍" * 2049}),
        ("unsupported parse_mode", {"chat_id": chat, "text": "x", "parse_mode": "Markdown"}),
        ("BUTTON_DATA_INVALID", {"chat_id": chat, "text": "x", "reply_markup": keyboard}),
        ("no field", {"chat_id": chat, "text": "x", "reply_parameters": {"message_id": 1, "x": 1}}),
        ("is required", {"chat_id": chat, "text": "x", "reply_parameters": {}}),
        ("to be replied not found", {"chat_id": chat, "text": "x", "reply_parameters": {"message_id": 1}}),
        ("thread not found", {"chat_id": chat, "text": "x", "message_thread_id": 1}),
    ):
        assert expected in await call.refusal("sendMessage", **given)
    assert server.log == []
    assert (await call("sendMessage", chat_id=chat, text="👍" * 2048))["ok"]
    assert await call.refusal("getMe", x=1) == "Bad Request: unknown parameter 'x'"
    assert await call.refusal("sendGift") == "Not Found"
    assert await call.refusal("getMe", token="700001:x") == "Unauthorized"


async def test_commands_are_checked(call: Caller) -> None:
    for expected, command, description in (
        ("BOT_COMMAND_INVALID", "Help", "x"),
        ("BOT_COMMAND_INVALID", "código", "x"),
        ("BOT_COMMAND_DESCRIPTION_INVALID", "help", ""),
        ("BOT_COMMAND_DESCRIPTION_INVALID", "help", "x" * 257),
    ):
        commands = [{"command": command, "description": description}]
        assert expected in await call.refusal("setMyCommands", commands=commands)
    good = [{"command": "help", "description": "Help"}]
    assert (await call("setMyCommands", commands=good, scope={"type": "all_group_chats"}))["ok"]
    assert (await call("getMyCommands", scope={"type": "all_group_chats"}))["result"] == good


async def test_limits(server: TelegramServer, call: Caller) -> None:
    room, ana = server.people.group(), server.people.user()
    for number in range(5):
        assert (await call("sendMessage", chat_id=ana.id, text=str(number)))["ok"]
    refused = await call("sendMessage", chat_id=ana.id, text="x")
    assert refused["parameters"]["retry_after"] >= 1
    server.advance(1)
    assert (await call("sendMessage", chat_id=ana.id, text="x"))["ok"]
    for number in range(20):
        assert (await call("sendMessage", chat_id=room.id, text=str(number)))["ok"]
    assert "retry after 60" in await call.refusal("sendMessage", chat_id=room.id, text="x")
    server.advance(61)
    assert (await call("sendMessage", chat_id=room.id, text="x"))["ok"]


async def test_polling_confirms_waits_and_conflicts(server: TelegramServer, call: Caller) -> None:
    ana = server.people.user()
    for number in range(3):
        server.people.say(ana, str(number))
    first = (await call("getUpdates", limit=2))["result"]
    assert [update["message"]["text"] for update in first] == ["0", "1"]
    assert (await call("getUpdates", limit=2))["result"] == first
    rest = (await call("getUpdates", offset=first[-1]["update_id"] + 1))["result"]
    assert [update["message"]["text"] for update in rest] == ["2"]
    last = rest[-1]["update_id"] + 1
    waiting = asyncio.create_task(call("getUpdates", offset=last, timeout=5))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(call("getUpdates", offset=last, timeout=5))
    assert "terminated by other getUpdates" in (await waiting)["description"]
    server.people.say(ana, "news")
    assert (await second)["result"][0]["message"]["text"] == "news"
    assert (await call("setWebhook", url="https://bot.example.org/hook"))["ok"]
    assert "webhook is active" in await call.refusal("getUpdates")
    assert (await call("getWebhookInfo"))["result"]["pending_update_count"] >= 0
    assert "HTTPS" in await call.refusal("setWebhook", url="http://bot.example.org/hook")


async def test_updates_expire_and_are_told_apart(server: TelegramServer, call: Caller) -> None:
    ana = server.people.user()
    sent = (await call("sendMessage", chat_id=ana.id, text="x"))["result"]
    server.people.press(ana, server.people.private(ana), sent["message_id"], "go")
    server.people.say(ana, "hello")
    server.advance(151)
    kinds = [set(update) - {"update_id"} for update in (await call("getUpdates"))["result"]]
    assert kinds == [{"message"}]
    await call("getUpdates", allowed_updates=["callback_query"])
    assert server.people.say(ana, "not wanted") is None


async def test_faults_before_and_after(server: TelegramServer, call: Caller) -> None:
    ana = server.people.user()
    server.fault(Fault("drop_after", "sendMessage"))
    with pytest.raises(aiohttp.ClientError):
        await call("sendMessage", chat_id=ana.id, text="one")
    server.fault(Fault("drop_before", "sendMessage"))
    with pytest.raises(aiohttp.ClientError):
        await call("sendMessage", chat_id=ana.id, text="two")
    assert [entry.arguments["text"] for entry in server.sent()] == ["one"]
    server.fault(Fault("delay", times=9))
    server.faults.clear()
    assert (await call("sendMessage", chat_id=ana.id, text="three"))["ok"]


async def test_other_methods(server: TelegramServer, call: Caller) -> None:
    people = server.people
    ana, room = people.user(), people.group()
    sent = (await call("sendMessage", chat_id=ana.id, text="x"))["result"]
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    edit = {"chat_id": ana.id, "message_id": sent["message_id"]}
    assert (await call("editMessageReplyMarkup", reply_markup=markup, **edit))["ok"]
    assert "not modified" in await call.refusal("editMessageReplyMarkup", reply_markup=markup, **edit)
    assert (await call("deleteMessage", **edit))["ok"]
    assert "not found" in await call.refusal("editMessageText", text="y", **edit)
    assert (await call("getChat", chat_id=room.id))["result"]["title"] == room.title
    assert (await call("sendChatAction", chat_id=room.id, action="typing"))["ok"]
    assert (await call("leaveChat", chat_id=room.id))["ok"]
    assert "kicked" in await call.refusal("sendMessage", chat_id=room.id, text="x")


async def test_it_runs_in_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.telegram", "--no-limits", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    token = (await process.stdout.readline()).decode().strip()
    async with aiohttp.ClientSession(url) as session:

        async def control(name: str, given: Any = None) -> Any:
            async with session.request(
                "GET" if given is None else "POST", f"/control/{name}", json=given
            ) as answer:
                assert answer.status == 200
                return await answer.json()

        (number,) = await control("say", {"user": 42, "text": "hello"})
        await control("say", [{"user": 42, "text": "/help", "chat": -100, "topic": 0}])
        async with session.post(f"/bot{token}/getUpdates", json={}) as answer:
            assert [item["update_id"] for item in (await answer.json())["result"]] == [number, number + 1]
        async with session.post(f"/bot{token}/sendMessage", json={"chat_id": 42, "text": "hi"}) as answer:
            message = (await answer.json())["result"]["message_id"]
        await control("press", {"user": 42, "chat": 42, "message": message, "data": "go"})
        await control("update", {"message": {"x": 1}})
        await control("faults", {"kind": "error_before", "method": "getMe"})
        await control("faults", {"clear": True})
        await control("limits", {"enforced": True})
        assert (await control("log?since=0&wait=1"))[0]["arguments"] == {"chat_id": 42, "text": "hi"}
        assert await control("log?since=1&wait=0.01") == []
        assert (await control("updates"))[str(number)]["fetched"] > 0
        assert (await control("state"))["waiting"] == 4
    process.terminate()
    assert await process.wait() == 0
