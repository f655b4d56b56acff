"""How deliveries stand, in words: the places that they were for, and why they did not arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.contract import Field
from bot.i18n import Translator, message
from directory.rooms import Room
from reminders.outbox import Address, Troubled

#: What codes of reasons begin with, and what they mean. The codes are those of the platforms
#: (``bot/platforms/*/outcomes.py``) and of delivery itself.
_REASONS: Final[Mapping[str, tuple[str, ...]]] = {
    message("status.why_gone"): (
        "bot_was_blocked", "user_is_deactivated", "bot_was_kicked", "bot_is_not_a_member", "chat_not_found",
        "peer_id_invalid", "user_not_found", "user_disabled", "not_in_channel", "channel_not_found",
        "is_archived", "cannot_dm_bot", "messages_tab_disabled", "team_access_not_granted",
    ),
    message("status.why_unreachable"): ("not_connected", "conversation_not_opened"),
    message("status.why_unanswered"): (
        "no_answer", "timedout", "networkerror", "servertrouble", "http_5", "fatal_error", "internal_error",
        "telegramerror", "edit_unanswered", "delete_unanswered",
    ),
    message("status.why_ended"): ("worker_died",),
    message("status.why_restored"): ("restored",),
    message("status.why_throttled"): ("too_many_requests", "ratelimited", "rate_limited"),
    message("status.why_token"): (
        "unauthorized", "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired",
    ),
    message("status.why_partly"): ("part_", "files_"),
}  # fmt: skip
#: Longer codes of a platform are not shown, in characters.
_CODE: Final = 60


def why(t: Translator, reason: str) -> str:
    """A reason that a person understands; a platform's own code where it is none that is known."""
    for key, codes in _REASONS.items():
        if reason.startswith(codes):
            return t(key)
    return t("status.why_other", code=reason[:_CODE])


def lines(t: Translator, listed: Sequence[Troubled], rooms: Mapping[Address, Room]) -> tuple[Field, ...]:
    """One line a delivery: the room (whoever a direct chat is with is nobody's business), when and why."""
    fields = []
    for one in listed:
        room = rooms.get((one.platform, one.account, one.destination))
        place = (room.name or room.place) if room is not None else t("status.direct_chat")
        at, reason = t.moment(one.at), why(t, one.reason)
        fields.append(Field(f"{place} ({one.platform})", t("status.line", at=at, why=reason)))
    return tuple(fields)
