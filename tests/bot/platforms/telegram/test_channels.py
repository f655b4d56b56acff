"""A broadcast channel from being added to being connected, over the local Telegram."""

from __future__ import annotations

from bot.app import open_app
from directory import rooms
from tests.support.telegram import TelegramServer
from tests.support.telegram.limits import Limits
from tests.support.telegram.talk import TelegramTalk
from tests.support.world import know, telegram_on


async def test_a_channel_is_connected_and_never_answered_in(demo_url: str) -> None:
    async with open_app(demo_url) as app, TelegramServer(limits=Limits(enforced=False)) as server:
        platform = telegram_on(server, app)
        people = server.people
        ana, olga = people.user("Coordinator", language="en"), people.user("Operator", language="en")
        await know(app, "telegram", "", str(ana.id), "coordinator")
        await know(app, "telegram", "", str(olga.id), "operator")
        channel = people.channel("Cooperation news", "acsnews", member=False)
        async with app.running([platform]):
            await app.until_up(platform)
            talk, other = TelegramTalk(server, ana), TelegramTalk(server, olga)
            await talk.says("/bind @acsnews")
            await talk.hears("not in a channel called @acsnews")
            people.add_bot(ana, channel)
            await talk.hears("now in the channel Cooperation news")
            await talk.presses("Connect the channel")
            await talk.hears("Connect a room")
            await talk.fills("Time zone", "Bogotá")
            assert await talk.sends() == {}
            await other.hears("Cooperation news")
            await other.says("/bind")
            await other.hears("Cooperation news", "Announcements")
            await other.presses("Confirm")
            await other.hears("The room is connected")
            async with app.database.reading() as session:
                room = await rooms.get(session, "telegram", platform.account, str(channel.id))
            assert (room.network, room.receives) == ("ACS", rooms.Receives.ANNOUNCEMENTS)
            for text in ("/help", f"@{server.world.me.username} Mexico", "/project ACS-SF-001"):
                people.say(None, text, channel)
            await other.says("/unbind")
            await other.hears("the room to disconnect")
            await other.presses("Cooperation news")
            await other.hears("Cooperation news")
        assert [entry for entry in server.log if entry.arguments.get("chat_id") == channel.id] == []
