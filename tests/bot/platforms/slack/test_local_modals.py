"""The local Slack opens, checks and sends modals as Slack and its client do."""

from __future__ import annotations

from typing import Final

import pytest

from tests.bot.platforms.slack.calls import call, label
from tests.support.slack import SlackServer

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
