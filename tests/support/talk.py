"""How tests speak to the program: as a person in one place of one platform.

Every platform has a driver that implements :class:`Talk`, so that one scenario text runs on all of them.
A driver fails on silence and on an answer too many, and shows only what a person would see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from bot.i18n import LANGUAGES, Translator

#: How long a person waits for an answer before the test fails, in seconds.
PATIENCE: Final = 10.0
#: How long silence must last to count as silence, in seconds.
SILENCE: Final = 0.3
#: The head of a card that asks for one field of a form.
STEP: Final = re.compile(r"\d+ (?:of|de|sur) \d+ · (?P<label>[^\n]*)")


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as a person sees it: text without markup, button labels, file names."""

    text: str
    buttons: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    edited: bool = False


class Talk(Protocol):
    """One person in one place."""

    async def says(self, text: str) -> None:
        """Type ``text`` and send it."""
        ...

    async def brings(self, path: Path, text: str = "") -> None:
        """Send a file, with words beside it."""
        ...

    async def presses(self, label: str) -> None:
        """Press the button whose label is (or contains) ``label`` on the message heard last."""
        ...

    async def next(self, timeout: float = PATIENCE) -> Heard:
        """The next message or edit in this place, in order; ``AssertionError`` on silence."""
        ...

    async def hears(self, *parts: str) -> Heard:
        """The next message, which must contain every one of ``parts``."""
        ...

    async def hears_nothing(self) -> None:
        """Nothing new may arrive."""
        ...

    async def fills(self, label: str, value: str) -> None:
        """Have ``value`` ready for the field ``label`` of the form that was heard last.

        A day is written as ISO, a time as ``14:30``, a choice by its label: what every platform takes.
        """
        ...

    async def sends(self) -> Mapping[str, str]:
        """Send the form with what was filled in; what is wrong by label, nothing where it was taken.

        What is not filled in keeps the value that stands there. Where there are whole forms all fields are
        sent at once. Where there are none, the questions are answered one by one up to the first answer
        that is not taken; fill in a better one and send again.
        """
        ...

    async def leaves(self) -> None:
        """Cancel the form."""
        ...


def said(key: str, *buttons: str) -> str | None:
    """The button, among ``buttons``, that has the words of a catalogue key in any language."""
    words = {Translator(language)(key) for language in LANGUAGES}
    return next((label for label in buttons if label in words), None)


class Listening:
    """The part of a driver that is the same everywhere; a driver adds ``says``, ``presses`` and ``next``.

    A driver whose platform shows whole forms brings ``sends`` and ``leaves`` of its own.
    """

    #: What was heard last, and what is ready to be filled in.
    latest: Heard | None = None
    filled: dict[str, str]

    def __init__(self) -> None:
        self.filled = {}

    async def says(self, text: str) -> None:  # pragma: no cover - overridden
        """See :class:`Talk`."""
        raise AssertionError("a driver overrides this")

    async def presses(self, label: str) -> None:  # pragma: no cover - overridden
        """See :class:`Talk`."""
        raise AssertionError("a driver overrides this")

    async def fills(self, label: str, value: str) -> None:
        """See :class:`Talk`."""
        self.filled[label] = value

    async def sends(self) -> Mapping[str, str]:
        """See :class:`Talk`: step by step, the review, the last button."""
        tried = ""
        for _ in range(200):
            heard = self.latest
            assert heard is not None, "no form was heard"
            asked = STEP.match(heard.text)
            if asked is None:
                if not self.filled:
                    await self.presses(heard.buttons[0])
                    ended = await self.next()
                    asked = STEP.match(ended.text)
                    return {asked["label"]: ended.text} if asked is not None else {}
                tried, label = "", next(iter(self.filled))
                await self.presses(label)
            elif asked["label"] == tried:
                return {tried: heard.text}
            else:
                tried = await self._answers(asked["label"], heard)
            await self.next()
        raise AssertionError("the form has no end")

    async def _answers(self, label: str, heard: Heard) -> str:
        """Answer one question; the label where something was typed or chosen."""
        value = self.filled.pop(label, None)
        if value is None:
            way = said("form.keep", *heard.buttons) or said("form.skip", *heard.buttons)
            assert way is not None, f"nothing was filled in for {label!r}"
            await self.presses(way)
            return ""
        if value in heard.buttons:
            await self.presses(value)
        elif value:
            await self.says(value)
        else:
            way = said("form.clear", *heard.buttons) or said("form.skip", *heard.buttons)
            assert way is not None, f"{label!r} cannot be left empty"
            await self.presses(way)
        return label

    async def leaves(self) -> None:
        """See :class:`Talk`."""
        assert self.latest is not None, "no form was heard"
        self.filled.clear()
        await self.presses(self.latest.buttons[-1])
        await self.next()

    async def next(self, timeout: float = PATIENCE) -> Heard:  # pragma: no cover - overridden
        """See :class:`Talk`."""
        raise AssertionError("a driver overrides this")

    async def hears(self, *parts: str) -> Heard:
        """See :class:`Talk`."""
        heard = await self.next()
        for part in parts:
            assert part in heard.text, f"expected {part!r} in:\n{heard.text}"
        return heard

    async def hears_nothing(self) -> None:
        """See :class:`Talk`."""
        try:
            heard = await self.next(SILENCE)
        except AssertionError:
            return
        raise AssertionError(f"expected silence, heard:\n{heard.text}")
