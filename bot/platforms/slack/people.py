"""What Slack says about people: their name, language and time zone, remembered for a while."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from bot.platforms.slack.outcomes import Problem

#: How long what was learnt is good for, and how long nobody asks again after a failure, in seconds.
LIFETIME: Final = 6 * 3600.0
FAILURE_LIFETIME: Final = 60.0
MAX_PEOPLE: Final = 20_000
#: Slack's own names of languages where they are not those of BCP 47.
_TAGS: Final = {"es-LA": "es-419"}
#: The most requests for people under way at once.
MAX_ASKING: Final = 20


@dataclass(frozen=True, slots=True)
class About:
    """Hints about a person; empty where Slack says nothing. ``bot``: no person at all.

    ``guest``: anybody but a full member of the workspace, as far as Slack says (``is_restricted``,
    ``is_ultra_restricted``, ``is_stranger`` of its user object); who is unknown counts as one.
    ``email``: that of the profile, which Slack tells to apps with ``users:read.email``.
    """

    name: str = ""
    language: str = ""
    time_zone: str = ""
    bot: bool = False
    guest: bool = True
    email: str = field(default="", repr=False)


NOBODY: Final = About()


def about(user: dict[str, Any]) -> About:
    """From Slack's ``user`` object (users.info with include_locale, user_change)."""

    def text(source: Any, key: str) -> str:
        value = source.get(key) if isinstance(source, dict) else None
        return value if isinstance(value, str) else ""

    profile = user.get("profile")
    name = text(profile, "display_name") or text(profile, "real_name") or text(user, "real_name")
    return About(
        name=name or text(user, "name"),
        language=_TAGS.get(text(user, "locale"), text(user, "locale")),
        time_zone=text(user, "tz"),
        bot=user.get("is_bot") is True,
        email=text(profile, "email"),
        guest=any(user.get(flag) is True for flag in ("is_restricted", "is_ultra_restricted", "is_stranger")),
    )


class People:
    """Asks Slack about people, at most once at a time for each."""

    def __init__(self, ask: Callable[[str], Awaitable[dict[str, Any]]]) -> None:
        """``ask`` returns the ``user`` object of a user's id, or raises ``Problem``."""
        self._ask = ask
        self._known: OrderedDict[str, tuple[float, About]] = OrderedDict()
        self._asking: dict[str, asyncio.Task[About]] = {}

    async def about(self, user: str, patience: float) -> About:
        """What is known of ``user``; Slack gets ``patience`` seconds to answer, later answers are kept."""
        known = self._known.get(user)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        task = self._asking.get(user)
        if task is None:
            if len(self._asking) >= MAX_ASKING:
                return known[1] if known else NOBODY
            task = self._asking[user] = asyncio.create_task(self._fetch(user))
            task.add_done_callback(lambda _: self._asking.pop(user, None))
        try:
            return await asyncio.wait_for(asyncio.shield(task), patience)
        except TimeoutError:
            return known[1] if known else NOBODY

    def learn(self, user: str, found: About, lifetime: float = LIFETIME) -> None:
        """Keep what Slack told."""
        self._known[user] = (time.monotonic() + lifetime, found)
        self._known.move_to_end(user)
        if len(self._known) > MAX_PEOPLE:
            self._known.popitem(last=False)

    async def stop(self) -> None:
        """Ask no more."""
        tasks = tuple(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fetch(self, user: str) -> About:
        try:
            found = about(await self._ask(user))
        except Problem:
            known = self._known.get(user)
            found = known[1] if known else NOBODY
            self.learn(user, found, FAILURE_LIFETIME)
            return found
        self.learn(user, found)
        return found
