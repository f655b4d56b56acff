"""The whole program on Slack: one answer for each question, whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

from bot.app import Enlace
from bot.metrics import Metrics
from bot.registry import Registry, find_commands
from directory.database import Database
from reminders import outbox
from reminders.outbox import State
from tests.bot.platforms.slack.conftest import slack
from tests.support.slack import Fault, SlackServer, SlackTalk
from tests.support.slack.serving import served


@contextlib.asynccontextmanager
async def running(database: Database, server: SlackServer) -> AsyncIterator[Enlace]:
    app = Enlace(database, Registry(find_commands()), Metrics(database))
    platform = slack(server)
    async with app.running([platform]):
        await app.until_up(platform)
        async with served(platform, server):
            yield app


async def test_a_question_that_comes_twice_is_answered_once(database: Database, server: SlackServer) -> None:
    ana = server.people.user(locale="es-LA")
    talk = SlackTalk(server, ana)
    async with running(database, server):
        server.inbound.duplicates = 2
        await talk.says("/help")
        assert (await talk.next()).text
        await talk.says("ayuda")
        assert (await talk.next()).text
        await talk.hears_nothing()
        assert len(server.inbound.deliveries) == 4
    assert server.world.refused == []


async def test_answers_stay_in_their_thread_and_their_room(database: Database, server: SlackServer) -> None:
    ana = server.people.user()
    channel = server.people.channel(ana)
    root = server.world.post(channel, user=ana.id, text="A question")["ts"]
    async with running(database, server):
        threaded, foreign = (
            SlackTalk(server, ana, channel, thread=root),
            server.people.channel(ana, bot=False),
        )
        await threaded.says("help")
        assert (await threaded.next()).text
        elsewhere = SlackTalk(server, ana, foreign)
        await elsewhere.says("/help")
        assert (await elsewhere.next()).text
        await SlackTalk(server, ana, channel).hears_nothing()
    assert server.people.direct(ana).messages == {}


async def test_an_answer_in_doubt_is_looked_for_and_sent_only_if_it_is_not_there(
    database: Database, server: SlackServer
) -> None:
    ana = server.people.user()
    talk = SlackTalk(server, ana)
    async with running(database, server) as app:

        async def until(state: State, count: int) -> None:
            async with asyncio.timeout(5):
                while True:
                    async with database.reading() as session:
                        if (await outbox.count(session))[state] == count:
                            return

        server.fault(Fault("drop_after", "chat.postMessage"))
        await talk.says("/help")
        assert (await talk.next()).text
        await until(State.IN_DOUBT, 1)
        await app.deliverer.resolve(after=timedelta(0))
        await until(State.SENT, 1)
        server.fault(Fault("drop_before", "chat.postMessage"))
        await talk.says("/help")
        await until(State.IN_DOUBT, 1)
        await talk.hears_nothing()
        await app.deliverer.resolve(after=timedelta(0))
        assert (await talk.next()).text
        await until(State.SENT, 2)
        await talk.hears_nothing()
    assert len(server.people.direct(ana).messages) == 2


async def test_the_home_page_is_filled_when_it_is_opened(database: Database, server: SlackServer) -> None:
    ana = server.people.user(locale="pt-BR")
    async with running(database, server):
        server.people.open_home(ana)
        await server.until(1, "views.publish")
    assert server.world.homes[ana.id]["type"] == "home"
