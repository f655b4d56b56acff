"""Documents that people send to the bot on Telegram."""

from __future__ import annotations

import asyncio

import pytest
from telegram.error import TelegramError

from bot.contract import FileRef, Said
from bot.platforms.telegram import Telegram
from tests.bot.platforms.telegram.conftest import Inbox, telegram
from tests.support.telegram import TelegramServer


async def _said(server: TelegramServer, inbox: Inbox, platform: Telegram) -> Said:
    listening = asyncio.create_task(platform.listen())
    try:
        (event,) = await inbox.until(1)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    assert isinstance(event.event, Said)
    return event.event


async def test_a_document_comes_with_its_words_and_is_fetched(server: TelegramServer) -> None:
    inbox = Inbox()
    platform = telegram(server)
    await platform.start(inbox)
    server.people.bring(
        server.people.user("Ana"), "liste.csv", b"Pays;Nom\n", caption="ACS", media_type="text/csv"
    )
    said = await _said(server, inbox, platform)
    assert said.text == "ACS"
    (file,) = said.files
    assert (file.name, file.media_type, file.size) == ("liste.csv", "text/csv", 9)
    assert await platform.fetch(file) == b"Pays;Nom\n"
    await platform.stop()


async def test_a_document_without_words_is_a_message_too(server: TelegramServer) -> None:
    inbox = Inbox()
    platform = telegram(server)
    await platform.start(inbox)
    server.people.bring(server.people.user("Ana"), "list.csv", b"x")
    said = await _said(server, inbox, platform)
    assert (said.text, len(said.files)) == ("", 1)
    await platform.stop()


async def test_what_telegram_does_not_hand_out_is_an_error(server: TelegramServer) -> None:
    platform = telegram(server)
    await platform.start(Inbox())
    with pytest.raises(TelegramError):
        await platform.fetch(FileRef("x", "", 0, "no-such-file"))
    server.world.files["big"] = ("documents/big", b"\0" * (20 * 1024 * 1024 + 1))
    with pytest.raises(TelegramError):
        await platform.fetch(FileRef("x", "", 0, "big"))
    await platform.stop()
