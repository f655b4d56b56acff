"""The endpoints of the browser chat."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack

import httpx
import pytest

from bot.contract import Attachment, Card, Incoming, Operation, Outgoing, Said
from bot.platforms.browser import Browser, direct, group
from bot.web import visitors
from directory.database import Database
from tests.bot.web.conftest import HERE, JSON, client_of, saying
from tests.support.browser_talk import BrowserTalk, events
from tests.support.echo import Echo
from tests.support.web import application, chatting


async def post(page: httpx.AsyncClient, path: str, body: str | bytes, **headers: str) -> httpx.Response:
    return await page.post(f"/chat/{path}", content=body, headers={**JSON, **headers})


# Saying and pressing


async def test_words_become_an_event(page: httpx.AsyncClient, echo: Echo) -> None:
    answer = await post(page, "say", saying("ACS-SF-001", language="pt-BR", time_zone="America/Bogota"))
    assert answer.status_code == 202
    (incoming,) = echo.events
    assert (incoming.event, incoming.place) == (Said("ACS-SF-001"), direct("focal"))
    assert (incoming.sender.user, incoming.sender.language) == ("focal", "pt-BR")
    assert incoming.sender.time_zone == "America/Bogota"


async def test_a_repeat_is_accepted_and_has_no_effect(page: httpx.AsyncClient, echo: Echo) -> None:
    body = saying()
    assert [(await post(page, "say", body)).status_code for _ in range(2)] == [202, 202]
    assert len(echo.events) == 1


async def test_a_press_of_a_button_that_went_away(page: httpx.AsyncClient, echo: Echo) -> None:
    body = saying(message="none", action="more")
    assert (await post(page, "press", body)).status_code == 409
    assert echo.events == []


async def test_nothing_is_accepted_that_is_not_stored(chat: Browser) -> None:
    async with client_of(application(chat)) as page:
        answer = await post(page, "say", saying())
        assert answer.status_code == 503

        async def fail(events: Sequence[Incoming]) -> None:
            raise OSError("the disk is full")

        await chat.start(fail)
        assert (await post(page, "say", saying())).status_code == 503


NONSENSE = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b'"text"',
    b"[" * 200_000,
    b'{"a":' * 100_000,
    b"1" * 5000,
    saying(text=None).encode(),
    saying(text=7).encode(),
    saying(text=["x"]).encode(),
    saying(id="short").encode(),
    saying(id="../../../etc/passwd").encode(),
    saying(id=12345678).encode(),
    saying(**{"as": "nobody"}).encode(),
    saying(**{"as": ["focal"]}).encode(),
    saying(**{"as": {}}).encode(),
    saying(room="elsewhere").encode(),
    saying(room=None).encode(),
    saying(language="x" * 36).encode(),
    saying(time_zone=3).encode(),
)


async def test_what_makes_no_sense_is_refused(page: httpx.AsyncClient, echo: Echo) -> None:
    for body in NONSENSE:
        for path in ("say", "press"):
            answer = await post(page, path, body)
            assert answer.status_code == 400, (path, body[:80])
    assert echo.events == []


async def test_any_words_are_taken(page: httpx.AsyncClient, echo: Echo) -> None:
    texts = ["", " ", "x" * 100_000, "\x00\x07\u202e\ufeff", "\ud800", "<script>alert(1)</script>"]
    texts += ["<!channel> @everyone", "'; DROP TABLE browser_message; --", "=HYPERLINK()", "{{ 7 * 7 }}"]
    for number, text in enumerate(texts, 1):
        assert (await post(page, "say", saying(text))).status_code == 202, text[:80]
        assert len(echo.events) == number


async def test_a_form_of_another_site_is_no_message(page: httpx.AsyncClient, echo: Echo) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert (await post(page, "say", saying(), **{"Content-Type": media_type})).status_code == 415
    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert (await post(page, "say", saying(), **headers)).status_code == 403
    assert echo.events == []
    assert (await post(page, "say", saying(), Origin=HERE)).status_code == 202


async def test_a_page_is_no_place_to_get_what_is_to_be_posted(page: httpx.AsyncClient) -> None:
    for path in ("say", "press", "session"):
        assert (await page.get(f"/chat/{path}")).status_code == 405
        assert (await page.put(f"/chat/{path}", content=b"{}")).status_code == 405


# Who may come in


async def test_on_this_machine_it_answers_to_its_names_only(page: httpx.AsyncClient) -> None:
    for host in ("127.0.0.1:8080", "localhost:8080", "[::1]:8080", "127.8.9.1"):
        assert (await page.get("/chat", headers={"Host": host})).status_code == 200, host
    for host in ("rebound.example:8080", "127.0.0.1.rebound.example", "192.168.1.9", "[::1", ""):
        assert (await page.get("/chat", headers={"Host": host})).status_code == 421, host


async def test_speakers_are_chosen_on_this_machine_only(chat: Browser, echo: Echo) -> None:
    with pytest.raises(ValueError, match="loopback"):
        application(chat, on_loopback=False)
    async with client_of(application(chat), address="192.0.2.7") as elsewhere:
        assert (await elsewhere.get("/chat")).status_code == 403
    async with client_of(application(chat), **{"X-Forwarded-For": "192.0.2.7"}) as proxied:
        assert (await post(proxied, "say", saying())).status_code == 403
    assert echo.events == []


async def test_without_a_chat_there_is_none() -> None:
    async with client_of(application(on_loopback=False), "http://enlace.example") as client:
        for path in ("/", "/chat", "/chat/events", "/static/chat.js"):
            assert (await client.get(path)).status_code == 404
        assert (await post(client, "say", saying())).status_code == 404
        assert (await client.get("/healthz")).status_code == 200


# Visitors of a public chat


async def test_in_public_each_browser_is_its_own_visitor(database: Database) -> None:
    chat = await Browser.open(database, demo_speakers=False)
    echo = Echo(chat)
    await chat.start(echo)
    async with AsyncExitStack() as stack:
        served = application(chat, on_loopback=False)
        one, two = [
            await stack.enter_async_context(client_of(served, "https://enlace.example", "192.0.2.7"))
            for _ in range(2)
        ]
        assert (await post(one, "say", saying())).status_code == 401
        assert (await one.get("/chat/events")).status_code == 401
        for client in (one, two):
            answer = await post(client, "session", b"{}")
            cookie = answer.headers["set-cookie"].lower()
            assert "httponly" in cookie
            assert "secure" in cookie
            assert "samesite=strict" in cookie
            assert "set-cookie" not in (await post(client, "session", b"{}")).headers
            assert (await post(client, "say", saying(**{"as": "coordinator"}))).status_code == 202
            # Nobody moderates a room of strangers, so there is none.
            assert (await post(client, "say", saying(room="group"))).status_code == 400
    handles = {incoming.sender.user for incoming in echo.events}
    assert len(handles) == 2
    assert all(handle.startswith("web-") for handle in handles)
    assert all(incoming.place == direct(incoming.sender.user) for incoming in echo.events)


async def test_a_visitor_cannot_become_another(database: Database) -> None:
    chat = await Browser.open(database, demo_speakers=False)
    await chat.start(Echo(chat))
    handle, cookie = visitors.new_visitor(chat.secret)
    _, foreign = visitors.new_visitor(b"another secret")
    other = "web-" + "0" * 32
    for forged in (handle, f"{handle}.", foreign, cookie.replace(handle, other), f"{other}.é", "focal", "."):
        assert visitors.visitor(forged, chat.secret) is None
    assert visitors.visitor(cookie, chat.secret) == handle
    await chat.send(Outgoing("file", Operation.POST, direct(handle), (Card(attachments=(FILE,)),), "en"))
    async with client_of(application(chat, on_loopback=False), "https://enlace.example") as client:
        await post(client, "session", b"{}")
        assert (await client.get("/chat/attachment/file/0")).status_code == 404


# What is pushed


async def test_an_answer_is_pushed_and_changes_in_place(chat: Browser) -> None:
    async with chatting(chat, Echo(chat)) as address, BrowserTalk(address, "focal") as talk:
        await talk.says("/project")
        heard = await talk.hears("First Meeting", "Status: In progress", "To strengthen ties.")
        assert heard.files == ("contact ñ.vcf",)
        assert not heard.edited
        await talk.presses("Funding")
        assert (await talk.hears("What is recorded under Funding.")).edited
        await talk.presses("Overview")
        assert (await talk.hears("Last update")).edited
        await talk.hears_nothing()


async def test_the_group_hears_what_others_ask(chat: Browser) -> None:
    async with (
        chatting(chat, Echo(chat)) as address,
        BrowserTalk(address, "focal", "group") as one,
        BrowserTalk(address, "visitor", "group") as two,
        BrowserTalk(address, "visitor") as alone,
    ):
        await one.says("good morning")
        await one.hears_nothing()
        await one.says("@Enlace hello")
        await one.hears("You said: hello")
        await two.hears("You said: hello")
        await alone.hears_nothing()


async def test_a_page_resumes_where_it_was(chat: Browser) -> None:
    async with chatting(chat, Echo(chat)) as address, httpx.AsyncClient(base_url=address) as client:
        for text in ("one", "two"):
            await post(client, "say", saying(text))
        for query, header, expected in (
            ({}, {}, ["1", "2", "3", "4"]),
            ({"after": "2"}, {}, ["3", "4"]),
            ({"after": "1"}, {"Last-Event-ID": "3"}, ["4"]),
            ({"after": "4"}, {}, []),
            ({"after": "-1"}, {"Last-Event-ID": "x" * 500}, ["1", "2", "3", "4"]),
            ({"after": "9" * 40}, {}, ["1", "2", "3", "4"]),
        ):
            got = await _until_ready(client, {"as": "focal", "room": "direct", **query}, header)
            assert [number for kind, number in got if kind == "message"] == expected


async def test_a_page_that_remembers_another_database_begins_anew(chat: Browser) -> None:
    async with chatting(chat, Echo(chat)) as address, httpx.AsyncClient(base_url=address) as client:
        await post(client, "say", saying("one"))
        got = await _until_ready(client, {"as": "focal", "after": "77"}, {})
        assert [kind for kind, _ in got] == ["reset", "message", "message", "ready"]


async def _until_ready(
    client: httpx.AsyncClient, query: dict[str, str], headers: dict[str, str]
) -> list[tuple[str, str]]:
    got = []
    async with client.stream("GET", "/chat/events", params=query, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for kind, number, _ in events(answer):
            got.append((kind, number if kind == "message" else ""))
            if kind == "ready":
                break
    return got


async def test_news_of_the_other_room_is_told(chat: Browser) -> None:
    async with chatting(chat, Echo(chat)) as address, httpx.AsyncClient(base_url=address) as client:
        query = {"as": "focal", "room": "direct"}
        async with asyncio.timeout(10), client.stream("GET", "/chat/events", params=query) as answer:
            kinds = events(answer)
            assert (await anext(kinds))[0] == "ready"
            await chat.send(Outgoing("g", Operation.POST, group(), (Card("News"),), "en"))
            assert (await anext(kinds))[0] == "elsewhere"


async def test_when_the_program_stops_the_pages_are_let_go(chat: Browser) -> None:
    async with (
        asyncio.timeout(5),
        chatting(chat, Echo(chat)) as address,
        httpx.AsyncClient(base_url=address) as client,
        client.stream("GET", "/chat/events") as answer,
    ):
        kinds = events(answer)
        assert (await anext(kinds))[0] == "ready"
        await chat.stop()
        assert [kind async for kind, _, _ in kinds] == []


async def test_to_ask_for_the_head_of_the_news_opens_nothing(page: httpx.AsyncClient) -> None:
    async with asyncio.timeout(5):
        assert (await page.head("/chat/events")).status_code == 200


async def test_too_many_pages_are_asked_to_wait(chat: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.watch.MAX_LISTENERS", 1)
    async with (
        chatting(chat, Echo(chat)) as address,
        httpx.AsyncClient(base_url=address) as client,
        client.stream("GET", "/chat/events"),
    ):
        answer = await client.get("/chat/events")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


# Files

FILE = Attachment('a"b/ñ\r\n.vcf', "text/vcard", b"BEGIN:VCARD")
PICTURE = Attachment("chart.png", "image/png", b"\x89PNG")
MARKUP = Attachment("chart.svg", "image/svg+xml", b"<svg/>")


async def test_files_are_downloads(page: httpx.AsyncClient, chat: Browser) -> None:
    card = Card("Files", picture=PICTURE, attachments=(FILE, MARKUP))
    await chat.send(Outgoing("m", Operation.POST, direct("focal"), (card,), "en"))
    answer = await page.get("/chat/attachment/m/0", params={"as": "focal"})
    assert answer.content == FILE.content
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"ab_.vcf\"; filename*=UTF-8''ab%C3%B1.vcf"
    )
    assert answer.headers["content-type"].startswith("text/vcard")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    picture = await page.get("/chat/attachment/m/picture", params={"as": "focal"})
    assert picture.headers["content-disposition"].startswith("inline")
    markup = await page.get("/chat/attachment/m/1", params={"as": "focal"})
    assert markup.headers["content-disposition"].startswith("attachment")


async def test_no_such_file(page: httpx.AsyncClient, chat: Browser) -> None:
    await chat.send(Outgoing("m", Operation.POST, direct("focal"), (Card(attachments=(FILE,)),), "en"))
    for path in ("m/1", "m/-1", "m/x", "m/picture", "m/99999999999999999999", "n/0"):
        assert (await page.get(f"/chat/attachment/{path}", params={"as": "focal"})).status_code == 404, path


async def test_files_of_a_direct_chat_are_its_speakers(page: httpx.AsyncClient, chat: Browser) -> None:
    card = (Card(attachments=(FILE,)),)
    await chat.send(Outgoing("m", Operation.POST, direct("focal"), card, "en"))
    await chat.send(Outgoing("g", Operation.POST, group(), card, "en"))
    assert (await page.get("/chat/attachment/m/0", params={"as": "visitor"})).status_code == 404
    assert (await page.get("/chat/attachment/g/0", params={"as": "visitor"})).status_code == 200


async def test_files_are_not_pushed_with_their_content(chat: Browser) -> None:
    async with chatting(chat, Echo(chat)) as address, httpx.AsyncClient(base_url=address) as client:
        card = Card("Files", picture=PICTURE, attachments=(FILE,))
        await chat.send(Outgoing("m", Operation.POST, direct("focal"), (card,), "en"))
        async with client.stream("GET", "/chat/events", params={"as": "focal"}) as answer:
            _, _, data = await anext(events(answer))
        assert json.loads(data)["card"]["attachments"] == [{"name": FILE.name, "size": len(FILE.content)}]
        assert "BEGIN" not in data
        assert "QkVHSU" not in data
