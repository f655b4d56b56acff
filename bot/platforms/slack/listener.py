"""Slack's own library in front of one function: signatures, challenges, dispatch, acknowledgement."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.contract import Choice, HttpRequest, HttpResponse
from bot.platforms.slack.client import library_log
from bot.platforms.slack.incoming import Malformed, Me
from bot.platforms.slack.views import option

MAX_BODY: Final = 1_000_000
_ANY: Final = re.compile("")
_NO_RETRY: Final = {"X-Slack-No-Retry": "1"}
_AGAIN: Final = {"Retry-After": "2"}


class NotStored(Exception):
    """Events could not be stored; Slack shall try again."""


def bolt(
    *,
    signing_secret: str,
    client: AsyncWebClient,
    me: Callable[[], Me],
    token: str,
    take: Callable[[dict[str, Any]], Awaitable[None]],
    offer: Callable[[dict[str, Any]], Awaitable[Sequence[Choice]]],
) -> AsyncApp:
    """An app that awaits ``take(body)`` for every event, command and press, and acknowledges only then.

    ``offer(body)`` gives what a select that asks for its options offers.
    """

    async def authorize(**_: Any) -> AuthorizeResult:
        # Known since the start: no request to Slack stands between an event and its acknowledgement.
        mine = me()
        return AuthorizeResult(
            enterprise_id=None,
            team_id=mine.account,
            bot_user_id=mine.user,
            bot_id=mine.bot or None,
            bot_token=token,
        )

    app = AsyncApp(
        name="enlace",
        logger=library_log(),
        client=client,
        signing_secret=signing_secret,
        authorize=authorize,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        ssl_check_enabled=False,
    )
    log = structlog.get_logger("bot.platforms.slack")

    async def listen(body: dict[str, Any], ack: AsyncAck) -> None:
        await take(body)
        await ack()

    async def suggest(body: dict[str, Any], ack: AsyncAck) -> None:
        await ack(options=[option(choice) for choice in await offer(body)])

    async def failed(error: Exception) -> BoltResponse:
        if isinstance(error, NotStored):
            log.error("event_not_stored", error=type(error.__cause__ or error).__name__)
            return BoltResponse(status=503, headers={**_AGAIN}, body="not stored")
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=404, headers={**_NO_RETRY}, body="not offered")
        log.error("payload_not_understood", error=type(error).__name__)
        return BoltResponse(status=400, headers={**_NO_RETRY}, body="not understood")

    async def limited(body: dict[str, Any], next_: Callable[[], Awaitable[Any]]) -> BoltResponse | None:
        if body.get("type") == "app_rate_limited":
            log.warning("events_limited", hint="Slack left out events of this minute: too many came")
            return BoltResponse(status=200)
        await next_()
        return None

    app.use(limited)
    app.event(_ANY)(listen)
    app.command(_ANY)(listen)
    app.action(_ANY)(listen)
    app.view_submission(_ANY)(listen)
    app.options(_ANY)(suggest)
    app.error(failed)
    return app


async def over_http(app: AsyncApp, request: HttpRequest) -> HttpResponse:
    """Answer a request of Slack; whatever it holds, the status is never 500."""
    if request.method != "POST":
        return HttpResponse(405, b"POST only", headers={"Allow": "POST"})
    if len(request.body) > MAX_BODY:
        return HttpResponse(413, b"too large", headers=_NO_RETRY)
    if not {"x-slack-signature", "x-slack-request-timestamp"} <= request.headers.keys():
        return HttpResponse(401, b"a signature is required")
    try:
        asked = AsyncBoltRequest(body=request.body.decode(), headers=dict(request.headers))
        if not isinstance(asked.body, dict):
            raise Malformed("body")
        answer = await app.async_dispatch(asked)
    except Exception as error:
        # The library's parser fails in many ways on what Slack would not send.
        structlog.get_logger("bot.platforms.slack").info("request_malformed", error=type(error).__name__)
        return HttpResponse(400, b"malformed", headers=_NO_RETRY)
    status = 400 if answer.status == 500 else answer.status
    headers = {key: values[0] for key, values in answer.headers.items() if key.startswith(("x-", "retry"))}
    media_type = answer.headers.get("content-type", ["text/plain; charset=utf-8"])[0]
    return HttpResponse(status, (answer.body or "").encode(), media_type, headers)
