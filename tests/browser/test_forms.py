"""A form on the chat page, as people fill it in: labels, keyboard, problems at their fields, the way out."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser as Chromium
from playwright.async_api import expect

from bot.platforms.browser import Browser
from directory.database import Database
from tests.support.page import Visit, visiting
from tests.support.sample_form import marks, program
from tests.support.web import application, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def demo(sqlite_demo_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """The demo network."""
    used = shutil.copy(sqlite_demo_template, tmp_path / "enlace.db")
    database = Database(f"sqlite+aiosqlite:///{used}")
    yield database
    await database.close()


@pytest_asyncio.fixture(loop_scope="module")
async def opens(engine: Chromium, demo: Database) -> AsyncIterator[Visit]:
    """Opens the page of a program that has the sample form."""
    app = program(demo)
    chat = await Browser.open(demo, demo_speakers=True)
    async with (
        app.running([chat]),
        serving(application(chat)) as address,
        visiting(engine, address) as visit,
    ):
        yield visit


async def test_the_keyboard_fills_it_in(opens: Visit, demo: Database) -> None:
    page = await opens()
    card = await page.ask("/sample")
    await expect(card.get_by_role("heading", name="Sample post")).to_be_visible()
    await card.get_by_label("Post", exact=True).fill("taken")
    keyboard = page.page.keyboard
    await keyboard.press("Tab")
    await keyboard.type("Assoc")
    await card.get_by_label("First day").fill("2027-04-15")
    await card.get_by_label("Budget").fill("USD 1.234")
    await card.get_by_label("Remark").fill("one\ntwo")
    await card.get_by_label("Seats").press("Enter")

    budget = page.cards.last.get_by_label("Budget")
    await expect(budget).to_be_focused()
    await expect(budget).to_have_attribute("aria-invalid", "true")
    await expect(budget).to_have_accessible_description(
        "“USD 1.234” can be read in two ways. Please type USD 1234.00 if thousands are meant, or USD 1.2340"
        " if the last three digits are decimals. Code of the currency and amount, like USD 18500.00"
    )
    await expect(page.cards.last.get_by_role("alert")).to_be_visible()
    await expect(page.cards.last.get_by_label("Remark")).to_have_value("one\ntwo")
    # Of an answer that can be read in two ways the page offers both.
    await budget.select_option("USD 1234.00")
    await page.page.get_by_role("button", name="Save the post").click()
    post = page.cards.last.get_by_label("Post", exact=True)
    await expect(post).to_be_focused()
    await post.fill("Adviser")
    await page.page.get_by_role("button", name="Save the post").click()
    await expect(await page.card(1)).to_contain_text("Money USD 1234")
    await expect(page.cards.first).to_have_text("Sample postSent.")
    assert await page.page.locator(".form input").count() == 0
    async with demo.reading() as session:
        assert await marks(session) == ["Adviser"]


async def test_every_field_has_a_label_and_the_whole_fits_a_phone(opens: Visit) -> None:
    page = await opens("?lang=fr", width=320, height=640, scheme="dark", locale="fr")
    card = await page.ask("/sample filled")
    labelled = await page.measure(
        "[...document.querySelectorAll('.form :is(input, select, textarea)')]"
        ".every((one) => one.labels.length === 1 && one.labels[0].textContent.trim())"
    )
    assert labelled
    assert await page.measure("document.documentElement.scrollWidth <= innerWidth")
    sizes = await page.measure(
        "[...document.querySelectorAll('.form :is(input, select, textarea, button)')]"
        ".map((one) => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 40
    await expect(card.get_by_label("Budget")).to_have_value("")
    await expect(card.locator("[name=land]")).to_have_value("Mexique")
    await expect(card.locator("[name=status]")).to_have_value("assoc")


async def test_cancel_leaves_nothing(opens: Visit, demo: Database) -> None:
    page = await opens()
    card = await page.ask("/sample")
    await card.get_by_role("button", name="Cancel").click()
    await expect(page.cards.first).to_contain_text("Cancelled. Nothing was changed.")
    assert await page.cards.count() == 1


async def test_two_windows_send_it_once(opens: Visit, demo: Database) -> None:
    first, second = await opens(), await opens()
    await first.ask("/sample filled")
    await second.card(0)
    await first.page.get_by_role("button", name="Save the post").click()
    await expect(second.cards.first).to_contain_text("Sent.")
    await expect(await second.card(1)).to_contain_text("Saved")
    assert await second.page.get_by_role("button", name="Save the post").count() == 0
