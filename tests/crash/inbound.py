"""kill -9 on the way from an event to its answer: what was acknowledged is answered once, after a restart.

Telegram by polling and by webhook, Slack over HTTP and in Socket Mode: each says in its own way that an event
has come, and each repeats in its own way what nobody acknowledged.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.program import free_port
from bot import inbox
from bot.inbox import InboxState
from reminders import outbox
from reminders.outbox import State
from tests.crash.site import Ground, Site
from tests.crash.table import Row
from tests.support.crashing import INBOUND

#: How events come in, and on which platform.
WAYS: Final = {"polling": "telegram", "webhook": "telegram", "HTTP": "slack", "Socket Mode": "slack"}
QUESTIONS: Final = 6
PEOPLE: Final = 3
#: Seconds between two questions.
PAUSE: Final = 0.05
#: When Slack repeats an event here, in seconds; the real pauses are 0, 60 and 300.
SLACK_PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
PATIENCE: Final = 60.0
SECRET: Final = "crash-secret"


@dataclass(frozen=True, slots=True)
class Kill:
    """A process dies when it passes ``point`` for the ``passage``-th time."""

    point: str
    passage: int


@dataclass
class Conversation:
    """People ask, at a site, by one way."""

    site: Site
    way: str
    port: int
    rows: list[Row] = field(default_factory=list)
    _number: int = 0

    async def run(self, kills: Sequence[Kill]) -> list[Row]:
        """All ``kills`` in turn; their rows."""
        if self.site.platform == "slack":
            url = f"http://127.0.0.1:{self.port}" if self.way == "HTTP" else ""
            await self.site.server.post("app", {"url": url, "pauses": SLACK_PAUSES})
        for kill in kills:
            row = Row(f"{self.site.engine} {self.way}: {kill.point}", kills=1, messages=QUESTIONS)
            self.rows.append(row)
            try:
                await self._kill(kill, row)
            except (AssertionError, TimeoutError) as problem:
                row.faults.append(f"{type(problem).__name__}: {str(problem)[-600:]}")
        return self.rows

    async def _kill(self, kill: Kill, row: Row) -> None:
        site = self.site
        before = await self._doubtful()
        dying = await site.start(kill.point, kill.passage, web=True)
        tags, keys = [], []
        try:
            for number in range(QUESTIONS):
                self._number += 1
                tags.append(f"zzqq{self._number}zz")
                keys += await site.server.post("say", self._question(number, tags[-1]))
                await asyncio.sleep(PAUSE)
            await dying.dies(PATIENCE)
        finally:
            await dying.kill()
        again = await site.start(web=True)
        told = await again.lives_through(self._answered(tags, keys))
        row.doubtful = row.flight = await self._doubtful() - before
        await again.stop()
        times = await self._times(tags)
        row.repeated = sum(count > 1 for count in times.values())
        missing = sum(not times[tag] for tag in tags if tag in told)
        row.unlisted = max(0, missing - row.doubtful)
        if row.doubtful > PEOPLE:
            row.faults.append(f"{row.doubtful} in doubt, with {PEOPLE} people")

    def _question(self, number: int, tag: str) -> dict[str, str | int]:
        person = number % PEOPLE
        if self.site.platform == "telegram":
            return {"user": 7001 + person, "text": f"/{tag}"}
        # Every other one is a command, which Slack does not repeat.
        return {"user": f"U{7001 + person}", "text": f"{'/find ' if number % 2 else ''}{tag}"}

    async def _answered(self, tags: Sequence[str], keys: Sequence[str]) -> set[str]:
        """Wait until nothing is under way any more; the questions that were acknowledged."""
        async with asyncio.timeout(PATIENCE):
            while True:
                taken = await self._taken(tags, keys)
                async with self.site.database.reading() as session:
                    events, deliveries = await inbox.count(session), await outbox.count(session)
                waiting = events[InboxState.PENDING] + sum(deliveries[state] for state in outbox.UNSETTLED)
                times = await self._times(tags)
                if taken is not None and not waiting:
                    missing = sum(not times[tag] for tag in taken)
                    if not missing or missing <= deliveries[State.IN_DOUBT]:
                        return taken
                await asyncio.sleep(0.1)

    async def _taken(self, tags: Sequence[str], keys: Sequence[str]) -> set[str] | None:
        """The questions that were acknowledged; ``None`` while the platform still waits for that."""
        if self.site.platform == "telegram":
            waiting = (await self.site.server.get("state"))["waiting"]
            return set(tags) if not waiting or self.way == "polling" else None
        tries: dict[str, list[int]] = {}
        for delivery in await self.site.server.get("deliveries"):
            tries.setdefault(delivery["key"], []).append(delivery["status"])
        taken = set()
        for number, (tag, key) in enumerate(zip(tags, keys, strict=True)):
            known = tries.get(key, [])
            if any(200 <= status < 300 for status in known):
                taken.add(tag)
            elif not known or (number % 2 == 0 and len(known) <= len(SLACK_PAUSES)):
                return None
        return taken

    async def _times(self, tags: Sequence[str]) -> Counter[str]:
        times: Counter[str] = Counter()
        for _, _, text in await self.site.server.get("said"):
            times.update(tag for tag in tags if tag in text)
        return times

    async def _doubtful(self) -> int:
        async with self.site.database.reading() as session:
            return (await outbox.count(session))[State.IN_DOUBT]


async def converse(ground: Ground, engine: str, way: str, kills: Sequence[Kill]) -> list[Row]:
    """Kill processes while people ask by one way."""
    port = free_port()
    settings = {"ENLACE_WEB_PORT": str(port)}
    if way == "webhook":
        settings |= {
            "ENLACE_TELEGRAM_MODE": "webhook",
            "ENLACE_TELEGRAM_WEBHOOK_SECRET": SECRET,
            "ENLACE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
    if way == "HTTP":
        settings |= {"ENLACE_SLACK_SIGNING_SECRET": "local-signing-secret", "ENLACE_SLACK_APP_TOKEN": ""}
    async with ground.site(engine, WAYS[way], **settings) as site:
        return await Conversation(site, way, port).run(kills)


def every(way: str, passages: Sequence[int] = (1, 3)) -> list[Kill]:
    """A kill at every point of a way, at each of the passages."""
    # What waited for the program comes in one batch by polling, and is stored at once.
    return [
        Kill(point, 1 if way == "polling" and point in INBOUND[:3] else passage)
        for point in INBOUND
        for passage in passages
    ]
