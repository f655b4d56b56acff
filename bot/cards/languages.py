"""The languages of the answers: their own names, their buttons, and what people call them."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Final

from babel import Locale

from bot.contract import Button, action
from bot.i18n import LANGUAGES, LOCALES
from directory.search import fold

#: The button that chooses a language.
CHOOSE: Final = "language"
#: What people also call these languages, besides what CLDR knows.
_ALSO: Final = {
    "castellano": "es",
    "castelhano": "es",
    "castilian": "es",
    "castillan": "es",
    "brasileiro": "pt",
    "brazilian": "pt",
    "portugues do brasil": "pt",
    "eng": "en",
    "spa": "es",
    "esp": "es",
    "fra": "fr",
    "fre": "fr",
    "por": "pt",
}


def own_name(language: str) -> str:
    """A language's name in itself, as it stands on its button: ``Español``."""
    name = str(Locale.parse(language).get_display_name(Locale.parse(language)) or language)
    return name[:1].upper() + name[1:]


def buttons(selected: str, after: str = "") -> tuple[tuple[Button, ...], ...]:
    """One row a pair of languages; ``after`` names the command whose card is shown again afterwards."""
    more = (after,) if after else ()
    made = [
        Button(own_name(language), action(CHOOSE, language, *more), selected=language == selected)
        for language in LANGUAGES
    ]
    return tuple(tuple(made[start : start + 2]) for start in range(0, len(made), 2))


def named(text: str) -> str:
    """The language that ``text`` names in any of the languages, or by its code; empty where none is."""
    folded = fold(text)
    return _names().get(folded) or _names().get(
        folded.split(" ", 1)[0] if "-" in text or "_" in text else "", ""
    )


def spoken_codes(text: str) -> tuple[str, ...] | str:
    """The codes of the languages that ``text`` lists, named in any of the languages or by their codes.

    The first part that names none is returned instead.
    """
    codes = []
    for part in re.split(r"[,;/]", text):
        folded = fold(part)
        if not folded:
            continue
        code = _every_name().get(folded)
        if code is None:
            return part.strip()
        codes.append(code)
    return tuple(dict.fromkeys(codes))


@functools.cache
def _every_name() -> Mapping[str, str]:
    names = dict(_ALSO)
    for locale in map(Locale.parse, LOCALES.values()):
        for code, name in locale.languages.items():
            if "_" not in code:
                names.setdefault(fold(str(name)), code)
                names.setdefault(fold(code), code)
    return names


@functools.cache
def _names() -> Mapping[str, str]:
    names = {fold(code): code for code in LANGUAGES} | _ALSO
    for locale in map(Locale.parse, LOCALES.values()):
        for code in LANGUAGES:
            names[fold(str(locale.languages.get(code, code)))] = code
    return names
