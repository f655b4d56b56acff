"""The driver: one person in one conversation of the local Slack."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.slack.people import buttons_of
from tests.support.slack.server import HEARD, SlackServer
from tests.support.slack.world import Applied, Channel, User
from tests.support.talk import PATIENCE, Heard, Listening


class SlackTalk(Listening):
    """Implements ``tests.support.talk.Talk`` for ``user`` in the direct conversation, or in ``channel``.

    What begins with a slash is a slash command; in a channel all else is a mention. In a thread
    everything is a mention, because Slack has no slash commands there.
    """

    def __init__(
        self, server: SlackServer, user: User, channel: Channel | None = None, *, thread: str = ""
    ) -> None:
        super().__init__()
        self.server = server
        self.user = user
        self.channel = channel or server.people.direct(user)
        self.thread = thread
        self._position = len(server.log)
        self._last: str = ""
        self._view: dict[str, Any] | None = None

    async def says(self, text: str) -> None:
        """See ``Talk``."""
        people = self.server.people
        if text.startswith("/") and not self.thread:
            people.command(self.user, text, self.channel)
        elif self.channel.kind == "im":
            people.say(self.user, text, thread=self.thread)
        else:
            people.mention(self.user, text, self.channel, thread=self.thread)

    async def brings(self, path: Path, text: str = "") -> None:
        """See ``Talk``; Slack takes files in messages only, never with a command."""
        assert self.channel.kind == "im", "a file is brought in the direct conversation"
        self.server.people.bring(self.user, path.name, await asyncio.to_thread(path.read_bytes), text)

    async def presses(self, label: str) -> None:
        """See ``Talk``."""
        assert self._last, "nothing was heard yet"
        buttons = [item for item in buttons_of(self.channel.messages[self._last]) if "value" in item]
        exact = [item for item in buttons if item["text"]["text"].removeprefix("• ") == label]
        found = exact or [item for item in buttons if label in item["text"]["text"]]
        assert found, f"no button {label!r} among {[item['text']['text'] for item in buttons]}"
        self.server.people.press(self.user, self.channel, self._last, found[0]["value"])

    async def next(self, timeout: float = PATIENCE) -> Heard:
        """See ``Talk``."""
        changed = self.server.world.changed
        try:
            async with asyncio.timeout(timeout), changed:
                while True:
                    while self._position < len(self.server.log):
                        entry = self.server.log[self._position]
                        self._position += 1
                        if self._concerns(entry):
                            self.latest = self._heard(entry)
                            return self.latest
                    await changed.wait()
        except TimeoutError:
            refused = [(method, why) for method, _, why in self.server.world.refused[-3:]]
            raise AssertionError(f"silence for {timeout} s; refused lately: {refused}") from None

    async def sends(self) -> Mapping[str, str]:
        """See ``Talk``: the modal; what is wrong stands above its inputs when it comes up again."""
        view = await self._modal()
        inputs = [block for block in view["blocks"] if block["type"] == "input"]
        values = {}
        for block in inputs:
            value = self.filled.pop(block["label"]["text"], _standing(block["element"]))
            options = block["element"].get("options", ())
            if block["element"]["type"] == "external_select" and value not in (
                "",
                _standing(block["element"]),
            ):
                options = await self.server.people.type(self.user, view, block["block_id"], value)
            by_label = {option["text"]["text"]: option["value"] for option in options}
            values[block["block_id"]] = by_label.get(value, value)
        assert not self.filled, f"the form has no {sorted(self.filled)}"
        self._view = None
        self.server.people.submit(self.user, view, values)
        if not await self._comes_up_again():
            return {}
        before = self._position
        await self.next()
        problems = _problems(await self._modal())
        if not problems:
            # It is another form, which is still to be heard.
            self._position = before
        return problems

    async def leaves(self) -> None:
        """See ``Talk``: Slack tells nobody."""
        self.filled.clear()
        view = await self._modal()
        self.server.world.views.pop(view["id"], None)
        self._view = None

    async def _modal(self) -> dict[str, Any]:
        """The form that is open; where only its card came, after the press of its button."""
        if self._view is None:
            values = [item["value"] for item in buttons_of(self.channel.messages[self._last])]
            opening = [value for value in values if value.endswith(":open")]
            assert opening, "no form was heard"
            self.server.people.press(self.user, self.channel, self._last, opening[0])
            await self.next()
        assert self._view is not None, "the form did not come up"
        return self._view

    async def _comes_up_again(self) -> bool:
        """Whether the answer to a form is the form; what it is stays to be heard."""
        changed = self.server.world.changed
        async with asyncio.timeout(PATIENCE), changed:
            while True:
                for entry in self.server.log[self._position :]:
                    if self._concerns(entry):
                        return entry.method == "views.open"
                await changed.wait()

    def _concerns(self, entry: Applied) -> bool:
        if entry.method == "views.open":
            return bool(entry.result["user"] == self.user.id and self.channel.kind == "im")
        if entry.method not in HEARD or entry.result.get("channel") != self.channel.id:
            return False
        if entry.result.get("to", self.user.id) != self.user.id:
            return False
        return bool(entry.result["message"].get("thread_ts", "") == self.thread)

    def _heard(self, entry: Applied) -> Heard:
        if entry.method == "views.open":
            view = self._view = entry.result["view"]
            return Heard(plain_view(view), (view["submit"]["text"], view["close"]["text"]))
        message = entry.result["message"]
        files = tuple(file["name"] for file in message.get("files", ()))
        if not files:
            self._last = entry.result["ts"]
        return Heard(
            plain(message),
            tuple(item["text"]["text"] for item in buttons_of(message)),
            files,
            edited=entry.method == "chat.update" or bool(entry.result.get("edited")),
        )


def plain_view(view: dict[str, Any]) -> str:
    """A modal as it is read."""
    lines = [view["title"]["text"]]
    for block in view["blocks"]:
        if block["type"] in ("section", "header"):
            lines.append(block["text"]["text"])
        elif block["type"] == "input":
            lines += [block["label"]["text"], block.get("hint", {}).get("text", "")]
            lines.append(_standing(block["element"]))
    return "\n".join(line for line in lines if line)


def _standing(element: dict[str, Any]) -> str:
    """What stands in an input."""
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    found = (element.get(f"initial_{name}") for name in ("value", "date", "time"))
    return next((str(value) for value in found if value), "")


def _problems(view: dict[str, Any]) -> dict[str, str]:
    """What stands above the inputs of a modal, by their labels."""
    found, above = {}, ""
    for block in view["blocks"]:
        if block["type"] == "section" and block["text"]["text"].startswith("⚠"):
            above = block["text"]["text"]
        elif block["type"] == "input" and above:
            found[block["label"]["text"]], above = above, ""
    return found


def plain(message: dict[str, Any]) -> str:
    """A message as it is read: the text of its blocks, or its own text where it has none."""
    lines = []
    for block in message.get("blocks") or ():
        if block["type"] == "header":
            lines.append(block["text"]["text"])
        elif block["type"] == "context":
            lines.append(" ".join(item["text"] for item in block["elements"] if "text" in item))
        elif block["type"] == "rich_text":
            lines += ["".join(_texts(part)) for part in block["elements"]]
    return "\n".join(lines) if lines else str(message.get("text", ""))


def _texts(part: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for element in part["elements"]:
        if element["type"] == "rich_text_section":
            found += [*_texts(element), "\n"]
        else:
            found.append(str(element.get("text") or element.get("url", "")))
    return found
