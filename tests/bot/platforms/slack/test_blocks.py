"""From any card to blocks that Slack takes: nothing lost, nothing turned into markup, no limit passed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.contract import Button, Card, Field, Mention, Section
from bot.plain import clean, head, pieces, shorten, units
from bot.platforms.slack.blocks import MAX_HOME_BLOCKS, buttons, fallback, link, messages, one_message
from bot.platforms.slack.text import escape, typed, unescape
from tests.support.slack.blockkit import check_blocks
from tests.support.slack.shapes import escaped
from tests.support.slack.talk import plain
from tests.support.slack.views import check_view

HOSTILE = (
    "<!channel>",
    "<!here|here>",
    "<@U0ENLACE1>",
    "<#C1|general>",
    "<https://evil.example|click>",
    "<mailto:a@example.org|a>",
    "&lt;!channel&gt;",
    "*bold* _it_ ~no~ `code` ```pre```",
    "\n> quote",
    ":smile:",
    "@everyone ",
    "https://evil.example/x?y=1&z",
    "<!date^1392734382^{date}|x>",
    "\u202e",
    "\u2060",
    "\u200d",
    "\x00",
    "\ud800",
    "\r\n",
    "\n\n\n",
    " \t ",
    "👩‍👩‍👧",
    "🇲🇽🇨🇺",
    "é",
    "ACS-SF-001. ",
)
WORDS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=30),
    st.sampled_from(HOSTILE),
    st.builds(
        lambda text, times: text * times, st.sampled_from((*HOSTILE, "word ", "x")), st.integers(1, 500)
    ),
)
TEXTS = st.lists(WORDS, max_size=4).map("".join)
SHORT = st.lists(st.one_of(st.text(max_size=10), st.sampled_from(HOSTILE)), max_size=3).map("".join)
URLS = st.sampled_from(
    ("", 'https://example.org/a?b=1&c="2"', "slack://user?id=1", "javascript:1", "http://[", "https://a|b")
)
FIELDS = st.lists(st.builds(Field, SHORT, TEXTS, URLS, st.booleans()), max_size=5).map(tuple)
SECTIONS = st.lists(st.builds(Section, SHORT, TEXTS, FIELDS), max_size=4).map(tuple)
BUTTON = st.one_of(
    st.builds(Button, TEXTS, st.just("go:1"), st.just(""), st.booleans()),
    st.builds(Button, SHORT, st.just(""), URLS),
)
ROWS = st.lists(st.lists(BUTTON, max_size=30).map(tuple), max_size=20).map(tuple)
CARDS = st.builds(
    Card,
    title=TEXTS,
    subtitle=SHORT,
    text=TEXTS,
    fields=FIELDS,
    sections=SECTIONS,
    footer=TEXTS,
    buttons=ROWS,
    summary=SHORT,
)
GENTLY = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def squeezed(text: str) -> str:
    return "".join(clean(text).split())


def elements(value: Any) -> list[dict[str, Any]]:
    """Every object of a structure that has a type."""
    if isinstance(value, list):
        return [found for item in value for found in elements(item)]
    if isinstance(value, dict):
        return ([value] if "type" in value else []) + [
            found for item in value.values() for found in elements(item)
        ]
    return []


@GENTLY
@given(
    CARDS,
    SHORT,
    st.lists(
        st.builds(Mention, st.sampled_from(("U0ANA", "W12", "C1", "<@U1>", "here", "")), SHORT), max_size=7
    ),
)
def test_only_a_mention_mentions_and_only_whoever_it_names(
    card: Card, lead: str, mentions: list[Mention]
) -> None:
    card = replace(card, mentions=tuple(mentions), mentions_label=lead)
    found = []
    for page in messages(card):
        check_blocks(json.loads(json.dumps(page.blocks)))
        found += [item["user_id"] for item in elements(page.blocks) if item["type"] == "user"]
    assert found == [item.user for item in mentions if item.user in ("U0ANA", "W12")]


def test_a_mention_stands_beside_its_label() -> None:
    card = Card(
        text="Due.", mentions=(Mention("U0ANA", "México"), Mention("x", "Haïti")), mentions_label="For:"
    )
    (page,) = messages(card)
    said = [item.get("text", item.get("user_id")) for item in page.blocks[1]["elements"][0]["elements"]]
    assert said == ["For:", "\n", "México ", "U0ANA", "\n", "Haïti"]


@GENTLY
@given(CARDS)
def test_messages_are_valid_and_complete(card: Card) -> None:
    pages = messages(card)
    for page in pages:
        check_blocks(json.loads(json.dumps(page.blocks)))
        escaped(page.text, "text")
        assert page.text
    said = squeezed("".join(plain({"blocks": page.blocks}) for page in pages))
    for part in (card.title, card.subtitle, card.text, card.footer, *(item.text for item in card.sections)):
        lines = [line for line in clean(part).split("\n") if any(char.isalnum() for char in line)]
        for line in lines:
            assert squeezed(line) in said
    for page in pages[:-1]:
        assert not [block for block in page.blocks if block["type"] == "actions"]


@GENTLY
@given(CARDS)
def test_nothing_that_was_typed_becomes_markup_a_mention_or_a_link(card: Card) -> None:
    for page in messages(card):
        for element in elements(page.blocks):
            assert element["type"] not in (
                "mrkdwn",
                "user",
                "usergroup",
                "channel",
                "broadcast",
                "emoji",
                "date",
            )
            assert element.get("emoji") is not True
            if element["type"] == "link":
                assert element["url"].startswith(("https://example.org/", "http://example.org/"))


@GENTLY
@given(CARDS)
def test_one_message_is_valid_whatever_the_card_holds(card: Card) -> None:
    check_blocks(one_message(card).blocks)
    check_view({"type": "home", "blocks": one_message(card, MAX_HOME_BLOCKS).blocks})


@GENTLY
@given(TEXTS, st.integers(1, 300))
def test_cutting_keeps_limits_and_whole_characters(text: str, limit: int) -> None:
    text = clean(text)
    assert units(head(text, limit)) <= limit
    assert units(shorten(text, limit)) <= limit
    assert text.startswith(head(text, limit))
    parts = [part for _, part in pieces(text.strip(), limit) if part]
    assert all(0 < units(part) <= max(limit, 2) for part in parts)
    assert squeezed("".join(parts)) == squeezed(text)


@GENTLY
@given(TEXTS)
def test_escaping_is_undone_by_unescaping(text: str) -> None:
    escaped(escape(clean(text)), "text")
    assert unescape(escape(text)) == text
    assert typed(escape(text)) == text.strip()


def test_a_family_and_a_flag_are_not_cut_in_two() -> None:
    assert head("ab👩‍👩‍👧", 5) == "ab"
    assert head("a🇲🇽🇨🇺", 3) == "a"
    assert shorten("a👍🏽b", 4) == "a…"


def test_a_card_is_laid_out() -> None:
    card = Card(
        title="ACS-SF-001",
        subtitle="First meeting",
        text="One.\n\nTwo.",
        fields=(
            Field("Status", "ongoing"),
            Field("Justification", "not recorded", missing=True),
            Field("Site", "acs-aec.org", url="https://www.acs-aec.org"),
        ),
        sections=(Section("Objectives", "To meet.", (Field("Cost", "USD 1"),)),),
        footer="Updated yesterday",
        buttons=((Button("Funding", "p:1", selected=True), Button("Page", url="https://example.org")),),
    )
    (page,) = messages(card)
    kinds = [block["type"] for block in page.blocks]
    assert kinds == ["header", "rich_text", "rich_text", "rich_text", "rich_text", "context", "actions"]
    fields = page.blocks[3]["elements"][0]["elements"]
    assert fields[0] == {"type": "text", "text": "Status: ", "style": {"bold": True}}
    assert {"type": "text", "text": "not recorded", "style": {"italic": True}} in fields
    assert {"type": "link", "url": "https://www.acs-aec.org", "text": "acs-aec.org"} in fields
    first, second = page.blocks[-1]["elements"]
    assert (first["text"]["text"], first["style"], first["value"]) == ("• Funding", "primary", "p:1")
    assert second["url"] == "https://example.org"
    assert first["action_id"] != second["action_id"]
    assert page.text.startswith("ACS-SF-001\nOne. Two.\nStatus: ongoing")


def test_a_long_card_becomes_several_messages_with_the_buttons_on_the_last() -> None:
    card = Card(
        title="Title",
        sections=tuple(Section(f"Heading {number}", "word " * 400) for number in range(20)),
        buttons=((Button("More", "m"),),),
    )
    pages = messages(card)
    assert len(pages) > 2
    assert [block["type"] for block in pages[-1].blocks].count("actions") == 1
    short = one_message(card)
    check_blocks(short.blocks)
    assert "…" in plain({"blocks": short.blocks})
    assert "Heading 19" in plain({"blocks": short.blocks})


def test_a_title_is_never_the_last_of_a_message() -> None:
    card = Card(text="a", sections=(Section("", "word " * 1590), Section("Heading", "x " * 400)))
    for page in messages(card):
        assert not plain({"blocks": page.blocks}).endswith("Heading")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "mailto:a@example.org",
        "slack://open",
        "https://",
        "http://[",
        "https://a b",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert link(url) == ""
    assert buttons([[Button("x", url=url or "ftp://x")]]) == []


def test_a_card_that_says_nothing_still_has_something_to_show() -> None:
    assert messages(Card(title="\u200b")) == []
    assert messages(Card(buttons=((Button("", "a"),),)))[0].blocks[1]["elements"][0]["text"]["text"] == "…"
    assert fallback(Card()) == "…"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<@U0ENLACE1> project 1", "project 1"),
        ("<@U0ENLACE1|enlace>: who", "who"),
        ("hello <@U2> and <@U3|eva>", "hello @U2 and @eva"),
        ("see <#C1|general> or <#C2>", "see #general or #C2"),
        (
            "<http://acs-aec.org|acs-aec.org> <https://x.org/?a=1&amp;b=2>",
            "acs-aec.org https://x.org/?a=1&b=2",
        ),
        ("<mailto:ana@example.org|ana@example.org>", "ana@example.org"),
        ("<!here> <!subteam^S1|@team> <!date^1^{date}|18 Feb>", "@here @team 18 Feb"),
        ("a &lt;b&gt; &amp;lt; c", "a <b> &lt; c"),
    ],
)
def test_what_slack_wrote_is_read_as_it_was_typed(written: str, read: str) -> None:
    assert typed(written, addressee="U0ENLACE1") == read
