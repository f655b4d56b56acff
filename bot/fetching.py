"""Fetches the files of a message before anything is answered, for whom the policy lets import any."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog

from bot.contract import FileRef, Incoming, Said

#: The largest file that is fetched, in bytes: what Telegram lets a bot download (Bot API, getFile).
LARGEST: Final = 20 * 1024 * 1024
#: How long one may take, in seconds.
PATIENCE: Final = 30.0

#: Gets the bytes of a file of a message from the platform that the message came from.
Fetch = Callable[[Incoming, FileRef], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file of a message; ``content`` is ``None`` where it could not be had or is too large."""

    ref: FileRef
    content: bytes | None


def has_files(incoming: Incoming) -> bool:
    """Whether a message brings files that may be fetched: to the bot itself, first-hand, from a person."""
    event = incoming.event
    return (
        isinstance(event, Said)
        and bool(event.files)
        and not incoming.place.shared
        and not incoming.relayed
        and incoming.sender.person
    )


async def fetched(incoming: Incoming, fetch: Fetch) -> tuple[Fetched, ...]:
    """The files of a message. Only one is ever wanted, so that of several none is fetched."""
    event = incoming.event
    if not isinstance(event, Said):
        return ()
    if len(event.files) != 1 or event.files[0].size > LARGEST:
        return tuple(Fetched(ref, None) for ref in event.files)
    ref, content = event.files[0], None
    try:
        async with asyncio.timeout(PATIENCE):
            content = await fetch(incoming, ref)
    except Exception as error:
        # Whatever it was, the person is told to send the file again; the text of it may hold an address.
        log = structlog.get_logger("bot.fetching")
        log.warning("file_not_fetched", platform=incoming.place.platform, error=type(error).__name__)
    if content is not None and len(content) > LARGEST:
        content = None
    return (Fetched(ref, content),)
