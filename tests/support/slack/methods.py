"""The methods of the local Slack: arguments with their types, scopes, tiers; and reading of arguments.

From Slack's own reference (docs.slack.dev/reference/methods).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.slack.world import TEAM

#: Requests a minute for each tier; ``special`` has its own rule or none.
TIERS: Final = {1: 1, 2: 20, 3: 50, 4: 100}


class ApiError(Exception):
    """A refusal: Slack's error code and what else stands in the answer."""

    def __init__(self, code: str, status: int = 200, retry_after: int = 0, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.retry_after = retry_after
        self.more = more


@dataclass(frozen=True, slots=True)
class Method:
    """``arguments``: name to type, required ones marked with a star. ``tier`` 0: special or none."""

    tier: int
    arguments: Mapping[str, str]
    scopes: tuple[str, ...] = ()
    json: bool = True
    app_token: bool = False
    required: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        required = frozenset(name for name, kind in self.arguments.items() if kind.endswith("*"))
        object.__setattr__(self, "required", required)


_CONTENT: Final = {
    "text": "str",
    "blocks": "list",
    "attachments": "list",
    "link_names": "bool",
    "parse": "str",
    "metadata": "dict",
    "markdown_text": "str",
    "as_user": "bool",
}
_HISTORY: Final = {
    "channel": "str*",
    "cursor": "str",
    "include_all_metadata": "bool",
    "inclusive": "bool",
    "latest": "str",
    "limit": "int",
    "oldest": "str",
}
_HISTORIES: Final = ("channels:history", "groups:history", "im:history", "mpim:history")
_READS: Final = ("channels:read", "groups:read", "im:read", "mpim:read")
_WRITE: Final = ("chat:write",)
_LOOK: Final = {
    "icon_emoji": "str",
    "icon_url": "str",
    "username": "str",
}

METHODS: Final[dict[str, Method]] = {
    "auth.test": Method(0, {}),
    "apps.connections.open": Method(3, {}, app_token=True),
    "chat.postMessage": Method(
        0,
        {
            "channel": "str*",
            "thread_ts": "str",
            "mrkdwn": "bool",
            "reply_broadcast": "bool",
            "unfurl_links": "bool",
            "unfurl_media": "bool",
        }
        | _CONTENT
        | _LOOK,
        _WRITE,
    ),
    "chat.postEphemeral": Method(
        4, {"channel": "str*", "user": "str*", "thread_ts": "str"} | _CONTENT | _LOOK, _WRITE
    ),
    "chat.update": Method(
        3, {"channel": "str*", "ts": "str*", "reply_broadcast": "bool", "file_ids": "list"} | _CONTENT, _WRITE
    ),
    "chat.delete": Method(3, {"channel": "str*", "ts": "str*", "as_user": "bool"}, _WRITE),
    "conversations.open": Method(
        3,
        {"users": "str", "channel": "str", "return_im": "bool", "prevent_creation": "bool"},
        ("channels:manage", "groups:write", "im:write", "mpim:write"),
    ),
    "conversations.info": Method(
        3,
        {"channel": "str*", "include_locale": "bool", "include_num_members": "bool"},
        _READS,
        json=False,
    ),
    "conversations.history": Method(3, _HISTORY, _HISTORIES),
    "conversations.replies": Method(3, _HISTORY | {"ts": "str*"}, _HISTORIES, json=False),
    "conversations.members": Method(
        4, {"channel": "str*", "cursor": "str", "limit": "int"}, _READS, json=False
    ),
    "users.info": Method(4, {"user": "str*", "include_locale": "bool"}, ("users:read",), json=False),
    "views.publish": Method(4, {"user_id": "str*", "view": "dict*", "hash": "str"}),
    "views.open": Method(4, {"view": "dict*", "trigger_id": "str"}),
    "views.update": Method(4, {"view": "dict*", "view_id": "str", "external_id": "str", "hash": "str"}),
    "files.getUploadURLExternal": Method(
        4,
        {"filename": "str*", "length": "int*", "snippet_type": "str", "alt_txt": "str"},
        ("files:write",),
        json=False,
    ),
    "files.completeUploadExternal": Method(
        4,
        {
            "files": "list*",
            "channel_id": "str",
            "channels": "str",
            "thread_ts": "str",
            "initial_comment": "str",
            "blocks": "list",
        },
        ("files:write",),
    ),
}


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("1", "true", "True"):
        return True
    if value in ("0", "false", "False"):
        return False
    raise ValueError("not a boolean")


def _json(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        found = json.loads(value) if isinstance(value, str) else value
        if not isinstance(found, kind):
            raise ValueError(f"not a {kind.__name__}")
        return found

    return read


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a string")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not str(value).isdigit():
        raise ValueError("not a whole number")
    return int(value)


_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "str": _text,
    "int": _whole,
    "bool": _boolean,
    "list": _json(list),
    "dict": _json(dict),
}


def arguments(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a request, read and checked; ``token`` is not among them.

    Raises:
        ApiError: one is missing, unknown or of another type. (Slack itself ignores unknown ones.)
    """
    method = METHODS[name]
    found: dict[str, Any] = {}
    for key, value in given.items():
        if key == "token" or (key == "team_id" and value == TEAM):
            # Bolt's own client names the workspace with every request; Slack takes no notice.
            continue
        if key not in method.arguments:
            raise ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] unknown: {key}"]})
        try:
            found[key] = _READ[method.arguments[key].rstrip("*")](value)
        except ValueError as error:
            messages = [f"[ERROR] {key}: {error}"]
            raise ApiError("invalid_arguments", response_metadata={"messages": messages}) from None
    for key in method.required:
        if key not in found:
            messages = [f"[ERROR] missing required field: {key}"]
            raise ApiError("invalid_arguments", response_metadata={"messages": messages})
    return found
