"""A sample of who may see what, on the real platforms: rooms that are not bound, words without a right."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest

from bot.app import Enlace, open_app
from bot.platforms.slack import Slack
from bot.platforms.telegram import Telegram
from tests.support.slack.limits import Limits as SlackLimits
from tests.support.slack.server import SlackServer
from tests.support.slack.serving import served
from tests.support.slack.talk import SlackTalk
from tests.support.slack.world import TEAM
from tests.support.telegram.limits import Limits as TelegramLimits
from tests.support.telegram.server import TelegramServer
from tests.support.telegram.talk import TelegramTalk
from tests.support.world import bind, know, only_asked, slack_on, telegram_on

QUESTION: Final = "/contact Lucía Demoreda"
#: Level 1, and what is answered without it.
MAIL: Final = "lucia.demoreda@example.org"
NOTHING: Final = "No focal point was found"


@contextlib.asynccontextmanager
async def _telegram(app: Enlace) -> AsyncIterator[tuple[TelegramServer, Telegram]]:
    async with TelegramServer(limits=TelegramLimits(enforced=False)) as server:
        platform = telegram_on(server, app)
        only_asked(app)
        async with app.running([platform]):
            await app.until_up(platform)
            yield server, platform


@contextlib.asynccontextmanager
async def _slack(app: Enlace) -> AsyncIterator[tuple[SlackServer, Slack]]:
    async with SlackServer(limits=SlackLimits(enforced=False)) as server:
        platform = slack_on(server, app)
        only_asked(app)
        async with app.running([platform]):
            await app.until_up(platform)
            async with served(platform, server):
                yield server, platform


async def test_telegram(demo_url: str) -> None:
    async with open_app(demo_url) as app, _telegram(app) as (server, platform):
        lucia = server.people.user("Lucia")
        await know(app, "telegram", "", str(lucia.id), "coordinator")
        alone = TelegramTalk(server, lucia)
        await alone.says(QUESTION)
        await alone.hears(MAIL)
        origin = {"type": "user", "date": 1, "sender_user": lucia.json()}
        rightless: tuple[dict[str, Any], ...] = (
            {"forward_origin": origin},
            {"date": server.world.date() - 660},
        )
        for more in rightless:
            server.people.say(lucia, QUESTION, **more)
            await alone.hears(NOTHING)
        unknown = server.people.group("Unknown")
        there = TelegramTalk(server, lucia, unknown)
        for text in (QUESTION, "/projects", "/nonsense"):
            await there.says(text)
            await there.hears_nothing()
        await there.says("/help")
        await there.hears("not connected to a network yet")
        bound = server.people.group("Bound")
        await bind(app, platform, str(bound.id))
        room = TelegramTalk(server, lucia, bound)
        await room.says(QUESTION)
        heard = await room.hears("sent to you directly")
        assert MAIL not in heard.text
        await alone.hears(MAIL)
        anonymous: dict[str, Any] = {"sender_chat": bound.json()}
        server.people.say(lucia, QUESTION, bound, **anonymous)
        await room.hears(NOTHING)
        await alone.hears_nothing()


@pytest.mark.parametrize("guest", ["is_restricted", "is_stranger", "another workspace"])
async def test_slack(demo_url: str, guest: str) -> None:
    async with open_app(demo_url) as app, _slack(app) as (server, platform):
        team = "T0OTHER" if guest == "another workspace" else TEAM
        member, visitor = server.people.user("Lucia"), server.people.user("Eva", team=team)
        visitor.guest = guest if guest.startswith("is_") else ""
        for person in (member, visitor):
            await know(app, "slack", person.team, person.id, "coordinator")
        full, foreign = SlackTalk(server, member), SlackTalk(server, visitor)
        await full.says(QUESTION)
        await full.hears(MAIL)
        await foreign.says(QUESTION)
        await foreign.hears(NOTHING)
        unknown = server.people.channel(member, visitor, name="unknown")
        there = SlackTalk(server, member, unknown)
        await there.says("/projects")
        await there.hears_nothing()
        bound = server.people.channel(member, visitor, name="bound")
        await bind(app, platform, bound.id)
        room = SlackTalk(server, member, bound)
        await room.says(QUESTION)
        assert MAIL not in (await room.hears("sent to you directly")).text
        await full.hears(MAIL)
