"""Views as the local Slack accepts them: modals and the home tab. Figures from docs.slack.dev/reference."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from tests.support.slack.blockkit import OPTION, check_blocks, text
from tests.support.slack.shapes import (
    boolean,
    fail,
    items,
    one_of,
    shape,
    size,
    string,
)

#: Slack: "view_too_large", at most 250 kB.
MAX_VIEW: Final = 250_000


def _initial(element: dict[str, Any], where: str) -> None:
    """What stands in an input from the start must be an answer that it would take."""
    kind, value = element["type"], element.get("initial_value")
    if value is not None and size(value) > element.get("max_length", 3000):
        fail(where, "initial_value is longer than max_length")
    if kind == "number_input" and value is not None and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        fail(where, "initial_value is no number")
    option = element.get("initial_option")
    if kind == "static_select" and option is not None and option not in element.get("options", ()):
        fail(where, "initial_option is none of the options")
    values = [item["value"] for item in element.get("options", ())]
    if len(values) != len(set(values)):
        fail(where, "two options have the same value")
    if (day := element.get("initial_date")) is not None:
        try:
            date.fromisoformat(day)
        except ValueError:
            fail(where, "initial_date is no day")


_VIEW_KEYS: Final = {
    "type": one_of("home", "modal"),
    "blocks": lambda value, where: check_blocks(value, "view"),
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
    "title": text(24),
    "submit": text(24),
    "close": text(24),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
    "submit_disabled": boolean,
}
_HOME_KEYS: Final = ("type", "blocks", "private_metadata", "callback_id", "external_id")


def check_view(view: Any) -> None:
    """Refuse a view that Slack would refuse.

    Raises:
        Invalid: with the place and the reason.
    """
    shape(_VIEW_KEYS, ("type", "blocks"))(view, "view")
    if view["type"] == "home":
        shape({key: _VIEW_KEYS[key] for key in _HOME_KEYS})(view, "view")
        return
    if "title" not in view:
        fail("view", "title is missing")
    if size(str(view)) > MAX_VIEW:
        fail("view", "view_too_large")
    for position, block in enumerate(view["blocks"]):
        where = f"view.blocks[{position}]"
        if block["type"] == "input":
            if "submit" not in view:
                fail(where, "an input needs a view with submit")
            _initial(block["element"], where)
        elif block["type"] in ("file", "markdown"):
            fail(where, f"{block['type']} does not belong into a modal")


_OPTIONS: Final = shape({"options": items(OPTION, 0, 100)}, ("options",))


def check_options(answer: Any, where: str) -> None:
    """Refuse an answer to ``block_suggestion`` that Slack would refuse.

    Raises:
        Invalid: with the place and the reason.
    """
    _OPTIONS(answer, where)
    values = [option["value"] for option in answer["options"]]
    if len(values) != len(set(values)):
        fail(where, "two options have the same value")
