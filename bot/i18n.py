"""Languages: message catalogues, negotiation, and dates, numbers, money, lists and names from CLDR.

Handlers name messages by key; the catalogues in ``bot/locales`` hold the words, English among them.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from gettext import GNUTranslations
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    format_time,
    format_timedelta,
    get_day_names,
)
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from reminders.vague import Precision, VagueDate

#: The languages of the catalogues, and the CLDR locale whose forms each uses.
LOCALES: Final = {"en": "en_GB", "es": "es", "fr": "fr", "pt": "pt_BR"}
LANGUAGES: Final = tuple(LOCALES)
DEFAULT_LANGUAGE: Final = "en"
_FOLDER: Final = Path(__file__).parent / "locales"


def negotiate(*tags: str) -> str:
    """The first of ``tags`` (IETF or POSIX, even nonsense) that has a catalogue, else English."""
    for tag in tags:
        language = tag.replace("_", "-").split("-", 1)[0].strip().lower()
        if language in LOCALES:
            return language
    return DEFAULT_LANGUAGE


def zone(*names: str) -> ZoneInfo:
    """The first of ``names`` that is an IANA zone, else UTC."""
    for name in names:
        if name:
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return ZoneInfo("UTC")


def message(key: str) -> str:
    """Marks a catalogue key that is looked up elsewhere, so that extraction finds it."""
    return key


#: CLDR has no semesters.
_SEMESTERS: Final = {1: message("vague.first_semester"), 2: message("vague.second_semester")}


@functools.cache
def _catalogue(language: str) -> GNUTranslations:
    folder = _FOLDER / language / "LC_MESSAGES"
    compiled, source = folder / "enlace.mo", folder / "enlace.po"
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        return GNUTranslations(io.BytesIO(compiled.read_bytes()))
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    buffer = io.BytesIO()
    with source.open("rb") as lines:
        write_mo(buffer, read_po(lines, locale=LOCALES[language]))
    buffer.seek(0)
    return GNUTranslations(buffer)


@functools.cache
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES[language])


@dataclass(frozen=True, slots=True)
class Translator:
    """Speaks one language in one time zone. Cheap to make."""

    language: str = DEFAULT_LANGUAGE
    zone: ZoneInfo = ZoneInfo("UTC")  # noqa: RUF009 - immutable

    @property
    def locale(self) -> Locale:
        """The CLDR locale."""
        return _locale(self.language)

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence for ``key`` with ``values`` put into its ``{placeholders}``."""
        return _catalogue(self.language).gettext(key).format(**values)

    def plural(self, key: str, number: int, /, **values: object) -> str:
        """The sentence for ``key`` in the form that ``number`` needs; ``{number}`` stands for it."""
        text = _catalogue(self.language).ngettext(key, key, number)
        return text.format(number=self.number(number), **values)

    def number(self, value: float | Decimal) -> str:
        """A number with the reader's separators."""
        return format_decimal(value, locale=self.locale)

    def percent(self, share: float | Decimal) -> str:
        """A share (0 to 1) as a percentage with one decimal."""
        whole = str(self.locale.percent_formats[None].pattern)
        return format_percent(share, format=whole.replace("0", "0.#"), locale=self.locale)

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount with its currency's code: ``USD 18,500.00`` · ``18.500,00 USD``."""
        form = "¤¤ #,##0.00" if self.language in ("en", "pt") else "#,##0.00 ¤¤"
        return format_currency(
            amount,
            currency,
            format=form,
            locale=self.locale,
            currency_digits=False,
            decimal_quantization=False,
        )

    def day(self, value: date) -> str:
        """A date: ``13 November 2002`` in the reader's form."""
        text = format_date(value, "long", locale=self.locale)
        # CLDR writes "1 juillet"; French writes the first of a month as an ordinal.
        return text.replace("1 ", "1er ", 1) if self.language == "fr" and value.day == 1 else text

    def day_of_month(self, value: date) -> str:
        """A day and its month, short: ``13 Nov``."""
        return format_skeleton("MMMd", value, locale=self.locale)

    def weekdays(self) -> tuple[str, ...]:
        """The short names of the days of a week, Monday first."""
        names = get_day_names("abbreviated", "stand-alone", self.locale)
        return tuple(names[number] for number in range(7))

    def weekday(self, value: date) -> str:
        """A date with its day of the week: ``Thursday 15 April 2027``."""
        return format_date(value, "full", locale=self.locale)

    def hour(self, value: datetime, there: ZoneInfo | None = None) -> str:
        """The time of day of an instant in a zone, the reader's where none is named: ``09:00``."""
        return format_time(value.astimezone(there or self.zone), "short", locale=self.locale)

    def month(self, value: date) -> str:
        """A month and its year."""
        return format_skeleton("yMMMM", value, locale=self.locale)

    def vague(self, value: VagueDate) -> str:
        """A date as exactly as it is known: a day, a month, ``1st quarter 2023``, a semester, a year."""
        match value.precision:
            case Precision.DAY:
                return self.day(value.first)
            case Precision.MONTH:
                return self.month(value.first)
            case Precision.QUARTER:
                return format_skeleton("yQQQQ", value.first, locale=self.locale)
            case Precision.SEMESTER:
                return self(_SEMESTERS[value.number], year=value.code[:4])
            case Precision.YEAR:
                return value.code

    def moment(self, value: datetime) -> str:
        """An instant in the reader's zone, with weekday and UTC offset."""
        local = value.astimezone(self.zone)
        day = format_date(local, "full", locale=self.locale)
        return f"{day}, {format_time(local, 'short', locale=self.locale)} ({self.offset(self.zone, value)})"

    def clock(self, value: datetime, there: ZoneInfo) -> str:
        """The time of day and weekday of an instant in another zone."""
        local = value.astimezone(there)
        weekday = format_datetime(local, "EEEE", locale=self.locale)
        return f"{weekday} {format_time(local, 'short', locale=self.locale)}"

    def offset(self, there: ZoneInfo, at: datetime) -> str:
        """The UTC offset of a zone at an instant: ``UTC−5``, ``UTC+5:30``."""
        delta = at.astimezone(there).utcoffset()
        minutes = int(delta.total_seconds() // 60) if delta is not None else 0
        if minutes == 0:
            return "UTC"
        hours, rest = divmod(abs(minutes), 60)
        return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02d}" if rest else "")

    def ago(self, then: date, today: date) -> str:
        """How long ago a day was, roughly: ``3 months ago``."""
        return format_timedelta(then - today, granularity="day", add_direction=True, locale=self.locale)

    def list(self, items: Sequence[str]) -> str:
        """``A, B and C``."""
        return format_list(items, locale=self.locale)

    def language_name(self, code: str) -> str:
        """A language's name in the reader's language; the code itself where CLDR has none."""
        try:
            return Locale.parse(code, sep="-").get_display_name(self.locale) or code
        except (UnknownLocaleError, ValueError):
            return code

    def country(self, code: str) -> str:
        """A country's name in the reader's language; the code itself where CLDR has none."""
        return str(self.locale.territories.get(code, code))


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


def first(*texts: str) -> str:
    """The first text that is not empty."""
    return next((text for text in texts if text), "")


def languages_of(tags: Iterable[str]) -> tuple[str, ...]:
    """The catalogue languages among ``tags``, in order, each once."""
    return tuple(dict.fromkeys(tag for tag in tags if tag in LOCALES))
