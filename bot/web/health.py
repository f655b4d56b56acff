"""Whether the process is up, whether it can do its work, and what it counts."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Readiness = Callable[[], Awaitable[Mapping[str, bool]]]

#: Headers by which a proxy tells for whom it asks.
FORWARDING = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


class Counting(Protocol):
    """The program's counters."""

    registry: CollectorRegistry

    async def refresh(self) -> None:
        """Read what is counted in the database."""
        ...


def from_this_machine(request: Request) -> bool:
    """Whether the client itself is on this machine; a proxy here that asks for somebody else is not."""
    if request.client is None or any(name in request.headers for name in FORWARDING):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def routes(readiness: Readiness, metrics: Counting, *, public_metrics: bool) -> list[Route]:
    """``/healthz``, ``/readyz``, ``/metrics``."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        try:
            state = dict(await readiness())
        except Exception:
            structlog.get_logger("bot.web").warning("readiness_failed", exc_info=True)
            state = {"readiness": False}
        return JSONResponse(state, 200 if all(state.values()) else 503)

    async def show(request: Request) -> Response:
        if not public_metrics and not from_this_machine(request):
            return PlainTextResponse("only from this machine", 403)
        try:
            await metrics.refresh()
        except Exception:
            # What this process counts is of most use when the database is away.
            structlog.get_logger("bot.web").warning("gauges_not_read", exc_info=True)
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", show)]
