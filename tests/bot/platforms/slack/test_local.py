"""The local Slack is as strict as it claims: against Slack's own descriptions, and where it is stricter."""

from __future__ import annotations

import asyncio
import copy
import json
import sys
from typing import Any, Final

import aiohttp
import pytest

from tests.bot.platforms.slack.conftest import specification
from tests.support.slack import Limits, SlackServer
from tests.support.slack.blockkit import BLOCKS, ELEMENTS, RICH_ELEMENTS, RICH_PARTS, check_blocks, check_view
from tests.support.slack.methods import METHODS
from tests.support.slack.shapes import Check, Invalid

#: Blocks that the program never uses; the local Slack refuses them.
EXOTIC = (
    "alert",
    "card",
    "carousel",
    "container",
    "context_actions",
    "data_table",
    "data_visualization",
    "plan",
    "table",
    "task_card",
    "url",
)
#: Slack counts characters, the local Slack UTF-16 units, so that neither way of counting can surprise.
COUNTED_OTHERWISE = ("header_block_emoji_at_limit",)
TYPES: dict[str, Check] = {**RICH_PARTS, **RICH_ELEMENTS, **ELEMENTS, **BLOCKS}


def fixtures(*folders: str) -> list[tuple[str, Any]]:
    root = specification("slackblocks-spec") / "fixtures" / "valid"
    return [
        (path.stem, json.loads(path.read_text()))
        for folder in folders
        for path in sorted((root / folder).glob("*.json"))
    ]


def test_valid_blocks_and_elements_pass() -> None:
    passed = 0
    for name, value in fixtures("blocks", "elements", "rich_text"):
        found = value if isinstance(value, list) else [value]
        for item in found:
            if item["type"] in EXOTIC or name in COUNTED_OTHERWISE:
                continue
            is_element = name.startswith("image_") and "title" not in item
            check = ELEMENTS["image"] if is_element else TYPES[item["type"]]
            check(item, name)
            passed += 1
    assert passed > 50


def test_valid_views_and_messages_pass() -> None:
    for _, value in fixtures("views"):
        check_view(value)
    for _, value in fixtures("messages"):
        ids = [block.get("block_id") for block in value.get("blocks", ())]
        if (
            not value.get("blocks")
            or len(ids) != len(set(ids))
            or '"text": ""' in json.dumps(value["blocks"])
        ):
            continue
        check_blocks(value["blocks"])


SECTION: dict[str, Any] = {"type": "section", "text": {"type": "plain_text", "text": "x"}}
BUTTON: dict[str, Any] = {
    "type": "button",
    "action_id": "a",
    "text": {"type": "plain_text", "text": "x"},
    "value": "v",
}
OPTION: dict[str, Any] = {"text": {"type": "plain_text", "text": "x"}, "value": "v"}


def actions(**changes: Any) -> Any:
    return [{"type": "actions", "elements": [BUTTON | changes]}]


def label(text: str) -> Any:
    return {"type": "plain_text", "text": text}


def choice(kind: str, **keys: Any) -> Any:
    return [{"type": "actions", "elements": [{"type": kind, "action_id": "a", **keys}]}]


def rich(*elements: Any) -> Any:
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}]


def entry(**element: Any) -> Any:
    return [{"type": "input", "label": label("x"), "element": {"action_id": "a", **element}}]


CONFIRM = {"title": label("t"), "text": label("t"), "confirm": label("c"), "deny": label("d")}
#: By the names in Slack's list of invalid cases.
INVALID: dict[str, Any] = {
    "text-empty": [{"type": "section", "text": label("")}],
    "text-too-long": [{"type": "section", "text": label("x" * 3001)}],
    "section-text-too-long": [{"type": "section", "text": label("x" * 3001)}],
    "section-too-many-fields": [{"type": "section", "fields": [label("x")] * 11}],
    "section-field-too-long": [{"type": "section", "fields": [label("x" * 2001)]}],
    "section-missing-content": [{"type": "section"}],
    "header-text-too-long": [{"type": "header", "text": label("x" * 151)}],
    "button-action-id-too-long": actions(action_id="a" * 256),
    "button-text-too-long": actions(text=label("x" * 76)),
    "button-url-too-long": actions(url="https://example.org/" + "x" * 3000),
    "button-accessibility-label-too-long": actions(accessibility_label="x" * 76),
    "block-id-too-long": [SECTION | {"block_id": "x" * 256}],
    "button-value-too-long": actions(value="v" * 2001),
    "confirmation-title-too-long": actions(confirm=CONFIRM | {"title": label("x" * 101)}),
    "confirmation-text-too-long": actions(confirm=CONFIRM | {"text": label("x" * 301)}),
    "confirmation-confirm-too-long": actions(confirm=CONFIRM | {"confirm": label("x" * 31)}),
    "confirmation-deny-too-long": actions(confirm=CONFIRM | {"deny": label("x" * 31)}),
    "option-text-too-long": choice("overflow", options=[OPTION | {"text": label("x" * 76)}]),
    "option-value-too-long": choice("overflow", options=[OPTION | {"value": "v" * 151}]),
    "option-url-too-long": choice("overflow", options=[OPTION | {"url": "https://x.org/" + "😀" * 3000}]),
    "option-description-too-long": choice("overflow", options=[OPTION | {"description": label("x" * 76)}]),
    "option-group-label-too-long": choice(
        "static_select", option_groups=[{"label": label("x" * 76), "options": [OPTION]}]
    ),
    "option-group-empty": choice("static_select", option_groups=[{"label": label("x"), "options": []}]),
    "option-group-too-many-options": choice(
        "static_select", option_groups=[{"label": label("x"), "options": [OPTION] * 101}]
    ),
    "select-placeholder-too-long": choice("static_select", options=[OPTION], placeholder=label("x" * 151)),
    "select-too-many-options": choice("static_select", options=[OPTION] * 101),
    "select-too-many-option-groups": choice(
        "static_select", option_groups=[{"label": label("x"), "options": [OPTION]}] * 101
    ),
    "static-select-options-and-groups": choice(
        "static_select", options=[OPTION], option_groups=[{"label": label("x"), "options": [OPTION]}]
    ),
    "overflow-empty": choice("overflow", options=[]),
    "overflow-too-many-options": choice("overflow", options=[OPTION] * 6),
    "checkboxes-empty": choice("checkboxes", options=[]),
    "checkboxes-too-many-options": choice("checkboxes", options=[OPTION] * 11),
    "radio-buttons-empty": choice("radio_buttons", options=[]),
    "radio-buttons-too-many-options": choice("radio_buttons", options=[OPTION] * 11),
    "file-input-max-files-too-small": entry(type="file_input", max_files=0),
    "file-input-max-files-too-large": entry(type="file_input", max_files=11),
    "plain-text-input-max-length-too-large": entry(type="plain_text_input", max_length=3001),
    "number-input-inverted-range": entry(
        type="number_input", is_decimal_allowed=False, min_value="5", max_value="1"
    ),
    "input-invalid-element": entry(type="button", text=label("x")),
    "input-label-too-long": [
        {"type": "input", "label": label("x" * 2001), "element": {"type": "plain_text_input"}}
    ],
    "input-hint-too-long": [
        {
            "type": "input",
            "label": label("x"),
            "hint": label("x" * 2001),
            "element": {"type": "plain_text_input"},
        }
    ],
    "actions-too-many-elements": [
        {"type": "actions", "elements": [BUTTON | {"action_id": f"a{n}"} for n in range(26)]}
    ],
    "context-too-many-elements": [{"type": "context", "elements": [label("x")] * 11}],
    "context-invalid-element": [{"type": "context", "elements": [BUTTON]}],
    "image-url-too-long": [{"type": "image", "image_url": "https://x.org/" + "x" * 3000, "alt_text": "x"}],
    "image-alt-text-too-long": [{"type": "image", "image_url": "https://x.org/x", "alt_text": "x" * 2001}],
    "image-url-and-slack-file": [
        {"type": "image", "image_url": "https://x.org/x", "slack_file": {"id": "F1"}, "alt_text": "x"}
    ],
    "markdown-empty": [{"type": "markdown", "text": ""}],
    "markdown-too-long": [{"type": "markdown", "text": "x" * 12_001}],
}
#: What Slack accepts, or does not say, and the local Slack refuses.
STRICTER: list[Any] = [
    [],
    [SECTION] * 51,
    [{"type": "unknown"}],
    [SECTION | {"unknown": 1}],
    ["text"],
    "text",
    actions(text={"type": "mrkdwn", "text": "x"}),
    actions(style="default"),
    actions(url="javascript:alert(1)"),
    [{"type": "actions", "elements": [BUTTON, BUTTON]}],
    [SECTION | {"block_id": "x"}, SECTION | {"block_id": "x"}],
    [{"type": "section", "text": {"type": "mrkdwn", "text": "<!channel>"}}],
    [{"type": "section", "text": {"type": "mrkdwn", "text": "<@U1>"}}],
    [{"type": "section", "text": {"type": "mrkdwn", "text": "a < b"}}],
    [{"type": "section", "text": {"type": "mrkdwn", "text": "a & b"}}],
    [{"type": "section", "text": {"type": "plain_text", "text": "\ud800"}}],
    rich({"type": "text", "text": ""}),
    rich({"type": "text", "text": "x" * 3001}),
    rich({"type": "text", "text": "x", "style": {"blink": True}}),
    rich({"type": "link", "url": "slack://x"}),
    rich({"type": "text", "text": "x" * 2000}, {"type": "text", "text": "x" * 2000}),
    [SECTION | {"text": label("x" * 2999)}] * 5,
]


@pytest.mark.parametrize("name", sorted(INVALID))
def test_invalid_blocks_are_refused(name: str) -> None:
    with pytest.raises(Invalid):
        check_blocks(copy.deepcopy(INVALID[name]), "view")


def test_the_list_of_invalid_cases_is_covered() -> None:
    cases = json.loads((specification("slackblocks-spec") / "fixtures/invalid/manifest.json").read_text())[
        "cases"
    ]
    elsewhere = ("view-", "video-", "table-", "data-", "chart-", "pie-chart-", "axis-", "url-source-")
    exotic = (
        "alert-",
        "card-",
        "carousel-",
        "container-",
        "context-actions-",
        "feedback-",
        "icon-",
        "plan-",
        "task-",
    )
    left = {
        case["id"]
        for case in cases
        if case["id"] not in INVALID and not case["id"].startswith((*elsewhere, *exotic))
    }
    assert left == set()


@pytest.mark.parametrize("number", range(len(STRICTER)))
def test_it_is_stricter_than_slack(number: int) -> None:
    with pytest.raises(Invalid):
        check_blocks(copy.deepcopy(STRICTER[number]))


@pytest.mark.parametrize(
    "change",
    [
        {"type": "modal"},
        {"type": "modal", "title": label("x" * 25)},
        {"type": "modal", "title": label("x"), "submit": label("x" * 25)},
        {"type": "modal", "title": label("x"), "close": label("x" * 25)},
        {"title": label("x")},
        {"blocks": []},
        {"blocks": [SECTION] * 101},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"unknown": 1},
    ],
)
def test_invalid_views_are_refused(change: dict[str, Any]) -> None:
    view = {"type": "home", "blocks": [SECTION]}
    check_view(view)
    with pytest.raises(Invalid):
        check_view(view | change)


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


async def call(server: SlackServer, method: str, verb: str = "POST", **how: Any) -> tuple[int, Any, Any]:
    headers = {"Authorization": f"Bearer {server.token}", **how.pop("headers", {})}
    async with (
        aiohttp.ClientSession() as session,
        session.request(verb, f"{server.url}{method}", headers=headers, **how) as answer,
    ):
        return answer.status, await answer.json(), answer.headers


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


INPUT: Final = {
    "type": "input",
    "block_id": "post",
    "label": label("Post"),
    "element": {"type": "plain_text_input", "action_id": "post", "max_length": 5},
}
MODAL: Final = {
    "type": "modal",
    "title": label("x"),
    "submit": label("y"),
    "blocks": [INPUT],
    "callback_id": "mine",
    "private_metadata": "key",
}


def element(kind: str, **more: object) -> dict[str, object]:
    """A modal's blocks with an input of this kind."""
    return {"blocks": [{**INPUT, "element": {"type": kind, "action_id": "a", **more}}]}


async def error_of(server: SlackServer, method: str, **arguments: object) -> str:
    return str((await call(server, method, json=arguments))[1].get("error", ""))


async def test_a_trigger_holds_three_seconds_and_once(server: SlackServer) -> None:
    late, used = server.world.trigger("U1"), server.world.trigger("U1")
    assert await error_of(server, "views.open", view=MODAL) == "invalid_arguments"
    assert await error_of(server, "views.open", view=MODAL, trigger_id="none") == "invalid_trigger_id"
    assert await error_of(server, "views.open", view=MODAL, trigger_id=used) == ""
    assert await error_of(server, "views.open", view=MODAL, trigger_id=used) == "exchanged_trigger_id"
    server.advance(3.1)
    assert await error_of(server, "views.open", view=MODAL, trigger_id=late) == "expired_trigger_id"


@pytest.mark.parametrize(
    "view",
    [
        {"type": "home"},
        {"title": None},
        {"submit": None},
        {"title": label("x" * 25)},
        {"private_metadata": "x" * 3001},
        element("plain_text_input", max_length=5, initial_value="longer"),
        element("number_input"),
        element("number_input", is_decimal_allowed=True, initial_value="1,5"),
        element("datepicker", initial_date="2027-02-30"),
        element(
            "static_select",
            options=[{"text": label("A"), "value": "a"}],
            initial_option={"text": label("B"), "value": "b"},
        ),
        element("static_select", options=[{"text": label(text), "value": "a"} for text in "AB"]),
    ],
)
async def test_a_modal_that_slack_would_not_take(server: SlackServer, view: dict[str, object]) -> None:
    wrong = {key: value for key, value in (MODAL | view).items() if value is not None}
    trigger = server.world.trigger("U1")
    assert await error_of(server, "views.open", view=wrong, trigger_id=trigger) == "invalid_arguments"
    assert server.world.views == {}


async def test_a_modal_is_sent_only_as_its_client_would(server: SlackServer) -> None:
    ana = server.people.user()
    trigger = server.world.trigger(ana.id)
    view = (await call(server, "views.open", json={"view": MODAL, "trigger_id": trigger}))[1]["view"]
    for values, why in (({}, "required"), ({"post": "longer"}, "too long"), ({"other": "x"}, "other")):
        with pytest.raises(ValueError, match=why):
            server.people.submit(ana, view, values)
    assert await error_of(server, "views.update", view=MODAL, view_id="V404") == "not_found"
    changed = {"view": MODAL, "view_id": view["id"], "hash": "old"}
    assert await error_of(server, "views.update", **changed) == "hash_conflict"


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
