"""Health, readiness and metrics."""

from __future__ import annotations

import pytest

from bot.web.app import build
from tests.bot.web.conftest import client_of
from tests.support.web import Counters, application, ready


async def test_the_process_is_up() -> None:
    async with client_of(application(), address="192.0.2.7") as client:
        assert (await client.get("/healthz")).text == "ok"
        assert (await client.head("/healthz")).status_code == 200


@pytest.mark.parametrize(
    ("state", "status"),
    [({"database": True, "schema": True}, 200), ({"database": True, "schema": False}, 503)],
)
async def test_readiness_says_what_is_missing(state: dict[str, bool], status: int) -> None:
    async def asked() -> dict[str, bool]:
        return state

    app = build(
        routes=(), chat=None, readiness=asked, metrics=Counters(), on_loopback=True, public_metrics=False
    )
    async with client_of(app) as client:
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()) == (status, state)


async def test_readiness_that_cannot_be_found_out_is_none() -> None:
    async def asked() -> dict[str, bool]:
        raise OSError("no database")

    app = build(
        routes=(), chat=None, readiness=asked, metrics=Counters(), on_loopback=True, public_metrics=False
    )
    async with client_of(app) as client:
        assert (await client.get("/readyz")).status_code == 503


async def test_metrics_are_for_this_machine() -> None:
    async with client_of(application()) as client:
        answer = await client.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        assert (await client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})).status_code == 403
    async with client_of(application(), address="192.0.2.7") as client:
        assert (await client.get("/metrics")).status_code == 403
    public = build(
        routes=(), chat=None, readiness=ready, metrics=Counters(), on_loopback=False, public_metrics=True
    )
    async with client_of(public, address="192.0.2.7") as client:
        assert (await client.get("/metrics")).status_code == 200


async def test_metrics_are_shown_when_the_database_is_away() -> None:
    class Away(Counters):
        async def refresh(self) -> None:
            raise OSError("no database")

    app = build(routes=(), chat=None, readiness=ready, metrics=Away(), on_loopback=True, public_metrics=False)
    async with client_of(app) as client:
        assert (await client.get("/metrics")).status_code == 200
