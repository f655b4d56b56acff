"""The chat page in a real browser, as a person meets it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page


class ChatPage:
    """An open page. ``complaints``: errors of scripts and of the content policy."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type == "error" else None,
        )

    async def loaded(self) -> None:
        """Wait until what was said before is shown."""
        await self.page.wait_for_selector("#log[aria-busy=false]")

    @property
    def cards(self) -> Locator:
        """The cards, oldest first."""
        return self.page.locator("article.card")

    @property
    def bubbles(self) -> Locator:
        """What people said, oldest first."""
        return self.page.locator(".bubble")

    async def ask(self, text: str) -> Locator:
        """Type and send; the card that is the answer."""
        before = await self.cards.count()
        await self.page.fill("#text", text)
        await self.page.press("#text", "Enter")
        return await self.card(before)

    async def card(self, number: int) -> Locator:
        """Card ``number``, once it is there."""
        found = self.cards.nth(number)
        await found.wait_for()
        return found

    async def measure(self, expression: str) -> Any:
        """What a JavaScript expression says of the page."""
        return await self.page.evaluate(expression)


class Visit(Protocol):
    """Opens the chat."""

    async def __call__(
        self,
        query: str = "",
        *,
        width: int = 1100,
        height: int = 800,
        scheme: Literal["light", "dark"] = "light",
        locale: str = "en-GB",
        path: str = "/chat",
    ) -> ChatPage: ...


@contextlib.asynccontextmanager
async def visiting(engine: Browser, address: str) -> AsyncIterator[Visit]:
    """A way to open pages, which are closed at the end; whatever they complained of is a failure."""
    async with contextlib.AsyncExitStack() as stack:
        opened: list[ChatPage] = []

        async def visit(
            query: str = "",
            *,
            width: int = 1100,
            height: int = 800,
            scheme: Literal["light", "dark"] = "light",
            locale: str = "en-GB",
            path: str = "/chat",
        ) -> ChatPage:
            context = await engine.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                locale=locale,
                timezone_id="America/Bogota",
                reduced_motion="reduce",
            )
            stack.push_async_callback(context.close)
            chat = ChatPage(await context.new_page())
            opened.append(chat)
            await chat.page.goto(f"{address}{path}{query}")
            await chat.loaded()
            return chat

        yield visit
        for chat in opened:
            assert chat.complaints == []
