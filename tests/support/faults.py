"""Faults of a local server that a test or a benchmark switches on: what goes wrong with which request."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from aiohttp import web

Kind = Literal[
    "drop_before", "drop_after",
    "error_before", "error_after",
    "answer_before", "answer_after",
    "cut_before", "cut_after",
    "hold_before", "hold_after",
    "stall_before", "stall_after",
    "delay", "refuse",
]  # fmt: skip
Moment = Literal["before", "after"]
#: What a cut answer is announced to be longer than it is, in bytes.
MISSING: Final = 200


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next ``times`` requests of ``method`` (``*``: of any), after ``skip`` of them.

    ``…_before`` strikes before the request takes effect, ``…_after`` once it has. ``drop``: the connection is
    closed without an answer. ``error``: an answer with ``status`` that a proxy gives. ``answer``: exactly
    ``status``, ``body`` and ``headers``. ``cut``: the answer breaks off. ``hold``: nothing goes on until
    :meth:`Faults.release`; ``stall``: nothing ever does. ``delay``: the answer comes after ``seconds``.
    ``refuse``: the platform's own error ``code``. On Slack ``method`` may be ``response_url`` or ``upload``.
    """

    kind: Kind
    method: str = "*"
    times: int = 1
    seconds: float = 0.0
    status: int = 502
    code: str = "fatal_error"
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    skip: int = 0


class Faults:
    """The faults that are still to happen."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        #: How many requests were held or stalled so far.
        self.held = 0
        self._changed = asyncio.Condition()
        self._go: asyncio.Event | None = None

    def add(self, fault: Fault) -> None:
        """Switch one on."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Switch all off, and let go of what is held."""
        self._waiting.clear()
        self.release()

    def release(self) -> None:
        """What is held goes on; what is stalled is dropped."""
        if self._go is not None:
            self._go.set()
            self._go = None

    async def until_held(self, count: int, seconds: float) -> int:
        """Wait until ``count`` requests in all were held, or ``seconds`` are over; how many were."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self.held >= count)
        return self.held

    def take(self, method: str) -> Fault | None:
        """The fault that strikes a request of ``method`` now."""
        for fault in self._waiting:
            if fault.method in (method, "*"):
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    async def strike(
        self, fault: Fault | None, moment: Moment, request: web.Request
    ) -> web.StreamResponse | None:
        """Let a fault happen at a moment of a request; the answer where it ends the request."""
        if fault is None:
            return None
        if fault.kind == "delay" and moment == "before":
            await asyncio.sleep(fault.seconds)
            return None
        what, _, when = fault.kind.partition("_")
        if when != moment:
            return None
        if what in ("hold", "stall"):
            await self._hold()
            return dropped(request) if what == "stall" else None
        if what == "drop":
            return dropped(request)
        if what == "cut":
            return await _cut(request)
        if what == "answer":
            return web.Response(text=fault.body, status=fault.status, headers=fault.headers)
        return web.Response(text="<html>Bad Gateway</html>", status=fault.status, content_type="text/html")

    async def _hold(self) -> None:
        go = self._go = self._go or asyncio.Event()
        async with self._changed:
            self.held += 1
            self._changed.notify_all()
        await go.wait()


def dropped(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _cut(request: web.Request) -> web.StreamResponse:
    begun = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(MISSING)})
    await begun.prepare(request)
    await begun.write(b'{"ok":true,"res')
    await asyncio.sleep(0)
    if request.transport is not None:
        request.transport.close()
    return begun
