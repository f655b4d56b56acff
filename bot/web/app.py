"""The web application: platforms' webhooks, the browser chat, health and metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute
from starlette.routing import Route as WebRoute

from bot.contract import HttpRequest, Route
from bot.web import calendars, health
from bot.web.guard import BODY_SECONDS, MAX_BODY, Guard

if TYPE_CHECKING:
    from bot.platforms.browser import Browser


def build(
    *,
    routes: Sequence[Route],
    chat: Browser | None,
    readiness: health.Readiness,
    metrics: health.Counting,
    on_loopback: bool,
    public_metrics: bool,
    proxies: int = 0,
    calendar: calendars.Read | None = None,
    max_body: int = MAX_BODY,
    body_seconds: float = BODY_SECONDS,
) -> Starlette:
    """The application. Without ``chat`` it serves webhooks and health alone.

    ``on_loopback``: the server can be reached from this machine only, so the chat answers to the names
    of this machine only. ``proxies``: how many of one's own pass requests on to the server. ``calendar``
    gives what a link to a calendar opens.

    Raises:
        ValueError: the chat lets people choose who is speaking, and not only this machine can reach it.
    """
    if chat is not None and chat.demo_speakers and not on_loopback:
        raise ValueError("speakers can be chosen on loopback only")
    served: list[BaseRoute] = [_webhook(route) for route in routes]
    served += health.routes(readiness, metrics, public_metrics=public_metrics)
    if calendar is not None:
        served.append(calendars.route(calendar, proxies=proxies))
    if chat is not None:
        from bot.web.chat import Chat

        served.append(WebRoute("/", _to_chat))
        served += Chat(chat, on_loopback=on_loopback, proxies=proxies).routes()
    guard = Middleware(Guard, max_body=max_body, body_seconds=body_seconds)
    return Starlette(routes=served, middleware=[guard])


async def _to_chat(_request: Request) -> Response:
    return RedirectResponse("/chat", 302)


def _webhook(route: Route) -> WebRoute:
    async def endpoint(request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = await route.handle(
            HttpRequest(request.method, request.url.path, headers, await request.body())
        )
        return Response(
            answer.body, answer.status, headers=dict(answer.headers), media_type=answer.media_type
        )

    return WebRoute(route.path, endpoint, methods=["POST"])
