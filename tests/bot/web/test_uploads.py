"""Files that are sent on the chat page: taken, kept for a while, bounded."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa

from bot.contract import FileRef, Said
from bot.platforms.browser import Browser
from bot.web import uploads
from bot.web.uploads import UploadRow
from directory.database import Database
from tests.bot.web.conftest import JSON
from tests.support.echo import Echo

NOW = datetime(2027, 4, 15, tzinfo=UTC)


def _bringing(content: bytes = b"Country;Name\n", **values: object) -> str:
    sent = {
        "id": str(uuid.uuid4()),
        "as": "coordinator",
        "room": "direct",
        "text": "ACS",
        "name": "folder/list.csv",
        "media_type": "text/csv",
        "content": base64.b64encode(content).decode(),
        **values,
    }
    return json.dumps(sent)


async def test_a_file_arrives_and_can_be_fetched(page: httpx.AsyncClient, chat: Browser, echo: Echo) -> None:
    answer = await page.post("/chat/bring", content=_bringing(), headers=JSON)
    assert answer.status_code == 202, answer.text
    (incoming,) = echo.events
    said = incoming.event
    assert isinstance(said, Said)
    assert said.text == "ACS"
    (file,) = said.files
    assert (file.name, file.media_type, file.size) == ("list.csv", "text/csv", 13)
    assert await chat.fetch(file) == b"Country;Name\n"
    with pytest.raises(LookupError):
        await chat.fetch(FileRef("x", "", 0, "somebody-elses"))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (_bringing(content=b"x" * (uploads.LARGEST + 1)), 413),
        (_bringing(room="group"), 400),
        (_bringing(**{"as": "nobody"}), 400),  # type: ignore[arg-type]
        (json.dumps({"id": "12345678", "as": "focal", "room": "direct", "name": "x", "content": "%%"}), 400),
        (json.dumps({"id": "12345678", "as": "focal", "room": "direct", "name": "x"}), 400),
    ],
)
async def test_what_is_not_taken(
    page: httpx.AsyncClient, echo: Echo, database: Database, body: str, status: int
) -> None:
    answer = await page.post("/chat/bring", content=body, headers=JSON)
    assert answer.status_code == status
    assert not echo.events
    async with database.reading() as session:
        assert (await session.execute(sa.select(UploadRow.key))).all() == []


async def test_another_sites_page_sends_nothing(page: httpx.AsyncClient, echo: Echo) -> None:
    elsewhere = {**JSON, "Origin": "https://evil.example"}
    answer = await page.post("/chat/bring", content=_bringing(), headers=elsewhere)
    assert answer.status_code == 403
    assert not echo.events


async def test_files_are_few_and_do_not_stay(database: Database) -> None:
    async with database.writing() as session:
        keys = [
            await uploads.keep(session, "ana", "x", "", b"%d" % number, NOW + timedelta(seconds=number))
            for number in range(uploads.MOST_OWN + 2)
        ]
        other = await uploads.keep(session, "juan", "x", "", b"y", NOW + timedelta(seconds=9))
        left = set((await session.execute(sa.select(UploadRow.key))).scalars())
        assert left == {*keys[-uploads.MOST_OWN :], other}
        await uploads.forget(session, NOW + uploads.KEEP + timedelta(seconds=8))
        assert set((await session.execute(sa.select(UploadRow.key))).scalars()) == {other}
