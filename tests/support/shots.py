"""Screenshots of the browser chat with the program and the demo network behind it: ``make shots``.

Writes ``shots/<language>-<place and scheme>-<what>.png``: every language, light and dark, wide and phone.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from bot.app import open_app, prepare
from bot.i18n import LANGUAGES, Translator
from bot.platforms.browser import Browser
from tests.support.chromium import EXECUTABLE, chromium
from tests.support.page import ChatPage, Visit, visiting
from tests.support.web import application, serving

FOLDER: Final = Path(__file__).parents[2] / "shots"
#: Name, width, height in CSS pixels, scheme.
SCREENS: Final = (
    ("wide-light", 1180, 860, "light"),
    ("wide-dark", 1180, 860, "dark"),
    ("phone-light", 390, 844, "light"),
    ("phone-dark", 390, 844, "dark"),
)


async def _shoot(page: ChatPage, name: str) -> None:
    # The pointer leaves the buttons, so that none looks pressed.
    await page.page.mouse.move(2, 2)
    await page.page.screenshot(path=FOLDER / f"{name}.png")


async def _tour(visit: Visit, language: str, screen: tuple[str, int, int, str]) -> None:
    name, width, height, scheme = screen
    t = Translator(language)
    place = f"{language}-{name}"
    page = await visit(
        f"?as=focal&lang={language}",
        width=width,
        height=height,
        scheme="dark" if scheme == "dark" else "light",
        locale=language,
    )
    if not await page.cards.count():
        await _shoot(page, f"{place}-0-welcome")
    card = await page.ask(t("web.example_project"))
    await _shoot(page, f"{place}-1-project")
    await card.locator("button.press").nth(4).click()
    await card.locator("button.press.selected").nth(0).wait_for()
    await page.page.wait_for_timeout(400)
    await _shoot(page, f"{place}-2-funding")
    await page.ask(t("web.example_contact"))
    await _shoot(page, f"{place}-3-contact")
    await page.ask(t("web.example_help"))
    await _shoot(page, f"{place}-4-help")
    await page.page.locator("input[value=group]").check()
    await page.loaded()
    await page.ask(t("web.example_contact"))
    await _shoot(page, f"{place}-5-group")
    await page.page.context.close()
    page = await visit(
        f"?as=coordinator&lang={language}",
        width=width,
        height=height,
        scheme="dark" if scheme == "dark" else "light",
        locale=language,
    )
    form = await page.ask("/invite")
    await _shoot(page, f"{place}-6-form")
    await form.locator("[name=email]").fill("nobody")
    await form.locator("button[type=submit]").click()
    await page.cards.last.locator("[aria-invalid=true]").first.wait_for()
    await page.page.wait_for_timeout(400)
    await _shoot(page, f"{place}-7-problems")
    await page.page.context.close()


async def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder, "fresh.db")
        async with open_app(f"sqlite+aiosqlite:///{fresh}") as app:
            await prepare(app.database, demo=True)
        async with chromium() as engine:
            for language in LANGUAGES:
                for screen in SCREENS:
                    used = Path(shutil.copy(fresh, Path(folder, f"{language}-{screen[0]}.db")))
                    async with (
                        _program(used) as address,
                        visiting(engine, address) as visit,
                    ):
                        await _tour(visit, language, screen)
                print(f"{language}: {len(list(FOLDER.glob(f'{language}-*.png')))} screenshots")


@contextlib.asynccontextmanager
async def _program(database: Path) -> AsyncIterator[str]:
    async with open_app(f"sqlite+aiosqlite:///{database}") as app:
        chat = await Browser.open(app.database, demo_speakers=True)
        async with app.running([chat]), serving(application(chat)) as address:
            yield address


if __name__ == "__main__":
    if not EXECUTABLE.exists():
        sys.exit(f"Chromium is not installed ({EXECUTABLE})")
    asyncio.run(main())
