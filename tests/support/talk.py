"""How tests speak to the program: as a person in one place of one platform.

Every platform has a driver that implements :class:`Talk`, so that one scenario text runs on all of them.
A driver fails on silence and on an answer too many, and shows only what a person would see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

#: How long a person waits for an answer before the test fails, in seconds.
PATIENCE: Final = 10.0
#: How long silence must last to count as silence, in seconds.
SILENCE: Final = 0.3


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


class Listening:
    """The part of a driver that is the same everywhere; a driver adds ``says``, ``presses`` and ``next``."""

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
