"""What an error of the Bot API means for a delivery: may Telegram have acted on the request?"""

from __future__ import annotations

import re
from typing import Final

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot import contract
from bot.contract import DeliveryError, Gone, InDoubt, Moved, Refused, Retry
from bot.platforms.telegram.transport import NotSent, Throttled

#: How long a message waits when Telegram does not accept the token, in seconds.
TOKEN_PAUSE: Final = 60.0

#: Texts of 400 and 403 that say that the place itself is closed (telegram-bot-api, Client.cpp).
_GONE: Final = (
    "bot was blocked by the user",
    "user is deactivated",
    "bot was kicked",
    "bot is not a member",
    "chat not found",
    "peer_id_invalid",
    "user not found",
)
_UNCHANGED: Final = "message is not modified"
#: The message to edit is no longer there, or no longer one that can be edited.
_NOT_EDITABLE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
)


def is_unchanged(error: TelegramError) -> bool:
    """Whether an edit failed only because the message already reads so."""
    return isinstance(error, BadRequest) and _UNCHANGED in error.message.lower()


def is_not_editable(error: TelegramError) -> bool:
    """Whether an edit failed because there is nothing to edit."""
    return isinstance(error, BadRequest) and any(text in error.message.lower() for text in _NOT_EDITABLE)


def outcome(error: TelegramError) -> DeliveryError:
    """How a delivery ended whose request ended in ``error``.

    The order matters: the library derives ``BadRequest``, a clear refusal, from its network errors.
    """
    if isinstance(error, NotSent):
        return Retry("not_connected", 2.0)
    if isinstance(error, Throttled):
        return contract.Throttled("too_many_requests", error.after)
    if isinstance(error, ChatMigrated):
        return Moved("migrated", str(error.new_chat_id))
    if isinstance(error, InvalidToken):
        return Retry("unauthorized", TOKEN_PAUSE)
    if isinstance(error, BadRequest | Forbidden):
        reason = _slug(error.message)
        closed = any(text in error.message.lower() for text in _GONE)
        return Gone(reason) if closed else Refused(reason)
    return InDoubt(_slug(type(error).__name__))


def _slug(text: str) -> str:
    """A machine code made of the fixed part of a description; what follows a colon may quote the message."""
    fixed = re.split(r"[:\"(\d]|\B'|'\B", text.removeprefix("Forbidden: ").removeprefix("Bad Request: "))[0]
    return re.sub(r"[^a-z]+", "_", fixed.lower()).strip("_")[:60] or "bad_request"
