"""From cards to Telegram's HTML: laid out, escaped, split before it is rendered, within every limit.

Limits (Bot API, sendMessage and InlineKeyboardMarkup): 4096 characters after the entities are parsed,
about 100 entities and 100 buttons in a message, 8 buttons in a row.
"""

from __future__ import annotations

import functools
import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.contract import ACTION_BYTES, Button, Card, Field, Refused
from bot.plain import ELLIPSIS, clean, is_visible, one_line, pieces, shorten, units
from bot.platforms.telegram.text import inert

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
    """A stretch of text in one style; with ``href`` it is a link, or a mention of a ``tg:`` user."""

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
    """What is never split: markup, and what stands before it unless a message begins with it.

    ``size`` (UTF-16 code units), ``entities`` and ``weight`` (bytes) are those of the markup without its
    glue. ``leads``: it is a heading and must not be the last of a message.
    """

    html: str
    visible: bool
    size: int
    entities: int
    weight: int
    glue: str = "\n"
    leads: bool = False


def _atom(runs: Iterable[Run], glue: str = "\n", *, leads: bool = False) -> Atom:
    runs = [run for run in runs if run.text]
    text = "".join(run.text for run in runs)
    markup = "".join(run.html() for run in runs)
    return Atom(
        markup,
        is_visible(text),
        units(text),
        sum(1 for run in runs if run.tag or run.href),
        len(markup) if markup.isascii() else len(markup.encode()),
        glue,
        leads,
    )


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
                yield _atom((Run(part, tag),), between if glue == "" else glue, leads=leads)
                glue = ""
        glue = "\n"


def _fields(fields: Sequence[Field]) -> Iterator[Atom]:
    for item in fields:
        label = shorten(inert(one_line(item.label)), ATOM_UNITS)
        href = link(item.url)
        value = (clean(item.value) if href else inert(item.value)).strip()
        name = (Run(f"{label}{item.colon}", "b"), Run(" ")) if is_visible(label) else ()
        for number, (between, part) in enumerate(pieces(value, ATOM_UNITS)):
            run = Run(part, "i" if item.missing and not href else "", href)
            yield _atom((*name, run), "\n") if number == 0 else _atom((run,), between)


def _mentions(card: Card) -> Iterator[Atom]:
    """Text mentions (Bot API, HTML style): whoever Telegram does not know by this id reads the label."""
    lead = inert(one_line(card.mentions_label))
    for number, item in enumerate(card.mentions):
        user = item.user if item.user.isascii() and item.user.isdecimal() else ""
        label = shorten(inert(one_line(item.label)), MAX_LABEL)
        run = Run(label if is_visible(label) else ELLIPSIS, href=f"tg://user?id={user}" if user else "")
        before = (Run(f"{lead} " if lead else ""),) if number == 0 else ()
        after = (Run(","),) if number + 1 < len(card.mentions) else ()
        yield _atom((*before, run, *after), "\n" if number == 0 else " ")


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
    yield list(_mentions(card))
    yield list(_paragraphs(card.footer, "i"))


def atoms(card: Card) -> list[Atom]:
    """Everything that a card says, in order; blocks are parted by a blank line."""
    found: list[Atom] = []
    for block in _blocks(card):
        block = [atom for atom in block if atom.html]
        if block:
            found.append(replace(block[0], glue="\n\n"))
            found.extend(block[1:])
    return found


class _Page:
    """A message that is being filled."""

    __slots__ = ("atoms", "entities", "size", "weight")

    def __init__(self, atoms: Iterable[Atom] = ()) -> None:
        self.atoms: list[Atom] = []
        self.size = self.entities = self.weight = 0
        for atom in atoms:
            self.add(atom)

    def has_room(self, atom: Atom) -> bool:
        glue = len(atom.glue)
        return (
            self.size + glue + atom.size <= MAX_UNITS
            and self.entities + atom.entities <= MAX_ENTITIES
            and self.weight + glue + atom.weight <= MAX_BYTES
        )

    def add(self, atom: Atom) -> None:
        self.atoms.append(atom)
        self.size += len(atom.glue) + atom.size
        self.entities += atom.entities
        self.weight += len(atom.glue) + atom.weight


def _fill(line: Iterable[Atom]) -> list[list[Atom]]:
    """Messages full of atoms, none over a limit, none that ends with a heading if that can be helped."""
    pages: list[list[Atom]] = []
    page = _Page()
    for atom in line:
        if page.atoms and not page.has_room(atom):
            end = len(page.atoms)
            while end > 1 and page.atoms[end - 1].leads:
                end -= 1
            if page.atoms[end - 1].leads:
                end = len(page.atoms)
            pages.append(page.atoms[:end])
            page = _Page(page.atoms[end:])
        page.add(atom)
    pages.append(page.atoms)
    return [atoms for atoms in pages if any(atom.visible for atom in atoms)]


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
    while sum(len(atom.glue) + atom.size for atom in page) > MAX_UNITS - 2:
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
    # Most keyboards are sent again and again, and making the library's objects is slow.
    return _keyboard(tuple(map(tuple, rows)), actions, limit)


@functools.lru_cache(maxsize=256)
def _keyboard(rows: tuple[tuple[Button, ...], ...], actions: bool, limit: int) -> InlineKeyboardMarkup | None:
    found: list[list[InlineKeyboardButton]] = []
    for row in rows:
        made = [button for item in row if (item.url or actions) and (button := _button(item)) is not None][
            :limit
        ]
        limit -= len(made)
        found.extend(made[start : start + MAX_ROW] for start in range(0, len(made), MAX_ROW))
    return InlineKeyboardMarkup(found) if found else None


@functools.lru_cache(maxsize=256)
def keyboard_json(rows: tuple[tuple[Button, ...], ...]) -> str | None:
    """:func:`keyboard` as it is sent. Kept: most are sent often, and the library's objects are slow."""
    made = keyboard(rows)
    return made.to_json() if made is not None else None


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
