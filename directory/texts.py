"""Text in several languages, and which of them a reader gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

#: Where the reader's own language is missing, the first of these that is there.
FALLBACK: Final = ("en", "es", "fr", "pt")


@dataclass(frozen=True, slots=True)
class LocalText:
    """The same text per language (two-letter code). May be empty: nothing recorded."""

    by_language: Mapping[str, str] = field(default_factory=dict)

    def in_language(self, language: str) -> tuple[str, str]:
        """The text for a reader of ``language`` and the language that it is in; both empty where none is."""
        for code in (language, *FALLBACK, *self.by_language):
            text = self.by_language.get(code)
            if text:
                return text, code
        return "", ""

    def __bool__(self) -> bool:
        return any(self.by_language.values())


NO_TEXT: Final = LocalText()


def local(**by_language: str) -> LocalText:
    """``local(en="…", es="…")``."""
    return LocalText(by_language)
