"""Forms of records: built from the questions of a section, read back into its answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from bot.cards import editing_words as called
from bot.cards import found, words, zones
from bot.cards.languages import spoken_codes
from bot.command import Context, Problems
from bot.command import Value as Answer
from bot.contract import Choice, Field, FieldKind, FormField, Money
from directory import countries, editing, institutions, networks, search
from directory.access import Decision, Subject
from directory.editing import Asks, Input, Noun, Section, Value
from directory.problems import Invalid, Reason
from directory.projects import Amount
from directory.search import Kind

#: The longest answer that a form takes, in characters; longer texts are imported, not typed.
LONGEST: Final = 3000


async def fields(
    context: Context, questions: Iterable[Input], present: Mapping[str, Value], noted: Mapping[str, str] = {}
) -> tuple[FormField, ...]:
    """The fields of these questions with what stands there; ``noted`` are hints that matter more than ours.

    A question that cannot be asked here is left out: a text too long for a form, a choice without choices.
    """
    made = []
    for question in questions:
        value = present.get(question.name)
        choices = await _choices(context, question, value)
        if question.asks is Asks.CHOICE and not choices:
            continue
        written = await _written(context, question, value)
        if len(written) > LONGEST:
            continue
        made.append(
            FormField(
                question.name,
                called.label(context.t, question.name),
                FieldKind(question.asks.value),
                hint=noted.get(question.name) or called.hint(context.t, question.name),
                value=written,
                required=question.required,
                choices=choices,
                max_length=_limit(question, written),
            )
        )
    return tuple(made)


def _limit(question: Input, written: str) -> int:
    if question.asks not in (Asks.TEXT, Asks.LONG_TEXT):
        return 0
    # A country's or a language's own name may be longer than its code.
    longest = max(question.longest, 300) if question.institution else question.longest
    return min(LONGEST, max(longest, len(written)))


async def _choices(context: Context, question: Input, value: Value) -> tuple[Choice, ...]:
    if question.asks is not Asks.CHOICE:
        return ()
    t = context.t
    if question.network:
        every = await networks.every(context.session)
        return tuple(
            Choice(item.code, words.short_name(t, item) or item.code)
            for item in every
            if item.code == value
            or context.decide(Subject.EDIT_DIRECTORY, item.code) in (Decision.ALLOWED, Decision.DIRECT_CHAT)
        )
    offered = question.choices
    if isinstance(value, str) and value not in offered:
        offered = (value, *offered)
    if question.name == "level" and isinstance(value, str):
        # Who sees a value may become fewer by others, never more.
        offered = tuple(level for level in offered if level >= value)
    return tuple(Choice(item, called.choice(t, question.name, item)) for item in offered)


async def _written(context: Context, question: Input, value: Value) -> str:
    """A value as a form writes it."""
    match value:
        case None:
            return ""
        case Amount():
            return f"{value.currency} {_plain(value.value)}" if value.currency else ""
        case Decimal():
            return _plain(value)
        case date():
            return value.isoformat()
    if question.institution:
        body = await institutions.get(context.session, value)
        return words.full_name(context.t, body) if body is not None else value
    if question.name == "languages":
        return ", ".join(context.t.language_name(code) for code in value.split(", "))
    if question.name == "on_behalf_of":
        return ", ".join(context.t.country(code) for code in value.split(", "))
    if question.name == "time_zone":
        return zones.city(value, context.t)
    return value


def _plain(number: Decimal) -> str:
    whole = number.normalize()
    return f"{whole:f}" if whole == whole.to_integral_value() else f"{number.normalize():f}"


async def shown(context: Context, question: Input, value: Value) -> str:
    """A value as it is said; empty where nothing is recorded."""
    t = context.t
    match value:
        case None:
            return ""
        case Amount():
            return t.money(value.value, value.currency) if value.currency else ""
        case Decimal():
            return t.number(value)
        case date():
            return t.day(value)
    if question.asks is Asks.COUNTRY:
        return t.country(value)
    if question.asks is Asks.CHOICE and not question.network:
        return called.choice(t, question.name, value)
    return await _written(context, question, value)


async def recorded(context: Context, section: Section, record: Any, place: int | None) -> list[Field]:
    """What stands in the fields of a section, in the asker's language."""
    t, language = context.t, context.t.language
    found_fields = []
    for question in section.inputs:
        value = question.get(section.subject(record, place), language)
        text = await shown(context, question, value)
        found_fields.append(words.recorded(t, called.label(t, question.name), text))
    return found_fields


async def problems(context: Context, noun: Noun, wrong: Invalid, questions: Sequence[Input]) -> Problems:
    """What is wrong, at its field; at the first one where it is none of these questions."""
    names = [question.name for question in questions]
    field = wrong.field if wrong.field in names else names[0]
    return Problems({field: await called.problem(context, noun, wrong)})


async def read(
    context: Context, questions: Iterable[Input], answers: Mapping[str, Answer], present: Mapping[str, Value]
) -> dict[str, Value]:
    """The answers as the questions want them; ``present`` is what stood there.

    Raises:
        Invalid: an answer names no record, or could name several.
    """
    found_values: dict[str, Value] = {}
    for question in questions:
        if question.name not in answers:
            continue
        answer = answers[question.name]
        value = _value(answer)
        if isinstance(value, str) and value:
            value = await _meant(context, question, value, present.get(question.name))
        found_values[question.name] = value
    return found_values


def _value(answer: Answer) -> Value:
    if isinstance(answer, Money):
        return Amount(answer.amount, answer.currency)
    if answer is None or isinstance(answer, str | date | Decimal):
        return answer
    raise TypeError(f"no question of a record is answered with {type(answer).__name__}")


async def _meant(context: Context, question: Input, text: str, present: Value) -> str:
    """What words mean where a record, languages or a zone are asked for."""
    if isinstance(present, str) and text == await _written(context, question, present):
        return present
    if question.institution:
        return await _institution(context, question.name, text)
    if question.name == "languages":
        codes = spoken_codes(text)
        if isinstance(codes, str):
            raise Invalid("languages", Reason.NOT_A_LANGUAGE, codes)
        return ", ".join(codes)
    if question.name == "on_behalf_of":
        return ", ".join([await _country(context, question.name, part) for part in text.split(",")])
    if question.name == "time_zone":
        found_zones = zones.named(text)
        if len(found_zones) != 1:
            raise Invalid("time_zone", Reason.NOT_A_ZONE)
        return found_zones[0]
    return text


async def _country(context: Context, field: str, text: str) -> str:
    """The code of the one country or territory that words mean."""
    known = text.strip().upper()
    if known in countries.iso_codes():
        return known
    hits = found.near(await search.find(context.session, text, kinds=(Kind.COUNTRY,), limit=10, max_level=0))
    best = found.meant(hits, text)
    if best is None:
        raise Invalid(field, Reason.NOT_A_COUNTRY, text.strip())
    return best.key


async def _institution(context: Context, field: str, text: str) -> str:
    """The key of the institution that words mean."""
    if (body := await editing.read(context.session, Noun.INSTITUTION, text.lower())) is not None:
        return str(body.key)
    hits = found.near(
        await search.find(context.session, text, kinds=(Kind.INSTITUTION,), limit=10, max_level=0)
    )
    best = found.meant(hits, text)
    if best is not None:
        return best.key
    if not hits:
        raise Invalid(field, Reason.UNKNOWN, text)
    bodies = await institutions.several(context.session, [hit.key for hit in hits[: found.OFFERED]])
    raise Invalid(
        field, Reason.SEVERAL, " · ".join(words.full_name(context.t, body) for body in bodies.values())
    )
