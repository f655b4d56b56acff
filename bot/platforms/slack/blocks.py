"""From cards to Block Kit: laid out, split before it is rendered, within every limit, free of markup.

What people wrote stands only in ``rich_text`` and ``plain_text``, in which Slack reads no markup, no
mention and no link. Limits: docs.slack.dev/reference/block-kit. Those of ``rich_text`` and of all text of
a message are not documented; the figures here are well below what Slack refuses (msg_blocks_too_long).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from bot.contract import Button, Card, Field
from bot.plain import ELLIPSIS, clean, is_visible, one_line, pieces, shorten, units
from bot.platforms.slack.text import escape

Json = dict[str, Any]
#: The id of an account.
_USER: Final = re.compile(r"[UW][A-Z0-9]{2,20}")
MAX_BLOCKS: Final = 50
MAX_HOME_BLOCKS: Final = 100
MAX_HEADER: Final = 150
MAX_LABEL: Final = 75
MAX_VALUE: Final = 2000
MAX_URL: Final = 3000
MAX_ELEMENTS: Final = 25
#: The most units of text in one block, and in one message.
BLOCK_UNITS: Final = 2800
MESSAGE_UNITS: Final = 8000
#: Longer lines are taken apart into pieces of this size.
PIECE_UNITS: Final = 1000
#: The most units of the text that notifications and screen readers use.
FALLBACK_UNITS: Final = 1500
#: More buttons than this are left out; lists are paged long before.
MAX_BUTTONS: Final = 50
#: A row of buttons is a block of its own up to this many; beyond, rows are put together.
MAX_ROWS: Final = 15
#: To what length texts are shortened, step by step, until a card fits in one message.
STEPS: Final = (1500, 800, 400, 200, 100, 60)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style; with ``url`` it is a link, with ``user`` a mention."""

    text: str
    style: Literal["", "bold", "italic"] = ""
    url: str = ""
    user: str = ""

    def element(self) -> Json:
        """As an element of ``rich_text``."""
        if self.user:
            return {"type": "user", "user_id": self.user}
        found: Json = {"type": "link", "url": self.url} if self.url else {"type": "text"}
        found["text"] = self.text
        if self.style:
            found["style"] = {self.style: True}
        return found


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block and its size; ``leads``: it must not be the last of a message."""

    json: Json
    units: int
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A message: its blocks, and the text for notifications (escaped)."""

    blocks: list[Json]
    text: str


def link(url: str) -> str:
    """``url`` where it is a web address that Slack takes, else nothing."""
    if not url or units(url) > MAX_URL or clean(url) != url or any(char.isspace() for char in url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and host and not set(url) & set("<>|") else ""


def _size(line: Line) -> int:
    return sum(units(run.text) for run in line) + 1


def _paragraphs(text: str, style: Literal["", "bold", "italic"] = "") -> Iterator[Line]:
    for line in clean(text).strip().split("\n"):
        if is_visible(line):
            for _, piece in pieces(line.strip(), PIECE_UNITS):
                yield (Run(piece, style),)


def _fields(fields: Sequence[Field]) -> Iterator[Line]:
    for item in fields:
        label = shorten(one_line(item.label), PIECE_UNITS)
        url = link(item.url)
        style: Literal["", "italic"] = "italic" if item.missing and not url else ""
        values = [value for _, value in pieces(clean(item.value).strip(), PIECE_UNITS)]
        for number, value in enumerate(values):
            name = (Run(f"{label}{item.colon} ", "bold"),) if number == 0 and is_visible(label) else ()
            line = (*name, *((Run(value, style, url),) if value else ()))
            if line:
                yield line


def _mentions(card: Card) -> Iterator[Line]:
    """Each label and the account beside it, which Slack shows by the name that the workspace has for it."""
    if is_visible(card.mentions_label):
        yield (Run(one_line(card.mentions_label)),)
    for item in card.mentions:
        label = shorten(one_line(item.label), PIECE_UNITS)
        user = item.user if _USER.fullmatch(item.user) else ""
        yield (Run(f"{label} "), Run(item.user, user=user)) if user else (Run(label or ELLIPSIS),)


def _rich(lines: Sequence[Line]) -> Iterator[Block]:
    """Blocks of ``rich_text`` that hold ``lines``."""
    waiting: list[Line] = []
    size = 0
    for line in lines:
        if waiting and size + _size(line) > BLOCK_UNITS:
            yield _rich_block(waiting, size)
            waiting, size = [], 0
        waiting.append(line)
        size += _size(line)
    if waiting:
        yield _rich_block(waiting, size)


def _rich_block(lines: Sequence[Line], size: int) -> Block:
    elements: list[Json] = []
    for number, line in enumerate(lines):
        if number:
            elements.append({"type": "text", "text": "\n"})
        elements += [run.element() for run in line]
    section = {"type": "rich_text_section", "elements": elements}
    return Block({"type": "rich_text", "elements": [section]}, size)


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def _title(card: Card) -> Iterator[Block]:
    title = one_line(card.title)
    if is_visible(title):
        if units(title) <= MAX_HEADER:
            yield Block({"type": "header", "text": _plain(title)}, units(title), leads=True)
        else:
            yield from _rich(list(_paragraphs(title, "bold")))
    for block in _rich(list(_paragraphs(card.subtitle, "italic"))):
        yield replace(block, leads=True)


def _blocks(card: Card) -> Iterator[Block]:
    """Everything that a card says, in order."""
    yield from _title(card)
    yield from _rich(list(_paragraphs(card.text)))
    yield from _rich(list(_fields(card.fields)))
    for part in card.sections:
        yield from _rich([*_paragraphs(part.heading, "bold"), *_paragraphs(part.text), *_fields(part.fields)])
    yield from _rich(list(_mentions(card)))
    footer = clean(card.footer).strip()
    if is_visible(footer):
        for _, piece in pieces(footer, BLOCK_UNITS):
            yield Block({"type": "context", "elements": [_plain(piece)]}, units(piece))


def _button(button: Button, number: int) -> Json | None:
    label = one_line(button.label)
    if button.selected:
        label = f"• {label}"
    found: Json = {
        "type": "button",
        "action_id": f"b{number}",
        "text": _plain(shorten(label, MAX_LABEL) if is_visible(label) else ELLIPSIS),
    }
    if button.url:
        url = link(button.url)
        return found | {"url": url} if url else None
    if not button.action or units(button.action) > MAX_VALUE:
        return None
    return found | {"value": button.action} | ({"style": "primary"} if button.selected else {})


def buttons(rows: Sequence[Sequence[Button]]) -> list[Json]:
    """Rows of buttons as ``actions`` blocks; a button that leads nowhere is left out."""
    together = [button for row in rows for button in row][:MAX_BUTTONS]
    if len(rows) > MAX_ROWS or len(together) == MAX_BUTTONS:
        rows = [together[at : at + MAX_ELEMENTS] for at in range(0, len(together), MAX_ELEMENTS)]
    found: list[Json] = []
    number = 0
    for row in rows[:MAX_ROWS]:
        elements: list[Json] = []
        for button in row:
            number += 1
            if (made := _button(button, number)) is not None:
                elements.append(made)
        found += [
            {"type": "actions", "elements": elements[at : at + MAX_ELEMENTS]}
            for at in range(0, len(elements), MAX_ELEMENTS)
        ]
    return found[:MAX_ROWS]


def fallback(card: Card) -> str:
    """The plain text of a card for notifications and screen readers, escaped; never empty."""
    lines = [one_line(card.title), one_line(card.summary) or one_line(card.text)]
    lines += [f"{one_line(item.label)}{item.colon} {one_line(item.value)}" for item in card.fields]
    text = "\n".join(line for line in lines if is_visible(line))
    return escape(shorten(text, FALLBACK_UNITS)) or ELLIPSIS


def _fill(blocks: Sequence[Block], most: int) -> list[list[Block]]:
    """Messages full of blocks, none over a limit, none that ends with a title if that can be helped."""
    pages: list[list[Block]] = []
    page: list[Block] = []
    size = 0
    for block in blocks:
        if page and (size + block.units > MESSAGE_UNITS or len(page) >= most):
            carried: list[Block] = []
            while len(page) > 1 and page[-1].leads:
                carried.insert(0, page.pop())
            pages.append(page)
            page = carried
            size = sum(item.units for item in page)
        page.append(block)
        size += block.units
    return [*pages, page] if page else pages


def messages(card: Card) -> list[Page]:
    """A card as one or more messages, the buttons on the last; none where it says nothing in words."""
    actions = buttons(card.buttons)
    pages = _fill(list(_blocks(card)), MAX_BLOCKS - MAX_ROWS)
    if not pages and actions:
        pages = [list(_rich(list(_paragraphs(card.summary)) or [(Run(ELLIPSIS),)]))]
    text = fallback(card)
    found = [Page([block.json for block in page], text) for page in pages]
    if found:
        found[-1] = replace(found[-1], blocks=[*found[-1].blocks, *actions])
    return found


def one_message(card: Card, most: int = MAX_BLOCKS) -> Page:
    """A card as one message of at most ``most`` blocks: texts are shortened until it fits."""
    actions = buttons(card.buttons)
    room = most - len(actions)
    pages = _fill(list(_blocks(card)), room)
    for everything in (False, True):
        for limit in STEPS:
            if len(pages) > 1:
                pages = _fill(list(_blocks(_shortened(card, limit, everything=everything))), room)
    dots = next(_rich([(Run(ELLIPSIS),)]))
    page = pages[0] if pages else [dots]
    if len(pages) > 1:
        page = [*page[: room - 1], dots]
    return Page([*(block.json for block in page), *actions], fallback(card))


def _shortened(card: Card, limit: int, *, everything: bool) -> Card:
    def fields(items: Sequence[Field]) -> tuple[Field, ...]:
        return tuple(replace(item, value=shorten(clean(item.value), limit)) for item in items)

    sections = tuple(
        replace(part, text=shorten(clean(part.text), limit), fields=fields(part.fields))
        for part in card.sections
    )
    if not everything:
        return replace(card, sections=sections)
    text = shorten(clean(card.text), limit)
    return replace(card, sections=sections, text=text, fields=fields(card.fields))
