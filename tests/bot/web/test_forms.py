"""What the chat page sends of a form, and what it is told of one."""

from __future__ import annotations

from typing import Final

import httpx
import pytest

from bot.contract import Button, Card, OpenForm, Operation, Outgoing, Place, Submitted
from bot.platforms.browser import Browser, direct
from bot.web import transcript
from tests.bot.web.conftest import JSON, saying
from tests.support.echo import Echo
from tests.support.sample_form import sample

KEY: Final = "k" * 22
CARD: Final = Card("Sample post", buttons=((Button("Cancel", f"form:{KEY}:x"),),))


async def show(chat: Browser, delivery: str = "d1", place: Place | None = None, target: str = "") -> None:
    form = OpenForm(KEY, sample(post="Adviser"), (("post", "Taken."),) if target else ())
    where = place or direct("focal")
    await chat.send(Outgoing(delivery, Operation.FORM, where, (CARD,), "en", target=target, form=form))


async def submit(page: httpx.AsyncClient, **values: object) -> int:
    given = {"message": "d1", "form": KEY, "values": {"post": "Adviser"}} | values
    return (await page.post("/chat/submit", content=saying(**given), headers=JSON)).status_code


async def test_a_form_that_is_shown_can_be_sent(chat: Browser, page: httpx.AsyncClient, echo: Echo) -> None:
    await show(chat)
    assert await submit(page, values={"post": "Adviser\x00", "unknown": "x", "remark": "a\nb"}) == 202
    (incoming,) = echo.events
    assert incoming.event == Submitted(KEY, {"post": "Adviser", "remark": "a\nb"}, "d1")
    assert (incoming.place, incoming.message_id) == (direct("focal"), "d1")


@pytest.mark.parametrize(
    "values",
    [{"form": "other"}, {"message": "d2"}, {"as": "coordinator"}, {"room": "group"}, {"form": ""}],
)
async def test_a_form_that_is_not_shown_there_cannot(
    chat: Browser, page: httpx.AsyncClient, echo: Echo, values: dict[str, str]
) -> None:
    await show(chat)
    assert await submit(page, **values) == 409
    assert echo.events == []


@pytest.mark.parametrize(
    "values",
    [
        {"values": None},
        {"values": ["a"]},
        {"values": {"post": 5}},
        {"values": {"post": "x" * 20_001}},
        {"values": {f"f{number}": "" for number in range(101)}},
        {"form": 5},
        {"form": "x" * 65},
    ],
)
async def test_what_no_page_sends_is_refused(
    chat: Browser, page: httpx.AsyncClient, echo: Echo, values: dict[str, object]
) -> None:
    await show(chat)
    assert await submit(page, **values) == 400
    assert echo.events == []


async def test_a_form_takes_the_place_of_the_one_before(chat: Browser, page: httpx.AsyncClient) -> None:
    await show(chat)
    await show(chat, "d2", target="d1")
    await show(chat, "d2", target="d1")
    async with chat.database.reading() as session:
        (message,) = await transcript.since(session, "direct:focal", 0)
    assert message.form is not None
    assert message.form.problems == (("post", "Taken."),)
    done = Outgoing(
        "d3", Operation.EDIT, direct("focal"), (Card("Sample post", text="Sent."),), "en", target="d1"
    )
    await chat.send(done)
    assert await submit(page) == 409
    async with chat.database.reading() as session:
        (message,) = await transcript.since(session, "direct:focal", 0)
    assert message.form is None


async def test_a_form_in_doubt_is_looked_for(chat: Browser) -> None:
    form = OpenForm(KEY, sample())
    first = Outgoing("d1", Operation.FORM, direct("focal"), (CARD,), "en", form=form)
    assert await chat.confirm(first) == ""
    await chat.send(first)
    await chat.send(first)
    assert await chat.confirm(first) == "d1"
