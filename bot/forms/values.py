"""Reads one answer by the kind of its field: a value, or what to type instead, in the reader's language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot import parsing
from bot.cards import found, looking
from bot.command import Context, Value
from bot.forms import amounts
from bot.i18n import Translator
from bot.message import Choice, FieldKind, FormField, Money
from directory import countries, dates, search
from directory.people import NAME_LEVEL
from directory.search import Hit, Kind, fold

#: The day that examples show.
EXAMPLE: Final = date(2027, 4, 15)
#: At most this many answers are named in a message.
NAMED: Final = 8

_ADDRESS: Final = re.compile(
    r"[^\s@<>()\[\],;:\"\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}", re.UNICODE
)
_ANGLED: Final = re.compile(r"[^<>]*<([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Understood:
    """An answer: the value, how it is written down (it reads as the same again), how a reader sees it."""

    value: Value
    written: str
    shown: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why an answer cannot be taken and what to type; ``options`` are readings to choose from."""

    message: str
    options: tuple[Choice, ...] = ()


Reading = Understood | Unclear
_Reader = Callable[[FormField, str, Context], Awaitable[Reading]]


async def read(field: FormField, text: str, context: Context) -> Reading:
    """What ``text`` means as the answer to ``field``."""
    t = context.t
    text = clean(text, lines=field.kind is FieldKind.LONG_TEXT)
    if not text:
        if field.required:
            return Unclear(t("form.needed"))
        return Understood(None, "", "")
    if len(text) > field.limit:
        return Unclear(t("form.too_long", limit=t.number(field.limit), length=t.number(len(text))))
    return await _READERS[field.kind](field, text, context)


def clean(text: str, *, lines: bool = False) -> str:
    """``text`` as :func:`bot.parsing.clean` leaves it; ``lines`` keeps line breaks, but no gaps."""
    if not lines:
        return parsing.clean(text)
    kept = "\n".join(parsing.clean(line) for line in text.replace("\r\n", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


async def _text(_field: FormField, text: str, _context: Context) -> Reading:
    return Understood(text, text, text)


async def _choice(field: FormField, text: str, context: Context) -> Reading:
    for choice in field.choices:
        if text == choice.value:
            return Understood(choice.value, choice.value, choice.label)
    wanted = fold(text)
    alike = [choice for choice in field.choices if fold(choice.label) == wanted]
    if not alike and text.isascii() and text.isdecimal() and 1 <= int(text) <= len(field.choices):
        alike = [field.choices[int(text) - 1]]
    if not alike and wanted:
        alike = [choice for choice in field.choices if fold(choice.label).startswith(wanted)]
    if len(alike) == 1:
        return Understood(alike[0].value, alike[0].value, alike[0].label)
    offered = [choice.label for choice in alike or field.choices][:NAMED]
    return Unclear(context.t("form.choice_unknown", text=parsing.echo(text), choices=" · ".join(offered)))


async def _date(_field: FormField, text: str, context: Context) -> Reading:
    t = context.t
    shown = parsing.echo(text)
    try:
        found_days = dates.days(text, context.now.astimezone(t.zone).date())
    except dates.NoSuchDay:
        return Unclear(t("form.day_no_such", text=shown, example=t.day(EXAMPLE)))
    except dates.NoYear:
        return Unclear(t("form.day_no_year", text=shown, example=t.day(EXAMPLE)))
    except dates.NotADay:
        return Unclear(t("form.day_unknown", text=shown, example=t.day(EXAMPLE), iso=EXAMPLE.isoformat()))
    if len(found_days) == 1:
        return _day(found_days[0], t)
    first, second = found_days
    return Unclear(
        t("form.day_twice", text=shown, first=t.day(first), second=t.day(second)),
        tuple(Choice(day.isoformat(), t.day(day)) for day in found_days),
    )


def _day(day: date, t: Translator) -> Understood:
    return Understood(day, day.isoformat(), t.day(day))


async def _time(_field: FormField, text: str, context: Context) -> Reading:
    try:
        value = dates.clock(text)
    except dates.NotATime:
        return Unclear(context.t("form.time_unknown", text=parsing.echo(text)))
    written = value.strftime("%H:%M")
    return Understood(value, written, written)


async def _number(_field: FormField, text: str, context: Context) -> Reading:
    t = context.t
    try:
        readings = amounts.numbers(text)
    except amounts.TooPrecise:
        return Unclear(t("form.number_precise"))
    except amounts.NotANumber:
        return Unclear(t("form.number_unknown", text=parsing.echo(text)))
    if len(readings) == 1:
        (value,) = readings
        return Understood(value, amounts.plain(value), t.number(value))
    return _twice(text, [amounts.plain(value) for value in readings], t)


def _twice(text: str, written: list[str], t: Translator) -> Unclear:
    whole, parts = written
    return Unclear(
        t("form.number_twice", text=parsing.echo(text), whole=whole, decimal=parts),
        tuple(Choice(reading, reading) for reading in written),
    )


async def _money(_field: FormField, text: str, context: Context) -> Reading:
    t = context.t
    shown = parsing.echo(text)
    try:
        readings = amounts.money(text)
    except amounts.TooPrecise:
        return Unclear(t("form.number_precise"))
    except amounts.NotANumber:
        return Unclear(t("form.money_unknown", text=shown))
    except amounts.NoCurrency as problem:
        amount = amounts.plain(problem.amounts[0], 2) if len(problem.amounts) == 1 else "18500.00"
        if not problem.dollars:
            return Unclear(t("form.money_no_currency", text=shown, amount=amount))
        codes = amounts.DOLLARS if len(problem.amounts) == 1 else ()
        offered = tuple(Choice(f"{code} {amount}", f"{code} {amount}") for code in codes)
        return Unclear(t("form.money_dollars", text=shown, amount=amount), offered)
    except amounts.UnknownCurrency as problem:
        return Unclear(t("form.currency_unknown", text=parsing.echo(problem.text)))
    if len(readings) == 1:
        (value,) = readings
        return Understood(value, write_money(value), t.money(value.amount, value.currency))
    return _twice(text, [write_money(value) for value in readings], t)


def write_money(value: Money) -> str:
    """Money as a form writes it: ``USD 18500.00``."""
    return f"{value.currency} {amounts.plain(value.amount, 2)}"


async def _email(_field: FormField, text: str, context: Context) -> Reading:
    address = unicodedata.normalize("NFKC", text).removeprefix("mailto:")
    if match := _ANGLED.fullmatch(address):
        address = match[1].strip()
    if not _ADDRESS.fullmatch(address) or ".." in address or address.startswith("."):
        return Unclear(context.t("form.email_unknown", text=parsing.echo(text)))
    name, _, domain = address.rpartition("@")
    address = f"{name}@{domain.lower()}"
    return Understood(address, address, address)


async def _country(_field: FormField, text: str, context: Context) -> Reading:
    t, session = context.t, context.session
    code = ""
    if len(text) in (2, 3) and (known := await countries.get(session, text)) is not None:
        code = known.code
    hits = []
    if not code:
        hits = found.near(await search.find(session, text, kinds=(Kind.COUNTRY,), limit=10, max_level=0))
        best = _only(hits, text, {hit.key: t.country(hit.key) for hit in hits})
        code = best.key if best is not None else ""
    if code:
        return Understood(code, code, t.country(code))
    shown = parsing.echo(text)
    if not hits:
        return Unclear(t("form.country_unknown", text=shown))
    options = tuple(Choice(hit.key, t.country(hit.key)) for hit in hits[: found.OFFERED])
    names = " · ".join(option.label for option in options)
    return Unclear(t("form.country_several", text=shown, names=names), options)


def _only(hits: Sequence[Hit], text: str, names: Mapping[str, str]) -> Hit | None:
    """The hit that was meant beyond doubt: the one that the reader calls so, or the only one that begins so.

    "Congo" is one country's name in Spanish and the beginning of two in English.
    """
    wanted = fold(text)
    words = wanted.split()
    called = [hit for hit in hits if fold(names[hit.key]) == wanted]
    if len(called) == 1:
        return called[0]
    alike = [hit for hit in hits if fold(hit.matched).split()[: len(words)] == words]
    return None if len(called) > 1 or len(alike) > 1 else found.meant(hits, text)


async def _person(_field: FormField, text: str, context: Context) -> Reading:
    """Somebody whom the asker may know; whoever may know nobody finds nobody."""
    t = context.t
    level = min(context.contact_level, NAME_LEVEL)
    unknown = Unclear(t("form.person_unknown", text=parsing.echo(text)))
    if level < NAME_LEVEL:
        return unknown
    if (known := (await looking.see(context, [text], level, names_only=True)).get(text)) is not None:
        return Understood(known.key, known.key, known.name)
    hits = found.near(await looking.find(context, text, kinds=(Kind.PERSON,)))
    names = await looking.see(context, [hit.key for hit in hits], level, names_only=True)
    hits = [hit for hit in hits if hit.key in names]
    best = _only(hits, text, {key: person.name for key, person in names.items()})
    if best is not None:
        return Understood(best.key, best.key, names[best.key].name)
    if not hits:
        return unknown
    options = tuple(Choice(hit.key, names[hit.key].name) for hit in hits[: found.OFFERED])
    message = t(
        "form.person_several",
        text=parsing.echo(text),
        names=" · ".join(option.label for option in options),
    )
    return Unclear(message, options)


_READERS: Final[Mapping[FieldKind, _Reader]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.CHOICE: _choice,
    FieldKind.DATE: _date,
    FieldKind.TIME: _time,
    FieldKind.PERSON: _person,
    FieldKind.COUNTRY: _country,
    FieldKind.MONEY: _money,
    FieldKind.EMAIL: _email,
    FieldKind.NUMBER: _number,
}


def display(field: FormField, reading: Reading, written: str) -> str:
    """How an answer stands in a whole form: people and countries by name, all else as it is written."""
    if isinstance(reading, Understood) and field.kind in (FieldKind.PERSON, FieldKind.COUNTRY):
        return reading.shown
    return reading.written if isinstance(reading, Understood) else written


def hint(field: FormField, t: Translator) -> str:
    """What to type: the field's own words, else an example of its kind."""
    if field.hint:
        return field.hint
    match field.kind:
        case FieldKind.DATE:
            return t("form.hint_date", example=t.day(EXAMPLE))
        case FieldKind.TIME:
            return t("form.hint_time")
        case FieldKind.MONEY:
            return t("form.hint_money")
        case FieldKind.COUNTRY:
            return t("form.hint_country")
        case FieldKind.PERSON:
            return t("form.hint_person")
        case FieldKind.EMAIL:
            return t("form.hint_email")
        case _:
            return ""


def with_hint(field: FormField, t: Translator) -> FormField:
    """The field with its hint, for platforms that show it whole and pick days and hours in their own way."""
    picked = field.kind in (FieldKind.DATE, FieldKind.TIME)
    return field if picked else replace(field, hint=hint(field, t))
