"""Parts of blocks, and calls of the local Slack's methods."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.support.slack import SlackServer

SECTION: dict[str, Any] = {"type": "section", "text": {"type": "plain_text", "text": "x"}}
BUTTON: dict[str, Any] = {
    "type": "button",
    "action_id": "a",
    "text": {"type": "plain_text", "text": "x"},
    "value": "v",
}
OPTION: dict[str, Any] = {"text": {"type": "plain_text", "text": "x"}, "value": "v"}


def label(text: str) -> Any:
    return {"type": "plain_text", "text": text}


async def call(server: SlackServer, method: str, verb: str = "POST", **how: Any) -> tuple[int, Any, Any]:
    headers = {"Authorization": f"Bearer {server.token}", **how.pop("headers", {})}
    async with (
        aiohttp.ClientSession() as session,
        session.request(verb, f"{server.url}{method}", headers=headers, **how) as answer,
    ):
        return answer.status, await answer.json(), answer.headers
