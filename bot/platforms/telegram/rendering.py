"""From cards to Telegram's HTML: laid out, escaped, split before it is rendered, within every limit.

Limits (Bot API, sendMessage and InlineKeyboardMarkup): 4096 characters after the entities are parsed,
about 100 entities and 100 buttons in a message, 8 buttons in a row.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.contract import ACTION_BYTES, Button, Card, Field, Refused
from bot.platforms.telegram.text import ELLIPSIS, clean, inert, is_visible, one_line, pieces, shorten, units

MAX_UNITS: Final = 4096
#: Telegram drops what goes beyond 100; some are left for what it finds by itself (e-mail, commands).
MAX_ENTITIES: Final = 90
#: The Bot API server refuses a text of more than 2^15 bytes before it looks at the markup.
MAX_BYTES: Final = 32_000
MAX_BUTTONS: Final = 100
MAX_ROW: Final = 8
MAX_LABEL: Final = 64
MAX_URL: Final = 2048
#: Longer paragraphs are taken apart into atoms of this size, so that messages fill well.
ATOM_UNITS: Final = 512
#: To what length texts are shortened, step by step, until a card fits in one message.
STEPS: Final = (1500, 800, 400, 200, 100, 60)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style; with ``href`` it is a link."""

    text: str
    tag: Literal["", "b", "i"] = ""
    href: str = ""

    def html(self) -> str:
        """The run as markup."""
        text = html.escape(self.text, quote=False)
        if self.href:
            return f'<a href="{html.escape(self.href)}">{text}</a>'
        return f"<{self.tag}>{text}</{self.tag}>" if self.tag else text


@dataclass(frozen=True, slots=True)
class Atom:
    """What is never split: runs, and what stands before them unless a message begins with them.

    ``leads``: it is a heading and must not be the last of a message.
    """

    runs: tuple[Run, ...]
    glue: str = "\n"
    leads: bool = False

    @property
    def html(self) -> str:
        """The atom as markup, without its glue."""
        return "".join(run.html() for run in self.runs)

    @property
    def units(self) -> int:
        """Its length with its glue, in UTF-16 code units."""
        return len(self.glue) + sum(units(run.text) for run in self.runs)

    @property
    def entities(self) -> int:
        """How many entities it makes."""
        return sum(1 for run in self.runs if run.tag or run.href)


def link(url: str) -> str:
    """``url`` where Telegram makes a link of it, else nothing.

    Only web addresses: a ``tg:`` address can mention a person.
    """
    if not url or len(url) > MAX_URL or clean(url) != url or any(char.isspace() for char in url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and host else ""


def _paragraphs(text: str, tag: Literal["", "b", "i"] = "", *, leads: bool = False) -> Iterator[Atom]:
    """The atoms of a text; its blank lines stay, but never two in a row."""
    glue = "\n"
    for line in inert(text).strip().split("\n"):
        line = line.strip()
        if not line:
            glue = "\n\n"
            continue
        for between, part in pieces(line, ATOM_UNITS):
            if part:
                yield Atom((Run(part, tag),), between if glue == "" else glue, leads)
                glue = ""
        glue = "\n"


def _fields(fields: Sequence[Field]) -> Iterator[Atom]:
    for item in fields:
        label = shorten(inert(one_line(item.label)), ATOM_UNITS)
        href = link(item.url)
        value = (clean(item.value) if href else inert(item.value)).strip()
        name = (Run(f"{label}:", "b"), Run(" ")) if is_visible(label) else ()
        for number, (between, part) in enumerate(pieces(value, ATOM_UNITS)):
            run = Run(part, "i" if item.missing and not href else "", href)
            runs = (*name, run) if number == 0 else (run,)
            yield Atom(tuple(run for run in runs if run.text), "\n" if number == 0 else between)


def _blocks(card: Card) -> Iterator[list[Atom]]:
    yield [*_paragraphs(card.title, "b", leads=True), *_paragraphs(card.subtitle, "i", leads=True)]
    yield list(_paragraphs(card.text))
    yield list(_fields(card.fields))
    for section in card.sections:
        yield [
            *_paragraphs(section.heading, "b", leads=True),
            *_paragraphs(section.text),
            *_fields(section.fields),
        ]
    yield list(_paragraphs(card.footer, "i"))


def atoms(card: Card) -> list[Atom]:
    """Everything that a card says, in order; blocks are parted by a blank line."""
    found: list[Atom] = []
    for block in _blocks(card):
        block = [atom for atom in block if atom.runs]
        if block:
            found.append(replace(block[0], glue="\n\n"))
            found.extend(block[1:])
    return found


def _fill(line: Sequence[Atom]) -> list[list[Atom]]:
    """Messages full of atoms, none over a limit, none that ends with a heading if that can be helped."""
    pages: list[list[Atom]] = []
    page: list[Atom] = []
    size = entities = weight = 0
    for atom in line:
        bytes_ = len(atom.html.encode("utf-8", "replace")) + len(atom.glue)
        full = (
            size + atom.units > MAX_UNITS
            or entities + atom.entities > MAX_ENTITIES
            or weight + bytes_ > MAX_BYTES
        )
        if page and full:
            carried: list[Atom] = []
            while len(page) > 1 and page[-1].leads:
                carried.insert(0, page.pop())
            if page[-1].leads:
                page, carried = [*page, *carried], []
            pages.append(page)
            page = carried
            size = sum(item.units for item in page)
            entities = sum(item.entities for item in page)
            weight = sum(len(item.html.encode("utf-8", "replace")) + len(item.glue) for item in page)
        page.append(atom)
        size += atom.units
        entities += atom.entities
        weight += bytes_
    pages = [*pages, page] if page else pages
    return [page for page in pages if is_visible("".join(run.text for atom in page for run in atom.runs))]


def _html(page: Sequence[Atom]) -> str:
    return "".join((atom.glue if number else "") + atom.html for number, atom in enumerate(page))


def messages(card: Card) -> list[str]:
    """A card as the HTML of one or more messages; none where it has nothing to say in words."""
    return [_html(page) for page in _fill(atoms(card))]


def one_message(card: Card) -> str:
    """A card as the HTML of one message: texts are shortened until it fits."""
    pages = _fill(atoms(card))
    for everything in (False, True):
        for limit in STEPS:
            if len(pages) < 2:
                return _html(pages[0]) if pages else ELLIPSIS
            pages = _fill(atoms(_shortened(card, limit, everything=everything)))
    if len(pages) < 2:
        return _html(pages[0])
    page = pages[0]
    while sum(atom.units for atom in page) > MAX_UNITS - 3:
        page = page[:-1]
    return f"{_html(page)}\n{ELLIPSIS}"


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


def keyboard(
    rows: Sequence[Sequence[Button]], *, actions: bool = True, limit: int = MAX_BUTTONS
) -> InlineKeyboardMarkup | None:
    """The buttons under a message, or ``None`` where there are none.

    A button with an address that Telegram refuses (a machine's own name) is left out, and so is every
    button that does not open a page where ``actions`` is false.

    Raises:
        Refused: an action is longer than 64 bytes.
    """
    found: list[list[InlineKeyboardButton]] = []
    for row in rows:
        made = [button for item in row if (item.url or actions) and (button := _button(item)) is not None][
            :limit
        ]
        limit -= len(made)
        found.extend(made[start : start + MAX_ROW] for start in range(0, len(made), MAX_ROW))
    return InlineKeyboardMarkup(found) if found else None


def _button(button: Button) -> InlineKeyboardButton | None:
    label = one_line(button.label)
    label = label if is_visible(label) else ELLIPSIS
    label = shorten(f"• {label}" if button.selected else label, MAX_LABEL)
    if button.url:
        host = urlsplit(button.url).hostname if link(button.url) else None
        return InlineKeyboardButton(label, url=button.url) if host and "." in host else None
    if len(button.action.encode()) > ACTION_BYTES:
        raise Refused("action_too_long")
    return InlineKeyboardButton(label, callback_data=button.action) if button.action else None
