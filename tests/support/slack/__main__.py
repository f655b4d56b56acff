"""The local Slack in a process of its own: ``python -m tests.support.slack --port N --app-url http://…``.

Prints its API's address, bot token, app token and signing secret on one line each, and runs until SIGTERM
or SIGINT. Without ``--app-url`` it speaks Socket Mode.
"""

from __future__ import annotations

import argparse
import asyncio
import signal

from tests.support.slack.limits import Limits
from tests.support.slack.server import SlackServer


async def _serve(port: int, app_url: str, limits: Limits) -> None:
    server = SlackServer(limits=limits)
    server.inbound.app_url = app_url.rstrip("/")
    await server.start(port=port)
    print(server.url, server.token, server.app_token, server.secret, sep="\n", flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await server.stop()


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description="A local Slack.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--app-url", default="")
    parser.add_argument("--no-limits", action="store_true", help="let any number of requests through")
    given = parser.parse_args()
    asyncio.run(_serve(given.port, given.app_url, Limits(enforced=not given.no_limits)))


if __name__ == "__main__":
    main()
