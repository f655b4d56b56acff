"""The page itself: its language, and that nothing in it needs a loophole in the content policy."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import httpx
import pytest

import bot.web
from bot.platforms.browser import Browser
from bot.web.page import accepted
from directory.database import Database
from tests.bot.web.conftest import client_of
from tests.support.web import application

STATIC = Path(bot.web.__path__[0]) / "static"


WANTED = (
    ("", "", "en", "Send"),
    ("", "de, pt-BR;q=0.8, es;q=0.9", "es", "Enviar"),
    ("", "fr-CA", "fr", "Envoyer"),
    ("xx", "es", "es", "Enviar"),
    ("<script>", "", "en", "Send"),
    ("pt", "fr", "pt", "Enviar"),
)


async def test_the_page_speaks_the_readers_language(page: httpx.AsyncClient) -> None:
    for query, header, language, word in WANTED:
        answer = await page.get("/chat", params={"lang": query}, headers={"Accept-Language": header})
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text
        assert f">{word}</button>" in answer.text
        assert "web." not in re.sub(r"<[^>]*>", "", answer.text)


async def test_the_choice_of_a_language_is_remembered(page: httpx.AsyncClient) -> None:
    await page.get("/chat", params={"lang": "fr"})
    assert '<html lang="fr">' in (await page.get("/chat")).text


async def test_the_page_is_reached_from_the_root(page: httpx.AsyncClient) -> None:
    answer = await page.get("/")
    assert (answer.status_code, answer.headers["location"]) == (302, "/chat")


async def test_nothing_is_inline_and_nothing_from_elsewhere(page: httpx.AsyncClient) -> None:
    for language in ("en", "es", "fr", "pt"):
        text = (await page.get("/chat", params={"lang": language})).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|https?://", text)
        for tag in re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL):
            assert tag == ""
        words = re.search(r'data-words="([^"]*)"', text)
        assert words is not None
        assert json.loads(html.unescape(words[1]))["download"].count("{name}") == 1


def test_scripts_make_no_markup_of_data() -> None:
    for script in STATIC.glob("*.js"):
        text = script.read_text()
        for loophole in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "Function(",
        ):
            assert loophole not in text, f"{script.name}: {loophole}"


async def test_in_public_the_page_offers_no_choice_of_speaker(database: Database) -> None:
    chat = await Browser.open(database, demo_speakers=False)
    async with client_of(application(chat, on_loopback=False), "https://enlace.example") as client:
        text = (await client.get("/chat")).text
    assert 'name="speaker"' not in text
    assert 'name="room"' not in text


async def test_assets_are_served_with_their_types(page: httpx.AsyncClient) -> None:
    for name, kind in (
        ("chat.js", "javascript"),
        ("card.js", "javascript"),
        ("composer.js", "javascript"),
        ("chat.css", "css"),
        ("mark.svg", "svg"),
    ):
        answer = await page.get(f"/static/{name}")
        assert answer.status_code == 200
        assert kind in answer.headers["content-type"]


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("", []),
        ("es", ["es"]),
        ("en;q=0.5, fr, pt;q=0.7", ["fr", "pt", "en"]),
        ("en;q=0, *;q=x, es;q=", ["es"]),
        (";;;,,,", []),
    ],
)
def test_accepted_languages_are_ordered(header: str, tags: list[str]) -> None:
    assert accepted(header) == tags
