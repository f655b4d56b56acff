"""A code that a group could read: taken away where the platform lets the bot, void everywhere."""

from __future__ import annotations

import re

import pytest

from bot.web import transcript
from directory.database import Database
from tests.support.browser_talk import BrowserTalk
from tests.support.scenario import Meet
from tests.support.slack.talk import SlackTalk
from tests.support.talk import Talk
from tests.support.telegram.talk import TelegramTalk
from tests.support.world import world

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


async def words(talk: Talk) -> str:
    """The next message that has words; a picture may be a message of its own."""
    while not (text := (await talk.next()).text):
        pass
    return text


async def invited(meet: Meet) -> tuple[Talk, str]:
    coordinator = await meet("coordinator", "direct", "es")
    await coordinator.says("/invitar Barbados; Eva Demonova; eva@example.org; es")
    found = CODE.search(await words(coordinator))
    assert found is not None
    return coordinator, found[0]


@pytest.mark.parametrize("may", [True, False])
async def test_telegram_takes_the_message_away_where_the_bot_may(demo_url: str, may: bool) -> None:
    async with world("telegram", demo_url) as meet:
        coordinator, code = await invited(meet)
        group = await meet("visitor", "group", "es")
        assert isinstance(group, TelegramTalk)
        group.chat.bot_deletes = may
        await group.says(f"/unirse {code}")
        await group.hears("ya no es válido", "bórrelo")
        texts = [str(message.data.get("text")) for message in group.chat.messages.values()]
        assert any(code in text for text in texts) is not may
        assert "se escribió en un grupo y quedó anulado" in await words(coordinator)
        direct = await meet("visitor", "direct", "es")
        await direct.says(f"/start {code.replace('-', '')}")
        await direct.hears("no abre nada")


async def test_a_bare_code_in_a_telegram_group_is_burnt_too(demo_url: str) -> None:
    async with world("telegram", demo_url) as meet:
        coordinator, code = await invited(meet)
        group = await meet("visitor", "group", "es")
        assert isinstance(group, TelegramTalk)
        await group.says(f"@{group.server.world.me.username} {code.lower()}")
        await group.hears("ya no es válido")
        assert "quedó anulado" in await words(coordinator)


async def test_telegrams_deep_link_lets_one_join(demo_url: str) -> None:
    async with world("telegram", demo_url) as meet:
        _, code = await invited(meet)
        direct = await meet("visitor", "direct", "es")
        await direct.says(f"/start {code.replace('-', '')}")
        await direct.hears("Le damos la bienvenida, Eva Demonova")


async def test_slack_says_to_delete_it_oneself(demo_url: str) -> None:
    async with world("slack", demo_url) as meet:
        coordinator, code = await invited(meet)
        group = await meet("visitor", "group", "es")
        assert isinstance(group, SlackTalk)
        await group.says(code)
        await group.hears("ya no es válido", "bórrelo")
        assert "quedó anulado" in await words(coordinator)
        assert any(code in str(message) for message in group.channel.messages.values())


async def test_the_browser_chat_leaves_nothing_of_it(demo_url: str) -> None:
    async with world("browser", demo_url) as meet:
        coordinator, code = await invited(meet)
        group = await meet("visitor", "group", "es")
        assert isinstance(group, BrowserTalk)
        await group.says(f"/unirse {code}")
        await group.hears("ya no es válido")
        assert "quedó anulado" in await words(coordinator)
    database = Database(demo_url)
    async with database.reading() as session:
        said = [
            message.text for message in await transcript.since(session, "group:group", 0) if message.author
        ]
    await database.close()
    assert said == [transcript.TAKEN_AWAY]
