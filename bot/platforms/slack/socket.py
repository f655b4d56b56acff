"""Socket Mode: receives over connections of its own, made anew whenever they stay down.

Slack sends each event over any one of an app's connections and ends each of them every few hours; with
two, nothing waits for a new one.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.contract import ConfigurationError
from bot.platforms.slack.client import library_log

if TYPE_CHECKING:
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
    from slack_bolt.async_app import AsyncApp

CONNECTIONS: Final = 2
#: Seconds between the library's pings and this module's looks at the connection.
PING: Final = 5.0
#: How long the library may try to come back by itself, in seconds.
DOWN: Final = 30.0
CONNECT: Final = 15.0
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 60.0
_WRONG: Final = ("invalid_auth", "not_authed", "not_allowed_token_type", "token_revoked", "account_inactive")


async def listen(app: AsyncApp, app_token: str) -> None:
    """Receive until cancelled.

    Raises:
        ConfigurationError: Slack does not accept the token, and never did.
    """
    connected = asyncio.Event()
    keepers: list[asyncio.Task[Any]] = [asyncio.create_task(_keep(app, app_token, connected))]
    try:
        waiting = asyncio.create_task(connected.wait())
        keepers.append(waiting)
        await asyncio.wait(keepers, return_when=asyncio.FIRST_COMPLETED)
        keepers += [asyncio.create_task(_keep(app, app_token, connected)) for _ in range(CONNECTIONS - 1)]
        # Not gather: it would cancel what is cancelled below, and so break off its cleaning up.
        done, _ = await asyncio.wait(set(keepers) - {waiting}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            await task
    finally:
        for task in keepers:
            task.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)


async def _keep(app: AsyncApp, app_token: str, connected: asyncio.Event) -> None:
    """Keep one connection up."""
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

    log = structlog.get_logger("bot.platforms.slack")
    pause = FIRST_PAUSE
    while True:
        handler = AsyncSocketModeHandler(app, app_token, logger=library_log(), ping_interval=PING)
        handler.client.proxy = app.client.proxy
        try:
            async with asyncio.timeout(CONNECT):
                # The library asks for an address itself, but never gives up one that is refused.
                handler.client.wss_uri = await handler.client.issue_new_wss_url()
                await handler.client.connect()  # type: ignore[no-untyped-call]
            log.info("socket_connected")
            connected.set()
            pause = FIRST_PAUSE
            await _until_down(handler)
            log.warning("socket_lost")
        except SlackApiError as error:
            code = str(error.response.get("error")) if error.response is not None else ""
            if code in _WRONG and not connected.is_set():
                raise ConfigurationError(
                    "ENLACE_SLACK_APP_TOKEN", f"Slack does not accept this token ({code})"
                ) from None
            log.warning("socket_refused", error=code, pause=pause)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            log.warning("socket_unreachable", error=type(error).__name__, pause=pause)
        finally:
            await _close(handler)
        await asyncio.sleep(pause)
        pause = min(LONGEST_PAUSE, pause * 2)


async def _until_down(handler: AsyncSocketModeHandler) -> None:
    down = 0.0
    while down < DOWN:
        await asyncio.sleep(PING)
        down = 0.0 if await handler.client.is_connected() else down + PING


async def _close(handler: AsyncSocketModeHandler) -> None:
    client = handler.client
    tasks = [client.message_processor, client.current_session_monitor, client.message_receiver]
    with contextlib.suppress(Exception):
        await client.close()  # type: ignore[no-untyped-call]
    await client.aiohttp_client_session.close()
    # The library cancels its tasks and does not wait for them.
    await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)
