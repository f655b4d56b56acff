"""A person at the browser chat, without the browser: real HTTP and server-sent events."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import httpx
from typing_extensions import override

from tests.support.talk import PATIENCE, Heard, Listening


def read(card: dict[str, Any]) -> str:
    """The words of a card as the page has them."""
    return "\n".join(_lines(card))


def _lines(card: dict[str, Any]) -> Iterator[str]:
    yield from (card[part] for part in ("title", "subtitle", "text") if card[part])
    yield from (f"{field['label']}: {field['value']}" for field in card["fields"])
    for section in card["sections"]:
        yield from (section[part] for part in ("heading", "text") if section[part])
        yield from (f"{field['label']}: {field['value']}" for field in section["fields"])
    if card["footer"]:
        yield card["footer"]


def read_form(form: dict[str, Any]) -> str:
    """The words of a form as the page has them."""
    lines = [form["title"], form["text"], *form["problems"].values()]
    for field in form["fields"]:
        lines += [field["label"], field["hint"], field["value"]]
    return "\n".join(line for line in lines if line)


async def events(answer: httpx.Response) -> AsyncIterator[tuple[str, str, str]]:
    """Kind, id and data of each event of a stream (HTML standard, section 9.2.6); comments are skipped."""
    kind, number, data = "message", "", ""
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        match name:
            case "event":
                kind = value
            case "id":
                number = value
            case "data":
                data = value
            case "" if not line:
                if data:
                    yield kind, number, data
                kind, data = "message", ""


class BrowserTalk(Listening):
    """Types, reads and presses in one room, as the demonstration's ``speaker``."""

    def __init__(self, address: str, speaker: str, room: str = "direct", language: str = "en") -> None:
        super().__init__()
        self._here = {"as": speaker, "room": room}
        self._hints = {"language": language, "time_zone": "UTC"}
        self._client = httpx.AsyncClient(base_url=address, timeout=httpx.Timeout(10, read=60))
        self._heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._known: set[str] = set()
        self._ready = asyncio.Event()
        self._last: dict[str, Any] | None = None
        self._form: dict[str, Any] | None = None
        self._listening: asyncio.Task[None] | None = None
        self.address = address

    async def __aenter__(self) -> Self:
        """Open the page; what was said before does not count as heard."""
        self._listening = asyncio.create_task(self._listen())
        await asyncio.wait_for(self._ready.wait(), PATIENCE)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the page."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        await self._client.aclose()

    async def _listen(self) -> None:
        async with self._client.stream("GET", "/chat/events", params=self._here) as answer:
            assert answer.status_code == 200, answer.status_code
            async for kind, _, data in events(answer):
                if kind == "ready":
                    self._ready.set()
                elif kind == "message" and (message := json.loads(data))["card"] is not None:
                    if self._ready.is_set():
                        self._heard.put_nowait(message | {"changed": message["key"] in self._known})
                    self._known.add(message["key"])

    async def says(self, text: str) -> None:
        """See ``Talk``."""
        await self.post("say", text=text)

    async def brings(self, path: Path, text: str = "") -> None:
        """See ``Talk``."""
        content = base64.b64encode(await asyncio.to_thread(path.read_bytes)).decode()
        await self.post("bring", text=text, name=path.name, media_type="text/csv", content=content)

    async def presses(self, label: str) -> None:
        """See ``Talk``."""
        assert self._last is not None, "no buttons were heard"
        buttons = [button for row in self._last["card"]["buttons"] for button in row]
        button = next((button for button in buttons if label in button["label"]), None)
        assert button is not None, f"no button {label!r} in {[one['label'] for one in buttons]}"
        await self.post("press", action=button["action"], message=self._last["key"])

    async def sends(self) -> Mapping[str, str]:
        """See ``Talk``: the page's form, all fields at once."""
        assert self._form is not None, "no form was heard"
        form, key = self._form["form"], self._form["key"]
        values = {}
        for field in form["fields"]:
            value = self.filled.pop(field["label"], field["value"])
            by_label = {choice["label"]: choice["value"] for choice in field["choices"]}
            values[field["name"]] = by_label.get(value, value)
        assert not self.filled, f"the form has no {sorted(self.filled)}"
        await self.post("submit", form=form["key"], message=key, values=values)
        await self.next()
        if self._form is None:
            return {}
        labels = {field["name"]: field["label"] for field in form["fields"]}
        return {labels[name]: problem for name, problem in self._form["form"]["problems"].items()}

    async def leaves(self) -> None:
        """See ``Talk``."""
        assert self._form is not None, "no form was heard"
        self.filled.clear()
        action = self._form["card"]["buttons"][-1][-1]["action"]
        await self.post("press", action=action, message=self._form["key"])
        await self.next()

    async def post(self, what: str, **values: Any) -> None:
        """Send as the page does; it must be accepted."""
        body = {"id": str(uuid.uuid4()), **self._here, **self._hints, **values}
        answer = await self._client.post(
            f"/chat/{what}", headers={"Content-Type": "application/json"}, content=json.dumps(body)
        )
        assert answer.status_code == 202, f"{answer.status_code} {answer.text}"

    @override
    async def next(self, timeout: float = PATIENCE) -> Heard:
        try:
            message = await asyncio.wait_for(self._heard.get(), timeout)
        except TimeoutError:
            raise AssertionError(f"silence for {timeout} s") from None
        card = message["card"]
        if message["form"] is not None:
            self._form = message
            self.latest = Heard(read_form(message["form"]), (message["form"]["submit"],))
            return self.latest
        if self._form is not None and self._form["key"] == message["key"]:
            self._form = None
        if card["buttons"]:
            self._last = message
        self.latest = Heard(
            text=read(card),
            buttons=tuple(button["label"] for row in card["buttons"] for button in row),
            files=tuple(file["name"] for file in card["attachments"]),
            edited=message["changed"],
        )
        return self.latest
