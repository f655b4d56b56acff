"""From any card to HTML that Telegram takes: nothing lost, nothing turned into markup, no limit passed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.contract import Button, Card, Field, Mention, Refused, Section
from bot.plain import clean, head, one_line, pieces, shorten, units
from bot.platforms.telegram.menus import command_name
from bot.platforms.telegram.rendering import MAX_UNITS, keyboard, link, messages, one_message
from bot.platforms.telegram.text import inert
from tests.support.telegram.keyboards import check_keyboard
from tests.support.telegram.markup import read

HOSTILE = (
    "<b>",
    "</b>",
    "<a href='x'>",
    '"',
    "&amp;",
    "&#64;",
    "<!channel>",
    "@everyone ",
    "@@somebody",
    "https://evil.example/x?y=1&z",
    "evil.com",
    "tg://user?id=1",
    "ana@example.org",
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
        lambda text, times: text * times, st.sampled_from((*HOSTILE, "word ", "x")), st.integers(1, 400)
    ),
)
TEXTS = st.lists(WORDS, max_size=4).map("".join)
SHORT = st.lists(st.one_of(st.text(max_size=10), st.sampled_from(HOSTILE)), max_size=3).map("".join)
URLS = st.sampled_from(("", 'https://example.org/a?b=1&c="2"', "tg://user?id=1", "javascript:1", "http://["))
FIELDS = st.lists(st.builds(Field, SHORT, TEXTS, URLS, st.booleans()), max_size=4).map(tuple)
SECTIONS = st.lists(st.builds(Section, SHORT, TEXTS, FIELDS), max_size=3).map(tuple)
CARDS = st.builds(
    Card, title=TEXTS, subtitle=SHORT, text=TEXTS, fields=FIELDS, sections=SECTIONS, footer=SHORT
)

MANY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def letters(text: str) -> str:
    """What is left of a text without spaces and without what is not seen."""
    text = clean(text)
    return "".join(
        char for char in text if not char.isspace() and unicodedata.category(char) not in ("Cf", "Cs", "Cc")
    )


def said_by(card: Card) -> str:
    """Everything a card says, in its order."""

    def of(fields: Iterable[Field]) -> str:
        return "".join(
            f"{field.label}:{field.value}" if letters(field.label) else field.value for field in fields
        )

    parts = [card.title, card.subtitle, card.text, of(card.fields)]
    for section in card.sections:
        parts += [section.heading, section.text, of(section.fields)]
    return letters("".join((*parts, card.footer)))


def seen(markup: str) -> tuple[str, list[dict[str, Any]]]:
    """The text and the entities of a message; fails where Telegram would refuse it."""
    text, entities = read(markup, "HTML")
    assert 0 < units(text) <= MAX_UNITS
    assert letters(text)
    return text, entities


@MANY
@given(CARDS)
def test_any_card_is_taken_and_keeps_its_words(card: Card) -> None:
    shown = ""
    for markup in messages(card):
        text, entities = seen(markup)
        shown += text
        assert {entity["type"] for entity in entities} <= {"bold", "italic", "text_link"}
        for entity in entities:
            assert entity.get("url", "https://").startswith("https://")
    assert letters(shown) == said_by(card)


@MANY
@given(CARDS)
def test_any_card_can_be_made_to_fit_in_one_message(card: Card) -> None:
    text, _ = seen(one_message(card))
    whole = messages(card)
    if len(whole) == 1:
        assert text == seen(whole[0])[0]
    elif whole:
        assert "…" in text


def test_a_full_sheet_is_split_between_paragraphs_and_never_after_a_heading() -> None:
    sections = tuple(Section(f"Heading {number}", "word " * 130) for number in range(20))
    card = Card(title="Title", sections=sections, footer="The end")
    found = [seen(markup)[0] for markup in messages(card)]
    assert len(found) > 2
    assert all(units(text) > MAX_UNITS // 2 for text in found[:-1])
    for text in found:
        assert not text.rsplit("\n", 1)[-1].startswith("Heading")
    assert found[-1].endswith("The end")


@MANY
@given(
    CARDS,
    SHORT,
    st.lists(st.builds(Mention, st.sampled_from(("12", "7", "-5", "@ana", "1&x=2", "")), SHORT), max_size=7),
)
def test_only_a_mention_mentions_and_only_whoever_it_names(
    card: Card, lead: str, mentions: list[Mention]
) -> None:
    card = replace(card, mentions=tuple(mentions), mentions_label=lead)
    found = []
    for markup in (*messages(card), one_message(card)):
        _, entities = seen(markup)
        found.append([entity["user"]["id"] for entity in entities if entity["type"] == "text_mention"])
        assert all(entity["type"] != "mention" for entity in entities)
    real = [int(item.user) for item in mentions if item.user in ("12", "7")]
    assert [user for users in found[:-1] for user in users] == real
    assert found[-1] == real or found[-1] == real[: len(found[-1])]


def test_a_mention_is_read_as_its_label() -> None:
    card = Card(text="Due.", mentions=(Mention("12", "México"), Mention("x", "Haïti")), mentions_label="For:")
    assert messages(card) == ['Due.\n\nFor: <a href="tg://user?id=12">México</a>, Haïti']


def test_a_card_with_very_many_fields_stays_below_the_limit_of_entities() -> None:
    card = Card(fields=tuple(Field(f"n{number}", "v", missing=True) for number in range(150)))
    assert len(messages(card)) == 4
    assert "…" in seen(one_message(card))[0]


def test_sections_are_shortened_before_anything_else() -> None:
    card = Card(text="lead " * 100, sections=(Section("A", "a " * 1900), Section("B", "b " * 1900)))
    text, _ = seen(one_message(card))
    assert text.startswith("lead " * 99)
    assert text.count("…") == 2


def test_the_layout() -> None:
    card = Card(
        title="Title",
        subtitle="Sub",
        text="Lead.\n\nMore.",
        fields=(
            Field("Donor", "A & B"),
            Field("Site", "site", url="https://e.org/?a=1&b"),
            Field("End", "–", missing=True),
        ),
        sections=(Section("Goals", "1 < 2", (Field("x", "y"),)),),
        footer="Foot",
    )
    assert messages(card) == [
        "<b>Title</b>\n<i>Sub</i>\n\nLead.\n\nMore.\n\n"
        '<b>Donor:</b> A &amp; B\n<b>Site:</b> <a href="https://e.org/?a=1&amp;b">site</a>\n'
        "<b>End:</b> <i>–</i>\n\n<b>Goals</b>\n1 &lt; 2\n<b>x:</b> y\n\n<i>Foot</i>"
    ]
    assert messages(Card()) == []
    assert one_message(Card()) == "…"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ask ana@example.org", "ask ana@example.org"),
        ("@everyone", "@\u2060everyone"),
        ("https://evil.example", "https\u2060://evil\u2060.example"),
        ("I.M.E.X.C.I. 18.500,00", "I.M.E.X.C.I. 18.500,00"),
        ("/project ACS-SF-001", "/project ACS-SF-001"),
    ],
)
def test_words_become_neither_mentions_nor_addresses(text: str, expected: str) -> None:
    assert inert(text) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tg://user?id=1",
        "javascript:x",
        "https://a b",
        "https://[",
        "http://",
        "mailto:a@b.c",
        "https://\n",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert link(url) == ""


@given(
    st.lists(
        st.lists(st.builds(Button, SHORT, st.just("act"), URLS, st.booleans()), max_size=11), max_size=12
    )
)
def test_any_keyboard_is_taken(rows: list[list[Button]]) -> None:
    for actions in (True, False):
        made = keyboard(rows, actions=actions)
        if made is not None:
            shown = made.to_dict()["inline_keyboard"]
            check_keyboard(shown)
            assert actions or all("callback_data" not in button for row in shown for button in row)


def test_buttons() -> None:
    row = (
        Button("One", "a:1", selected=True),
        Button("x" * 100, "b"),
        Button("Here", url="http://localhost/"),
    )
    made = keyboard((row,))
    assert made is not None
    assert [button.text for button in made.inline_keyboard[0]] == ["• One", "x" * 63 + "…"]
    assert keyboard(()) is None
    with pytest.raises(Refused, match="action_too_long"):
        keyboard(((Button("x", "é" * 33),),))
    assert check_too_many() == 100


def check_too_many() -> int:
    """How many of 120 buttons are left."""
    made = keyboard(tuple(tuple(Button("x", "y") for _ in range(10)) for _ in range(12)))
    assert made is not None
    check_keyboard(made.to_dict()["inline_keyboard"])
    return sum(map(len, made.inline_keyboard))


@settings(deadline=None)
@given(st.text(), st.integers(1, 40))
def test_a_cut_keeps_its_limit(text: str, limit: int) -> None:
    assert units(shorten(text, limit)) <= limit
    assert text.startswith(head(text, limit))
    found = pieces(text, limit + 1)
    assert all(units(part) <= limit + 1 for _, part in found)
    assert "".join("".join(part.split()) for _, part in found) == "".join(text.split())


@pytest.mark.parametrize("whole", ["é", "👩‍👩‍👧", "🇲🇽", "👍🏽", "❤️"])
def test_a_cut_never_divides_what_is_seen_as_one(whole: str) -> None:
    text = "ab" + whole + "cd"
    for limit in range(2, units(text)):
        assert head(text, limit) in ("ab", "ab" + whole, "ab" + whole + "c")


@settings(deadline=None)
@given(st.text())
def test_names_of_commands_fit_the_menu(name: str) -> None:
    made = command_name(name)
    assert len(made) <= 32
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")


def test_names_of_commands_are_folded() -> None:
    assert command_name("Código") == "codigo"
    assert command_name("point-focal") == "point_focal"
    assert one_line(" a\n\tb ") == "a b"
