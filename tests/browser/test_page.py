"""The chat page in Chromium."""

from __future__ import annotations

import base64
import json
import re
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import expect

from bot.contract import Attachment, Card, Field, Mention, Operation, Outgoing
from bot.platforms.browser import Browser, direct, group
from tests.support.echo import Echo
from tests.support.page import Visit, visiting
from tests.support.web import application, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_question_a_card_and_a_button_that_changes_it(visit: Visit) -> None:
    chat = await visit()
    card = await chat.ask("/project")
    await expect(card.locator("h2")).to_have_text("First Meeting")
    await expect(card.locator("dt").first).to_have_text("Status")
    await expect(card.locator("dd").first).to_have_text("In progress")
    await expect(card.locator("dd.missing")).to_have_text("not recorded")
    await card.get_by_role("button", name="Funding").click()
    await expect(card).to_contain_text("What is recorded under Funding.")
    await expect(card.get_by_role("button", name="Funding")).to_have_attribute("aria-current", "true")
    assert await chat.cards.count() == 1
    await expect(chat.page.locator("#waiting")).to_be_hidden()


async def test_the_keyboard_is_enough(visit: Visit) -> None:
    chat = await visit()
    page = chat.page
    await expect(page.locator("#text")).to_be_focused()
    await page.keyboard.type("first line")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("second line")
    assert await chat.bubbles.count() == 0
    await page.keyboard.press("Enter")
    await expect(chat.bubbles.first).to_have_text("first line\nsecond line")
    await page.keyboard.type("/project")
    await page.keyboard.press("Enter")
    card = await chat.card(1)
    await page.keyboard.type("a draft")
    await page.keyboard.press("ArrowUp")
    await expect(page.locator("#text")).to_have_value("a draft")
    await page.fill("#text", "")
    await page.keyboard.press("ArrowUp")
    await expect(page.locator("#text")).to_have_value("/project")
    await page.keyboard.press("ArrowUp")
    await expect(page.locator("#text")).to_have_value("first line\nsecond line")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#text")).to_have_value("")
    for _ in range(40):
        await page.keyboard.press("Shift+Tab")
        if await chat.measure("document.activeElement.textContent") == "Objectives":
            break
    assert await chat.measure("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    await expect(card).to_contain_text("What is recorded under Objectives.")
    # Whoever presses by keyboard stays where they were.
    await expect(card.get_by_role("button", name="Objectives")).to_be_focused()


async def test_suggestions_begin_a_conversation(visit: Visit) -> None:
    chat = await visit()
    await expect(chat.page.locator(".suggestion")).to_have_count(3)
    await chat.page.locator(".suggestion").nth(1).click()
    await expect(chat.bubbles.first).to_have_text("/contact Mexico")
    await expect(chat.page.locator("#welcome")).to_be_hidden()
    await expect(chat.page.locator("#text")).to_be_focused()


async def test_markup_is_shown_as_it_was_typed(visit: Visit, chat: Browser) -> None:
    hostile = "<script>window.broken = 1</script><img src=x onerror='window.broken = 1'>"
    page = await visit("?as=focal")
    answer = await page.ask(hostile)
    await expect(page.bubbles.first).to_have_text(hostile)
    await expect(answer).to_have_text(f"You said: {hostile}")
    fields = (
        Field(hostile, hostile),
        Field("Script", "a link", url="javascript:window.broken = 1"),
        Field("Data", "a link", url="data:text/html,<script>window.broken = 1</script>"),
    )
    card = Card(hostile, hostile, hostile, fields, footer=hostile)
    await chat.send(Outgoing("hostile", Operation.POST, direct("focal"), (card,), "en"))
    await expect((await page.card(1)).locator("h2")).to_have_text(hostile)
    assert await page.cards.nth(1).locator("a").count() == 0
    assert await page.page.locator("main script, main img").count() == 0
    assert await page.measure("window.broken") is None


@pytest.mark.parametrize("width", [320, 390, 1100])
async def test_nothing_needs_scrolling_sideways(visit: Visit, chat: Browser, width: int) -> None:
    page = await visit("?as=focal", width=width, height=700)
    long = "x" * 300
    card = Card(long, long, long, (Field(long, long, url=f"https://example.org/{long}"),), footer=long)
    await chat.send(Outgoing("long", Operation.POST, direct("focal"), (card,), "en"))
    await page.card(0)
    await page.ask("/project")
    await page.ask(long)
    assert await page.measure("document.documentElement.scrollWidth") == width
    assert await page.measure("document.documentElement.scrollHeight") == 700
    right = "[...document.querySelectorAll('main *')].map((e) => e.getBoundingClientRect().right)"
    assert await page.measure(f"Math.max(...{right})") <= width + 1
    assert await page.measure(
        "document.getElementById('log').scrollWidth <= document.getElementById('log').clientWidth"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_can_be_read(visit: Visit, scheme: str) -> None:
    page = await visit(scheme="dark" if scheme == "dark" else "light")
    await page.ask("/project")
    ratios = await page.measure(CONTRASTS)
    assert len(ratios) > 15
    # WCAG 2.2, success criterion 1.4.3.
    assert {text: ratio for text, ratio in ratios.items() if ratio < 4.5} == {}
    dark = await page.measure("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", dark)[:3])) < 150) == (scheme == "dark")


async def test_others_are_heard_in_the_group_as_they_speak(visit: Visit) -> None:
    one = await visit("?as=focal&room=group")
    two = await visit("?as=visitor&room=group")
    await one.ask("@Enlace hello")
    await expect(two.bubbles.first).to_have_text("@Enlace hello")
    await expect(await two.card(0)).to_have_text("You said: hello")
    await expect(two.page.locator(".message.words .meta").first).to_contain_text("Focal point")


async def test_news_of_the_other_room_shows(visit: Visit, chat: Browser) -> None:
    page = await visit("?as=focal")
    dot = page.page.locator("label:has(input[value=group]) .dot")
    await expect(dot).to_be_hidden()
    await chat.send(Outgoing("g", Operation.POST, group(), (Card("News"),), "en"))
    await expect(dot).to_be_visible()
    await page.page.get_by_label("Group room").check()
    await expect(page.cards.first).to_have_text("News")
    await expect(dot).to_be_hidden()
    assert "room=group" in page.page.url


async def test_each_speaker_has_a_conversation_of_their_own(visit: Visit) -> None:
    page = await visit()
    await page.ask("hello")
    await page.page.get_by_label("Coordinator").check()
    await expect(page.page.locator("#welcome")).to_be_visible()
    assert await page.bubbles.count() == 0
    await page.page.get_by_label("Visitor").check()
    await expect(page.bubbles.first).to_have_text("hello")


async def test_a_reload_loses_nothing(visit: Visit) -> None:
    page = await visit("?as=coordinator")
    card = await page.ask("/project")
    await card.get_by_role("button", name="Documents").click()
    await expect(card).to_contain_text("What is recorded under Documents.")
    await page.page.reload()
    await page.loaded()
    await expect(page.bubbles).to_have_count(1)
    await expect(page.cards).to_have_count(1)
    await expect(page.cards.first).to_contain_text("What is recorded under Documents.")
    await page.cards.first.get_by_role("button", name="Overview").click()
    await expect(page.cards.first).to_contain_text("In progress")


async def test_files_are_downloaded_with_their_names(visit: Visit) -> None:
    page = await visit()
    card = await page.ask("/project")
    async with page.page.expect_download() as waiting:
        await card.locator(".files a").click()
    download = await waiting.value
    assert download.suggested_filename == "contact ñ.vcf"
    assert (await download.path()).read_bytes() == b"BEGIN:VCARD"


async def test_pictures_are_shown(visit: Visit, chat: Browser) -> None:
    page = await visit("?as=focal")
    card = Card("Chart", picture=Attachment("chart.png", "image/png", PIXEL, "Two bars"))
    card = replace(card, mentions=(Mention("ana", "Haïti"), Mention("1", "Cuba")), mentions_label="For:")
    await chat.send(Outgoing("p", Operation.POST, direct("focal"), (card,), "en"))
    shown = await page.card(0)
    await expect(shown.locator(".mentions")).to_have_text("For: Haïti, Cuba")
    image = shown.locator("img")
    await expect(image).to_have_attribute("alt", "Two bars")
    await expect(image).to_have_js_property("naturalWidth", 1)


async def test_a_long_answer_shows_its_beginning_and_writing_moves_nothing(visit: Visit) -> None:
    page = await visit(height=600)
    card = await page.ask("/long")
    await expect(card.locator("h2")).to_be_in_viewport()
    top = await page.measure("document.getElementById('log').scrollTop")
    await page.page.fill("#text", "one\ntwo\nthree\nfour\nfive\nsix")
    assert await page.measure("document.getElementById('log').scrollTop") == top
    await page.page.evaluate("document.getElementById('log').scrollTop = 0")
    await page.page.fill("#text", "")


async def test_whoever_reads_further_up_is_not_moved(visit: Visit, chat: Browser) -> None:
    page = await visit("?as=focal", height=600)
    await page.ask("/long")
    await page.ask("/long")
    await page.page.evaluate("document.getElementById('log').scrollTop = 0")
    await page.page.wait_for_timeout(100)
    await chat.send(Outgoing("late", Operation.POST, direct("focal"), (Card("Late"),), "en"))
    await page.card(2)
    assert await page.measure("document.getElementById('log').scrollTop") == 0
    down = page.page.locator("#down")
    await expect(down).to_be_visible()
    await down.click()
    await expect(page.cards.nth(2)).to_be_in_viewport()
    await expect(down).to_be_hidden()


async def test_words_that_did_not_arrive_can_be_sent_again(visit: Visit) -> None:
    page = await visit()
    tried: list[str] = []

    async def lose(route: object) -> None:
        tried.append(json.loads(route.request.post_data)["id"])  # type: ignore[attr-defined]
        await route.abort()  # type: ignore[attr-defined]

    await page.page.route("**/chat/say", lose)
    await page.page.fill("#text", "hello")
    await page.page.press("#text", "Enter")
    failure = page.page.locator(".failure")
    await expect(failure).to_contain_text("This message has not been sent.")
    await page.page.unroute("**/chat/say")
    async with page.page.expect_request("**/chat/say") as sent:
        await failure.get_by_role("button").click()
    request = await sent.value
    assert json.loads(request.post_data or "")["id"] == tried[0]
    await expect(await page.card(0)).to_have_text("You said: hello")
    await expect(page.bubbles).to_have_count(1)
    page.complaints.clear()


async def test_a_button_of_an_earlier_version_says_so(visit: Visit, chat: Browser) -> None:
    page = await visit("?as=focal")
    card = await page.ask("/project")
    await page.page.route("**/chat/events**", lambda route: route.abort())
    await page.page.evaluate("document.querySelector('[data-action=\"sheet:Funding\"]').dataset.action")
    await page.page.route("**/chat/press", lambda route: route.fulfill(status=409))
    await card.get_by_role("button", name="Funding").click()
    await expect(page.page.locator("#notice")).to_contain_text("This card has changed since.")
    page.complaints.clear()


@pytest.mark.parametrize(("language", "word"), [("es", "Enviar"), ("fr", "Envoyer"), ("pt", "Enviar")])
async def test_the_language_can_be_chosen(visit: Visit, language: str, word: str) -> None:
    page = await visit("?as=focal&room=group")
    await page.page.select_option("#language", language)
    await page.page.wait_for_url(f"**lang={language}**")
    await page.loaded()
    await expect(page.page.locator("#send")).to_have_text(word)
    assert await page.measure("document.documentElement.lang") == language
    # The speaker and the room stay.
    assert await page.page.locator("input[value=group]").is_checked()
    assert await page.page.locator("input[value=focal]").is_checked()


async def test_what_the_browser_knows_goes_along(visit: Visit) -> None:
    page = await visit(locale="fr-FR")
    async with page.page.expect_request("**/chat/say") as sent:
        await page.ask("bonjour")
    values = json.loads((await sent.value).post_data or "")
    assert (values["language"], values["time_zone"]) == ("fr", "America/Bogota")


async def test_what_is_new_is_read_aloud_once_it_is_new(visit: Visit) -> None:
    page = await visit()
    log = page.page.get_by_role("log")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log).to_have_attribute("aria-busy", "false")
    await page.ask("/project")
    unnamed = await page.measure(
        "[...document.querySelectorAll('button, a, input, select, textarea')]"
        ".filter((e) => !(e.textContent.trim() || e.labels?.[0]?.textContent.trim() || e.ariaLabel)).length"
    )
    assert unnamed == 0


async def test_a_server_that_comes_back_is_found_again(engine: Chromium, chat: Browser) -> None:
    await chat.start(Echo(chat))
    async with AsyncExitStack() as first:
        address = await first.enter_async_context(serving(application(chat)))
        async with visiting(engine, address) as visit:
            page = await visit("?as=focal")
            await page.ask("hello")
            chat.watch.close()
            await first.aclose()
            await expect(page.page.locator("#notice")).to_contain_text("The connection is interrupted")
            later = await Browser.open(chat.database, demo_speakers=True)
            await later.send(Outgoing("late", Operation.POST, direct("focal"), (Card("Meanwhile"),), "en"))
            async with serving(application(later), int(address.rsplit(":", 1)[1])):
                await expect(page.cards.nth(1)).to_have_text("Meanwhile", timeout=15_000)
                await expect(page.page.locator("#notice")).to_be_empty()
                await later.stop()
            await expect(page.cards).to_have_count(2)
            page.complaints.clear()


async def test_in_public_everybody_speaks_for_themselves(engine: Chromium, chat: Browser) -> None:
    public = Browser(chat.database, demo_speakers=False, secret=chat.secret)
    echo = Echo(public)
    await public.start(echo)
    async with (
        serving(application(public, on_loopback=False)) as address,
        visiting(engine, address) as visit,
    ):
        one, two = await visit("?as=coordinator&room=group"), await visit()
        await expect(one.page.locator("input[name=speaker], input[name=room]")).to_have_count(0)
        await one.ask("hello")
        await two.ask("good morning")
        await one.page.reload()
        await one.loaded()
        await expect(one.bubbles).to_have_text(["hello"])
        await expect(one.cards).to_have_text(["You said: hello"])
        assert await one.measure("document.cookie") == ""
        await public.stop()
    assert len({incoming.sender.user for incoming in echo.events}) == 2


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)

CONTRASTS = """(() => {
  const light = (rgb) => {
    const linear = (v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = rgb.map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const numbers = (text) => text.match(/[0-9.]+/g).map(Number);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const [r, g, b, a = 1] = numbers(getComputedStyle(e).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const found = {};
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest(".unseen, .skip")) continue;
    const [a, b] = [light(numbers(getComputedStyle(element).color).slice(0, 3)), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const name = element.textContent.trim().slice(0, 40);
    found[name] = Math.min(found[name] ?? 99, ratio);
  }
  return found;
})()"""
