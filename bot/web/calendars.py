"""Links to calendars: ``/calendar/TOKEN.ics``, as calendar programs look at them, every hour or so."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC
from email.utils import format_datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.calendars.feeds import Calendar
from bot.web.limits import Limit
from directory.feeds import PREFIX

#: Gives the calendar that a token opens, or ``None`` where it opens none.
Read = Callable[[str], Awaitable[Calendar | None]]
#: Whoever keeps a copy asks each time whether it is still right (RFC 9111, 5.2.2).
_CACHED: Final = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
_LONGEST: Final = 100


def route(read: Read, *, proxies: int = 0) -> Route:
    """The route. ``proxies``: how many of one's own pass requests on to the server."""
    limit = Limit(proxies)

    async def answer(request: Request) -> Response:
        wait = limit.wait(request)
        if wait:
            return PlainTextResponse("too many requests", 429, headers={"Retry-After": str(wait)})
        token = request.path_params["token"]
        known = token.startswith(PREFIX) and len(token) <= _LONGEST
        calendar = await read(token) if known else None
        if calendar is None:
            return PlainTextResponse("there is no such calendar", 404)
        tag = f'"{hashlib.sha256(calendar.content).hexdigest()[:32]}"'
        changed = format_datetime(calendar.changed_at.astimezone(UTC), usegmt=True)
        headers = {**_CACHED, "ETag": tag, "Last-Modified": changed}
        if _matches(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        headers["Content-Disposition"] = 'inline; filename="enlace.ics"'
        return Response(calendar.content, media_type="text/calendar; charset=utf-8", headers=headers)

    return Route("/calendar/{token}.ics", answer, methods=["GET"])


def _matches(wanted: str, tag: str) -> bool:
    """Whether one of the tags of ``If-None-Match`` is this one, weak or not (RFC 9110, 13.1.2)."""
    tags = [one.strip().removeprefix("W/") for one in wanted.split(",")]
    return tag in tags or tags == ["*"]
