"""The local Slack takes the blocks that Slack takes, and refuses what Slack refuses, or more."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.bot.platforms.slack.calls import BUTTON, OPTION, SECTION, label
from tests.bot.platforms.slack.conftest import specification
from tests.support.slack.blockkit import BLOCKS, ELEMENTS, RICH_ELEMENTS, RICH_PARTS, check_blocks
from tests.support.slack.shapes import Check, Invalid
from tests.support.slack.views import check_view

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


def actions(**changes: Any) -> Any:
    return [{"type": "actions", "elements": [BUTTON | changes]}]


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
