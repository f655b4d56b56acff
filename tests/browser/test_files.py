"""A list is sent from the chat page in Chromium."""

from __future__ import annotations

import pytest
from playwright.async_api import FilePayload, expect

from tests.support.page import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIST = b"Country;Name\nMexico;Ana\n"


async def test_a_list_is_sent_with_the_button(visit: Visit) -> None:
    chat = await visit("?as=coordinator")
    page = chat.page
    await page.fill("#text", "ACS")
    await page.set_input_files("#file", {"name": "list.csv", "mimeType": "text/csv", "buffer": LIST})
    await expect(chat.bubbles.first).to_have_text("ACS\n📎 list.csv")
    await expect(page.locator("#text")).to_have_value("")
    await chat.card(0)
    await expect(page.locator("#waiting")).to_be_hidden()


async def test_a_list_may_be_dropped_on_the_field(visit: Visit) -> None:
    chat = await visit()
    await chat.page.evaluate(
        """() => {
            const files = new DataTransfer();
            files.items.add(new File(["Country;Name\\n"], "dropped.csv", { type: "text/csv" }));
            const field = document.querySelector(".field");
            for (const kind of ["dragover", "drop"]) {
              const how = { dataTransfer: files, bubbles: true, cancelable: true };
              field.dispatchEvent(new DragEvent(kind, how));
            }
        }"""
    )
    await expect(chat.bubbles.first).to_have_text("📎 dropped.csv")


async def test_what_is_too_large_is_said_and_not_sent(visit: Visit) -> None:
    chat = await visit()
    large: FilePayload = {"name": "large.csv", "mimeType": "text/csv", "buffer": b"x" * 700_001}
    await chat.page.set_input_files("#file", large)
    await expect(chat.page.locator("#notice")).to_contain_text("700 KB")
    assert await chat.bubbles.count() == 0


async def test_the_group_takes_no_files(visit: Visit) -> None:
    chat = await visit("?room=group")
    await expect(chat.page.locator("#attach")).to_be_hidden()


async def test_the_button_is_reached_by_keyboard_and_named(visit: Visit) -> None:
    chat = await visit()
    await expect(chat.page.get_by_label("Send a list (CSV or XLSX)")).to_have_count(1)
    await chat.page.focus("#text")
    await chat.page.keyboard.press("Shift+Tab")
    await expect(chat.page.locator("#file")).to_be_focused()
