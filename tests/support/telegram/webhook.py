"""Carries updates to the bot's webhook: in order per conversation, again until it answers with success."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from typing import Any, Final

import aiohttp

from tests.support.telegram.world import Issued, World

#: Pauses before the repetitions, in seconds; the real ones are 0, 2, 4, 8 … up to 60 to 120.
PAUSES: Final = (0.0, 0.05, 0.1, 0.2, 0.5)
TIMEOUT: Final = 10.0


class Hooks:
    """Delivers while a webhook is set. ``attempts`` lists every request: update id and status (0: none)."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.attempts: list[tuple[int, int]] = []
        self._task: asyncio.Task[None] | None = None
        self._lines: dict[str, deque[Issued]] = {}
        self._workers: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to watch the queue."""
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Give up what is under way."""
        tasks = [task for task in (self._task, *self._workers) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session:
            while True:
                while not (self.world.webhook and self.world.queue):
                    self.world.news.clear()
                    await self.world.news.wait()
                item = self.world.queue.popleft()
                key = _line(item.data)
                if key in self._lines:
                    self._lines[key].append(item)
                    continue
                self._lines[key] = deque([item])
                worker = asyncio.create_task(self._work(session, key))
                self._workers.add(worker)
                worker.add_done_callback(self._workers.discard)

    async def _work(self, session: aiohttp.ClientSession, key: str) -> None:
        line = self._lines[key]
        while line:
            await self._deliver(session, line[0])
            line.popleft()
        del self._lines[key]

    async def _deliver(self, session: aiohttp.ClientSession, item: Issued) -> None:
        attempt = 0
        while self.world.webhook:
            hook = self.world.webhook
            headers = {"Content-Type": "application/json"}
            if hook["secret"]:
                headers["X-Telegram-Bot-Api-Secret-Token"] = hook["secret"]
            item.fetched = item.fetched or self.world.now()
            status = 0
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with session.post(
                    hook["url"], data=json.dumps(item.data).encode(), headers=headers
                ) as answer:
                    status = answer.status
            self.attempts.append((item.id, status))
            if 200 <= status < 300:
                return
            await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
            attempt += 1
        self.world.queue.appendleft(item)


def _line(update: dict[str, Any]) -> str:
    """What is delivered in order: messages of a chat, presses of a person."""
    kind = next(key for key in update if key != "update_id")
    content = update[kind]
    return f"chat:{content['chat']['id']}" if "chat" in content else f"user:{content['from']['id']}"
