"""The methods and types that the server knows, their parameters, and the check of a request against them.

Stricter than the real server: a parameter that is not in the table is refused. Names, types and which of
them are required are the Bot API's (core.telegram.org/bots/api).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final


class ApiError(Exception):
    """A refusal: HTTP status, description, and parameters such as ``retry_after``."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad(description: str) -> ApiError:
    """A 400."""
    return ApiError(400, f"Bad Request: {description}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter or field: its types as the Bot API names them."""

    types: tuple[str, ...]
    required: bool = False


def _some(*types: str) -> Param:
    return Param(types)


def _must(*types: str) -> Param:
    return Param(types, required=True)


_CHAT: Final = _must("Integer", "String")
_SEND: Final[dict[str, Param]] = {
    "chat_id": _CHAT,
    "message_thread_id": _some("Integer"),
    "disable_notification": _some("Boolean"),
    "reply_parameters": _some("ReplyParameters"),
    "reply_markup": _some("InlineKeyboardMarkup", "ReplyKeyboardMarkup", "ReplyKeyboardRemove", "ForceReply"),
}
_EDIT: Final[dict[str, Param]] = {
    "chat_id": _some("Integer", "String"),
    "message_id": _some("Integer"),
    "inline_message_id": _some("String"),
    "reply_markup": _some("InlineKeyboardMarkup"),
}

METHODS: Final[Mapping[str, Mapping[str, Param]]] = {
    "getMe": {},
    "getFile": {"file_id": _must("String")},
    "getUpdates": {
        "offset": _some("Integer"),
        "limit": _some("Integer"),
        "timeout": _some("Integer"),
        "allowed_updates": _some("Array of String"),
    },
    "setWebhook": {
        "url": _must("String"),
        "max_connections": _some("Integer"),
        "allowed_updates": _some("Array of String"),
        "drop_pending_updates": _some("Boolean"),
        "secret_token": _some("String"),
    },
    "deleteWebhook": {"drop_pending_updates": _some("Boolean")},
    "getWebhookInfo": {},
    "sendMessage": {
        **_SEND,
        "text": _must("String"),
        "parse_mode": _some("String"),
        "link_preview_options": _some("LinkPreviewOptions"),
    },
    "sendDocument": {
        **_SEND,
        "document": _must("InputFile", "String"),
        "caption": _some("String"),
        "parse_mode": _some("String"),
        "disable_content_type_detection": _some("Boolean"),
    },
    "sendPhoto": {
        **_SEND,
        "photo": _must("InputFile", "String"),
        "caption": _some("String"),
        "parse_mode": _some("String"),
    },
    "editMessageText": {
        **_EDIT,
        "text": _some("String"),
        "parse_mode": _some("String"),
        "link_preview_options": _some("LinkPreviewOptions"),
    },
    "editMessageReplyMarkup": dict(_EDIT),
    "deleteMessage": {"chat_id": _CHAT, "message_id": _must("Integer")},
    "answerCallbackQuery": {
        "callback_query_id": _must("String"),
        "text": _some("String"),
        "show_alert": _some("Boolean"),
        "url": _some("String"),
        "cache_time": _some("Integer"),
    },
    "answerInlineQuery": {
        "inline_query_id": _must("String"),
        "results": _must("Array of InlineQueryResult"),
        "cache_time": _some("Integer"),
        "is_personal": _some("Boolean"),
        "next_offset": _some("String"),
    },
    "setMyCommands": {
        "commands": _must("Array of BotCommand"),
        "scope": _some("BotCommandScope"),
        "language_code": _some("String"),
    },
    "getMyCommands": {"scope": _some("BotCommandScope"), "language_code": _some("String")},
    "getChat": {"chat_id": _CHAT},
    "leaveChat": {"chat_id": _CHAT},
    "sendChatAction": {
        "chat_id": _CHAT,
        "message_thread_id": _some("Integer"),
        "action": _must("String"),
    },
}

TYPES: Final[Mapping[str, Mapping[str, Param]]] = {
    "ReplyParameters": {
        "message_id": _must("Integer"),
        "chat_id": _some("Integer", "String"),
        "allow_sending_without_reply": _some("Boolean"),
    },
    "LinkPreviewOptions": {"is_disabled": _some("Boolean"), "url": _some("String")},
    "InlineKeyboardMarkup": {"inline_keyboard": _must("Array of Array of InlineKeyboardButton")},
    "InlineKeyboardButton": {
        "text": _must("String"),
        "url": _some("String"),
        "callback_data": _some("String"),
        "style": _some("String"),
    },
    "InlineQueryResultArticle": {
        "type": _must("String"),
        "id": _must("String"),
        "title": _must("String"),
        "input_message_content": _must("InputMessageContent"),
        "reply_markup": _some("InlineKeyboardMarkup"),
        "description": _some("String"),
    },
    "InputTextMessageContent": {
        "message_text": _must("String"),
        "parse_mode": _some("String"),
        "link_preview_options": _some("LinkPreviewOptions"),
    },
    "BotCommand": {"command": _must("String"), "description": _must("String")},
    "BotCommandScope": {
        "type": _must("String"),
        "chat_id": _some("Integer", "String"),
        "user_id": _some("Integer"),
    },
}
#: What the Bot API names more widely than the server takes it.
_NARROWED: Final = {
    "InlineQueryResult": "InlineQueryResultArticle",
    "InputMessageContent": "InputTextMessageContent",
}
_SCALARS: Final = ("Integer", "String", "Boolean", "InputFile")
_INTEGER: Final = re.compile(r"-?\d{1,19}")


def arguments(method: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The typed arguments of a request. ``given``: texts and uploads (form) or JSON values (JSON body).

    Raises:
        ApiError: something is unknown, missing or of the wrong type.
    """
    table = METHODS[method]
    unknown = given.keys() - table.keys()
    if unknown:
        raise bad(f"unknown parameter {min(unknown)!r}")
    found = {}
    for name, param in table.items():
        if name in given:
            found[name] = _parameter(name, given[name], param)
        elif param.required:
            raise bad(f'parameter "{name}" is required')
    return found


def _parameter(name: str, value: Any, param: Param) -> Any:
    """A parameter as it comes in a form: a text, which is JSON unless a string is meant."""
    if isinstance(value, Upload):
        if "InputFile" not in param.types:
            raise bad(f'parameter "{name}" takes no file')
        return value
    if isinstance(value, str):
        if "Integer" in param.types and _INTEGER.fullmatch(value):
            return int(value)
        if "String" in param.types:
            return value
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise bad(f'parameter "{name}" is not JSON') from None
    return _value(name, value, param.types)


def _value(name: str, value: Any, types: tuple[str, ...]) -> Any:
    for kind in types:
        kind = _NARROWED.get(kind, kind)
        if kind in TYPES and isinstance(value, dict):
            return _object(name, value, kind)
        if kind.startswith("Array of ") and isinstance(value, list):
            inner = (kind.removeprefix("Array of "),)
            return [_value(name, item, inner) for item in value]
        if kind in _SCALARS and _CHECKS[kind](value):
            return value
    raise bad(f'parameter "{name}" must be of type {" or ".join(types)}')


def _object(name: str, value: dict[str, Any], kind: str) -> dict[str, Any]:
    table = TYPES[kind]
    unknown = value.keys() - table.keys()
    if unknown:
        raise bad(f"{kind} has no field {min(unknown)!r}")
    for field, param in table.items():
        if field in value:
            _value(f"{name}.{field}", value[field], param.types)
        elif param.required:
            raise bad(f'can\'t parse {kind}: field "{field}" is required')
    return value


_CHECKS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "InputFile": lambda value: False,
}
