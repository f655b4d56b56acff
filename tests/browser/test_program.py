"""The whole program in Chromium: what a newcomer does first."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser as Chromium
from playwright.async_api import expect

from bot.app import open_app
from bot.platforms.browser import Browser
from tests.support.page import Visit, visiting
from tests.support.web import application, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: The language of the page, then what the three suggestions' answers must hold.
FIRST_ANSWERS = {
    "en": ("ACS-SF-001", "Mexico", "/project"),
    "es": ("ACS-SF-001", "México", "/proyecto"),
    "fr": ("ACS-SF-001", "Mexique", "/projet"),
    "pt": ("ACS-SF-001", "México", "/projeto"),
}


@pytest_asyncio.fixture(loop_scope="module")
async def program(engine: Chromium, sqlite_demo_template: Path, tmp_path: Path) -> AsyncIterator[Visit]:
    """Opens the page of a program with the demo network."""
    used = shutil.copy(sqlite_demo_template, tmp_path / "enlace.db")
    async with open_app(f"sqlite+aiosqlite:///{used}") as app:
        chat = await Browser.open(app.database, demo_speakers=True)
        async with (
            app.running([chat]),
            serving(application(chat)) as address,
            visiting(engine, address) as visit,
        ):
            yield visit


@pytest.mark.parametrize("language", FIRST_ANSWERS)
async def test_every_suggestion_has_an_answer(program: Visit, language: str) -> None:
    for number, expected in enumerate(FIRST_ANSWERS[language]):
        page = await program(f"?as={('visitor', 'focal', 'coordinator')[number]}&lang={language}")
        await page.page.locator(".suggestion").nth(number).click()
        await expect(await page.card(0)).to_contain_text(expected)
        await expect(page.cards.first).to_have_attribute("lang", language)


async def test_the_sheet_of_a_project_turns_its_pages(program: Visit) -> None:
    page = await program("?as=focal")
    card = await page.ask("/project acs sf 1")
    await expect(card).to_contain_text("ACS-SF-001")
    for name in ("Objectives", "Funding", "Documents", "Overview"):
        await card.get_by_role("button", name=name, exact=True).click()
        pressed = card.get_by_role("button", name=name, exact=True)
        await expect(pressed).to_have_attribute("aria-current", "true")
    await expect(page.cards).to_have_count(1)


async def test_contact_details_go_to_the_direct_chat_alone(program: Visit) -> None:
    page = await program("?as=focal&room=group")
    other = await program("?as=visitor&room=group")
    card = await page.ask("/contact Mexico")
    await expect(other.cards).to_have_count(1)
    assert "@" not in (await card.inner_text())
    await expect(page.page.locator("label:has(input[value=direct]) .dot")).to_be_visible()
    await page.page.get_by_label("Direct chat").check()
    await expect(await page.card(0)).to_contain_text("@example.org")
