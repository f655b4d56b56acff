"""The control API of a server in its own process: let people act, switch faults on, read the log. JSON."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.support.faults import Fault
from tests.support.slack.world import Channel, User

if TYPE_CHECKING:
    from tests.support.slack.server import SlackServer


def _answer(value: Any) -> web.Response:
    return web.Response(body=json.dumps(value, default=repr).encode(), content_type="application/json")


class Control:
    """The handlers.

    ``POST /control/say`` ``{"user": "U1", "text": "…", "channel": "C1", "locale": "es-ES"}`` or a list of
    such; unknown people and channels are made; what begins with a slash is a command, in a channel all else
    is a mention. ``POST /control/places`` ``{"count": n}`` channels that the bot is in; their ids.
    ``POST /control/press`` ``{"user", "channel", "ts", "value"}``. ``POST /control/submit``
    ``{"user", "values", "view"}`` the modal that was opened last, or ``view``. ``POST /control/event`` a raw
    event. ``POST /control/faults`` fields of :class:`Fault`, or ``{"clear": true}``.
    ``POST /control/limits`` fields of :class:`Limits`. ``POST /control/app`` ``{"url": "http://…"}``, with
    ``pauses`` before an event is sent again.
    ``GET /control/log?since=n&wait=s``. ``GET /control/said?since=n`` number, place and text of
    every new message. ``POST /control/release`` clears faults and lets go of what is held, ``GET
    /control/held?count=n&wait=s`` waits for it. ``GET /control/deliveries``. ``GET /control/state``.
    """

    def __init__(self, server: SlackServer) -> None:
        self.server = server

    def _user(self, item: dict[str, Any]) -> User:
        known = self.server.world.users.get(item["user"])
        if known is not None:
            return known
        return self.server.people.user(
            item.get("name", item["user"]), number=item["user"], locale=item.get("locale", "en-US")
        )

    def _channel(self, number: str, user: User) -> Channel:
        channels = self.server.world.channels
        if number not in channels:
            made = self.server.people.channel(user)
            channels[number] = channels.pop(made.id)
            channels[number].id = number
        channels[number].members.add(user.id)
        return channels[number]

    async def say(self, request: web.Request) -> web.Response:
        given = await request.json()
        people = self.server.people
        keys = []
        for item in given if isinstance(given, list) else [given]:
            user = self._user(item)
            channel = self._channel(item["channel"], user) if item.get("channel") else None
            if item["text"].startswith("/"):
                keys.append(people.command(user, item["text"], channel))
            elif channel is not None and channel.kind != "im":
                keys.append(people.mention(user, item["text"], channel, thread=item.get("thread", "")))
            else:
                keys.append(people.say(user, item["text"], thread=item.get("thread", "")))
        return _answer(keys)

    async def places(self, request: web.Request) -> web.Response:
        people = self.server.people
        ana = people.user()
        count = (await request.json())["count"]
        return _answer([people.channel(ana, name=f"room-{number}").id for number in range(count)])

    async def press(self, request: web.Request) -> web.Response:
        item = await request.json()
        channel = self.server.world.channels[item["channel"]]
        return _answer(self.server.people.press(self._user(item), channel, item["ts"], item["value"]))

    async def submit(self, request: web.Request) -> web.Response:
        item = await request.json()
        user, world = self._user(item), self.server.world
        view = world.views[item.get("view") or world.modals[user.id]]
        return _answer(self.server.people.submit(user, view, item["values"]))

    async def event(self, request: web.Request) -> web.Response:
        return _answer(self.server.people.event(await request.json()))

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

    async def app(self, request: web.Request) -> web.Response:
        given = await request.json()
        self.server.inbound.app_url = given["url"].rstrip("/")
        self.server.inbound.pauses = given.get("pauses", self.server.inbound.pauses)
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
                [entry.number, entry.result["channel"], entry.result["message"]["text"]]
                for entry in log
                if entry.method == "chat.postMessage"
            ]
        )

    async def deliveries(self, _: web.Request) -> web.Response:
        return _answer(
            [
                {
                    "kind": item.kind,
                    "key": item.key,
                    "attempt": item.attempt,
                    "status": item.status,
                    "seconds": item.seconds,
                }
                for item in self.server.inbound.deliveries
            ]
        )

    async def state(self, _: web.Request) -> web.Response:
        world = self.server.world
        return _answer(
            {
                "url": self.server.url,
                "app": self.server.inbound.app_url,
                "sockets": len(self.server.inbound.sockets),
                "applied": len(world.log),
                "refused": [[method, why] for method, _, why in world.refused],
            }
        )


def add_routes(application: web.Application, server: SlackServer) -> None:
    """Serve the control API under ``/control``."""
    control = Control(server)
    for name in ("say", "press", "submit", "event", "faults", "release", "limits", "app", "places"):
        application.router.add_post(f"/control/{name}", getattr(control, name))
    for name in ("log", "said", "held", "deliveries", "state"):
        application.router.add_get(f"/control/{name}", getattr(control, name))
