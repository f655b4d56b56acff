"""Block Kit as the local Slack accepts it: types, limits, unique ids.

Figures from docs.slack.dev/reference/block-kit. Blocks that the program never uses (cards, carousels,
tables, charts, plans) are refused. ``rich_text`` and the whole of a message have limits of their own here,
where Slack documents none.
"""

from __future__ import annotations

from typing import Any, Final

from tests.support.slack.shapes import (
    Check,
    Invalid,
    anything,
    boolean,
    both,
    by_type,
    escaped,
    fail,
    items,
    number,
    one_of,
    shape,
    size,
    string,
)

MAX_BLOCKS: Final = {"message": 50, "view": 100}
#: No documented figure: Slack refuses messages somewhere above this (msg_blocks_too_long).
MAX_TEXT: Final = 12_000
MAX_RICH_TEXT: Final = 3_000
RESTRICTED: Final = ("mrkdwn", "plain_text")

ID: Final = string(255, 1)
URL: Final = string(3000, 1, r"https?://[^\s<>|]+")


def text(most: int = 3000, *kinds: str) -> Check:
    """A text object; mrkdwn must be free of unescaped markup."""
    allowed = kinds or ("plain_text",)
    common = {"type": anything, "text": string(most, 1)}
    return by_type(
        {
            "plain_text": shape(common | {"emoji": boolean}, ("text",)),
            "mrkdwn": both(
                shape(common | {"verbatim": boolean}, ("text",)),
                lambda value, where: escaped(value["text"], where),
            ),
        },
        allowed,
    )


ANY_TEXT: Final = text(3000, *RESTRICTED)
CONFIRM: Final = shape(
    {
        "title": text(100),
        "text": text(300, *RESTRICTED),
        "confirm": text(30),
        "deny": text(30),
        "style": one_of("primary", "danger"),
    },
    ("title", "text", "confirm", "deny"),
)
OPTION: Final = shape(
    {"text": text(75, *RESTRICTED), "value": string(150, 1), "description": text(75), "url": URL},
    ("text", "value"),
)
GROUP: Final = shape({"label": text(75), "options": items(OPTION, 1, 100)}, ("label", "options"))
FILTER: Final = shape(
    {
        "include": items(one_of("im", "mpim", "private", "public"), 1),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)
DISPATCH: Final = shape({"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 1)})
SLACK_FILE: Final = shape({"id": ID, "url": URL})


def exactly_one(*keys: str) -> Check:
    """One of ``keys`` and no more."""

    def check(value: Any, where: str) -> None:
        if sum(key in value for key in keys) != 1:
            fail(where, f"needs exactly one of {keys}")

    return check


def any_of(*keys: str) -> Check:
    """One of ``keys`` at least."""

    def check(value: Any, where: str) -> None:
        if not any(key in value for key in keys):
            fail(where, f"needs one of {keys}")

    return check


def _element(required: tuple[str, ...] = (), /, **keys: Check) -> Check:
    return shape({"type": anything, "action_id": ID, "focus_on_load": boolean} | keys, required)


def _menu(**keys: Check) -> Check:
    return _element(placeholder=text(150), confirm=CONFIRM, **keys)


def _select(**keys: Check) -> Check:
    return _menu(initial_option=OPTION, response_url_enabled=boolean, **keys)


IMAGE_KEYS: Final = {
    "type": anything,
    "image_url": URL,
    "slack_file": SLACK_FILE,
    "alt_text": string(2000),
}
IMAGE: Final = both(shape(IMAGE_KEYS, ("alt_text",)), exactly_one("image_url", "slack_file"))
_CHOICES: Final = {"options": items(OPTION, 1, 100), "option_groups": items(GROUP, 1, 100)}
_IDS: Final = items(string(255, 1))


def _range(value: Any, where: str) -> None:
    low, high = value.get("min_value"), value.get("max_value")
    if low is not None and high is not None and float(low) > float(high):
        fail(where, "min_value is above max_value")


def _selects() -> dict[str, Check]:
    found: dict[str, Check] = {
        "static_select": both(_select(**_CHOICES), exactly_one("options", "option_groups")),
        "external_select": _select(min_query_length=number(0)),
        "multi_static_select": both(
            _menu(**_CHOICES, initial_options=items(OPTION), max_selected_items=number(1)),
            exactly_one("options", "option_groups"),
        ),
        "multi_external_select": _menu(
            initial_options=items(OPTION), min_query_length=number(0), max_selected_items=number(1)
        ),
    }
    for noun in ("users", "conversations", "channels"):
        one = {"filter": FILTER, "default_to_current_conversation": boolean} if noun[0] == "c" else {}
        found[f"{noun}_select"] = _select(**{f"initial_{noun[:-1]}": string(255, 1)}, **one)
        found[f"multi_{noun}_select"] = _menu(
            **{f"initial_{noun}": _IDS}, max_selected_items=number(1), **one
        )
    return found


_LIMITED: Final = {"min_length": number(0, 3000), "max_length": number(1, 3000)}
_TYPED: Final = {"initial_value": string(3000), "dispatch_action_config": DISPATCH, "placeholder": text(150)}
TRIGGER: Final = shape(
    {
        "url": URL,
        "customizable_input_parameters": items(
            shape({"name": string(255, 1), "value": string(3000)}, ("name", "value"))
        ),
    },
    ("url",),
)
ELEMENTS: Final[dict[str, Check]] = {
    "button": _element(
        ("text",),
        text=text(75),
        url=URL,
        value=string(2000),
        style=one_of("primary", "danger"),
        confirm=CONFIRM,
        accessibility_label=string(75, 1),
    ),
    "workflow_button": _element(
        ("text", "workflow"),
        text=text(75),
        workflow=shape({"trigger": TRIGGER}, ("trigger",)),
        style=one_of("primary", "danger"),
        accessibility_label=string(75, 1),
    ),
    "overflow": _element(("options",), options=items(OPTION, 1, 5), confirm=CONFIRM),
    "checkboxes": _element(
        ("options",), options=items(OPTION, 1, 10), initial_options=items(OPTION, 1, 10), confirm=CONFIRM
    ),
    "radio_buttons": _element(
        ("options",), options=items(OPTION, 1, 10), initial_option=OPTION, confirm=CONFIRM
    ),
    "datepicker": _menu(initial_date=string(10, 10, r"\d{4}-\d\d-\d\d")),
    "timepicker": _menu(initial_time=string(5, 5, r"\d\d:\d\d"), timezone=string(60, 1)),
    "datetimepicker": _element(initial_date_time=number(10**9, 10**10), confirm=CONFIRM),
    "plain_text_input": _element(multiline=boolean, **_LIMITED, **_TYPED),
    "email_text_input": _element(**_TYPED),
    "url_text_input": _element(**_TYPED),
    "number_input": both(
        _element(
            ("is_decimal_allowed",),
            is_decimal_allowed=boolean,
            min_value=anything,
            max_value=anything,
            **_TYPED,
        ),
        _range,
    ),
    "file_input": _element(filetypes=items(string(20, 1)), max_files=number(1, 10)),
    "rich_text_input": _element(
        initial_value=anything, dispatch_action_config=DISPATCH, placeholder=text(150)
    ),
    "image": IMAGE,
    **_selects(),
}
_IN_INPUT: Final = [
    kind for kind in ELEMENTS if kind not in ("button", "workflow_button", "overflow", "image")
]
_IN_ACTIONS: Final = [
    kind
    for kind in ELEMENTS
    if not kind.endswith("_input") and kind != "image" and not kind.startswith("multi_")
]
_IN_SECTION: Final = [kind for kind in ELEMENTS if not kind.endswith("_input")]

STYLE: Final = shape(
    dict.fromkeys(("bold", "italic", "strike", "code", "highlight", "client_highlight", "unlink"), boolean)
)
_STYLED: Final = {"type": anything, "style": STYLE}
RICH_ELEMENTS: Final[dict[str, Check]] = {
    "text": shape(_STYLED | {"text": string(3000, 1)}, ("text",)),
    "link": shape(_STYLED | {"url": URL, "text": string(3000, 1), "unsafe": boolean}, ("url",)),
    "emoji": shape(_STYLED | {"name": ID, "unicode": ID}, ("name",)),
    "user": shape(_STYLED | {"user_id": ID}, ("user_id",)),
    "channel": shape(_STYLED | {"channel_id": ID}, ("channel_id",)),
    "usergroup": shape(_STYLED | {"usergroup_id": ID}, ("usergroup_id",)),
    "broadcast": shape(_STYLED | {"range": one_of("here", "channel", "everyone")}, ("range",)),
    "date": shape(_STYLED | {"timestamp": number(), "format": ID, "fallback": ID}, ("timestamp", "format")),
    "color": shape(_STYLED | {"value": ID}, ("value",)),
}
_RICH_ITEMS: Final = items(by_type(RICH_ELEMENTS), 1)
_SECTION_PART: Final = shape({"type": anything, "elements": _RICH_ITEMS}, ("elements",))
_BORDERED: Final = {"type": anything, "elements": _RICH_ITEMS, "border": number(0, 3)}
RICH_PARTS: Final[dict[str, Check]] = {
    "rich_text_section": _SECTION_PART,
    "rich_text_preformatted": shape(_BORDERED | {"language": ID}, ("elements",)),
    "rich_text_quote": shape(_BORDERED, ("elements",)),
    "rich_text_list": shape(
        {
            "type": anything,
            "elements": items(by_type({"rich_text_section": _SECTION_PART}), 1),
            "style": one_of("bullet", "ordered"),
            "indent": number(0, 8),
            "offset": number(0),
            "border": number(0, 3),
        },
        ("elements", "style"),
    ),
}


def _rich_length(value: Any, where: str) -> None:
    if written(value) > MAX_RICH_TEXT:
        fail(where, f"rich text has {written(value)} characters, more than {MAX_RICH_TEXT}")


def _block(required: tuple[str, ...] = (), /, **keys: Check) -> Check:
    return shape({"type": anything, "block_id": ID} | keys, required)


BLOCKS: Final[dict[str, Check]] = {
    "header": _block(("text",), text=text(150)),
    "divider": _block(),
    "section": both(
        _block(
            text=ANY_TEXT,
            fields=items(text(2000, *RESTRICTED), 1, 10),
            accessory=by_type(ELEMENTS, _IN_SECTION),
            expand=boolean,
        ),
        any_of("text", "fields"),
    ),
    "context": _block(
        ("elements",),
        elements=items(by_type({"image": IMAGE, "plain_text": ANY_TEXT, "mrkdwn": ANY_TEXT}), 1, 10),
    ),
    "actions": _block(("elements",), elements=items(by_type(ELEMENTS, _IN_ACTIONS), 1, 25)),
    "image": both(
        shape(IMAGE_KEYS | {"block_id": ID, "title": text(2000)}, ("alt_text",)),
        exactly_one("image_url", "slack_file"),
    ),
    "input": _block(
        ("label", "element"),
        label=text(2000),
        element=by_type(ELEMENTS, _IN_INPUT),
        hint=text(2000),
        optional=boolean,
        dispatch_action=boolean,
    ),
    "rich_text": both(
        _block(("elements",), elements=items(by_type(RICH_PARTS), 1)),
        _rich_length,
    ),
    "markdown": _block(("text",), text=string(12_000, 1)),
    "file": _block(("external_id", "source"), external_id=ID, source=one_of("remote")),
    "video": _block(
        ("alt_text", "thumbnail_url", "title", "video_url"),
        alt_text=string(200, 1),
        thumbnail_url=URL,
        title=text(200),
        video_url=URL,
        author_name=string(50, 1),
        description=text(200),
        provider_icon_url=URL,
        provider_name=string(50, 1),
        title_url=URL,
    ),
}


def written(value: Any) -> int:
    """How much text there is in a block or in blocks."""
    if isinstance(value, list):
        return sum(written(item) for item in value)
    if isinstance(value, dict):
        return sum(
            size(item) if key == "text" and isinstance(item, str) else written(item)
            for key, item in value.items()
        )
    return 0


def _collect(value: Any, key: str) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in _collect(item, key)]
    if isinstance(value, dict):
        own = [value[key]] if isinstance(value.get(key), str) else []
        return own + [found for item in value.values() for found in _collect(item, key)]
    return []


def check_blocks(blocks: Any, surface: str = "message") -> None:
    """Refuse what Slack would refuse.

    Raises:
        Invalid: with the place and the reason.
    """
    items(by_type(BLOCKS), 1, MAX_BLOCKS[surface])(blocks, "blocks")
    for key in ("block_id", "action_id"):
        found = _collect(blocks, key)
        if len(found) != len(set(found)):
            fail("blocks", f"{key} is not unique")
    if surface == "message" and written(blocks) > MAX_TEXT:
        raise Invalid(f"blocks: msg_blocks_too_long ({written(blocks)})")
