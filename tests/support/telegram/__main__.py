"""The local Telegram in a process of its own: ``python -m tests.support.telegram --port 8099``.

Prints its address and its token on one line each, and runs until SIGTERM or SIGINT.
"""

from __future__ import annotations

import argparse
import asyncio
import signal

from tests.support.telegram.limits import Limits
from tests.support.telegram.server import TOKEN, TelegramServer


async def _serve(port: int, token: str, limits: Limits) -> None:
    server = TelegramServer(token=token, limits=limits)
    await server.start(port=port)
    print(f"{server.url}\n{server.token}", flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await server.stop()


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description="A local Telegram Bot API server.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--no-limits", action="store_true", help="let any number of messages through")
    given = parser.parse_args()
    asyncio.run(_serve(given.port, given.token, Limits(enforced=not given.no_limits)))


if __name__ == "__main__":
    main()
