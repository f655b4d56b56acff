"""The endpoints of the browser chat: the page, what it sends, what is pushed to it, files."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.contract import Attachment, Sender, Submitted
from bot.platforms.browser import PLATFORM, Browser, NotReadyError, StaleError, room_of
from bot.web import transcript, uploads, view, visitors
from bot.web.asking import Asking, RefusedError, body, check_origin, event_id, text, texts, who
from bot.web.limits import Limit
from bot.web.page import Page
from bot.web.watch import TooManyListenersError

#: A page that hears nothing for this long is told that the connection stands, in seconds.
HEARTBEAT_SECONDS: Final = 15.0
#: Pictures that a browser may show; everything else is a download.
PICTURES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")
#: Longer beginnings of an answer are not completed, in characters.
MAX_TYPED: Final = 100
_STATIC: Final = Path(__file__).parent / "static"

_Endpoint = Callable[[Request], Awaitable[Response]]


class Chat:
    """The routes of one browser chat."""

    def __init__(self, chat: Browser, *, on_loopback: bool, proxies: int = 0) -> None:
        self._chat = chat
        self._on_loopback = on_loopback
        # Where people choose who is speaking, nobody but this machine can send anything.
        self._limit = None if chat.demo_speakers else Limit(proxies)
        self._page = Page()

    def routes(self) -> list[BaseRoute]:
        """What is served under ``/chat`` and ``/static``."""
        return [
            Route("/chat", self._checked(self._show)),
            Route("/chat/session", self._checked(self._session), methods=["POST"]),
            Route("/chat/events", self._checked(self._events)),
            Route("/chat/say", self._checked(self._say), methods=["POST"]),
            Route("/chat/bring", self._checked(self._bring), methods=["POST"]),
            Route("/chat/press", self._checked(self._press), methods=["POST"]),
            Route("/chat/submit", self._checked(self._submit), methods=["POST"]),
            Route("/chat/suggest", self._checked(self._suggest), methods=["POST"]),
            Route("/chat/attachment/{message}/{number}", self._checked(self._attachment)),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ]

    def _checked(self, endpoint: _Endpoint) -> _Endpoint:
        async def checked(request: Request) -> Response:
            try:
                check_origin(request, self._chat, on_loopback=self._on_loopback)
                if (
                    self._limit is not None
                    and request.method == "POST"
                    and (wait := self._limit.wait(request))
                ):
                    return PlainTextResponse("too many requests", 429, headers={"Retry-After": str(wait)})
                return await endpoint(request)
            except RefusedError as error:
                return PlainTextResponse(error.reason, error.status)
            except StaleError:
                return PlainTextResponse("no such button now", 409)
            except (NotReadyError, TooManyListenersError):
                return PlainTextResponse("not now", 503, headers={"Retry-After": "2"})

        return checked

    async def _show(self, request: Request) -> Response:
        return self._page.show(request, demo_speakers=self._chat.demo_speakers)

    async def _session(self, request: Request) -> Response:
        """Give a browser without a valid cookie one. A POST, because a link from elsewhere brings none."""
        await body(request)
        answer = Response(status_code=204)
        if (
            not self._chat.demo_speakers
            and visitors.visitor(request.cookies.get(visitors.COOKIE, ""), self._chat.secret) is None
        ):
            _, cookie = visitors.new_visitor(self._chat.secret)
            answer.set_cookie(
                visitors.COOKIE,
                cookie,
                max_age=visitors.REMEMBER,
                path="/chat",
                secure=request.url.scheme == "https",
                httponly=True,
                samesite="strict",
            )
        return answer

    async def _say(self, request: Request) -> Response:
        values = await body(request)
        asking = who(request, self._chat, values)
        await self._chat.say(asking.place, _sender(asking, values), text(values, "text"), event_id(values))
        return JSONResponse({"key": f"said:{asking.handle}:{values['id']}"}, 202)

    async def _bring(self, request: Request) -> Response:
        """A file, its bytes as base64, because what a form of another site can send is not taken."""
        values = await body(request)
        asking = who(request, self._chat, values)
        if asking.place.shared:
            raise RefusedError(400, "files are for the direct chat")
        try:
            content = base64.b64decode(text(values, "content"), validate=True)
        except ValueError:
            raise RefusedError(400, "content: base64 is expected") from None
        if len(content) > uploads.LARGEST:
            raise RefusedError(413, "the file is too large")
        await self._chat.bring(
            asking.place,
            _sender(asking, values),
            text(values, "text", 4096, default=""),
            text(values, "name", 400),
            text(values, "media_type", 200, default=""),
            content,
            event_id(values),
        )
        return JSONResponse({"key": f"said:{asking.handle}:{values['id']}"}, 202)

    async def _press(self, request: Request) -> Response:
        values = await body(request)
        asking = who(request, self._chat, values)
        await self._chat.press(
            asking.place,
            _sender(asking, values),
            text(values, "action", 256),
            text(values, "message", 160),
            event_id(values),
        )
        return JSONResponse({}, 202)

    async def _submit(self, request: Request) -> Response:
        values = await body(request)
        asking = who(request, self._chat, values)
        form = Submitted(
            text(values, "form", 64), texts(values, "values"), message_id=text(values, "message", 160)
        )
        await self._chat.submit(asking.place, _sender(asking, values), form, event_id(values))
        return JSONResponse({}, 202)

    async def _suggest(self, request: Request) -> Response:
        """What may be meant by what is being typed into a field of a form."""
        values = await body(request)
        asking = who(request, self._chat, values)
        field = text(values, "field", 40)
        form = Submitted(
            text(values, "form", 64),
            {field: text(values, "text", MAX_TYPED)},
            message_id=text(values, "message", 160),
        )
        found = await self._chat.suggest(asking.place, _sender(asking, values), form, field)
        return JSONResponse([choice.label for choice in found])

    async def _events(self, request: Request) -> Response:
        asking = who(request, self._chat, request.query_params)
        if request.method == "HEAD":
            return Response(media_type="text/event-stream")
        seen = 0
        for asked in (request.query_params.get("after", ""), request.headers.get("last-event-id", "")):
            if asked.isascii() and asked.isdecimal() and len(asked) <= 18:
                seen = max(seen, int(asked))
        async with AsyncExitStack() as stack:
            rooms = [room_of(asking.place), *(room_of(place) for place in asking.others)]
            bell = await stack.enter_async_context(self._chat.watch.listening(rooms))
            kept = stack.pop_all()

        async def stream() -> AsyncIterator[str]:
            async with kept:
                async for event in self._news(rooms, seen, bell.wait):
                    yield event

        return StreamingResponse(
            stream(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
        )

    async def _news(
        self, rooms: list[str], seen: int, wait: Callable[[float], Awaitable[None]]
    ) -> AsyncIterator[str]:
        """Events: messages of the first room; that another room changed; that all there was is told."""
        room, others = rooms[0], rooms[1:]
        known: dict[str, int] | None = None
        while not self._chat.watch.closed:
            async with self._chat.database.reading() as session:
                last = await transcript.last_changes(session, rooms)
                if seen > last[room]:
                    # The page has seen more than there is: it remembers another database.
                    seen = 0
                    yield _event("reset", {})
                news = await transcript.since(session, room, seen) if last[room] > seen else []
            for message in news:
                yield _event("message", view.message(message), message.change)
            seen = last[room]
            if known is None:
                yield _event("ready", {})
            elif any(last[other] != known[other] for other in others):
                yield _event("elsewhere", {})
            elif not news:
                yield ": still here\n\n"
            known = last
            await wait(HEARTBEAT_SECONDS)

    async def _attachment(self, request: Request) -> Response:
        asking = who(request, self._chat, request.query_params)
        rooms = [room_of(asking.place), *(room_of(place) for place in asking.others)]
        async with self._chat.database.reading() as session:
            found = await transcript.find(session, rooms, request.path_params["message"][:160])
        number = request.path_params["number"]
        if found is None or found.card is None:
            raise RefusedError(404, "no such file")
        if number == "picture" and found.card.picture is not None:
            return _file(found.card.picture, inline=found.card.picture.media_type in PICTURES)
        if number.isascii() and number.isdecimal() and int(number[:6]) < len(found.card.attachments):
            return _file(found.card.attachments[int(number[:6])], inline=False)
        raise RefusedError(404, "no such file")


def _sender(asking: Asking, values: dict[str, Any]) -> Sender:
    return Sender(
        PLATFORM,
        "",
        asking.handle,
        language=text(values, "language", 35, default=""),
        time_zone=text(values, "time_zone", 64, default=""),
    )


def _event(kind: str, data: dict[str, Any], number: int | None = None) -> str:
    head = f"event: {kind}\n" if number is None else f"event: {kind}\nid: {number}\n"
    return f"{head}data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


def _file(file: Attachment, *, inline: bool) -> Response:
    name = "".join(char for char in file.name if char.isprintable() and char not in '/\\"') or "file"
    kind = "inline" if inline else "attachment"
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    disposition = f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(
        file.content,
        media_type=file.media_type if file.media_type.isascii() else "application/octet-stream",
        headers={
            "Content-Disposition": disposition,
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
