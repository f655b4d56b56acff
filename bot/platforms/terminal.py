"""The terminal: plain text out, typed lines in, buttons as numbered choices."""

from __future__ import annotations

import asyncio
import itertools
import mimetypes
import textwrap
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.contract import (
    Button,
    Card,
    Choice,
    Field,
    FileRef,
    FormStyle,
    Incoming,
    Operation,
    Outgoing,
    Place,
    PlaceKind,
    Pressed,
    Rate,
    Receive,
    Route,
    Said,
    Sender,
    Submitted,
    Suggest,
)

#: Lines are wrapped at this width, in columns.
WIDTH: Final = 100


def _wrapped(text: str, indent: str = "") -> Iterator[str]:
    for paragraph in text.split("\n"):
        if not paragraph.strip():
            yield ""
            continue
        yield from textwrap.wrap(
            _printable(paragraph),
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=True,
            break_on_hyphens=False,
        )


def _printable(text: str) -> str:
    """Without the characters that steer a terminal (C0, C1)."""
    return "".join(char for char in text if char >= " " and not "\x7f" <= char <= "\x9f")


def _fields(fields: Sequence[Field], indent: str = "") -> Iterator[str]:
    for item in fields:
        value = f"{item.value} <{item.url}>" if item.url and item.url != item.value else item.value
        yield from _wrapped(f"{item.label}{item.colon} {value}", indent)


def choices(card: Card) -> list[Button]:
    """A card's buttons in reading order: number n is the n-th."""
    return list(itertools.chain.from_iterable(card.buttons))


def awaits_words(card: Card) -> bool:
    """Whether a number that is typed is an answer: the card asks for words, and its buttons need a sign."""
    verbs = [button.action.split(":")[2:3] for button in choices(card) if button.action.startswith("form:")]
    return bool(verbs) and all(verb in (["s"], ["n"], ["b"], ["x"]) for verb in verbs)


def chosen(line: str, card: Card) -> Button | None:
    """The button that a typed line names by its number, ``#2``; ``2`` does unless the card awaits words."""
    number = line.removeprefix("#")
    if (number == line and awaits_words(card)) or not (number.isascii() and number.isdecimal()):
        return None
    buttons = choices(card)
    return buttons[int(number) - 1] if 1 <= int(number) <= len(buttons) else None


def render(card: Card) -> str:
    """A card as plain text."""
    lines: list[str] = []
    if card.title:
        lines += [*_wrapped(card.title), "=" * min(WIDTH, max(map(len, _wrapped(card.title))))]
    lines += _wrapped(card.subtitle) if card.subtitle else ()
    if card.text:
        lines += ["", *_wrapped(card.text)] if lines else _wrapped(card.text)
    if card.fields:
        lines += ["", *_fields(card.fields)] if lines else _fields(card.fields)
    for section in card.sections:
        lines.append("")
        if section.heading:
            lines += _wrapped(section.heading)
        lines += _wrapped(section.text, "  ") if section.text else ()
        lines += _fields(section.fields, "  ")
    for attachment in (card.picture, *card.attachments):
        if attachment is not None:
            described = attachment.description or attachment.name
            lines += ["", f"[{_printable(described)}, {len(attachment.content)} B]"]
    if card.mentions:
        meant = ", ".join(item.label for item in card.mentions)
        lines += ["", *_wrapped(f"{card.mentions_label} {meant}")]
    if card.footer:
        lines += ["", *_wrapped(card.footer)]
    if card.buttons:
        lines.append("")
        numbers = itertools.count(1)
        sign = "#" if awaits_words(card) else ""
        for row in card.buttons:
            labels = (
                f"[{sign}{next(numbers)}] {'• ' if button.selected else ''}{_printable(button.label)}"
                + (f" <{button.url}>" if button.url else "")
                for button in row
            )
            lines += textwrap.wrap("  ".join(labels), WIDTH)
    return "\n".join(lines).strip("\n")


class Terminal:
    """One person at one terminal. Its account is its own, so that no other process answers for it."""

    name = "terminal"
    idempotent = True
    listens_alone = False
    can_confirm = False
    forms = FormStyle.STEPS

    def __init__(self, handle: str, *, kind: PlaceKind, language: str = "", time_zone: str = "") -> None:
        self.account = uuid.uuid4().hex
        self.heard: asyncio.Queue[tuple[Outgoing, Card]] = asyncio.Queue()
        self._sender = Sender("terminal", "", handle, handle, language, time_zone)
        self.direct = Place("terminal", self.account, PlaceKind.DIRECT, handle)
        self.group = Place("terminal", self.account, PlaceKind.GROUP, f"group-{self.account}")
        self.place = self.direct if kind is PlaceKind.DIRECT else self.group
        self._receive: Receive | None = None
        self._suggest: Suggest | None = None
        self._ids = itertools.count(1)
        self._seen: set[str] = set()
        self._files: set[str] = set()

    async def start(self, receive: Receive) -> None:
        """See ``Platform``."""
        self._receive = receive

    async def listen(self) -> None:
        """See ``Platform``: what is typed comes through :meth:`say` and :meth:`press`."""

    async def stop(self) -> None:
        """See ``Platform``."""

    async def say(self, text: str, place: Place | None = None, files: Sequence[Path] = ()) -> None:
        """A line was typed, and files of this machine were named with it."""
        refs = []
        for path in files:
            media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            refs.append(FileRef(path.name, media_type, path.stat().st_size, str(path.resolve())))
        self._files.update(ref.handle for ref in refs)
        await self._event(Said(text, files=tuple(refs)), place or self.place)

    def complete(self, suggest: Suggest) -> None:
        """See ``Suggesting``."""
        self._suggest = suggest

    async def suggest(self, text: str) -> Sequence[Choice]:
        """What may be meant by the beginning of an answer to the question that is asked, if one is."""
        if self._suggest is None:
            return ()
        typed = Submitted("", {"": text})
        return await self._suggest(Incoming("", self.direct, self._sender, typed, datetime.now(UTC)), "")

    async def fetch(self, file: FileRef) -> bytes:
        """See ``Fetching``: reads a file that was named at this very terminal.

        Raises:
            LookupError: it was not.
            OSError: it cannot be read.
        """
        if file.handle not in self._files:
            raise LookupError("no such file was named here")
        return await asyncio.to_thread(Path(file.handle).read_bytes)

    async def press(self, button: Button, message_id: str, place: Place | None = None) -> None:
        """A choice was made."""
        await self._event(Pressed(button.action, message_id), place or self.place)

    async def _event(self, event: Said | Pressed, place: Place) -> None:
        if self._receive is None:
            raise RuntimeError("the terminal was not started")
        event_id = str(next(self._ids))
        await self._receive([Incoming(event_id, place, self._sender, event, datetime.now(UTC))])

    async def send(self, message: Outgoing) -> str:
        """See ``Platform``."""
        if message.operation is Operation.DELETE:
            return ""
        if message.id not in self._seen:
            self._seen.add(message.id)
            for card in message.cards:
                self.heard.put_nowait((message, card))
        return message.target if message.operation is Operation.EDIT else message.id

    async def confirm(self, message: Outgoing) -> str | None:
        """See ``Platform``."""
        return message.id if message.id in self._seen else ""

    def routes(self) -> Sequence[Route]:
        """See ``Platform``."""
        return ()

    def rates(self, message: Outgoing) -> Sequence[tuple[str, Rate]]:
        """See ``Platform``: a terminal has no limits."""
        return ()

    def requests(self, message: Outgoing) -> int:
        """See ``Platform``."""
        return 1
