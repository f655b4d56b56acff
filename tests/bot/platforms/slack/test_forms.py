"""Forms through the whole program on the local Slack: the right to open one, what is stored and refused."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from bot.app import Enlace
from bot.contract import Incoming
from bot.i18n import Translator
from bot.platforms.slack import Slack
from directory.database import Database
from tests.support.faults import Fault
from tests.support.sample_form import marks, program
from tests.support.slack.limits import Limits
from tests.support.slack.people import buttons_of
from tests.support.slack.server import SlackServer
from tests.support.slack.serving import served
from tests.support.slack.talk import SlackTalk
from tests.support.world import know

ANSWERS = {"post": "Adviser", "status": "full", "begins": "2027-04-15"}


@contextlib.asynccontextmanager
async def running(app: Enlace, server: SlackServer, *, socket: bool = False) -> AsyncIterator[Slack]:
    platform = Slack(
        bot_token=server.token,
        signing_secret=server.secret,
        app_token=server.app_token if socket else "",
        api_url=server.url,
        menu=app.registry.menu(),
        say=lambda _language, key: key,
    )
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(app.running([platform]))
        await app.until_up(platform)
        if not socket:
            await stack.enter_async_context(served(platform, server))
        yield platform


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with SlackServer(limits=Limits(enforced=False)) as local:
        yield local


async def opened(server: SlackServer, count: int = 1) -> dict[str, Any]:
    """The view that was opened last."""
    view: dict[str, Any] = (await server.until(count, "views.open"))[-1].result["view"]
    return view


async def saved(database: Database) -> list[str]:
    async with database.reading() as session:
        return await marks(session)


@pytest.mark.parametrize("socket", [False, True])
async def test_a_modal_opens_and_is_taken(demo: Database, server: SlackServer, socket: bool) -> None:
    app = program(demo)
    async with running(app, server, socket=socket):
        ana = server.people.user("Ana")
        server.people.command(ana, "/sample")
        view = await opened(server)
        server.people.submit(ana, view, ANSWERS)
        await server.until(1, "chat.postMessage")
        await server.inbound.settled()
    assert server.world.views == {}
    assert server.world.refused == []
    assert len(view["private_metadata"]) == 22
    assert await saved(demo) == ["Adviser"]


async def test_from_a_channel_the_answers_come_directly(demo: Database, server: SlackServer) -> None:
    async with running(program(demo), server):
        ana = server.people.user("Ana")
        channel = server.people.channel(ana)
        server.people.command(ana, "/sample", channel)
        view = await opened(server)
        (note,) = await server.until(1, "chat.postMessage")
        server.people.submit(ana, view, ANSWERS)
        (_, answer) = await server.until(2, "chat.postMessage")
    assert note.arguments["channel"] == channel.id
    assert note.arguments["text"] == Translator("en")("dispatch.private_sent")
    assert answer.arguments["channel"] == server.people.direct(ana).id


async def test_where_the_right_has_expired_a_card_opens_the_form(demo: Database, server: SlackServer) -> None:
    async with running(program(demo), server):
        ana = server.people.user("Ana")
        talk = SlackTalk(server, ana)
        # Three seconds pass while the answer is on its way.
        trigger = server.people.command(ana, "/sample")
        server.world.triggers[trigger] = (server.world.now() - 1, ana.id)
        card = await talk.hears("Sample post", "24 hours")
        assert card.buttons == ("Open the form", "Cancel")
        await talk.presses("Open the form")
        await talk.hears("Sample post", "As it stands in the letter")
        for label, value in (("Post", "Adviser"), ("Status", "Full member"), ("First day", "2027-04-15")):
            await talk.fills(label, value)
        assert await talk.sends() == {}
        await talk.hears("Saved")
    assert [code for _, _, code in server.world.refused] == ["expired_trigger_id"]
    assert await saved(demo) == ["Adviser"]


async def test_words_without_a_right_bring_the_card(demo: Database, server: SlackServer) -> None:
    async with running(program(demo), server):
        talk = SlackTalk(server, server.people.user("Ana"))
        await talk.says("sample")
        assert (await talk.hears("Sample post")).buttons == ("Open the form", "Cancel")
        await talk.presses("Cancel")
        await talk.hears("Cancelled")
        assert server.sent("views.open") == []


async def test_a_form_that_may_have_come_up_gets_its_card_too(demo: Database, server: SlackServer) -> None:
    async with running(program(demo), server):
        ana = server.people.user("Ana")
        server.fault(Fault("drop_after", "views.open"))
        server.people.command(ana, "/sample")
        view = await opened(server)
        (card,) = await server.until(1, "chat.postMessage")
        assert any(item["value"].endswith(":open") for item in buttons_of(card.result["message"]))
        server.people.submit(ana, view, ANSWERS)
        await server.until(2, "chat.postMessage")
    assert await saved(demo) == ["Adviser"]


async def test_a_submission_that_is_repeated_is_taken_once(demo: Database, server: SlackServer) -> None:
    async with running(program(demo), server):
        ana = server.people.user("Ana")
        server.people.command(ana, "/sample")
        view = await opened(server)
        for _ in range(3):
            server.people.submit(ana, view, ANSWERS)
        await server.until(1, "chat.postMessage")
        await server.inbound.settled()
        # A view of another number with the same key is a replay.
        server.people.submit(ana, view | {"id": "V0REPLAY"}, ANSWERS | {"post": "Replayed"})
        answers = await server.until(2, "chat.postMessage")
    assert "already sent" in answers[-1].arguments["text"]
    assert await saved(demo) == ["Adviser"]


async def test_nobody_else_can_submit_a_view(demo: Database, server: SlackServer) -> None:
    async with running(program(demo), server):
        ana, eve = server.people.user("Ana"), server.people.user("Eve")
        server.people.command(ana, "/sample")
        view = await opened(server)
        server.people.submit(eve, view, ANSWERS)
        (answer,) = await server.until(1, "chat.postMessage")
        assert answer.arguments["channel"] == server.people.direct(eve).id
        assert "not open for you" in answer.arguments["text"]
        server.people.submit(ana, view | {"private_metadata": "A" * 22, "id": "V0FORGED"}, ANSWERS)
        assert "not open for you" in (await server.until(2, "chat.postMessage"))[-1].arguments["text"]
    assert await saved(demo) == []


async def test_what_cannot_be_stored_is_not_acknowledged(demo: Database, server: SlackServer) -> None:
    app = program(demo)
    async with running(app, server) as platform:
        ana = server.people.user("Ana")
        server.people.command(ana, "/sample")
        view = await opened(server)

        async def full(events: Sequence[Incoming]) -> None:
            raise OSError("no space left")

        stored, platform._receive = platform._receive, full
        server.people.submit(ana, view, ANSWERS)
        await server.inbound.settled()
        assert server.inbound.deliveries[-1].status == 503
        assert view["id"] in server.world.views
        platform._receive = stored
        server.people.submit(ana, view, ANSWERS)
        await server.until(1, "chat.postMessage")
    assert await saved(demo) == ["Adviser"]


async def test_the_modal_of_another_app_is_left_alone(demo: Database, server: SlackServer) -> None:
    async with running(program(demo), server):
        ana = server.people.user("Ana")
        view = {"id": "V1", "callback_id": "other", "type": "modal", "blocks": [], "hash": "1"}
        server.people.submit(ana, view, {})
        await server.inbound.settled()
        assert server.inbound.deliveries[-1].status == 200
        assert server.sent() == []


@pytest.mark.parametrize("socket", [False, True])
async def test_a_select_offers_what_may_be_meant(
    demo: Database, server: SlackServer, *, socket: bool
) -> None:
    async with running(program(demo), server, socket=socket):
        ana = server.people.user("Ana", locale="fr-FR")
        server.people.command(ana, "/sample")
        view = await opened(server)
        options = await server.people.type(ana, view, "land", "haiti")
        assert (options[0]["text"]["text"], options[0]["value"]) == ("Haïti", "HT")
        assert await server.people.type(ana, view, "land", "qqqq") == []
        with pytest.raises(ValueError, match="not offered"):
            server.people.submit(ana, view, ANSWERS | {"land": "MX"})
        server.people.submit(ana, view, ANSWERS | {"land": "HT"})
        (answer,) = await server.until(1, "chat.postMessage")
        assert "str HT" in str(answer.result["message"])
    assert max(item.seconds for item in server.inbound.deliveries if item.key == "block_suggestion") < 3
    assert await saved(demo) == ["Adviser"]


async def test_people_are_offered_in_a_select_as_in_the_chat(demo: Database, server: SlackServer) -> None:
    app = program(demo)
    async with running(app, server):
        ana, guest = server.people.user("Ana"), server.people.user("Guest")
        for user in (ana, guest):
            await know(app, "slack", user.team, user.id, "focal")
        guest.guest = "is_restricted"
        for number, user in enumerate((ana, guest), 1):
            server.people.command(user, "/sample short")
            view = await opened(server, number)
            options = await server.people.type(user, view, "chief", "lucia dem")
            assert [item["text"]["text"] for item in options[:1]] == ["Lucía Demoreda"] * (user is ana)
            with pytest.raises(ValueError, match="too short"):
                await server.people.type(user, view, "chief", "lu")
    assert server.world.refused == []
