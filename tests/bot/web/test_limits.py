"""The public chat takes so much from one client, whoever says to be somebody else."""

from __future__ import annotations

import httpx
import pytest
from starlette.requests import Request
from starlette.types import Scope

from bot.i18n import LANGUAGES
from bot.platforms.browser import Browser
from bot.web.limits import BURST, REMEMBERED, Limit
from directory.database import Database
from tests.bot.web.conftest import JSON, client_of, saying
from tests.support.echo import Echo
from tests.support.web import application

PUBLIC = "https://chat.example.org"


def request(peer: str, forwarded: str = "") -> Request:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    scope: Scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "client": (peer, 5)}
    return Request(scope)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_one_a_second() -> None:
    clock = Clock()
    limit = Limit(now=clock)
    asked = [limit.wait(request("198.51.100.7")) for _ in range(BURST + 2)]
    assert asked == [0] * BURST + [1, 1]
    assert limit.wait(request("198.51.100.8")) == 0, "somebody else is not held up"
    clock.now += 1
    assert [limit.wait(request("198.51.100.7")) for _ in range(2)] == [0, 1]
    clock.now += 10 * BURST
    assert sum(limit.wait(request("198.51.100.7")) == 0 for _ in range(2 * BURST)) == BURST


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "client"),
    [
        (0, "198.51.100.7", "203.0.113.1", "198.51.100.7"),
        (1, "10.0.0.1", "203.0.113.1", "203.0.113.1"),
        (1, "10.0.0.1", "1.2.3.4, 203.0.113.1", "203.0.113.1"),
        (2, "10.0.0.1", "1.2.3.4, 203.0.113.1, 10.0.0.2", "203.0.113.1"),
        (2, "10.0.0.1", "203.0.113.1", "10.0.0.1"),
        (1, "10.0.0.1", "", "10.0.0.1"),
        (0, "2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
        (0, "::ffff:198.51.100.7", "", "198.51.100.7"),
        (1, "10.0.0.1", "x" * 300, "x" * 64),
    ],
)
def test_only_one_s_own_proxies_are_believed(proxies: int, peer: str, forwarded: str, client: str) -> None:
    assert Limit(proxies).client(request(peer, forwarded)) == client


def test_addresses_are_not_kept_without_end() -> None:
    limit = Limit(now=Clock())
    for number in range(REMEMBERED + 10):
        limit.wait(request(f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"))
    assert len(limit._buckets) == REMEMBERED


async def test_whoever_sends_too_much_is_told_to_wait(database: Database) -> None:
    chat = await Browser.open(database, demo_speakers=False)
    await chat.start(Echo(chat))
    served = application(chat, on_loopback=False)
    async with client_of(served, PUBLIC, "198.51.100.7") as noisy, client_of(served, PUBLIC, "::1") as other:
        answers = [await noisy.post("/chat/session", content="{}", headers=JSON) for _ in range(BURST)]
        assert {answer.status_code for answer in answers} == {204}
        refused: httpx.Response = await noisy.post("/chat/say", content=saying(), headers=JSON)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        assert (await noisy.get("/chat")).status_code == 200
        assert (await other.post("/chat/session", content="{}", headers=JSON)).status_code == 204
        said = {(await other.get(f"/chat?lang={language}")).text for language in LANGUAGES}
    for words in (
        "wait a few seconds",
        "Espere unos segundos",
        "attendre quelques secondes",
        "alguns segundos",
    ):
        assert sum(words in page for page in said) == 1
