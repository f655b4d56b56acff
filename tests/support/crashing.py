"""The real program, ended by SIGKILL when it passes a named point for the n-th time.

``python -m tests.support.crashing POINT N``; the settings come from the environment as for ``enlace run``.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Final

from bot import logs
from bot.serving import Part, serve
from bot.settings import load

#: The named points of the path from event to answer, in its order.
POINTS: Final = (
    "before_store",
    "in_store",
    "stored",
    "in_answer",
    "answered",
    "before_claim",
    "in_claim",
    "claimed",
    "sending",
    "before_mark",
    "in_mark",
    "recorded",
)


def killer(name: str, passage: int) -> Callable[[str], Awaitable[None]]:
    """A hook that kills this process at the ``passage``-th time at ``name``."""
    left = passage

    async def point(at: str) -> None:
        nonlocal left
        if at == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return point


def main() -> None:
    """Run until killed, or until SIGTERM."""
    name, passage = sys.argv[1], int(sys.argv[2])
    if name not in POINTS:
        raise SystemExit(f"no such point: {name}")
    settings = load()
    logs.configure("warning", "json", settings.secrets)
    whole = Part.WEB | Part.WORKER
    asyncio.run(serve(settings, whole, demo=True, announce=False, point=killer(name, passage)))


if __name__ == "__main__":
    main()
