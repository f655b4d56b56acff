"""The control API of a server in its own process: put updates in, switch faults on, read the log. JSON."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.support.faults import Fault
from tests.support.telegram.schema import Upload
from tests.support.telegram.world import Chat

if TYPE_CHECKING:
    from tests.support.telegram.server import TelegramServer


def _plain(value: Any) -> Any:
    if isinstance(value, Upload):
        return {"name": value.name, "size": len(value.content), "media_type": value.media_type}
    raise TypeError(type(value).__name__)


def _answer(value: Any) -> web.Response:
    return web.Response(body=json.dumps(value, default=_plain).encode(), content_type="application/json")


class Control:
    """The handlers.

    ``POST /control/say`` ``{"user": 1, "text": "…", "chat": null, "language": "en"}`` or a list of such;
    unknown people and rooms are made. ``POST /control/places`` ``{"count": n, "groups": m}`` people and
    rooms that may be written to; their chats. ``POST /control/press`` ``{"user", "chat", "message",
    "data"}``.
    ``POST /control/update`` a raw update without its id. ``POST /control/faults`` fields of :class:`Fault`,
    or ``{"clear": true}``. ``POST /control/limits`` fields of :class:`Limits`. ``GET /control/log?since=n``,
    waits up to ``wait`` seconds for the first new entry. ``GET /control/said?since=n`` number, place and
    text of every new message. ``POST /control/release`` clears faults and lets go of what is held, ``GET
    /control/held?count=n&wait=s`` waits for it. ``GET /control/updates`` when each update was
    put in and fetched. ``GET /control/state``.
    """

    def __init__(self, server: TelegramServer) -> None:
        self.server = server

    def _chat(self, number: int) -> Chat:
        chats = self.server.world.chats
        if number not in chats:
            chats[number] = Chat(number, "supergroup", f"Room {number}")
        return chats[number]

    async def say(self, request: web.Request) -> web.Response:
        given = await request.json()
        people, world = self.server.people, self.server.world
        ids = []
        for item in given if isinstance(given, list) else [given]:
            user = world.users.get(item["user"]) or people.user(
                f"User {item['user']}", number=item["user"], language=item.get("language", "en")
            )
            room = item.get("chat")
            chat = self._chat(room) if room and room != user.id else None
            ids.append(people.say(user, item["text"], chat, topic=item.get("topic", 0)))
        return _answer(ids)

    async def places(self, request: web.Request) -> web.Response:
        given = await request.json()
        first = given.get("first")
        people = [
            self.server.people.user(f"User {number}", number=first + number if first else None)
            for number in range(given["count"])
        ]
        rooms = [self._chat(-1_000_000 - number) for number in range(given.get("groups", 0))]
        return _answer([str(user.id) for user in people] + [str(room.id) for room in rooms])

    async def press(self, request: web.Request) -> web.Response:
        item = await request.json()
        world = self.server.world
        chat = world.chats[item["chat"]]
        query = self.server.people.press(world.users[item["user"]], chat, item["message"], item["data"])
        return _answer(query)

    async def update(self, request: web.Request) -> web.Response:
        return _answer(self.server.world.issue(**await request.json()))

    async def faults(self, request: web.Request) -> web.Response:
        given = await request.json()
        if given.pop("clear", False):
            self.server.faults.clear()
        else:
            self.server.fault(Fault(**given))
        return _answer(True)

    async def release(self, _: web.Request) -> web.Response:
        self.server.faults.clear()
        return _answer(True)

    async def held(self, request: web.Request) -> web.Response:
        count, wait = int(request.query.get("count", 1)), float(request.query.get("wait", 0))
        return _answer(await self.server.faults.until_held(count, wait))

    async def limits(self, request: web.Request) -> web.Response:
        for name, value in (await request.json()).items():
            setattr(self.server.meter.limits, name, value)
        self.server.meter.reset()
        return _answer(True)

    async def log(self, request: web.Request) -> web.Response:
        since, wait = int(request.query.get("since", 0)), float(request.query.get("wait", 0))
        world = self.server.world
        if wait and len(world.log) <= since:
            async with world.changed:
                try:
                    async with asyncio.timeout(wait):
                        await world.changed.wait_for(lambda: len(world.log) > since)
                except TimeoutError:
                    pass
        return _answer(
            [
                {
                    "number": entry.number,
                    "at": entry.at,
                    "method": entry.method,
                    "arguments": entry.arguments,
                    "result": entry.result,
                }
                for entry in world.log[since:]
            ]
        )

    async def said(self, request: web.Request) -> web.Response:
        log = self.server.world.log[int(request.query.get("since", 0)) :]
        return _answer(
            [
                [entry.number, str(entry.arguments["chat_id"]), entry.arguments["text"]]
                for entry in log
                if entry.method == "sendMessage"
            ]
        )

    async def updates(self, _: web.Request) -> web.Response:
        issued = self.server.world.issued
        return _answer({number: {"at": item.at, "fetched": item.fetched} for number, item in issued.items()})

    async def state(self, _: web.Request) -> web.Response:
        world = self.server.world
        return _answer(
            {
                "url": self.server.url,
                "waiting": len(world.queue),
                "applied": len(world.log),
                "refused": [[method, text] for method, _, text in world.refused],
                "webhook": world.webhook.get("url", ""),
            }
        )


def add_routes(application: web.Application, server: TelegramServer) -> None:
    """Serve the control API under ``/control``."""
    control = Control(server)
    for name in ("say", "places", "press", "update", "faults", "release", "limits"):
        application.router.add_post(f"/control/{name}", getattr(control, name))
    for name in ("log", "said", "held", "updates", "state"):
        application.router.add_get(f"/control/{name}", getattr(control, name))
