"""What an error of the Web API means for a delivery: may Slack have acted on the request?"""

from __future__ import annotations

from typing import Final

from bot.contract import DeliveryError, Gone, InDoubt, Refused, Retry, Throttled

#: How long a message waits when Slack does not accept the token, in seconds.
TOKEN_PAUSE: Final = 60.0
#: The pause before another attempt where Slack names none, in seconds.
PAUSE: Final = 5.0

#: The bot is not in the room: what a slash command's own address can still reach.
NOT_THERE: Final = frozenset({"not_in_channel", "channel_not_found"})
#: The place itself is closed to the bot (docs.slack.dev, chat.postMessage and conversations.open).
_GONE: Final = NOT_THERE | {
    "is_archived",
    "user_not_found",
    "user_disabled",
    "user_not_visible",
    "cannot_dm_bot",
    "messages_tab_disabled",
    "team_access_not_granted",
}
#: Certainly not carried out, and likely to be another time.
_LATER: Final = {
    "ratelimited": PAUSE,
    "rate_limited": PAUSE,
    "request_timeout": PAUSE,
    "service_unavailable": PAUSE,
    "team_added_to_org": TOKEN_PAUSE,
    "message_limit_exceeded": TOKEN_PAUSE,
    "accesslimited": TOKEN_PAUSE,
    "invalid_auth": TOKEN_PAUSE,
    "not_authed": TOKEN_PAUSE,
    "token_expired": TOKEN_PAUSE,
}
#: "It's possible some aspect of the operation succeeded before the error was raised."
_DOUBTFUL: Final = ("fatal_error", "internal_error")
#: The message to edit is no longer there, or no longer one that can be edited.
_NOT_EDITABLE: Final = ("message_not_found", "cant_update_message", "edit_window_closed")


class Problem(Exception):
    """A request that Slack did not carry out, or about which it said nothing clear.

    ``code`` is Slack's own (or ``http_503``, ``no_answer``, ``not_connected``), ``after`` its Retry-After
    in seconds. ``sent`` is false where the request certainly did not reach Slack.
    """

    def __init__(
        self, code: str, *, status: int = 200, after: float = 0.0, sent: bool = True, method: str = ""
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.after = after
        self.sent = sent
        self.method = method

    @property
    def is_not_there(self) -> bool:
        """Whether the bot is not in the room."""
        return self.code in NOT_THERE

    @property
    def is_not_editable(self) -> bool:
        """Whether there is nothing to edit."""
        return self.code in _NOT_EDITABLE

    @property
    def is_token(self) -> bool:
        """Whether Slack does not accept the token."""
        return self.code in {
            "invalid_auth",
            "not_authed",
            "account_inactive",
            "token_revoked",
            "token_expired",
            "not_allowed_token_type",
        }


def limit_of(method: str) -> str:
    """The key of a method's limit."""
    return f"method:{method}" if method else ""


def outcome(problem: Problem) -> DeliveryError:
    """How a delivery ended whose request ended in ``problem``."""
    code = problem.code[:60]
    if not problem.sent:
        return Retry(code, 2.0)
    if problem.status == 429:
        # Slack counts by method, workspace and app (docs.slack.dev, rate limits).
        return Throttled("ratelimited", problem.after or PAUSE, limit_of(problem.method))
    if problem.status >= 500 or problem.code in _DOUBTFUL or problem.code == "no_answer":
        return InDoubt(code)
    if 300 <= problem.status < 400:
        # Slack leads nobody elsewhere: who answered here, and what became of the request, is not known.
        return InDoubt(code)
    if problem.code in _LATER:
        return Retry(code, problem.after or _LATER[problem.code])
    if problem.code in _GONE:
        return Gone(code)
    return Refused(code)
