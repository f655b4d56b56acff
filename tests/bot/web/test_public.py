"""Which settings open the browser chat to whom."""

from __future__ import annotations

import pytest

from bot import serving
from bot.app import open_app
from bot.platforms.browser import Browser
from bot.settings import Settings
from tests.bot.web.conftest import JSON, client_of, saying


@pytest.mark.parametrize(
    ("host", "public", "here", "elsewhere", "choice"),
    [
        ("127.0.0.1", False, 200, 421, True),
        ("127.0.0.1", True, 200, 200, False),
        ("0.0.0.0", True, 200, 200, False),
        ("0.0.0.0", False, 404, 404, False),
    ],
)
async def test_nobody_is_offered_a_choice_of_speaker_in_public(
    database_url: str, host: str, public: bool, here: int, elsewhere: int, choice: bool
) -> None:
    settings = Settings(web_host=host, web_public_chat=public, database_url=database_url)
    async with open_app(database_url) as app:
        chat = await serving._browser(settings, app)
        assert (chat is None) == (here == 404)
        served = serving.web_application(settings, app, [] if chat is None else [chat])
        for base, expected in (("http://127.0.0.1:8080", here), ("https://enlace.example", elsewhere)):
            async with client_of(served, base) as client:
                answer = await client.get("/chat")
                assert answer.status_code == expected
                assert ('name="speaker"' in answer.text) == (choice and expected == 200)
        if isinstance(chat, Browser) and not choice:
            async with client_of(served, "https://enlace.example") as client:
                said = await client.post("/chat/say", content=saying(**{"as": "coordinator"}), headers=JSON)
                assert said.status_code == 401
