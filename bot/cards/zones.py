"""Time zones by what people call them: cities in every language, countries, IANA names."""

from __future__ import annotations

import functools
import zoneinfo
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from rapidfuzz import fuzz, process

from bot.i18n import LOCALES, Translator
from directory.search import fold

#: Offered where nothing is known of the asker: from the west to the east of the Greater Caribbean, and UTC.
USUAL: Final = (
    "America/Mexico_City",
    "America/Bogota",
    "America/Havana",
    "America/Santo_Domingo",
    "America/Port_of_Spain",
    "UTC",
)
#: No more zones than this are offered at once.
MOST: Final = 8
#: From this likeness (0 to 100) a city is offered for a word that names none.
LIKE: Final = 75


def city(name: str, t: Translator) -> str:
    """The city that stands for a zone, in the reader's language."""
    if name == "UTC":
        return "UTC"
    known = t.locale.time_zones.get(name, {}).get("city")
    return str(known) if known else name.rsplit("/", 1)[-1].replace("_", " ")


def label(name: str, t: Translator, now: datetime) -> str:
    """City and present offset of a zone: ``Bogotá (UTC−5)``."""
    town, offset = city(name, t), t.offset(ZoneInfo(name), now)
    return town if town == offset else t("timezone.label", city=town, offset=offset)


def of_country(code: str) -> tuple[str, ...]:
    """The zones of a country (CLDR), at most :data:`MOST`."""
    return tuple(name for name in get_global("territory_zones").get(code, ()) if name in _known())[:MOST]


def named(text: str) -> tuple[str, ...]:
    """The zones that a city, a country or an IANA name stands for, in any of the languages."""
    folded = fold(text)
    if not folded:
        return ()
    return _by_name().get(folded, ())


def like(text: str) -> tuple[str, ...]:
    """The zones whose names are most like ``text``."""
    found = process.extract(fold(text), _by_name().keys(), scorer=fuzz.ratio, limit=4, score_cutoff=LIKE)
    names = (name for key, _, _ in found for name in _by_name()[key])
    return tuple(dict.fromkeys(names))[:4]


@functools.cache
def _known() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


@functools.cache
def _by_name() -> Mapping[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    territories: Mapping[str, Sequence[str]] = get_global("territory_zones")
    for name in sorted(_known()):
        names.setdefault(fold(name), (name,))
    zones = [name for found in territories.values() for name in found if name in _known()]
    for name in (*zones, "UTC"):
        names.setdefault(fold(name.rsplit("/", 1)[-1]), (name,))
    names["gmt"] = names["utc"]
    for locale in map(Locale.parse, LOCALES.values()):
        for code in territories:
            if len(code) == 2 and code in locale.territories:
                names.setdefault(fold(str(locale.territories[code])), of_country(code))
        for name in zones:
            if town := locale.time_zones.get(name, {}).get("city"):
                names.setdefault(fold(str(town)), (name,))
    return {key: found for key, found in names.items() if key and found}
